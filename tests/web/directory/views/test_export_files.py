"""Lists that leave the map: one view in four forms, safe, complete, and only what is public."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from factories.directory import make_actor, make_source
from steiger.web.accounts.domain import audit
from steiger.web.directory.domain import index
from steiger.web.directory.domain.actors import withdraw_actor
from steiger.web.directory.domain.export_fields import COLUMNS, IMPORTED, entry_named
from steiger.web.directory.domain.merging import merge_actors
from steiger.web.directory.interfaces.column_words import column_meanings
from steiger.web.directory.models import (
    Actor,
    Description,
    Identifier,
    Link,
    Name,
    Role,
)
from steiger.web.directory.views import export

pytestmark = pytest.mark.django_db
HAGEN: dict[str, Any] = {"town": "Hagen", "ags": "05914000", "spot": (51.3608, 7.4717)}


@pytest.fixture
def actors() -> list[Actor]:
    """Two in Hagen, one with a formula as its name, one without a place."""
    made = [
        make_actor("Hammerwerk Digital", **HAGEN, topics=("machine_learning",), short="HD"),
        make_actor("Institut für Fernlehre", **HAGEN, roles={"research_institution": "Forscht."}),
        make_actor("=HYPERLINK(1)", is_example=True),
        make_actor("Zukunftslabor", town="", ags="", spot=None, roles={}),
    ]
    index.rebuild()
    return made


def body(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response.streaming_content)  # type: ignore[arg-type]


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def names(content: bytes) -> list[str]:
    return [row["name"] for row in table(content)]


def test_csv_holds_what_the_page_shows_and_where_it_is_from(
    client: Client, actors: list[Actor]
) -> None:
    rows = {row["name"]: row for row in table(body(client, "/landkarte/daten.csv"))}
    assert len(rows) == 4
    row = rows["Hammerwerk Digital"]
    assert tuple(row) == COLUMNS
    assert entry_named(row["id"])[1] == actors[0].slug
    assert (row["city"], row["municipality"], row["district"]) == ("Hagen", "05914000", "Hagen")
    assert (row["roles"], row["offers_de"]) == ("provider", "Bietet Beispiele an.")
    assert (row["topics"], row["short_name"]) == ("machine_learning", "HD")
    assert (row["sources"], row["licences"]) == ("Quelle region", "CC0 1.0")
    assert row["stated_on"] == "2025-06-27"
    assert row["topic_names"] == "Maschinelles Lernen"


def test_formulas_are_marked_in_csv_and_xlsx(client: Client, actors: list[Actor]) -> None:
    assert "'=HYPERLINK(1)" in names(body(client, "/landkarte/daten.csv"))
    book = openpyxl.load_workbook(io.BytesIO(body(client, "/landkarte/daten.xlsx")))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    text = [row[0].value for row in book.worksheets[1].iter_rows()]
    assert {"Lizenz", "Herausgeberin", "Adresse", *COLUMNS} <= set(text)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?category=research", ["Institut für Fernlehre"]),
        ("?district=05914&sort=name", ["Hammerwerk Digital", "Institut für Fernlehre"]),
        ("?examples=hide&q=Hyperlink", []),
        (
            "?near=Hagen&radius=5&page=7&view=table",
            ["Hammerwerk Digital", "Institut für Fernlehre"],
        ),
        ("?bounds=7.4,51.3,7.5,51.4", ["Hammerwerk Digital", "Institut für Fernlehre"]),
    ],
)
def test_every_form_respects_the_filters(
    client: Client, actors: list[Actor], query: str, expected: list[str]
) -> None:
    assert names(body(client, f"/landkarte/daten.csv{query}")) == expected
    points = json.loads(body(client, f"/landkarte/daten.geojson{query}"))
    assert [f["properties"]["name"] for f in points["features"]] == expected
    graph = json.loads(body(client, f"/landkarte/daten.jsonld{query}"))["@graph"]
    assert [node["name"] for node in graph[1:]] == expected
    sheet = openpyxl.load_workbook(io.BytesIO(body(client, f"/landkarte/daten.xlsx{query}")))
    column = COLUMNS.index("name")
    found = [row[column] for row in sheet.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert found == expected


FORMS = (
    *("daten.csv", "daten.xlsx", "daten.geojson", "daten.jsonld"),
    *("neues.atom", "neues.rss", "eingebettet/", "steckbrief.pdf"),
)


@pytest.mark.usefixtures("actors")
@pytest.mark.parametrize("form", FORMS)
def test_filters_that_mean_nothing_give_no_wider_list(client: Client, form: str) -> None:
    for query, words in (
        ("role=nix", "„nix“ ist unter „Unterkategorie“ nicht bekannt."),
        ("topic=machine_learning&district=1&near=Hagen", "„1“ ist unter „Kreis“ nicht bekannt."),
        ("near=Nirgendwo", "„Nirgendwo“ ist unter „Ort“ nicht bekannt."),
    ):
        response = client.get(f"/landkarte/{form}", query_params=dict(_pairs(query)))
        assert response.status_code == 400, (form, query)
        assert words in response.content.decode()
        assert "Hammerwerk" not in response.content.decode()


def _pairs(query: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (part.partition("=") for part in query.split("&"))]


def test_the_order_is_that_of_the_list(client: Client, actors: list[Actor]) -> None:
    page = client.get("/landkarte/?sort=newest").content.decode()
    shown = [int(part.split('"')[0]) for part in page.split('data-actor="')[1:]]
    slugs = dict(Actor.objects.values_list("slug", "pk"))
    rows = table(body(client, "/landkarte/daten.csv?sort=newest"))
    assert [slugs[entry_named(row["id"])[1]] for row in rows] == shown


def test_geojson_puts_longitude_first_and_keeps_who_has_no_place(
    client: Client, actors: list[Actor]
) -> None:
    points = json.loads(body(client, "/landkarte/daten.geojson"))
    by_name = {f["properties"]["name"]: f for f in points["features"]}
    assert by_name["Hammerwerk Digital"]["geometry"]["coordinates"] == [7.4717, 51.3608]
    assert by_name["Zukunftslabor"]["geometry"] is None
    assert points["license"].startswith("https://creativecommons.org/")


def test_who_is_not_public_never_leaves_even_if_the_index_is_late(client: Client) -> None:
    kept = make_actor("Bleibt")
    for number, state in enumerate(("draft", "withdrawn", "merged")):
        make_actor(f"Geheim {number}", state=state, merged_into=kept if number == 2 else None)
    late, double = make_actor("Geheim spät"), make_actor("Geheim doppelt")
    index.rebuild()
    # The index still knows both: it learns of a change only after the transaction, which the test
    # never ends.
    withdraw_actor(actor=late, by=audit.SYSTEM, reason="Auf Wunsch")
    merge_actors(duplicate=double, into=kept, by=audit.SYSTEM, reason="Doppelt")
    for ending in ("csv", "geojson", "jsonld"):
        text = body(client, f"/landkarte/daten.{ending}").decode()
        assert "Bleibt" in text
        # The name of a merged entry lives on as another name of the one that took it in.
        assert "Geheim spät" not in text
        assert not any(f"Geheim {n}" in text for n in range(3))
        assert late.slug not in text
        assert double.slug not in text
    for form in ("atom", "rss"):
        feed = client.get(f"/landkarte/neues.{form}").content.decode()
        assert "Bleibt" in feed
        assert "Geheim" not in feed


def test_hidden_values_and_roles_that_were_not_accepted_stay(client: Client) -> None:
    actor, source = make_actor("Schmiede"), make_source()
    said: dict[str, Any] = {"actor": actor, "source": source, "hidden": True}
    Name.objects.create(kind="alias", text="Verborgen eins", **said)
    Description.objects.create(language="de", text="Verborgen zwei", **said)
    Identifier.objects.create(scheme="wikidata", value="Q1", **said)
    Link.objects.create(kind="wikipedia", url="https://de.example.org/Verborgen", **said)
    role = Role.objects.get(actor=actor)
    role.state = Role.State.SUBMITTED
    role.save()
    index.rebuild()
    text = body(client, "/landkarte/daten.csv").decode()
    assert "Verborgen" not in text
    assert "Bietet Beispiele an." not in text
    assert "Q1" not in text


def test_the_weightiest_source_counts(client: Client) -> None:
    actor = make_actor("Schmiede", description="Vom Register", source=make_source("r", 40))
    owner = make_source("owner", 90, licence="CC BY 4.0")
    Description.objects.create(actor=actor, language="de", text="Von der Stelle", source=owner)
    index.rebuild()
    (row,) = table(body(client, "/landkarte/daten.csv"))
    assert row["description_de"] == "Von der Stelle"
    assert row["sources"] == "Quelle owner|Quelle r"
    assert row["licences"] == "CC BY 4.0|CC0 1.0"


@pytest.mark.usefixtures("steady_vocabulary")
def test_queries_do_not_grow_with_the_number_of_actors(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(40):
        make_actor()
    index.rebuild()
    body(client, "/landkarte/daten.csv")
    with django_assert_max_num_queries(16):
        body(client, "/landkarte/daten.csv")


def test_an_unchanged_list_is_not_sent_again(client: Client, actors: list[Actor]) -> None:
    first = client.get("/landkarte/daten.csv")
    b"".join(first.streaming_content)  # type: ignore[arg-type]
    again = client.get("/landkarte/daten.csv", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    other = client.get(
        "/landkarte/daten.csv?category=research", headers={"If-None-Match": first["ETag"]}
    )
    assert other.status_code == 200


def test_head_says_what_would_come(client: Client, actors: list[Actor]) -> None:
    for ending in ("csv", "xlsx", "geojson", "jsonld"):
        response = client.head(f"/landkarte/daten.{ending}")
        assert response.status_code == 200
        assert f".{ending}" in response["Content-Disposition"]
        assert response["Access-Control-Allow-Origin"] == "*"
        assert 'rel="license"' in response["Link"]


def test_many_large_lists_in_an_hour_are_refused_in_words(
    client: Client, actors: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "LARGE", 1)
    monkeypatch.setattr(export, "MOST", 2)
    answers = [client.get("/landkarte/daten.csv", REMOTE_ADDR="198.51.100.7") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "3600"
    assert "große Listen" in answers[2].content.decode()
    small = client.get("/landkarte/daten.csv?category=research", REMOTE_ADDR="198.51.100.7")
    assert small.status_code == 200


def test_one_large_workbook_at_a_time(
    client: Client, actors: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "LARGE", 1)
    with export._workbook:
        busy = client.get("/landkarte/daten.xlsx", REMOTE_ADDR="198.51.100.8")
    assert (busy.status_code, busy["Retry-After"]) == (503, "30")
    free = client.get("/landkarte/daten.xlsx", REMOTE_ADDR="198.51.100.8")
    assert free.status_code == 200


@pytest.mark.parametrize("view", ["list", "map", "table"])
def test_the_block_keeps_the_filters(client: Client, actors: list[Actor], view: str) -> None:
    page = client.get(f"/landkarte/?category=research&view={view}").content.decode()
    assert "Herunterladen und weiterverwenden" in page
    for address in ("daten.csv", "daten.xlsx", "daten.geojson", "daten.jsonld", "neues.atom"):
        assert f'href="/landkarte/{address}?category=research"' in page
    assert '<link rel="alternate" type="application/atom+xml"' in page


def test_a_districts_page_offers_its_own_list(client: Client, actors: list[Actor]) -> None:
    page = client.get("/landkarte/region/05914-hagen/").content.decode()
    assert 'href="/landkarte/daten.csv?district=05914"' in page


def test_every_column_is_explained_and_documented() -> None:
    assert tuple(column for column, _ in column_meanings()) == COLUMNS
    page = (Path(__file__).resolve().parents[4] / "docs/reference/directory-export.md").read_text()
    assert [c for c in COLUMNS if f"| `{c}` |" not in page] == []
    assert set(IMPORTED) < set(COLUMNS)


def test_texts_in_another_language_say_so_and_files_take_the_readers(client: Client) -> None:
    actor = make_actor(
        "Beispiel Zweisprachig", roles={"provider": "Prüft Nähte."}, description="Wir."
    )
    Role.objects.filter(actor=actor).update(offer_en="Checks welds.")
    only = make_actor("Beispiel English", roles={"provider": ""})
    Role.objects.filter(actor=only).update(offer_en="Speaks only English.")
    Actor.objects.filter(pk=only.pk).update(offer_en="Speaks only English.")
    index.rebuild()
    german, english = (body(client, f"{way}/landkarte/daten.jsonld") for way in ("", "/en"))
    assert "Prüft Nähte.".encode() in german
    assert b"Checks welds." in english
    assert "Prüft Nähte.".encode() not in english
    said = '<p lang="en">Speaks only English.</p>'
    assert said in client.get(f"/landkarte/eintrag/{only.slug}/").content.decode()
    assert said not in client.get(f"/en/landkarte/eintrag/{only.slug}/").content.decode()
    assert 'class="st-hit-offer" lang="en">Speaks' in client.get("/landkarte/").content.decode()
    bilingual = client.get(f"/landkarte/eintrag/{actor.slug}/").content.decode()
    assert "<p>Prüft Nähte.</p>" in bilingual
