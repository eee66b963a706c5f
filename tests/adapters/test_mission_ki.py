"""The official MISSION KI files as a catalogue; files that are laid out otherwise are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from factories.mission_ki import methods, needs, vcio
from steiger.adapters.mission_ki import parse_mission_ki, read_mission_ki
from steiger.adapters.mission_ki.parser import plain_text
from steiger.adapters.oscal import oscal_catalogue, read_oscal_catalogue
from steiger.engines.audit.catalogue import (
    Catalogue,
    CatalogueError,
    Need,
    own_catalogue,
    protection_needs,
)
from steiger.engines.audit.catalogue.lint import lint

FILES = ("vcio", "needs", "methods")


def parsed(**other: Any) -> Catalogue:
    parts = {"vcio": vcio(), "needs": needs(), "methods": methods()} | other
    return parse_mission_ki(*(json.dumps(parts[name]).encode() for name in FILES))


def test_layout_is_understood() -> None:
    found = parsed()
    (indicator,) = found.indicators
    assert indicator.title.de == "Es muss möglich sein, Rechte wahrzunehmen."
    assert [level.de for level in indicator.levels] == [
        "Analyse\n- alles\n- mehr",
        "Analyse & Teil",
        "Wenig",
        "",
    ]
    assert indicator.compulsory(Need.MODERATE)
    assert [item.check for item in found.methods_for("DA1.1")] == ["mission_ki_7"]
    assert found.version == parsed().version


@pytest.mark.parametrize(
    ("answers", "need"),
    [
        ({"DA-Z1": "1"}, Need.NONE),
        ({"DA-Z1": "1", "DA-Z2": "3"}, Need.NONE),
        ({"DA-Z1": "3", "DA-Z2": "1", "DA-Z3": "1"}, Need.NONE),
        ({"DA-Z1": "3", "DA-Z2": "2", "DA-Z3": "1"}, Need.MODERATE),
        ({"DA-Z1": "3", "DA-Z2": "2", "DA-Z3": "3"}, Need.HIGH),
        ({"DA-Z1": "3"}, None),
    ],
)
def test_answers_give_a_need(answers: dict[str, str], need: Need | None) -> None:
    assert protection_needs(parsed(), answers)["DA"].need is need


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a<br />b<BR>c", "a\nb\nc"),
        ("<script>x</script> y", "x y"),
        ("1 < 2 und 3 > 2", "1 < 2 und 3 > 2"),
        ("  a \t b \n\n c ", "a b\nc"),
    ],
)
def test_plain_text(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"vcio": []}, "VCIO.json: not laid out"),
        ({"vcio": {"DA": {"title": "x"}}}, "VCIO.json: not laid out"),
        ({"needs": {"DA": {}}}, "ProtectionNeedsAnalysis.json: not laid out"),
        ({"methods": {"indicators": []}}, "test_methods.json: not laid out"),
    ],
)
def test_other_layouts_are_refused(other: dict[str, Any], told: str) -> None:
    with pytest.raises(CatalogueError, match=told):
        parsed(**other)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000])
def test_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(CatalogueError, match=r"VCIO\.json: no valid JSON"):
        parse_mission_ki(content, b"{}", b"{}")


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"there is no VCIO\.json in it"):
        read_mission_ki(tmp_path)


@pytest.fixture(scope="module")
def official(shared: Path) -> Catalogue:
    return read_mission_ki(shared / "data/audit/mission_ki")


@pytest.mark.shared
def test_official_files_are_complete(official: Catalogue) -> None:
    assert (len(official.dimensions), len(official.criteria), len(official.indicators)) == (
        6,
        12,
        75,
    )
    assert (len(official.questions), len(official.methods)) == (100, 118)
    # As known of the standard: few of its indicators can be tested at all.
    assert sum(bool(official.methods_for(item.id)) for item in official.indicators) == 16
    assert not any(item.title.de[0].islower() for item in official.indicators)


@pytest.mark.shared
def test_lint_finds_what_is_wrong_in_the_official_files(official: Catalogue) -> None:
    found = {(row.kind, row.id) for row in lint(official)}
    empty = {key for kind, key in found if kind == "empty_level"}
    repeated = {key for kind, key in found if kind == "repeated_level"}
    assert empty == {"DA1.4", "MA2.3", "ND1.8", "VE1.6"}
    assert repeated == {"MA1.1", "MA1.6", "MA2.1", "ND1.6"}
    assert len([key for kind, key in found if kind == "no_evidence"]) == 59
    assert not {kind for kind, _ in found} & {"broken_id", "unreachable_rule", "repeated_id"}


@pytest.mark.shared
def test_official_catalogue_goes_through_oscal(official: Catalogue) -> None:
    assert read_oscal_catalogue(json.dumps(oscal_catalogue(official)).encode()) == official


@pytest.mark.shared
def test_our_references_to_mission_ki_exist(official: Catalogue) -> None:
    known = {item.id for item in official.indicators} | {item.id for item in official.criteria}
    cited = {
        reference.id
        for indicator in own_catalogue().indicators
        for reference in indicator.references
        if reference.source == "mission_ki"
    }
    assert len(cited) >= 50
    assert cited <= known
