"""OSCAL: what goes out comes back unchanged, is built as OSCAL, and foreign files are refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from factories.audit_catalogue import catalogues, make_catalogue, make_measurement
from steiger.adapters.oscal import (
    assessment_results,
    check_catalogue,
    check_results,
    oscal_catalogue,
    read_oscal_catalogue,
)
from steiger.adapters.oscal.terms import NAMESPACE
from steiger.engines.audit.catalogue import Catalogue, CatalogueError, Level, Need, own_catalogue
from steiger.engines.audit.catalogue.types import Reference
from steiger.engines.audit.verdict import Examination, Rating, examine

MOMENT = datetime(2026, 11, 26, 12, tzinfo=UTC)


def there_and_back(catalogue: Catalogue) -> Catalogue:
    return read_oscal_catalogue(json.dumps(oscal_catalogue(catalogue)).encode())


def test_own_catalogue_goes_there_and_back() -> None:
    own = own_catalogue()
    tree = oscal_catalogue(own)
    assert check_catalogue(tree) == []
    again = there_and_back(own)
    assert again == own
    assert again.digest() == own.digest()


@settings(max_examples=60)
@given(catalogues())
def test_any_catalogue_goes_there_and_back(catalogue: Catalogue) -> None:
    assert check_catalogue(oscal_catalogue(catalogue)) == []
    assert there_and_back(catalogue) == catalogue


def test_uuids_are_the_same_for_the_same_content_only() -> None:
    own = make_catalogue()
    assert oscal_catalogue(own) == oscal_catalogue(make_catalogue())
    other = replace(own, indicators=(replace(own.indicators[0], evidence=()), own.indicators[1]))
    one, two = (oscal_catalogue(item)["catalog"]["uuid"] for item in (own, other))
    assert one != two


@pytest.mark.parametrize(
    "change",
    [
        {"criteria": ()},
        {"dimensions": ()},
        {"sources": ()},
        {
            "indicators": (
                replace(make_catalogue().indicators[0], references=(Reference("x", "1"),)),
            )
        },
    ],
)
def test_nothing_is_lost_silently(change: dict[str, Any]) -> None:
    with pytest.raises(CatalogueError):
        oscal_catalogue(replace(make_catalogue(), **change))


def node(tree: dict[str, Any], *path: str | int) -> Any:
    found: Any = tree["catalog"]
    for step in path:
        found = found[step]
    return found


INDICATOR = ("groups", 0, "groups", 0, "controls", 0)
KIND = {"name": "kind", "ns": NAMESPACE, "value": "test"}
FAULTS: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    ("catalog lacks 'uuid'", lambda t: node(t).pop("uuid")),
    ("is no uuid", lambda t: node(t).update(uuid="1234")),
    # A uuid of version 1 tells the machine that made it; OSCAL allows 4 and 5.
    ("is no uuid", lambda t: node(t).update(uuid="6ba7b810-9dad-11d1-80b4-00c04fd430c8")),
    ("lacks 'oscal-version'", lambda t: node(t, "metadata").pop("oscal-version")),
    ("date and time with a zone", lambda t: node(t, "metadata").update({"last-modified": "2026"})),
    ("which the model does not know", lambda t: node(t).update(extra=1)),
    ("is no token", lambda t: node(t, *INDICATOR).update(id="1 a")),
    ("lacks 'title'", lambda t: node(t, *INDICATOR).pop("title")),
    ("must be a list that is not empty", lambda t: node(t, *INDICATOR).update(parts=[])),
    ("is no object", lambda t: node(t, *INDICATOR).update(parts=["x"])),
    ("must be a text", lambda t: node(t, *INDICATOR).update(title=7)),
    ("stands more than once", lambda t: node(t, *INDICATOR).update(id="X1.2")),
    ("must be one line", lambda t: node(t, *INDICATOR, "props", 0).update(value="a\nb")),
]


@pytest.mark.parametrize(("told", "spoil"), FAULTS)
def test_what_is_not_built_as_oscal_is_refused(
    told: str, spoil: Callable[[dict[str, Any]], Any]
) -> None:
    tree = copy.deepcopy(oscal_catalogue(make_catalogue()))
    spoil(tree)
    assert any(told in problem for problem in check_catalogue(tree))
    with pytest.raises(CatalogueError, match="This is no OSCAL catalogue"):
        read_oscal_catalogue(json.dumps(tree).encode())


@pytest.mark.parametrize(
    ("told", "spoil"),
    [
        ("property 'kind' is missing", lambda t: node(t, *INDICATOR, "props").pop(1)),
        ("kind 'odd' is unknown", lambda t: node(t, *INDICATOR, "props", 1).update(value="odd")),
        ("is no protection need", lambda t: node(t, *INDICATOR, "props", 2).update(value="odd")),
        ("stands 2 times", lambda t: node(t, *INDICATOR, "props").append(KIND)),
        ("no reference of the form", lambda t: node(t, *INDICATOR, "links", 0).update(text="x")),
    ],
)
def test_oscal_that_is_no_catalogue_of_ours_is_refused(
    told: str, spoil: Callable[[dict[str, Any]], Any]
) -> None:
    tree = copy.deepcopy(oscal_catalogue(make_catalogue()))
    spoil(tree)
    with pytest.raises(CatalogueError, match=told):
        read_oscal_catalogue(json.dumps(tree).encode())


def test_a_catalogue_of_security_controls_says_what_it_lacks() -> None:
    tree = {
        "catalog": {
            "uuid": "74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724",
            "metadata": {
                "title": "Controls",
                "last-modified": "2026-01-01T00:00:00Z",
                "version": "1",
                "oscal-version": "1.1.3",
            },
            "groups": [{"id": "g", "title": "G", "controls": [{"id": "c", "title": "C"}]}],
        }
    }
    assert check_catalogue(tree) == []
    with pytest.raises(CatalogueError, match="not those of security controls"):
        read_oscal_catalogue(json.dumps(tree).encode())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"profile": {}}', b"[" * 100_000])
def test_files_that_are_no_oscal_are_refused(content: bytes) -> None:
    with pytest.raises(CatalogueError, match=r"no valid JSON|no OSCAL catalogue"):
        read_oscal_catalogue(content)


def test_deep_nesting_is_refused() -> None:
    tree = oscal_catalogue(make_catalogue())
    part: dict[str, Any] = {"name": "a"}
    for _ in range(60):
        part = {"name": "a", "parts": [part]}
    node(tree, *INDICATOR)["parts"] = [part]
    assert any("nested too deeply" in problem for problem in check_catalogue(tree))


def examined() -> Examination:
    return examine(
        make_catalogue(),
        needs={"X": Need.MODERATE},
        task="classification",
        modality="tabular",
        measurements=[
            make_measurement(name="a", p_met=0.0, p_violated=1.0),
            make_measurement(name="b"),
        ],
        ratings=[Rating("X1.1", Level.A), Rating("X1.2", Level.B)],
        alpha=0.05,
    )


def results(**other: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"audit": "a1", "subject": "Modell", "start": MOMENT, "end": MOMENT}
    return assessment_results(examined(), make_catalogue(), **(values | other))


def test_results_are_built_as_oscal_and_lead_to_evidence() -> None:
    tree = results()
    assert check_results(tree) == []
    assert json.loads(json.dumps(tree)) == tree
    (result,) = tree["assessment-results"]["results"]
    observations = {row["uuid"]: row for row in result["observations"]}
    for finding in result["findings"]:
        # What cannot be decided is not satisfied, and says why.
        assert finding["target"]["status"] == {"state": "not-satisfied", "reason": "other"}
        behind = [observations[x["observation-uuid"]] for x in finding["related-observations"]]
        assert [row["relevant-evidence"][0]["href"] for row in behind] == [
            "measuring/error.json",
            "measuring/error.json",
        ]
    levels = {row["name"]: row["value"] for row in result["props"]}
    assert (levels["level-X"], levels["passed"]) == ("C", "yes")


def test_results_of_the_same_audit_are_the_same() -> None:
    assert results() == results()
    assert results(language="en") != results()
    assert (
        results(audit="a2")["assessment-results"]["uuid"] != results()["assessment-results"]["uuid"]
    )


@pytest.mark.parametrize(
    "other",
    [{"start": MOMENT.replace(tzinfo=None)}, {"start": MOMENT + timedelta(seconds=1)}],
)
def test_moments_without_sense_are_refused(other: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"time zone|ends"):
        results(**other)
