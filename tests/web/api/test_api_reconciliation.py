"""Conformance with the Reconciliation Service API 0.2, written from its specification.

Each test names the sentence it holds; the schemas are our own wording of the specification's rules.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlsplit

import jsonschema_rs
import pytest
from django.test import Client

from factories.api import make_map

pytestmark = pytest.mark.django_db
SERVICE = "/api/v1/reconcile"

_ID_NAME = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "name": {"type": "string", "minLength": 1},
    },
}
_SERVICE_PATH = {
    "type": "object",
    "required": ["service_url", "service_path"],
    "properties": {"service_url": {"type": "string"}, "service_path": {"type": "string"}},
}
MANIFEST = {
    "type": "object",
    "required": ["versions", "name", "identifierSpace", "schemaSpace"],
    "properties": {
        "versions": {"type": "array", "items": {"type": "string"}, "contains": {"const": "0.2"}},
        "name": {"type": "string"},
        "identifierSpace": {"type": "string", "format": "uri"},
        "schemaSpace": {"type": "string", "format": "uri"},
        "defaultTypes": {"type": "array", "items": _ID_NAME, "uniqueItems": True},
        "view": {"type": "object", "properties": {"url": {"pattern": r"\{\{id\}\}"}}},
        "preview": {
            "type": "object",
            "required": ["url", "width", "height"],
            "properties": {
                "url": {"type": "string", "pattern": r"\{\{id\}\}"},
                "width": {"type": "integer"},
                "height": {"type": "integer"},
            },
        },
        "suggest": {
            "type": "object",
            "properties": dict.fromkeys(("entity", "type", "property"), _SERVICE_PATH),
        },
        "extend": {"type": "object", "properties": {"propose_properties": _SERVICE_PATH}},
        "batchSize": {"type": "integer", "minimum": 1},
    },
}
CANDIDATE = {
    "type": "object",
    "required": ["id", "name", "score"],
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "name": {"type": "string"},
        "description": {"type": "string"},
        "score": {"type": "number"},
        "match": {"type": "boolean"},
        "type": {"type": "array", "items": _ID_NAME},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "value"],
                "properties": {"id": {"type": "string"}, "value": {"type": ["boolean", "number"]}},
            },
        },
    },
}
RESULTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["result"],
        "properties": {"result": {"type": "array", "items": CANDIDATE}},
    },
}
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?$"
_VALUES = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "date": {"type": "string", "pattern": _DATE},
}
EXTENSION = {
    "type": "object",
    "required": ["rows", "meta"],
    "properties": {
        "meta": {"type": "array", "items": _ID_NAME},
        "rows": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": {
                    "type": "array",
                    "items": {
                        "oneOf": [
                            {"required": [k], "properties": {k: v}, "additionalProperties": False}
                            for k, v in _VALUES.items()
                        ]
                    },
                },
            },
        },
    },
}
SUGGESTIONS = {
    "type": "object",
    "required": ["result"],
    "properties": {"result": {"type": "array", "items": _ID_NAME}},
}


def checked(data: Any, schema: dict[str, Any]) -> Any:
    jsonschema_rs.validate(schema, data)
    return data


@pytest.fixture(autouse=True)
def _map(_fresh: None) -> None:
    make_map()


def send(client: Client, **fields: str) -> Any:
    body = "&".join(f"{key}={quote(value)}" for key, value in fields.items())
    return client.post(
        SERVICE, body, content_type="application/x-www-form-urlencoded; charset=UTF-8"
    )


def ask(client: Client, **queries: Any) -> dict[str, list[dict[str, Any]]]:
    answer = send(client, queries=json.dumps(queries))
    assert answer.status_code == 200, answer.content
    found = checked(answer.json(), RESULTS)
    assert set(found) == set(queries)
    return {key: one["result"] for key, one in found.items()}


def test_a_get_without_parameters_is_the_manifest(client: Client) -> None:
    answer = client.get(SERVICE)
    manifest = checked(answer.json(), MANIFEST)
    assert answer["Content-Type"].startswith("application/json")
    # "replacing {{id}} in the template by the entity's identifier MUST result in a valid URI"
    view = manifest["view"]["url"].replace("{{id}}", "beispiel-robotik")
    assert client.get(urlsplit(view).path).status_code == 200
    assert view.startswith(manifest["identifierSpace"])


def test_every_endpoint_of_the_manifest_answers_other_origins(client: Client) -> None:
    manifest = client.get(SERVICE).json()
    suggest = [
        f"{one['service_url']}{one['service_path']}?prefix=b"
        for one in manifest["suggest"].values()
    ]
    proposal = manifest["extend"]["propose_properties"]
    addresses = [
        *suggest,
        f"{proposal['service_url']}{proposal['service_path']}?type=actor",
        manifest["preview"]["url"].replace("{{id}}", "beispiel-robotik"),
    ]
    for address in addresses:
        parts = urlsplit(address)
        answer = client.get(
            f"{parts.path}?{parts.query}", headers={"origin": "http://localhost:3333"}
        )
        assert answer.status_code == 200, address
        assert answer["Access-Control-Allow-Origin"] == "*", address


@pytest.mark.parametrize("way", ["form", "query", "json"])
def test_queries_by_form_address_and_json(client: Client, way: str) -> None:
    queries = {"q0": {"query": "Beispiel Robotik GmbH"}, "q1": {"query": "Ganz und gar fremd"}}
    if way == "form":
        answer = send(client, queries=json.dumps(queries))
    elif way == "query":
        answer = client.get(f"{SERVICE}?queries={quote(json.dumps(queries))}")
    else:
        answer = client.post(SERVICE, {"queries": queries}, content_type="application/json")
    found = checked(answer.json(), RESULTS)
    best = found["q0"]["result"][0]
    assert (best["id"], best["match"]) == ("beispiel-robotik", True)
    assert found["q1"]["result"] == []


def test_candidates_are_sorted_by_decreasing_score_and_limited(client: Client) -> None:
    found = ask(client, a={"query": "Beispielkunde Institut"}, b={"query": "Beispiel", "limit": 1})
    scores = [one["score"] for one in found["a"]]
    assert scores == sorted(scores, reverse=True)
    assert found["a"][0]["id"] == "institut-beispielkunde"
    assert len(found["b"]) <= 1


def test_an_identifier_as_query_finds_its_entity(client: Client) -> None:
    found = ask(client, a={"query": "beispiel-robotik"})["a"]
    assert (found[0]["id"], found[0]["score"]) == ("beispiel-robotik", 100.0)


def test_queries_of_a_batch_are_answered_independently(client: Client) -> None:
    both = ask(client, a={"query": "Beispiel Robotik"}, b={"query": "Institut für Beispielkunde"})
    alone = ask(client, b={"query": "Institut für Beispielkunde"})
    assert both["b"] == alone["b"]


@pytest.mark.parametrize("name", ["", "  "])
def test_an_empty_name_has_no_candidates_and_does_not_harm_the_others(
    client: Client, name: str
) -> None:
    found = ask(client, empty={"query": name}, other={"query": "beispiel-robotik"})
    assert (found["empty"], found["other"][0]["id"]) == ([], "beispiel-robotik")


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ([{"pid": "identifier", "v": "00613ak93"}], ["beispiel-robotik"]),
        ([{"pid": "identifier:ror", "v": ["https://ror.org/00613ak93", 7]}], ["beispiel-robotik"]),
        ([{"pid": "identifier", "v": {"id": "00613ak93", "name": "ROR"}}], ["beispiel-robotik"]),
        ([{"pid": "website", "v": "www.beispielkunde.example"}], ["institut-beispielkunde"]),
        ([{"pid": "identifier:wikidata", "v": "00613ak93"}], []),
        ([{"pid": "unbekannt", "v": True}], []),
    ],
)
def test_properties_without_a_name(client: Client, properties: Any, expected: list[str]) -> None:
    found = ask(client, a={"properties": properties})["a"]
    assert [one["id"] for one in found] == expected


def test_types_restrict(client: Client) -> None:
    query = {"query": "Institut für Beispielkunde", "type_strict": "should"}
    found = ask(
        client,
        no={**query, "type": "category:economy"},
        yes={**query, "type": ["initiative", "category:research"]},
    )
    assert (found["no"], [one["id"] for one in found["yes"]]) == ([], ["institut-beispielkunde"])


def test_drafts_and_withdrawn_entries_are_no_candidates(client: Client) -> None:
    found = ask(client, a={"query": "entwurf"}, b={"query": "verschwunden"})
    assert found == {"a": [], "b": []}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"queries": "{"}, 422),
        ({"queries": "[]"}, 422),
        ({"queries": '{"a": {}}'}, 422),
        ({"queries": '{"a": {"query": "x", "limit": 0}}'}, 422),
        ({"queries": '{"a": {"query": "x", "fremd": 1}}'}, 422),
        ({"queries": json.dumps({str(n): {"query": "x"} for n in range(51)})}, 413),
        (
            {"queries": json.dumps({"a": {"properties": [{"pid": "town", "v": "0" * 501}]}})},
            422,
        ),
        ({"extend": '{"ids": ["a"], "properties": [{"id": "fremd"}]}'}, 422),
        ({"fremd": "1"}, 400),
    ],
)
def test_wrong_questions_are_problems(client: Client, sent: dict[str, str], status: int) -> None:
    answer = send(client, **sent)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_data_extension(client: Client) -> None:
    wanted = ["town", "latitude", "founded", "changed", "identifier", "description", "role"]
    query = {"ids": ["beispiel-robotik", "fremd"], "properties": [{"id": key} for key in wanted]}
    answer = send(client, extend=json.dumps(query))
    found = checked(answer.json(), EXTENSION)
    assert [one["id"] for one in found["meta"]] == wanted
    row = found["rows"]["beispiel-robotik"]
    assert row["town"] == [{"str": "Wuppertal"}]
    assert row["founded"] == [{"int": 2004}]
    assert row["identifier"] == [{"str": "ror:00613ak93"}]
    # "for each entity identifier in the query": also for those that nobody has.
    assert found["rows"]["fremd"] == {key: [] for key in wanted}


def test_every_proposed_property_can_be_fetched(client: Client) -> None:
    proposed = client.get(f"{SERVICE}/properties?type=organisation&limit=100").json()
    assert (proposed["type"], proposed["limit"]) == ("organisation", 100)
    query = {"ids": ["beispiel-robotik"], "properties": proposed["properties"]}
    answer = client.get(f"{SERVICE}?extend={quote(json.dumps(query))}")
    checked(answer.json(), EXTENSION)
    assert len(client.get(f"{SERVICE}/properties?type=actor&limit=3").json()["properties"]) == 3


@pytest.mark.parametrize(
    ("kind", "prefix", "found"),
    [
        ("entity", "Beispiel Ro", "beispiel-robotik"),
        ("entity", "institut-beispielkunde", "institut-beispielkunde"),
        ("type", "Org", "organisation"),
        ("type", "category:research", "category:research"),
        ("property", "Ort", "town"),
        ("property", "identifier", "identifier:ror"),
    ],
)
def test_suggestions(client: Client, kind: str, prefix: str, found: str) -> None:
    address = f"{SERVICE}/suggest/{kind}?prefix={quote(prefix)}"
    items = checked(client.get(address).json(), SUGGESTIONS)["result"]
    assert found in [one["id"] for one in items]
    # "cursor: an optional integer to specify the number of suggestions to skip"
    rest = checked(client.get(f"{address}&cursor=1").json(), SUGGESTIONS)["result"]
    assert rest == items[1:]


def test_the_preview_is_a_page_for_frames_of_any_origin(client: Client) -> None:
    answer = client.get(f"{SERVICE}/preview?id=beispiel-robotik")
    assert answer["Content-Type"].startswith("text/html")
    assert "X-Frame-Options" not in answer
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    assert "Beispiel Robotik GmbH" in answer.content.decode()
    assert client.get(f"{SERVICE}/preview?id=entwurf").status_code == 404
    assert client.get(f"{SERVICE}/preview?id=verschwunden").status_code == 410
