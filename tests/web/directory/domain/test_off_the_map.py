"""Which entries leave the map by an import, and which come back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from factories.lists import csv_row, csv_text, ror_v2, write
from steiger.cli.directory import directory
from steiger.regions import load_region
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry
from steiger.web.directory.domain.actors import withdraw_actor
from steiger.web.directory.domain.merging import merge_actors
from steiger.web.directory.domain.vocabularies import load_vocabularies
from steiger.web.directory.models import Actor, ImportedRecord

pytestmark = pytest.mark.django_db
State = Actor.State


@pytest.fixture(autouse=True)
def _terms() -> None:
    load_vocabularies(region=load_region("nrw"), by=audit.SYSTEM)


def take(path: Path, *rows: str, source: str = "list", complete: bool = False) -> dict[str, Any]:
    """Take over a CSV list; returns the report."""
    file = write(path / "list.csv", csv_text(*rows))
    options = ["import", "csv", str(file), "--json", "--source", source]
    result = CliRunner().invoke(directory, [*options, "--complete"] if complete else options)
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def states() -> list[str]:
    return list(Actor.objects.order_by("pk").values_list("state", flat=True))


def test_entry_of_two_records_stays_while_one_of_them_is_listed(tmp_path: Path) -> None:
    take(tmp_path, csv_row(1), csv_row(2))
    one, two = Actor.objects.order_by("pk")
    merge_actors(duplicate=two, into=one, by=audit.SYSTEM, reason="same workshop")
    take(tmp_path, csv_row(1), complete=True)
    assert states() == [State.PUBLISHED, State.MERGED]
    take(tmp_path, csv_row(3), complete=True)
    assert states()[:2] == [State.WITHDRAWN, State.MERGED]


def test_entry_of_two_records_stays_if_the_source_closes_one(tmp_path: Path) -> None:
    rows = [ror_v2(1), ror_v2(2)]
    file = str(write(tmp_path / "a.json", rows))
    CliRunner().invoke(directory, ["import", "ror", file])
    one, two = Actor.objects.order_by("pk")
    merge_actors(duplicate=two, into=one, by=audit.SYSTEM, reason="predecessor")
    rows[1]["status"] = "inactive"
    write(tmp_path / "a.json", rows)
    CliRunner().invoke(directory, ["import", "ror", file])
    assert ImportedRecord.objects.filter(withdrawn=True).count() == 1
    assert states() == [State.PUBLISHED, State.MERGED]


def test_entry_that_comes_back_is_logged(tmp_path: Path) -> None:
    take(tmp_path, csv_row(1), csv_row(2))
    take(tmp_path, csv_row(1), complete=True)
    take(tmp_path, csv_row(1), csv_row(2))
    entry = LogEntry.objects.get(act="directory.actor.restore")
    assert (entry.reason, entry.changes) == ("list", {"state": ["withdrawn", "published"]})
    assert states() == [State.PUBLISHED, State.PUBLISHED]


def test_entry_that_a_person_took_off_stays_off(tmp_path: Path) -> None:
    shared = "https://ror.org/000000001"
    take(tmp_path, csv_row(1, id=shared), source="one")
    take(tmp_path, csv_row(1, id=shared), csv_row(2), source="two")
    take(tmp_path, csv_row(2), source="two", complete=True)
    actor = Actor.objects.order_by("pk")[0]
    withdraw_actor(actor=actor, by=audit.Actor(7, "moderator"), reason="asked for")
    take(tmp_path, csv_row(1, id=shared), csv_row(2), source="two")
    assert states() == [State.WITHDRAWN, State.PUBLISHED]


def test_another_list_does_not_speak_of_what_a_person_took_off(tmp_path: Path) -> None:
    shared = "https://ror.org/000000001"
    take(tmp_path, csv_row(1, id=shared), source="one")
    actor = Actor.objects.get()
    withdraw_actor(actor=actor, by=audit.Actor(7, "moderator"), reason="asked for")
    said = take(tmp_path, csv_row(1, id=shared), csv_row(2), source="two")
    assert (said["new"], said["rejected"]) == (1, 1)
    assert "is not public" in said["rejected_rows"][0]["reason"]
    assert states() == [State.WITHDRAWN, State.PUBLISHED]


def test_another_list_brings_back_what_a_list_took_off(tmp_path: Path) -> None:
    shared = "https://ror.org/000000001"
    take(tmp_path, csv_row(1, id=shared), csv_row(2), source="one")
    take(tmp_path, csv_row(2), source="one", complete=True)
    assert states() == [State.WITHDRAWN, State.PUBLISHED]
    take(tmp_path, csv_row(1, id=shared), source="two")
    assert states() == [State.PUBLISHED, State.PUBLISHED]


def test_shared_id_leads_to_the_survivor_of_a_merger(tmp_path: Path) -> None:
    def listed(*ids: str) -> str:
        rows = "\n".join(f"{one},Beispiel {one},Hagen,wikidata:Q42" for one in ids)
        return str(write(tmp_path / "list.csv", f"id,name,city,identifiers\n{rows}\n"))

    CliRunner().invoke(directory, ["import", "csv", listed("a", "b"), "--source", "one"])
    one, two = Actor.objects.order_by("pk")
    merge_actors(duplicate=one, into=two, by=audit.SYSTEM, reason="same")
    CliRunner().invoke(directory, ["import", "csv", listed("c"), "--source", "two"])
    assert ImportedRecord.objects.get(record_id="c").actor == two
