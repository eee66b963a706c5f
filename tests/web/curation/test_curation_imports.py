"""Imports propose to actors that somebody speaks for, and change all others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from factories.curation import accept, acting, make_edit, statements
from factories.directory import make_terms
from factories.lists import csv_row, csv_text, write
from steiger.cli.directory import directory
from steiger.web.accounts.models import User
from steiger.web.curation.domain import decisions
from steiger.web.curation.models import Representation, Submission
from steiger.web.directory.domain.merging import all_statements, merge_actors
from steiger.web.directory.models import Actor, Name

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
