"""Imports: what changes, what stays, and what is said about it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from factories.lists import csv_row, csv_text, ror_v1, ror_v2, write
from steiger.cli.directory import directory
from steiger.regions import load_region
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry
from steiger.web.directory.domain import understanding
from steiger.web.directory.domain.actors import edit_values, hide_value
from steiger.web.directory.domain.merging import merge_actors
from steiger.web.directory.domain.vocabularies import load_vocabularies
from steiger.web.directory.models import Actor, ImportRun, Name, Place, Relation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _terms() -> None:
    load_vocabularies(region=load_region("nrw"), by=audit.SYSTEM)


def run(form: str, path: Path, *options: str) -> Result:
    return CliRunner().invoke(directory, ["import", form, str(path), *options])


def report(result: Result) -> dict[str, Any]:
    import json

    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def counts(result: Result) -> tuple[int, ...]:
    said = report(result)
    return tuple(said[key] for key in ("new", "changed", "unchanged", "withdrawn", "rejected"))


def test_ror_v1_and_v2_mixed(tmp_path: Path) -> None:
    path = write(tmp_path / "dump.json.gz", [ror_v2(1), ror_v1(2)])
    assert counts(run("ror", path, "--json")) == (2, 0, 0, 0, 0)
    for actor in Actor.objects.all():
        assert (actor.town, actor.district, actor.role_keys) == (
            "Hagen",
            "05914",
            ["research_institution"],
        )
        assert actor.short_name.startswith("BI")


def test_second_import_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "list.csv", csv_text(*(csv_row(i) for i in range(5))))
    assert counts(run("csv", path, "--json")) == (5, 0, 0, 0, 0)
    entries = LogEntry.objects.count()
    assert counts(run("csv", path, "--json")) == (0, 0, 5, 0, 0)
    assert LogEntry.objects.count() == entries


def test_changed_row_is_logged_with_before_and_after(tmp_path: Path) -> None:
    run("csv", write(tmp_path / "list.csv", csv_text(csv_row(1), csv_row(2))))
    path = write(tmp_path / "list.csv", csv_text(csv_row(1, "Beispiel Schmiede"), csv_row(2)))
    assert counts(run("csv", path, "--json")) == (0, 1, 1, 0, 0)
    entry = LogEntry.objects.get(act="directory.actor.reimport")
    assert entry.changes == {
        "name former": [[], ["Beispiel Werkstatt 1"]],
        "name official": [["Beispiel Werkstatt 1"], ["Beispiel Schmiede"]],
    }
    assert Actor.objects.filter(name="Beispiel Schmiede").exists()


def test_moderators_edit_wins_over_a_later_import(tmp_path: Path) -> None:
    run("csv", write(tmp_path / "list.csv", csv_text(csv_row(1))))
    actor = Actor.objects.get()
    edit_values(actor=actor, values=[Name(kind="official", text="Richtiger Name")], by=audit.SYSTEM)
    run("csv", write(tmp_path / "list.csv", csv_text(csv_row(1, "Noch ein Name"))))
    actor.refresh_from_db()
    assert actor.name == "Richtiger Name"
    assert Name.objects.filter(actor=actor, text="Noch ein Name").exists()


def test_hidden_value_stays_hidden(tmp_path: Path) -> None:
    row = ror_v2(1)
    run("ror", write(tmp_path / "a.json", [row]))
    acronym = Name.objects.get(kind="acronym")
    hide_value(value=acronym, hidden=True, by=audit.SYSTEM, reason="misleading")
    row["established"] = 1991
    assert counts(run("ror", write(tmp_path / "a.json", [row]), "--json"))[1] == 1
    assert Name.objects.get(kind="acronym").hidden
    assert Actor.objects.get().short_name == ""


def test_broken_row_in_the_middle_is_named_and_loses_nothing(tmp_path: Path) -> None:
    rows = [csv_row(i) for i in range(9)]
    rows[4] = csv_row(4, lat="abc")
    said = report(run("csv", write(tmp_path / "list.csv", csv_text(*rows)), "--json"))
    assert (said["new"], said["rejected"]) == (8, 1)
    assert said["rejected_rows"][0]["row"] == 6
    assert said["rejected_rows"][0]["field"] == "lat"


def test_strict_refuses_the_whole_file(tmp_path: Path) -> None:
    path = write(tmp_path / "list.csv", csv_text(csv_row(1), csv_row(2, lat="abc")))
    assert run("csv", path, "--strict").exit_code == 1
    assert Actor.objects.count() == 0


def test_dry_run_says_the_same_and_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "list.csv", csv_text(csv_row(1), csv_row(2, lat="abc")))
    rehearsal = report(run("csv", path, "--dry-run", "--json"))
    assert (Actor.objects.count(), ImportRun.objects.count()) == (0, 0)
    real = report(run("csv", path, "--json"))
    assert {**rehearsal, "dry_run": False} == real


def test_complete_list_withdraws_what_is_gone_and_brings_it_back(tmp_path: Path) -> None:
    both = csv_text(csv_row(1), csv_row(2))
    run("csv", write(tmp_path / "list.csv", both))
    path = write(tmp_path / "list.csv", csv_text(csv_row(1)))
    assert counts(run("csv", path, "--json"))[3] == 0
    assert counts(run("csv", path, "--complete", "--json"))[3] == 1
    assert Actor.objects.get(name="Beispiel Werkstatt 2").state == Actor.State.WITHDRAWN
    run("csv", write(tmp_path / "list.csv", both))
    assert Actor.objects.get(name="Beispiel Werkstatt 2").state == Actor.State.PUBLISHED


def test_complete_list_keeps_what_a_rejected_row_lists(tmp_path: Path) -> None:
    run("csv", write(tmp_path / "list.csv", csv_text(csv_row(1), csv_row(2))))
    path = write(tmp_path / "list.csv", csv_text(csv_row(1), csv_row(2, lat="abc")))
    said = counts(run("csv", path, "--complete", "--json"))
    assert said == (0, 0, 1, 0, 1)
    assert Actor.objects.filter(state=Actor.State.PUBLISHED).count() == 2


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([csv_row(1), csv_row(2, id="")], "Row 3 was rejected and names no id"),
        ([], "names no entry, so --complete would withdraw all 2"),
    ],
)
def test_complete_list_that_leaves_open_what_it_lists_is_refused(
    tmp_path: Path, rows: list[str], reason: str
) -> None:
    run("csv", write(tmp_path / "list.csv", csv_text(csv_row(1), csv_row(2))))
    path = write(tmp_path / "list.csv", csv_text(*rows))
    refused = run("csv", path, "--complete")
    assert refused.exit_code == 1
    assert reason in refused.output
    assert Actor.objects.filter(state=Actor.State.PUBLISHED).count() == 2


def said_of(actor: Actor) -> dict[str, Any]:
    """Roles with offers, terms and facts of an actor."""
    return {
        "roles": sorted(actor.roles.values_list("term__key", "offer_de")),
        "terms": sorted(actor.classifications.values_list("term__key", flat=True)),
        "facts": sorted(actor.facts.values_list("key", "value")),
    }


def test_terms_are_named_by_key_label_or_class(tmp_path: Path) -> None:
    text = (
        "id,name,rollen,angebote,themen,branchen,groesse\n"
        "1,A,Anbieter von KI-Lösungen|User,Baut|Nutzt,maschinelles lernen,62.01|J62|c,small\n"
        "2,B,provider|user,Baut|Nutzt,machine_learning,wz62|C,Small enterprise\n"
    )
    said = report(run("csv", write(tmp_path / "list.csv", text), "--json"))
    assert (said["new"], said["left_out"], said["left_out_values"]) == (2, 0, [])
    one, two = (said_of(actor) for actor in Actor.objects.order_by("pk"))
    assert one == two
    assert one == {
        "roles": [("provider", "Baut"), ("user", "Nutzt")],
        "terms": ["c", "machine_learning", "wz62"],
        "facts": [("size", "small")],
    }


def test_what_nobody_here_knows_is_named_and_left_out(tmp_path: Path) -> None:
    text = (
        "id,name,ort,roles,angebote,topics,size,ags,Notiz\n"
        "1,A,Hagen,Anbieter|user,Baut|Nutzt,Raketenbau,klein,99999999,x\n"
        "2,B,Hagen,Anbieter,,,,05914000,y\n"
    )
    path = write(tmp_path / "list.csv", text)
    said = report(run("csv", path, "--json"))
    found = {(row["field"], row["value"]): row for row in said["left_out_values"]}
    assert list(found) == [
        ("notiz", ""),
        ("roles", "Anbieter"),
        ("topics", "Raketenbau"),
        ("size", "klein"),
        ("municipality", "99999999"),
    ]
    assert (said["new"], said["left_out"]) == (2, 6)
    provider = found["roles", "Anbieter"]
    assert (provider["row"], provider["times"]) == (2, 2)
    assert "perhaps “provider” is meant" in provider["reason"]
    assert said_of(Actor.objects.get(name="A"))["roles"] == [("user", "Nutzt")]
    shown = run("csv", path, "--dry-run").output
    assert "left out: row 2, roles: is neither key nor label of a term" in shown
    assert "(“Anbieter”); so in 2 rows" in shown


def test_what_many_rows_say_is_compared_with_the_terms_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(
        understanding, "get_close_matches", lambda text, *_, **__: asked.append(text) or []
    )
    rows = "".join(f"{number},Beispiel {number},Zauberei\n" for number in range(5))
    said = report(run("csv", write(tmp_path / "a.csv", f"id,name,topics\n{rows}"), "--json"))
    assert (said["left_out"], len(asked)) == (5, 1)


def test_region_takes_only_what_is_seated_there(tmp_path: Path) -> None:
    munich = csv_row(2, city="München", region="Bayern", lat="48.14", lng="11.58")
    path = write(tmp_path / "list.csv", csv_text(csv_row(1), munich))
    said = report(run("csv", path, "--region", "nrw", "--json"))
    assert (said["new"], said["outside"]) == (1, 1)


@pytest.mark.parametrize(
    ("state", "inside"),
    [("NRW", True), ("NW", True), ("DE-NW", True), ("nordrhein-westfalen", True), ("DEA53", True),
     ("North Rhine-Westphalia", True), ("", True), ("Bayern", False), ("NDS", False)],
)  # fmt: skip
def test_state_is_known_by_all_its_names(tmp_path: Path, state: str, inside: bool) -> None:
    row = csv_row(1, region=state, lat="", lng="")
    said = report(run("csv", write(tmp_path / "a.csv", csv_text(row)), "--region", "nrw", "--json"))
    assert (said["new"], said["outside"]) == ((1, 0) if inside else (0, 1))
    if not inside:
        place = f"Hagen, {state}, DE"
        assert said["outside_rows"] == [{"row": 2, "record_id": "x1", "place": place}]


@pytest.mark.parametrize(
    ("postcode", "town", "key"),
    [
        ("58095", "Hagen", "05914000"),
        ("58095", "", ""),  # a place has a town or a point
        ("", "Hagen", "05914000"),
        ("42103", "Elberfeld", "05124000"),
        ("64839", "Münster", ""),  # the one in Hesse
        ("", "Neustadt", ""),
    ],
)
def test_postcode_and_town_decide_where_nothing_else_does(
    tmp_path: Path, postcode: str, town: str, key: str
) -> None:
    text = f"id,name,plz,ort\n1,Beispiel,{postcode},{town}\n"
    run("csv", write(tmp_path / "a.csv", text))
    actor = Actor.objects.get()
    assert (actor.municipality, actor.district) == (key, key[:5])
    # Without a point nobody would find it nearby.
    spot = load_region("nrw").municipalities.get(key)
    assert actor.latitude == (spot.lat if spot else None)
    assert actor.longitude == (spot.lon if spot else None)


def test_key_of_another_state_is_not_overruled_by_a_namesake(tmp_path: Path) -> None:
    text = "id,name,ort,ags\n1,Beispiel,Münster,06432016\n"  # the one in Hesse
    path = write(tmp_path / "a.csv", text)
    assert report(run("csv", path, "--region", "nrw", "--json"))["outside"] == 1
    said = report(run("csv", path, "--json"))
    assert (said["new"], said["left_out"]) == (1, 0)
    assert Actor.objects.get().municipality == ""


def test_same_ror_id_from_another_source_joins_the_actor(tmp_path: Path) -> None:
    run("ror", write(tmp_path / "a.json", [ror_v2(1)]))
    row = csv_row(1, id="https://ror.org/000000001", name="Anderer Name")
    run("csv", write(tmp_path / "list.csv", csv_text(row)), "--source", "other")
    assert Actor.objects.count() == 1
    assert Name.objects.filter(text="Anderer Name").exists()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_rows_that_share_a_website_are_told_apart_by_their_names(
    tmp_path: Path, order: tuple[int, int]
) -> None:
    site = "https://www.hochschule.example/"
    known = csv_row(1, "Universität zu Köln", website=site)
    run("csv", write(tmp_path / "list.csv", csv_text(known)), "--source", "one")
    rows = [
        csv_row(1, "UNIVERSITÄT ZU KÖLN", website="http://hochschule.example"),
        csv_row(2, "Prüfinstitut an der Universität zu Köln", website=f"{site}pruef"),
    ]
    path = write(tmp_path / "list.csv", csv_text(*(rows[number] for number in order)))
    run("csv", path, "--source", "two")
    names = Actor.objects.order_by("name").values_list("name", flat=True)
    assert list(names) == ["Prüfinstitut an der Universität zu Köln", "Universität zu Köln"]


def test_relations_between_records(tmp_path: Path) -> None:
    parent = {"type": "parent", "id": "https://ror.org/000000001", "label": "x"}
    rows = [ror_v2(2, relationships=[parent]), ror_v2(1)]
    run("ror", write(tmp_path / "a.json", rows))
    relation = Relation.objects.get()
    assert (relation.kind, relation.other.name) == ("part_of", "Beispiel Institut 1")
    name = Name.objects.filter(actor=relation.actor)[0]
    assert (relation.source_record, relation.stated_on) == (name.source_record, name.stated_on)
    assert relation.source_record
    run("ror", write(tmp_path / "a.json", rows))
    assert Relation.objects.count() == 1


def test_twice_the_same_id_in_one_file_is_rejected(tmp_path: Path) -> None:
    path = write(tmp_path / "list.csv", csv_text(csv_row(1), csv_row(1)))
    said = report(run("csv", path, "--json"))
    assert said["rejected_rows"][0]["reason"] == "appears twice: row 2 has the same id"


@pytest.mark.parametrize("seed", range(3))
def test_order_of_rows_does_not_matter(tmp_path: Path, seed: int) -> None:
    rows = [csv_row(i) for i in range(12)]
    run("csv", write(tmp_path / "list.csv", csv_text(*rows)))
    random.Random(seed).shuffle(rows)
    assert counts(run("csv", write(tmp_path / "list.csv", csv_text(*rows)), "--json")) == (
        0,
        0,
        12,
        0,
        0,
    )


def test_merged_actor_redirects_and_keeps_values(tmp_path: Path) -> None:
    run("csv", write(tmp_path / "list.csv", csv_text(csv_row(1), csv_row(2))))
    one, two = Actor.objects.order_by("id")
    merge_actors(duplicate=two, into=one, by=audit.SYSTEM, reason="same workshop")
    two.refresh_from_db()
    assert (two.state, two.merged_into_id) == (Actor.State.MERGED, one.pk)
    assert set(Name.objects.filter(actor=one).values_list("text", flat=True)) == {
        "Beispiel Werkstatt 1",
        "Beispiel Werkstatt 2",
    }
    assert Place.objects.filter(actor=one).count() == 1


@pytest.mark.shared
def test_real_dump_of_both_schemas(shared: Path) -> None:
    path = shared / "data/directory/ror_germany_earlier.json.gz"
    said = report(run("ror", path, "--region", "nrw", "--json"))
    assert (said["new"], said["rejected"]) == (214, 0)
    assert counts(run("ror", path, "--region", "nrw", "--json"))[:3] == (0, 0, 214)
    dortmund = Actor.objects.filter(town="Dortmund")
    assert set(dortmund.values_list("district", flat=True)) == {"05913"}


def test_a_name_that_a_list_gives_up_is_kept_as_a_former_name(tmp_path: Path) -> None:
    def listed(name: str, **more: str) -> list[tuple[str, str]]:
        text = csv_text(csv_row(1, name, **more))
        assert run("csv", write(tmp_path / "list.csv", text)).exit_code == 0
        return sorted(Name.objects.values_list("kind", "text"))

    listed("Beispiel Werkstatt")
    assert listed("Beispiel Werkstadt") == [("official", "Beispiel Werkstadt")]  # a correction
    both = [("former", "Beispiel Werkstadt"), ("official", "Haus der Beispiele")]
    assert listed("Haus der Beispiele") == both
    assert listed("Haus der Beispiele", established="1991") == both
    assert listed("Beispiel Werkstadt") == [
        ("former", "Haus der Beispiele"),
        ("official", "Beispiel Werkstadt"),
    ]
