"""Imports propose to actors that somebody speaks for, and change all others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from factories.curation import accept, acting, make_edit, statements
from factories.directory import make_terms
from factories.freshness import make_representative
from factories.lists import csv_row, csv_text, ror_v2, write
from steiger.cli.directory import directory
from steiger.web.accounts.models import LogEntry, User
from steiger.web.curation.domain import decisions
from steiger.web.curation.interfaces.desk_pages import slots_of
from steiger.web.curation.models import Representation, Submission
from steiger.web.directory.domain.merging import all_statements, merge_actors
from steiger.web.directory.models import Actor, Name, Place, Relation

pytestmark = pytest.mark.django_db


def take(folder: Path, *rows: dict[str, Any], complete: bool = False) -> dict[str, Any]:
    """Import these rows."""
    path = write(folder / "list.csv", csv_text(*rows))
    arguments = ["import", "csv", str(path), "--json"] + (["--complete"] if complete else [])
    done = CliRunner().invoke(directory, arguments, catch_exceptions=False)
    found: dict[str, Any] = json.loads(done.output)
    return found


@pytest.fixture
def kept(tmp_path: Path) -> Actor:
    """An imported actor that somebody speaks for and has edited."""
    make_terms()
    take(tmp_path, csv_row(1), csv_row(2))
    actor = Actor.objects.order_by("pk")[0]
    user = User.objects.create_user("kim@werkstatt.example")
    Representation.objects.create(actor=actor, user=user, state="active", responsible=True)
    accept(make_edit(actor, statements("Eigener Name")), reason="correct")
    return actor


def test_difference_is_offered_once_and_updated(kept: Actor, tmp_path: Path) -> None:
    before = all_statements(kept)
    said = take(tmp_path, csv_row(1, name="Neuer Name"), csv_row(2, name="Anderer Name"))
    assert (said["offered"], said["changed"]) == (1, 1)
    assert all_statements(kept) == before
    row = Submission.objects.get(kind="import")
    assert take(tmp_path, csv_row(1, name="Neuer Name"), csv_row(2))["offered"] == 0
    assert take(tmp_path, csv_row(1, name="Neuester Name"))["offered"] == 1
    stale, row = row, Submission.objects.get(kind="import")
    assert row.version == stale.version + 1
    with pytest.raises(decisions.DecisionError, match="version"):
        accept(stale, reason="correct")
    accept(row, reason="correct")
    kept.refresh_from_db()
    assert kept.name == "Eigener Name"
    assert Name.objects.filter(actor=kept, text="Neuester Name").exists()


def test_source_that_changes_its_mind_takes_the_offer_back(kept: Actor, tmp_path: Path) -> None:
    take(tmp_path, csv_row(1, name="Neuer Name"))
    take(tmp_path, csv_row(1))
    assert Submission.objects.get(kind="import").state == Submission.State.TAKEN_BACK


def test_withdrawal_is_offered_too(kept: Actor, tmp_path: Path) -> None:
    representation = Representation.objects.get()
    for model in ("roles", "links"):
        getattr(kept, model).filter(source__key="owner").delete()
    said = take(tmp_path, csv_row(2), complete=True)
    assert (said["withdrawn"], said["offered"]) == (0, 1)
    kept.refresh_from_db()
    assert kept.state == "published"
    row = Submission.objects.get(kind="import")
    decision = accept(row, reason="correct")
    kept.refresh_from_db()
    assert kept.state == "withdrawn"
    decisions.undo(decision, by=acting())
    kept.refresh_from_db()
    assert (kept.state, representation.actor_id) == ("published", kept.pk)


def test_reimport_of_one_record_of_a_merged_actor_keeps_the_other(tmp_path: Path) -> None:
    make_terms()
    take(tmp_path, csv_row(1), csv_row(2))
    one, two = Actor.objects.order_by("pk")
    merge_actors(duplicate=two, into=one, by=acting(), reason="")
    take(tmp_path, csv_row(1), csv_row(2, name="Anderer Name"))
    texts = set(Name.objects.filter(actor=one).values_list("text", flat=True))
    # The second record's old name is kept, too, as a former one.
    assert texts == {"Beispiel Werkstatt 1", "Beispiel Werkstatt 2", "Anderer Name"}


# --- relations ----------------------------------------------------------------------------------
def register(folder: Path, *rows: dict[str, Any], complete: bool = False) -> dict[str, Any]:
    """Import these records of ROR."""
    path = write(folder / "ror.json", list(rows))
    arguments = ["import", "ror", str(path), "--json"] + (["--complete"] if complete else [])
    done = CliRunner().invoke(directory, arguments, catch_exceptions=False)
    found: dict[str, Any] = json.loads(done.output)
    return found


def part_of(number: int) -> dict[str, Any]:
    parent = {"type": "parent", "id": f"https://ror.org/0000{number:05d}", "label": "x"}
    return {"relationships": [parent]}


def related() -> list[tuple[str, str]]:
    return sorted(Relation.objects.values_list("actor__name", "other__name"))


@pytest.fixture
def institutes(tmp_path: Path) -> Actor:
    """Three institutes of a register; somebody speaks for the first."""
    make_terms()
    register(tmp_path, ror_v2(1), ror_v2(2), ror_v2(3))
    actor = Actor.objects.get(name="Beispiel Institut 1")
    make_representative(actor)
    return actor


def test_relations_of_a_spoken_for_entry_wait_and_are_undone(
    institutes: Actor, tmp_path: Path
) -> None:
    rows = ror_v2(1, "Anderes Institut", **part_of(2)), ror_v2(2), ror_v2(3, **part_of(2))
    said = register(tmp_path, *rows)
    assert (said["offered"], said["changed"]) == (1, 1)
    other = ("Beispiel Institut 3", "Beispiel Institut 2")
    assert related() == [other]  # nobody speaks for the third
    row = Submission.objects.get(kind="import")
    slots, _seal = slots_of(row)
    told = {slot.key: slot.after for slot in slots if slot.state == "changed"}
    assert told["relation part_of"] == ("Beispiel Institut 2",)
    assert register(tmp_path, *rows)["offered"] == 0  # not offered again
    decision = accept(row, reason="correct")
    institutes.refresh_from_db()
    assert related() == [(institutes.name, "Beispiel Institut 2"), other]
    assert institutes.name == "Anderes Institut"
    written = LogEntry.objects.filter(act="directory.actor.edit", object_id=str(institutes.pk))
    slug = Actor.objects.get(name="Beispiel Institut 2").slug
    assert {"relation part_of": [[], [slug]]} in [entry.changes for entry in written]
    assert register(tmp_path, *rows)["offered"] == 0
    decisions.undo(decision, by=acting())
    assert related() == [other]


def test_the_editors_may_take_values_without_relations(institutes: Actor, tmp_path: Path) -> None:
    register(tmp_path, ror_v2(1, "Anderes Institut", **part_of(2)))
    row = Submission.objects.get(kind="import")
    _slots, mark = slots_of(row)
    accept(row, reason="correct", seen=mark, keep=["relation part_of"])
    institutes.refresh_from_db()
    assert (institutes.name, related()) == ("Anderes Institut", [])


def test_a_relation_that_ends_waits_beside_what_waits_already(
    institutes: Actor, tmp_path: Path
) -> None:
    register(tmp_path, ror_v2(1, **part_of(2)))
    accept(Submission.objects.get(kind="import"), reason="correct")
    first = ror_v2(1, "Anderes Institut", **part_of(2))
    register(tmp_path, first, ror_v2(2), ror_v2(3))
    # The other end is closed: the relation goes, but not at once, and the new name still waits.
    register(tmp_path, first, ror_v2(2, status="inactive"), ror_v2(3))
    assert related() == [("Beispiel Institut 1", "Beispiel Institut 2")]
    row = Submission.objects.get(kind="import", state="waiting")
    changed = {slot.key for slot in slots_of(row)[0] if slot.state == "changed"}
    assert changed >= {"name official de", "relation part_of"}
    accept(row, reason="correct")
    institutes.refresh_from_db()
    assert (institutes.name, related()) == ("Anderes Institut", [])


def test_an_entry_that_others_list_loses_the_closed_records_values(
    institutes: Actor, tmp_path: Path
) -> None:
    free = Actor.objects.get(name="Beispiel Institut 3")
    for actor, number in ((institutes, 1), (free, 3)):
        site = actor.website
        take(tmp_path, csv_row(number, actor.name, website=site, city="Bochum"))
    accept(Submission.objects.get(kind="import"), reason="correct")
    assert Place.objects.filter(actor=institutes).count() == 2
    closed = [ror_v2(n, status="inactive") for n in (1, 3)]
    said = register(tmp_path, *closed)
    assert (said["withdrawn"], said["offered"]) == (1, 1)
    free.refresh_from_db()
    assert {one.source.key for one in (*free.names.all(), *free.places.all())} == {"list"}
    assert (free.state, free.town) == ("published", "Bochum")
    # Somebody speaks for the first: the same waits for a decision.
    assert Place.objects.filter(actor=institutes).count() == 2
    row = Submission.objects.get(kind="import", state="waiting", source__key="ror")
    assert not row.details["withdraw"]
    accept(row, reason="correct")
    assert [one.town for one in Place.objects.filter(actor=institutes)] == ["Bochum"]
    register(tmp_path, ror_v2(3))  # it is listed again
    assert {one.source.key for one in free.places.all()} == {"list", "ror"}
