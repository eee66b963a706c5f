"""Addresses from which the map reads."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.test import Client

from factories.directory import make_actor
from steiger.web.directory.domain import index
from steiger.web.directory.models import Actor
from steiger.web.directory.views import map_data

pytestmark = pytest.mark.django_db
POINTS = "/landkarte/punkte.json"


@pytest.fixture
def actors() -> list[Actor]:
    """Two in Hagen, one in Köln that does research, one without a place, one withdrawn."""
    hagen: dict[str, Any] = {"town": "Hagen", "ags": "05914000", "spot": (51.3608, 7.4717)}
    made = [
        make_actor("Hammerwerk Digital", **hagen),
        make_actor("Weberei Lenne", **hagen),
        make_actor(
            "Institut am Rhein",
            town="Köln",
            ags="05315000",
            spot=(50.94, 6.96),
            roles={"research_institution": "Forscht."},
        ),
        make_actor("Ohne Ort", town="", ags="", spot=None),
        make_actor("Zurückgezogen", **hagen, state=Actor.State.WITHDRAWN),
    ]
    index.rebuild()
    return made


def read(client: Client, query: str = "") -> dict[str, Any]:
    response = client.get(POINTS + query)
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(response.content)
    return found


def test_points_hold_every_published_actor_with_a_place(
    client: Client, actors: list[Actor]
) -> None:
    data = read(client)
    assert data["n"] == [1, 2]
    assert sum(data["ids"]) in {actors[0].pk, actors[1].pk}
    assert data["total"] == 4
    assert data["districts"] == {"05914": 2, "05315": 1}
    assert data["categories"] == ["economy", "research"]
    assert sorted(data["category"]) == ["0", "0", "1"]
    assert data["near"] is None


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("?category=research", [1]),
        ("?q=Weberei", [1]),
        ("?near=Hagen&radius=10", [2]),
        ("?district=05914", [2]),
        ("?bounds=7.4,51.3,7.5,51.4", [2]),
        ("?view=map&sort=newest&page=7", [1, 2]),
        ("?category=nonsense&radius=x&bounds=1,2", [1, 2]),
    ],
)
def test_points_follow_the_filters_of_the_landkarte(
    client: Client, actors: list[Actor], query: str, places: list[int]
) -> None:
    assert read(client, query)["n"] == places


def test_points_name_the_searched_circle(client: Client, actors: list[Actor]) -> None:
    near = read(client, "?near=Hagen&radius=20")["near"]
    assert (near["km"], near["label"]) == (20, "Hagen")
    assert near["lat"] == pytest.approx(51.36, abs=0.02)


def test_points_are_sent_once_and_anew_after_a_change(client: Client, actors: list[Actor]) -> None:
    first = client.get(POINTS)
    tag = first["ETag"]
    again = client.get(POINTS, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(POINTS + "?q=Weberei")["ETag"] != tag
    make_actor("Neu in Köln", town="Köln", ags="05315000", spot=(50.94, 6.96))
    index.rebuild()
    changed = client.get(POINTS, headers={"If-None-Match": tag})
    assert (changed.status_code, json.loads(changed.content)["n"]) == (200, [2, 2])


def test_points_travel_compressed_where_the_browser_can(
    client: Client, actors: list[Actor]
) -> None:
    response = client.get(POINTS, headers={"Accept-Encoding": "gzip, br"})
    assert response["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response["Vary"]
    assert json.loads(gzip.decompress(response.content)) == read(client)


@pytest.mark.parametrize("address", ["/landkarte/gebiete.json", "/landkarte/gemeinden.json"])
def test_areas_may_be_kept_for_a_day(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=86400"
    kept = client.get(address, headers={"If-None-Match": response["ETag"]})
    assert kept.status_code == 304


@pytest.mark.parametrize("first", ["de", "en"])
def test_areas_lead_to_pages_in_the_language_of_who_asks(client: Client, first: str) -> None:
    prefixes = {"de": "/landkarte/", "en": "/en/landkarte/"}
    map_data._areas.cache_clear()
    for language in sorted(prefixes, key=lambda one: one != first):
        data = json.loads(client.get(f"{prefixes[language]}gebiete.json").content)
        for district in data["districts"]:
            assert district["url"].startswith(f"{prefixes[language]}region/")


def test_card_says_what_one_actor_offers(client: Client, actors: list[Actor]) -> None:
    text = client.get(f"/landkarte/karte/{actors[2].pk}/").content.decode()
    assert "Institut am Rhein" in text
    assert "Köln" in text
    assert "Forscht." in text
    assert actors[2].get_absolute_url() in text
    assert "<html" not in text


def test_card_escapes_names(client: Client) -> None:
    actor = make_actor("<script>alert(1)</script> GmbH", slug="boese")
    text = client.get(f"/landkarte/karte/{actor.pk}/").content.decode()
    assert "<script" not in text


@pytest.mark.parametrize("which", ["withdrawn", "unknown", "huge"])
def test_card_of_nobody_is_not_found(client: Client, actors: list[Actor], which: str) -> None:
    number = {"withdrawn": actors[4].pk, "unknown": 987654, "huge": 10**30}[which]
    assert client.get(f"/landkarte/karte/{number}/").status_code == 404


@pytest.mark.parametrize("address", [POINTS, "/landkarte/gebiete.json", "/landkarte/karte/1/"])
def test_map_data_is_only_read(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
