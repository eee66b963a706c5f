"""The Landkarte as a visitor meets it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from factories.directory import make_actor
from steiger.web.directory.domain import index
from steiger.web.directory.models import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def actors() -> list[Actor]:
    """Two in Hagen (one does research), one far away, one example, one with a former name."""
    hagen = {"town": "Hagen", "ags": "05914000", "spot": (51.3608, 7.4717)}
    made = [
        make_actor("Hammerwerk Digital", **hagen, sectors=()),
        make_actor(
            "Institut für Fernlehre",
            **hagen,
            roles={"research_institution": "Forscht mit Betrieben an Lernhilfen."},
            topics=("machine_learning",),
        ),
        make_actor("Bäckerei Rheinblick", town="Köln", ags="05315000", spot=(50.94, 6.96)),
        make_actor("Beispiel Mühlenwerk", is_example=True),
        make_actor("Zukunftslabor", former=("Rechenzentrum Nord",), short="ZL"),
    ]
    index.rebuild()
    return made


def get(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_shows_everyone_with_name_town_role_and_offer(
    client: Client, actors: list[Actor]
) -> None:
    page = get(client, "/landkarte/")
    for actor in actors:
        assert actor.name in page
    assert "5 Einträge" in page
    assert "Forscht mit Betrieben an Lernhilfen." in page
    assert "Forschungseinrichtung" in page


@pytest.mark.parametrize("view", ["list", "map", "table"])
def test_every_view_holds_the_same_actors(client: Client, actors: list[Actor], view: str) -> None:
    page = get(client, f"/landkarte/?view={view}")
    assert {a.pk for a in actors} == {
        int(part.split('"')[0]) for part in page.split('data-actor="')[1:]
    }


@pytest.mark.parametrize(("query", "named"), [("", 3), ("&near=Hagen&radius=100", 4)])
def test_values_of_the_table_name_their_column_for_small_displays(
    client: Client, actors: list[Actor], query: str, named: int
) -> None:
    page = get(client, f"/landkarte/?view=table{query}")
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', page)
    rows = re.findall(r"<tr data-actor.*?</tr>", page)
    assert rows
    for row in rows:
        assert re.findall(r'<td data-label="([^"]+)"', row) == heads[1 : 1 + named]


def test_a_former_name_is_found_and_shown(client: Client, actors: list[Actor]) -> None:
    page = get(client, "/landkarte/?q=Rechenzentrum+Nord")
    assert "Zukunftslabor" in page
    assert "früher: Rechenzentrum Nord" in page


def test_filters_count_and_narrow(client: Client, actors: list[Actor]) -> None:
    page = get(client, "/landkarte/?category=research")
    assert "1 Eintrag" in page
    assert "Institut für Fernlehre" in page
    assert "Hammerwerk Digital" not in page
    assert 'value="research" id="f-category-research" checked' in page


def test_a_place_with_radius_shows_distances(client: Client, actors: list[Actor]) -> None:
    page = get(client, "/landkarte/?near=Hagen&radius=20")
    assert "2 Einträge im Umkreis von 20 km um Hagen" in page
    assert "Bäckerei Rheinblick" not in page
    assert "etwa 1 km</span>" in page or "im Ort</span>" in page


@pytest.mark.parametrize(
    ("near", "message"),
    [
        ("1234", "Die Postleitzahl hat fünf Ziffern, zum Beispiel 42103."),
        ("Nirgendwoingen", "„Nirgendwoingen“ kennen wir nicht als Ort oder Postleitzahl"),
        ("Neunkirch", "gibt es mehrmals. Welchen Ort meinen Sie?"),
    ],
)
def test_an_unclear_place_is_explained(
    client: Client, actors: list[Actor], near: str, message: str
) -> None:
    assert message in get(client, f"/landkarte/?near={near}")


def test_an_empty_answer_names_what_to_leave_out(client: Client, actors: list[Actor]) -> None:
    page = get(client, "/landkarte/?q=Hammerwerk&category=research")
    assert "Niemand passt auf alle Filter." in page
    assert "Ohne „nur Forschung“ ist es 1." in page


def test_a_text_that_nobody_matches_leads_to_topics_and_to_everyone(client: Client) -> None:
    make_actor("Hammerwerk Digital", topics=("machine_learning",))
    page = get(client, "/landkarte/?q=gibtesnicht")
    assert "Zu „gibtesnicht“ steht niemand auf der Karte." in page
    assert '<a href="/landkarte/">Alle Einträge zeigen</a>' in page
    assert '<a href="/landkarte/?topic=machine_learning">' in page


def test_a_page_behind_the_end_shows_the_last_one(client: Client, actors: list[Actor]) -> None:
    page = get(client, "/landkarte/?page=99")
    assert "Zukunftslabor" in page
    assert '<link rel="canonical" href="http://127.0.0.1:8000/landkarte/">' in page


def test_an_unknown_value_is_named_and_left_out(client: Client, actors: list[Actor]) -> None:
    page = get(client, "/landkarte/?topic=nope")
    assert "„nope“ ist bei „Thema“ nicht bekannt und wurde weggelassen." in page
    assert "5 Einträge" in page


def test_examples_can_be_hidden(client: Client, actors: list[Actor]) -> None:
    assert "Beispiele ausblenden" in get(client, "/landkarte/")
    page = get(client, "/landkarte/?examples=hide")
    assert "4 Einträge" in page
    assert "Mühlenwerk" not in page


def test_a_part_holds_only_what_changes(client: Client, actors: list[Actor]) -> None:
    response = client.get("/landkarte/?q=Hammerwerk&radius=40", headers={"HX-Request": "true"})
    page = response.content.decode()
    assert 'data-address="/landkarte/?q=Hammerwerk"' in page
    assert "<html" not in page
    assert response["Cache-Control"] == "no-store"
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize(
    ("address", "hidden"),
    [("/landkarte/?category=research", False), ("/landkarte/?q=x", True)],
)
def test_deep_combinations_stay_out_of_search_engines(
    client: Client, actors: list[Actor], address: str, hidden: bool
) -> None:
    assert ('name="robots" content="noindex' in get(client, address)) is hidden


def test_text_from_data_is_never_markup(client: Client) -> None:
    make_actor(
        "<script>alert(1)</script>",
        town='"><b>',
        former=("<i>x",),
        roles={"provider": "<img src=x>"},
    )
    index.rebuild()
    for view in ("list", "table", "map"):
        page = get(client, f"/landkarte/?view={view}&q=<script>")
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<b>" not in page


def test_a_visitor_leaves_no_trace(client: Client, actors: list[Actor]) -> None:
    response = client.get("/landkarte/?q=Hammerwerk")
    assert not response.cookies


@pytest.mark.usefixtures("steady_vocabulary")
def test_a_page_needs_few_queries(
    client: Client, actors: list[Actor], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    get(client, "/landkarte/")
    with django_assert_max_num_queries(3):
        get(client, "/landkarte/?category=economy")


@pytest.mark.parametrize("language", ["", "/en"])
def test_both_languages_answer(client: Client, actors: list[Actor], language: str) -> None:
    page = get(client, f"{language}/landkarte/?q=Hammerwerk")
    assert ("1 entry" in page) is bool(language)
    assert f'<html lang="{"en" if language else "de"}"' in page


def test_suggestions_complete_names_and_say_why(client: Client, actors: list[Actor]) -> None:
    found = json.loads(get(client, "/landkarte/vorschlaege?q=Rechenz"))["suggestions"]
    assert found == [
        {
            "text": "Zukunftslabor",
            "matched": "Rechenzentrum Nord",
            "why": "former",
            "town": "Wuppertal",
            "url": "/landkarte/eintrag/zukunftslabor/",
        }
    ]


@pytest.mark.parametrize("text", ["", "x", "%00", "a" * 5000, "'\"<>\\"])
def test_strange_beginnings_give_an_answer(client: Client, actors: list[Actor], text: str) -> None:
    response: Any = client.get("/landkarte/vorschlaege", {"q": text})
    assert response.status_code == 200
    assert isinstance(response.json()["suggestions"], list)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_landkarte_is_only_read(client: Client, method: str) -> None:
    assert getattr(client, method)("/landkarte/").status_code == 405
