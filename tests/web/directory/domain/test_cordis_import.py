"""Taking over CORDIS: firms with their mark, and the network of who works with whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from factories.cordis import download, organisation, project
from factories.directory import make_actor, make_source
from steiger.cli.directory import directory
from steiger.regions import load_region
from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.vocabularies import load_vocabularies
from steiger.web.directory.models import Actor, Fact, Identifier, Relation

pytestmark = pytest.mark.django_db


def run(path: Path, *options: str) -> dict[str, Any]:
    done = CliRunner().invoke(directory, ["import", "cordis", str(path), "--json", *options])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(autouse=True)
def _terms() -> None:
    load_vocabularies(region=load_region("nrw"), by=audit.SYSTEM)


def test_region_is_taken_over_with_its_network_and_twice_changes_nothing(tmp_path: Path) -> None:
    rows = [
        organisation(1, 1, role="coordinator", nutsCode="FR101", country="FR"),
        organisation(1, 2),
        organisation(1, 3, SME="false"),
        organisation(2, 3, SME="false", nutsCode="", geolocation="51.36,7.47"),
        organisation(2, 2),
    ]
    path = download(tmp_path, rows, [project(1), project(2)], packed=True)
    rehearsal = run(path, "--region", "nrw", "--dry-run")
    assert (rehearsal["new"], Actor.objects.count()) == (2, 0)
    done = run(path, "--region", "nrw")
    assert (done["new"], done["outside"], done["rejected"]) == (2, 1, 0)
    tie = Relation.objects.get()
    assert (tie.actor.name, tie.kind, tie.other.name) == (
        "BEISPIEL WERKSTATT 2 GMBH",
        "project_partner",
        "BEISPIEL WERKSTATT 3 GMBH",
    )
    assert tie.note == "BEISPIEL-2 (101070002) · BEISPIEL-1 (101070001)"
    assert tie.source_record == "https://cordis.europa.eu/project/id/101070002"
    assert [fact.actor.name for fact in Fact.objects.filter(key="sme")] == [tie.actor.name]
    assert tie.actor.district == "05914"
    again = run(path, "--region", "nrw")
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert Relation.objects.get().pk == tie.pk


def test_new_project_of_known_partners_changes_only_the_note(tmp_path: Path) -> None:
    rows = [organisation(1, 1), organisation(1, 2)]
    run(download(tmp_path, rows, [project(1)]))
    rows += [organisation(4, 1), organisation(4, 2)]
    done = run(download(tmp_path, rows, [project(1), project(4)]))
    assert done["changed"] == 0
    tie = Relation.objects.get()
    assert tie.note == "BEISPIEL-4 (101070004) · BEISPIEL-1 (101070001)"
    assert tie.source_record.endswith("101070004")


def test_known_actor_is_recognised_by_its_pic(tmp_path: Path) -> None:
    known = make_actor("Werkstatt Eins")
    Identifier.objects.create(
        actor=known, scheme="pic", value="999000001", source=make_source(precedence=100)
    )
    run(download(tmp_path, [organisation(1, 1)], [project(1)]))
    assert list(Actor.objects.values_list("name", flat=True)) == ["Werkstatt Eins"]


def test_folder_is_refused_by_formats_that_read_files(tmp_path: Path) -> None:
    done = CliRunner().invoke(directory, ["import", "csv", str(tmp_path)])
    assert done.exit_code == 2
    assert "reads a file" in done.output
