"""The official MISSION KI files as a catalogue; files that are laid out otherwise are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from factories.mission_ki import methods, needs, vcio
from steiger.adapters.mission_ki import backing, parse_mission_ki, read_mission_ki
from steiger.adapters.mission_ki.parser import plain_text
from steiger.adapters.oscal import oscal_catalogue, read_oscal_catalogue
from steiger.engines.audit.catalogue import (
    Catalogue,
    CatalogueError,
    Level,
    Need,
    own_catalogue,
    protection_needs,
)
from steiger.engines.audit.catalogue.lint import lint
from steiger.engines.audit.checks.finding import all_checks
from steiger.engines.audit.measurement import Measurement
from steiger.engines.audit.verdict import Rating, Verdict, examine

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
    assert (len(official.questions), len(official.methods)) == (100, 118 + 32)
    # As known of the standard: few of its indicators can be tested at all.
    theirs = {key for m in official.methods if m.check not in all_checks() for key in m.indicators}
    assert len(theirs) == 16
    assert not any(item.title.de[0].islower() for item in official.indicators)


@pytest.mark.shared
def test_every_check_of_ours_gives_evidence_for_official_indicators(official: Catalogue) -> None:
    known = {item.id for item in official.indicators}
    version, rows = backing()
    assert {row.check for row in rows} == set(all_checks())
    assert all(row.indicators and set(row.indicators) <= known for row in rows)
    assert all(row.why.de != row.why.en for row in rows)
    assert official.version.endswith(f"-checks-{version}")
    ours = [method for method in official.methods if method.check in all_checks()]
    assert {method.check: method.indicators for method in ours} == {
        row.check: row.indicators for row in rows
    }
    assert len({key for method in ours for key in method.indicators}) == 11
    # The standard prescribes neither a check nor a threshold.
    assert not any(method.compulsory_from for method in ours)
    figures = {method.check: method.figures for method in own_catalogue().methods}
    assert {method.check: method.figures for method in ours} == figures


def test_audit_on_this_catalogue_ends_in_verdicts_and_ratings() -> None:
    tree = vcio()
    (criterion,) = tree["DA"]["criteria"]
    criterion["indicators"]["DA1.3"] = dict(criterion["indicators"]["DA1.1"])
    catalogue = parsed(vcio=tree)
    leak = Measurement(
        check="label_leakage",
        name="auc_of_best_feature",
        subject="income",
        estimate=0.99,
        low=0.98,
        high=1.0,
        level=0.95,
        count=1000,
        threshold=0.95,
        better="below",
        p_met=1.0,
        p_violated=1e-9,
        evidence=(),
    )
    found = examine(
        catalogue,
        needs={"DA": Need.MODERATE},
        task="classification",
        modality="tabular",
        measurements=[leak],
        ratings=[Rating("DA1.1", Level.B), Rating("DA1.3", Level.A)],
        alpha=0.05,
    )
    (result,) = found.results
    assert (result.requirement.id, result.verdict) == ("DA1.3/label_leakage", Verdict.VIOLATED)
    levels = {item.id: item.level for item in found.levels.indicators}
    # What was measured holds a rating down; what nothing measures is as it was rated.
    assert levels == {"DA1.1": Level.B, "DA1.3": Level.C}


def test_the_page_about_it_says_what_the_file_says() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/mission-ki.md").read_text("utf-8")
    _, rows = backing()
    for row in rows:
        line = f"| `{row.check}` | {', '.join(row.indicators)} | {row.why.en} |"
        assert line in page
    assert page.count("\n| `") == len(rows)


@pytest.mark.shared
def test_lint_finds_what_is_wrong_in_the_official_files(official: Catalogue) -> None:
    found = {(row.kind, row.id) for row in lint(official)}
    empty = {key for kind, key in found if kind == "empty_level"}
    repeated = {key for kind, key in found if kind == "repeated_level"}
    assert empty == {"DA1.4", "MA2.3", "ND1.8", "VE1.6"}
    assert repeated == {"MA1.1", "MA1.6", "MA2.1", "ND1.6"}
    assert len([key for kind, key in found if kind == "no_evidence"]) == 53
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
