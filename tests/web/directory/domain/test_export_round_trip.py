"""Our own lists come back as they went: nothing changes here, nothing is lost elsewhere."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from factories.directory import make_actor, make_source, term
from steiger.cli.directory import directory
from steiger.regions import load_region
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry
from steiger.web.directory.domain import index
from steiger.web.directory.domain.actors import withdraw_actor
from steiger.web.directory.domain.export_fields import IMPORTED
from steiger.web.directory.domain.export_rows import export_rows
from steiger.web.directory.domain.summary import refresh
from steiger.web.directory.models import (
    Actor,
    Description,
    Fact,
    Identifier,
    Link,
    Name,
    Place,
    Role,
    Source,
)

pytestmark = pytest.mark.django_db
FORMS = ("csv", "xlsx", "geojson")


@pytest.fixture(autouse=True)
def _where_files_are_looked_at() -> None:
    # Files know no database. Inside one long transaction PostgreSQL has once lost the examples
    # between export and import, which could not be repeated.
    if connection.vendor == "postgresql":
        pytest.skip("the way of a file and back is looked at on SQLite")


#: Each example asks the whole way through index, view and command, so a few long ones; without
#: shrinking, which would ask that way a thousand times.
FEW = settings(
    max_examples=4,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

#: What an import accepts as a name: no markup, no formula, but all that spreadsheets trip over.
_signs = st.characters(
    codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="<>|¦=@+-\ufffd"
)
words = (
    st.text(_signs, min_size=1, max_size=24)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: bool(text) and text == unicodedata.normalize("NFC", text))
)
names = words | st.sampled_from(
    ["- Verein", "+49 Labor", "'s Heeren", "''- doppelt", "-5", "007", 'A "B"; C']
)
offers = st.sampled_from(["", "Berät; schult", "- sofort", "Zeile\nzwei"])


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    """What is said about one actor."""
    spot = draw(st.none() | st.tuples(st.floats(50.4, 52.4), st.floats(5.9, 9.4)))
    return {
        "name": draw(names),
        "spot": spot,
        "english": draw(st.none() | names),
        "short": draw(st.lists(names, max_size=2, unique=True)),
        "former": draw(st.lists(names, max_size=2, unique=True)),
        "street": draw(st.sampled_from(["", "Hauptstraße 5", "-1 Tiefgeschoss"])),
        "postcode": draw(st.sampled_from(["", "58095", "01234"])),
        "founded": draw(st.none() | st.integers(1500, 2025)),
        "size": draw(st.sampled_from(["", "small"])),
        "wikidata": draw(st.none() | st.from_regex(r"Q[1-9][0-9]{0,6}", fullmatch=True)),
        "roles": draw(st.dictionaries(st.sampled_from(["provider", "user", "research_institution"]),
                                      st.tuples(offers, offers), max_size=3)),
        "topics": draw(st.lists(st.sampled_from(["machine_learning"]), max_size=1)),
        "text": draw(st.none() | words),
        "initiative": draw(st.booleans()),
        "example": draw(st.booleans()),
    }  # fmt: skip


def make(said: dict[str, Any], number: int) -> Actor:
    """An actor about whom all this is said."""
    actor = make_actor(
        said["name"], slug=f"stelle-{number}", roles={}, topics=tuple(said["topics"]),
        size=said["size"], description=said["text"] or "", town="Hagen", ags="05914000",
        spot=said["spot"], is_example=said["example"], website=f"https://stelle{number}.example/",
        kind=Actor.Kind.INITIATIVE if said["initiative"] else Actor.Kind.ORGANISATION,
    )  # fmt: skip
    base: dict[str, Any] = {"actor": actor, "source": make_source()}
    more = [("translation", "en", said["english"])] if said["english"] else []
    more += [("short", "", text) for text in said["short"]]
    more += [("former", "", text) for text in said["former"]]
    for kind, language, text in more:
        Name.objects.create(kind=kind, language=language, text=text, **base)
    Place.objects.filter(actor=actor).update(street=said["street"], postcode=said["postcode"])
    Link.objects.create(kind="wikipedia", url="https://de.wikipedia.example/Stelle", **base)
    if said["founded"]:
        Fact.objects.create(key="founded", value=said["founded"], **base)
    if said["wikidata"]:
        Identifier.objects.create(scheme="wikidata", value=f"{said['wikidata']}{number}", **base)
    for key, (german, english) in said["roles"].items():
        Role.objects.create(term=term("role", key), offer_de=german, offer_en=english, **base)
    if said["text"]:
        Description.objects.create(language="en", text=said["text"][::-1], **base)
    refresh([actor.pk])
    return actor


def export(form: str, folder: Path) -> Path:
    """The whole map as a file."""
    index.rebuild()
    response = Client().get(f"/landkarte/daten.{form}")
    path = folder / f"liste.{form}"
    path.write_bytes(b"".join(response.streaming_content))  # type: ignore[arg-type]
    return path


def load(form: str, path: Path, *options: str) -> dict[str, Any]:
    """Import and give the report."""
    result = CliRunner().invoke(directory, ["import", form, str(path), "--json", *options])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def exported(folder: Path) -> dict[str, dict[str, Any]]:
    """Name of the website → what an import would read about it, without the id."""
    features = json.loads(export("geojson", folder).read_text(encoding="utf-8"))["features"]
    return {
        f["properties"]["website"]: {
            "geometry": f["geometry"],
            # An import puts needless white space in order, which no reader can see.
            **{
                key: " ".join(str(value).split())
                for key, value in f["properties"].items()
                if key in IMPORTED and key != "id"
            },
        }
        for f in features
    }


def state() -> list[Any]:
    """Everything that an import could have touched."""
    models = (Actor, Name, Place, Link, Identifier, Fact, Description, Role, LogEntry)
    return [list(model._default_manager.order_by("pk").values_list()) for model in models]


@contextmanager
def undone() -> Iterator[None]:
    """One example of a law; its rows are gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@FEW
@given(said=st.lists(facts(), min_size=1, max_size=4))
@pytest.mark.parametrize("form", FORMS)
def test_reimport_of_our_own_list_changes_nothing(
    form: str, said: list[dict[str, Any]], tmp_path: Path
) -> None:
    with undone():
        for number, one in enumerate(said):
            make(one, number)
        path, before = export(form, tmp_path), state()
        report = load(form, path, "--strict")
        assert report["rejected_rows"] == []
        assert (report["unchanged"], report["new"], report["changed"]) == (len(said), 0, 0)
        assert state() == before


@FEW
@given(said=st.lists(facts(), min_size=1, max_size=3))
@pytest.mark.parametrize("form", FORMS)
def test_another_installation_takes_over_every_value(
    form: str, said: list[dict[str, Any]], tmp_path: Path, settings: Any
) -> None:
    with undone():
        for number, one in enumerate(said):
            make(one, number)
        path, before = export(form, tmp_path), exported(tmp_path)
        Actor.objects.all().delete()
        settings.BASE_URL = "https://andere.example"
        report = load(form, path, "--strict")
        assert report["new"] == len(said)
        # Who has no point stands in the middle of its town there.
        town = load_region("nrw").municipalities["05914000"]
        middle = {"type": "Point", "coordinates": [round(town.lon, 7), round(town.lat, 7)]}
        assert exported(tmp_path) == {
            site: row | {"geometry": row["geometry"] or middle} for site, row in before.items()
        }
        settings.BASE_URL = "http://127.0.0.1:8000"


def test_an_edited_row_becomes_the_word_of_the_list(tmp_path: Path) -> None:
    actor, other = make_actor("Alter Name", website=""), make_actor("Bleibt gleich")
    path = export("csv", tmp_path)
    text = path.read_text(encoding="utf-8").replace(";Alter Name;", ";Neuer Name;")
    path.write_text(text, encoding="utf-8")
    report = load("csv", path, "--source", "nachtrag")
    assert (report["new"], report["unchanged"]) == (1, 1)
    assert Actor.objects.count() == 2
    said = Name.objects.get(text="Neuer Name")
    assert (said.actor_id, said.source.key) == (actor.pk, "nachtrag")
    actor.refresh_from_db()
    assert actor.name == "Alter Name"  # the region's editors outweigh a list
    assert not Name.objects.filter(actor=other, source__key="nachtrag").exists()
    again = load("csv", path, "--source", "nachtrag")
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 2)


def test_a_withdrawn_entry_does_not_come_back_by_a_list(tmp_path: Path) -> None:
    actor = make_actor("War einmal")
    path = export("csv", tmp_path)
    withdraw_actor(actor=actor, by=audit.SYSTEM, reason="Auf Wunsch")
    report = load("csv", path)
    assert [row["field"] for row in report["rejected_rows"]] == ["id"]
    assert "not public" in report["rejected_rows"][0]["reason"]
    actor.refresh_from_db()
    assert actor.state == Actor.State.WITHDRAWN
    assert Actor.objects.count() == 1


def test_a_list_of_another_installation_makes_new_entries(tmp_path: Path, settings: Any) -> None:
    actor = make_actor("Hammerwerk", website="")
    path = export("csv", tmp_path)
    settings.BASE_URL = "https://andere.example"
    # This one only bears the same name, and so has the same slug.
    Place.objects.filter(actor=actor).update(street="Anderswo 7")
    refresh([actor.pk])
    assert load("csv", path)["new"] == 1
    assert Actor.objects.filter(name="Hammerwerk").count() == 2
    assert Source.objects.filter(key="liste").exists()


@pytest.mark.parametrize("form", FORMS)
def test_our_own_list_is_known_when_the_map_has_another_address(
    form: str, tmp_path: Path, settings: Any
) -> None:
    for number in range(3):
        make_actor(f"Hammerwerk {number}", website="")
    settings.BASE_URL = "https://landkarte.example"
    path, before = export(form, tmp_path), state()
    settings.BASE_URL = "http://127.0.0.1:8000"
    report = load(form, path)
    assert (report["new"], report["unchanged"]) == (0, 3)
    assert state() == before


def test_edits_of_our_own_list_are_known_when_the_map_has_another_address(
    tmp_path: Path, settings: Any
) -> None:
    make_actor("Bleibt gleich", website="")
    actor = make_actor("Alter Name", website="")
    path = export("csv", tmp_path)
    text = path.read_text(encoding="utf-8").replace(";Alter Name;", ";Neuer Name;")
    path.write_text(text, encoding="utf-8")
    settings.BASE_URL = "https://andere.example"
    load("csv", path)
    assert Actor.objects.count() == 2
    assert Name.objects.get(text="Neuer Name").actor_id == actor.pk


@pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite only")
def test_an_export_leaves_the_connection_as_it_was() -> None:
    def kept() -> list[object]:
        with connection.cursor() as cursor:
            return [
                cursor.execute(f"PRAGMA {key}").fetchone() for key in ("mmap_size", "cache_size")
            ]

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size=-12345")
    before, actor = kept(), make_actor("Beispiel")
    assert len(list(export_rows([actor.pk]))) == 1
    assert kept() == before
