"""What the API tells, and how it says what went wrong."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from factories.api import make_map
from steiger.web.api.interfaces.guard import COUNTER
from steiger.web.directory.models import Actor, Name

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _map(_fresh: None) -> dict[str, Actor]:
    return make_map()


def test_actor_tells_every_published_value_with_its_source(client: Client) -> None:
    Name.objects.create(
        actor=Actor.objects.get(slug="beispiel-robotik"),
        source=Name.objects.all()[0].source,
        kind="alias",
        text="Geheimname",
        hidden=True,
    )
    told = client.get("/api/v1/actors/beispiel-robotik").json()
    assert told["identifiers"] == [
        {
            "source": "ror",
            "source_record": "",
            "stated_on": "2026-03-01",
            "shown": True,
            "scheme": "ror",
            "value": "00613ak93",
            "url": "https://ror.org/00613ak93",
        }
    ]
    assert [(one["key"], one["value"]) for one in told["facts"]] == [("founded", 2004)]
    assert {one["key"] for one in told["sources"]} == {"region", "ror"}
    assert "Geheimname" not in str(told)
    # Neither a draft nor an entry that left is told by way of a relation.
    assert [one["other"] for one in told["relations"]] == ["institut-beispielkunde"]
    other = client.get("/api/v1/actors/institut-beispielkunde").json()["relations"]
    assert [(one["other"], one["incoming"]) for one in other] == [("beispiel-robotik", True)]


@pytest.mark.parametrize(
    ("slug", "status"),
    [("gibt-es-nicht", 404), ("entwurf", 404), ("verschwunden", 410), ("alte-robotik", 301)],
)
def test_actor_that_is_not_there(client: Client, slug: str, status: int) -> None:
    answer = client.get(f"/api/v1/actors/{slug}")
    assert answer.status_code == status
    if status == 301:
        assert answer["Location"].endswith("/api/v1/actors/beispiel-robotik")
    else:
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status


def test_filters_are_those_of_the_site(client: Client) -> None:
    site = "category=research&near=Dortmund&radius=20&view=map&sort=distance&page=1&q="
    told = client.get(f"/api/v1/actors?{site}").json()
    assert [one["id"] for one in told["items"]] == ["institut-beispielkunde"]
    assert told["place"] == "Dortmund"
    assert told["items"][0]["distance_km"] < 5
    counts = client.get("/api/v1/facets?category=research").json()
    assert counts["total"] == 1
    # The facet itself is counted without its own filter.
    assert {one["key"]: one["count"] for one in counts["facets"]["category"]} == {
        "economy": 1,
        "research": 1,
    }


@pytest.mark.parametrize(
    ("query", "status", "place"),
    [
        ("limit=1000", 400, "limit"),
        ("limit=zehn", 400, "limit"),
        ("citty=Dortmund", 400, "citty"),
        ("bounds=1,2,3", 400, "bounds"),
        ("bounds=9,51,7,52", 422, "bounds"),
        ("district=99999", 422, "district"),
        ("role=providr", 422, "role"),
        ("near=Nirgendwo", 422, "near"),
        ("cursor=abc", 422, "cursor"),
        ("cursor=" + "W1tb" * 1500, 422, "cursor"),
        ("limit=10&limit=20", 400, "limit"),
        ("q=eins&q=zwei", 400, "q"),
        ("q=" + "x" * 201, 400, "q"),
    ],
)
def test_wrong_parameters_are_named(client: Client, query: str, status: int, place: str) -> None:
    answer = client.get(f"/api/v1/actors?{query}")
    told = answer.json()
    assert (answer.status_code, told["status"]) == (status, status)
    assert answer["Content-Type"] == "application/problem+json"
    assert [(one["part"], one["name"]) for one in told["errors"]] == [("query", place)]
    assert all(one["detail"] for one in told["errors"])


def test_a_typing_error_is_answered_with_what_was_meant(client: Client) -> None:
    told = client.get("/api/v1/actors?role=providr").json()
    assert told["errors"][0]["choices"][0] == "provider"
    assert "“providr”" in told["errors"][0]["detail"] or "„providr“" in told["errors"][0]["detail"]


def test_problems_speak_the_readers_language(client: Client) -> None:
    german = client.get("/api/v1/nichts").json()["title"]
    english = client.get("/api/v1/nichts", headers={"accept-language": "en-GB,de;q=0.5"}).json()
    assert english["title"] == "Nothing is at this address."
    assert german != english["title"]


def test_a_text_stands_only_under_the_language_it_is_in(client: Client) -> None:
    told = client.get("/api/v1/actors/institut-beispielkunde").json()
    german = {"de": "Forscht an Beispielen.", "en": ""}
    assert (told["offer"], told["role_values"][0]["offer"]) == (german, german)
    assert told["role_values"][0]["label"]["en"]


def test_answers_depend_on_no_reader(client: Client) -> None:
    german = client.get("/api/v1/actors/beispiel-robotik")
    english = client.get("/api/v1/actors/beispiel-robotik", headers={"accept-language": "en"})
    assert german.content == english.content
    assert german["ETag"] == english["ETag"]


def test_unchanged_answers_are_304(client: Client) -> None:
    first = client.get("/api/v1/actors")
    tag = first["ETag"]
    again = client.get("/api/v1/actors", headers={"if-none-match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert again["Access-Control-Allow-Origin"] == "*"
    Actor.objects.filter(slug="beispiel-robotik").update(town="Hagen")
    changed = client.get("/api/v1/actors", headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag


def test_head_and_options(client: Client) -> None:
    head = client.head("/api/v1/actors")
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == client.get("/api/v1/actors")["ETag"]
    asked = client.options("/api/v1/reconcile", headers={"origin": "http://127.0.0.1:3333"})
    assert (asked.status_code, asked["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert asked["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, POST"
    assert client.options("/api/v1/actors")["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_other_origins_may_read_without_credentials(client: Client) -> None:
    answer = client.get("/api/v1/actors", headers={"origin": "https://fremd.example"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    mine = client.get("/api/v1/me/actors", headers={"origin": "https://fremd.example"})
    assert "Access-Control-Allow-Origin" not in mine


def test_wrong_method_is_a_problem(client: Client) -> None:
    answer = client.delete("/api/v1/actors")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.json()["type"].endswith("#problem-method")


def test_limit_counts_each_address(client: Client, settings: Any) -> None:
    settings.API_PER_MINUTE = 2
    answers = [client.get("/api/v1/vocabularies") for _ in range(3)]
    if len({one["RateLimit-Policy"] for one in answers}) == 1 and answers[2].status_code == 200:
        answers.append(client.get("/api/v1/vocabularies"))  # a minute ended between them
    last = answers[-1]
    assert [one.status_code for one in answers[:2]] == [200, 200]
    assert last.status_code == 429
    assert last["RateLimit-Policy"] == '"default";q=2;w=60'
    assert last["RateLimit"].startswith('"default";r=0;t=')
    assert 1 <= int(last["Retry-After"]) <= 60
    assert last.json()["type"].endswith("#problem-too-many")
    other = client.get("/api/v1/vocabularies", REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 200
    COUNTER.forget()


def test_errors_of_ours_tell_no_details(client: Client, monkeypatch: Any) -> None:
    from steiger.web.api.views import words

    def broken(*_: Any) -> None:
        raise RuntimeError("geheimer Pfad /srv/steiger")

    monkeypatch.setattr(words.read, "vocabulary_names", broken)
    answer = client.get("/api/v1/vocabularies")
    assert answer.status_code == 500
    assert answer.json()["type"].endswith("#problem-internal")
    assert b"geheimer" not in answer.content
    assert b"Traceback" not in answer.content


def test_regions_suggestions_and_matches(client: Client) -> None:
    figure = client.get("/api/v1/regions/05913").json()
    assert (figure["name"], figure["actors"], figure["level"]) == ("Dortmund", 1, "district")
    assert client.get("/api/v1/regions/99999").status_code == 404
    rows = client.get("/api/v1/regions?level=municipality").json()
    assert sum(one["actors"] for one in rows["items"]) == 2
    names = client.get("/api/v1/suggestions?q=beisp").json()["items"]
    assert {one["id"] for one in names} >= {"beispiel-robotik"}
    found = client.get("/api/v1/match?name=Beispiel Robotik&town=Wuppertal").json()["items"]
    assert found[0]["id"] == "beispiel-robotik"
    assert "same_town" in found[0]["reasons"]
    assert client.get("/api/v1/match?name=Ganz etwas anderes").json() == {"items": []}


@pytest.mark.parametrize("address", ["/schnittstelle/", "/en/schnittstelle/"])
def test_reference_names_every_operation(client: Client, address: str) -> None:
    page = client.get(address)
    text = page.content.decode()
    document = client.get("/api/v1/openapi.json").json()
    assert page.status_code == 200
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in text, path
