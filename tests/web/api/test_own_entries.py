"""Representatives read and change their entries by program: rules, waiting, conditions, limits."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from factories.api import make_key, make_map
from factories.curation import accept
from steiger.web.accounts.domain.audit import SYSTEM
from steiger.web.accounts.interfaces.forms import KeyForm
from steiger.web.accounts.models import AccessKey, LogEntry, User
from steiger.web.api.views.me import CHANGES
from steiger.web.curation.domain.representing import leave
from steiger.web.curation.models import Submission
from steiger.web.directory.domain.actors import edit_values
from steiger.web.directory.domain.sources import OWNER
from steiger.web.directory.models import Actor, Description, Link, Name

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/me/actors/beispiel-robotik"
GERMAN = {"language": "de", "text": "Prüft Schweißnähte."}
NAME = {"kind": "official", "text": "Beispiel Robotik SE", "language": "de"}


class Program:
    """A representative's program with its key."""

    def __init__(self, actors: dict[str, Actor], *scopes: str) -> None:
        CHANGES.forget()
        self.firm = actors["firm"]
        self.user, secret = make_key(self.firm, scopes=scopes or ("actor:read", "actor:write"))
        self.headers = {"authorization": f"Bearer {secret}"}
        self.client = Client()

    def read(self, address: str = ADDRESS) -> Any:
        return self.client.get(address, headers=self.headers)

    def change(self, body: Any, seen: str = "*", address: str = ADDRESS) -> Any:
        headers = self.headers | ({"if-match": seen} if seen else {})
        text = body if isinstance(body, str) else json.dumps(body)
        return self.client.patch(address, text, content_type="application/json", headers=headers)


@pytest.fixture
def program() -> Program:
    return Program(make_map())


def texts(answer: Any, kind: str) -> list[str]:
    names = answer.json()["own"]["names"]
    return [one["text"] for one in names if one["kind"] == kind]


def test_harmless_statements_are_on_the_map_at_once(program: Program) -> None:
    before = program.read()
    answer = program.change({"descriptions": [GERMAN]}, before["ETag"])
    assert (answer.status_code, answer.json()["waiting"]) == (200, None)
    assert answer.json()["own"]["descriptions"] == [GERMAN]
    shown = program.client.get("/api/v1/actors/beispiel-robotik").json()["descriptions"]
    assert [one["text"] for one in shown if one["shown"]] == [GERMAN["text"]]
    assert answer["ETag"] == program.read()["ETag"] != before["ETag"]
    assert "no-store" in answer["Cache-Control"]
    entry = LogEntry.objects.get(act="api.entry.change")
    assert entry.changes == {"key": [None, AccessKey.objects.get().hint]}
    assert (entry.user_number, entry.as_role) == (program.user.pk, "representative")


def test_guarded_statements_wait_and_say_where(program: Program) -> None:
    answer = program.change({"names": [NAME], "descriptions": [GERMAN], "words": "Umfirmiert."})
    assert answer.status_code == 202
    waiting = answer.json()["waiting"]
    assert waiting["state"] == "waiting"
    assert waiting["slots"] == ["name former", "name official de"]
    assert Actor.objects.get(pk=program.firm.pk).name == "Beispiel Robotik GmbH"
    assert Description.objects.filter(actor=program.firm, text=GERMAN["text"]).exists()
    where = answer["Location"].partition("testserver")[2] or answer["Location"]
    told = program.read("/api/v1" + where.partition("/api/v1")[2]).json()
    assert told | {"page": ""} == waiting | {"page": ""}
    row = Submission.objects.get()
    assert (row.details, row.words, row.user) == ({"via": "api"}, "Umfirmiert.", program.user)
    accept(row)
    told = program.read(f"/api/v1/me/submissions/{row.pk}").json()
    assert (told["state"], told["reason"]) == ("accepted", "admitted")
    assert program.read().json()["name"] == NAME["text"]


def test_a_later_change_keeps_what_waits(program: Program) -> None:
    program.change({"names": [NAME]})
    # Meanwhile a colleague changes what the first change left alone.
    colleague = Link(kind="offers", url="https://example.org/angebote")
    edit_values(actor=program.firm, values=[colleague], by=SYSTEM, source=OWNER)
    answer = program.change({"descriptions": [GERMAN]})
    assert answer.status_code == 202
    assert texts(answer, "official") == [NAME["text"]]
    assert [one["url"] for one in answer.json()["own"]["links"]] == [colleague.url]
    assert Link.objects.filter(actor=program.firm, url=colleague.url).exists()
    assert program.change({"names": []}).status_code == 200  # the wish is taken back
    assert not Submission.objects.filter(state__in=Submission.OPEN).exists()


def test_what_is_sent_as_it_is_read_changes_nothing(program: Program) -> None:
    everything = {
        "names": [NAME],
        "descriptions": [GERMAN],
        "role_values": [
            {"key": "provider", "offer": {"de": "Sieht Risse."}, "values": {"product": "Kamera"}}
        ],
        "places": [{"town": "Wuppertal", "street": "Weg 1", "postcode": "42103"}],
        "links": [{"kind": "website", "url": "https://neu.example/"}],
        "identifiers": [{"scheme": "wikidata", "value": "Q42"}],
        "facts": [{"key": "founded", "value": 2003}, {"key": "size", "value": "small"}],
        "terms": [{"key": "computer_vision"}],
    }
    assert program.change(everything).status_code == 202
    accept(Submission.objects.get())
    first = program.read()
    logged = LogEntry.objects.count()
    again = program.change(first.json()["own"], first["ETag"])
    assert (again.status_code, again["ETag"]) == (200, first["ETag"])
    assert LogEntry.objects.count() == logged
    assert first.json()["own"]["places"][0]["municipality"] == "05124000"


def test_a_new_name_keeps_the_old_one(program: Program) -> None:
    old, again = program.firm.name, NAME | {"text": "Beispiel Mechatronik SE"}
    assert texts(program.change({"names": [NAME]}), "former") == [old]
    waiting = Submission.objects.get()
    assert program.change({"names": [NAME]}).status_code == 202
    assert Submission.objects.get() == waiting  # the same wish, sent once more
    accept(waiting)
    assert program.change({"names": [NAME]}).status_code == 200  # a program that runs every night
    assert texts(program.read(), "former") == [old]
    renamed = program.change({"names": [again]})
    assert texts(renamed, "former") == [old, NAME["text"]]
    back = program.change({"names": [NAME]})
    assert (back.status_code, texts(back, "former")) == (200, [old])  # it never was the other one


def test_a_wrong_name_is_not_kept(program: Program) -> None:
    answer = program.change({"names": [NAME], "keep_former_names": False})
    assert (answer.status_code, texts(answer, "former")) == (202, [])
    assert texts(program.change({"descriptions": [GERMAN]}), "former") == []
    said = {"names": [NAME], "descriptions": [GERMAN]}
    assert texts(program.change(said), "former") == [program.firm.name]
    slip = NAME | {"text": program.firm.name.replace("Robotik", "Robotikk")}
    assert texts(program.change({"names": [slip]}), "former") == []  # only another spelling


def test_what_the_editors_hid_is_not_shown_as_a_former_name(program: Program) -> None:
    name = program.firm.name
    wrong = Name(kind="official", text="Beispiel Unfug AG", language="de")
    edit_values(actor=program.firm, values=[wrong], by=SYSTEM, source=OWNER)
    Name.objects.filter(text=wrong.text).update(hidden=True)
    assert texts(program.change({"names": [NAME]}), "former") == [name]


def test_nobodys_change_is_lost(program: Program) -> None:
    seen = program.read()["ETag"]
    assert program.change({"descriptions": [GERMAN]}, "").status_code == 428
    assert program.change({"descriptions": [GERMAN]}, f'"x", W/{seen}').status_code == 200
    late = program.change({"descriptions": []}, seen)
    assert late.status_code == 412
    assert Description.objects.filter(text=GERMAN["text"]).exists()


def test_the_mark_holds_while_something_waits(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = program.change({"names": [NAME]}).json()["waiting"]
    first, submission = (
        program.read(),
        program.read("/api/v1" + waiting["url"].partition("/api/v1")[2]),
    )
    later = SimpleNamespace(time=lambda: time.time() + 60)
    monkeypatch.setattr("django.core.signing.time", later)  # the link for people is signed anew
    again = program.read()
    assert again.json()["waiting"]["page"] != waiting["page"]
    assert again["ETag"] == first["ETag"]
    assert (
        program.read("/api/v1" + waiting["url"].partition("/api/v1")[2])["ETag"]
        == submission["ETag"]
    )
    assert program.change({"descriptions": [GERMAN]}, first["ETag"]).status_code == 202


def test_only_who_represents_it_and_only_while(program: Program) -> None:
    assert program.change({"facts": []}, address=ADDRESS[:-15] + "verschwunden").status_code == 404
    other = "/api/v1/me/actors/institut-beispielkunde"
    assert program.change({"facts": []}, address=other).status_code == 404
    assert program.read(other).status_code == 404
    leave(actor=program.firm, user=program.user)
    assert program.change({"descriptions": [GERMAN]}).status_code == 403
    assert program.read().status_code == 404
    assert not Description.objects.filter(text=GERMAN["text"]).exists()


def test_a_key_for_reading_changes_nothing() -> None:
    program = Program(make_map(), "actor:read")
    assert program.read().status_code == 200
    assert program.change({"descriptions": [GERMAN]}).status_code == 403


@pytest.mark.parametrize(
    ("body", "status", "places"),
    [
        ("", 400, [""]),
        ({}, 400, [""]),
        ({"owner": []}, 400, ["/owner"]),
        ({"descriptions": [{"language": "de"}]}, 400, ["/descriptions/0/text"]),
        ({"facts": [{"key": "founded", "value": 1.5}]}, 400, ["/facts/0/value"]),
        ({"facts": [{"key": "founded", "value": 20260}]}, 422, ["/facts/0/value"]),
        ({"facts": [{"key": "founded", "value": 2131}]}, 422, ["/facts/0/value"]),
        ({"facts": [{"key": "size", "value": "riesig"}]}, 422, ["/facts/0/value"]),
        ({"descriptions": [GERMAN, GERMAN]}, 422, ["/descriptions/1"]),
        ({"descriptions": [GERMAN | {"text": "<b>a</b>"}]}, 422, ["/descriptions/0/text"]),
        ({"descriptions": [GERMAN | {"text": "=1+1"}]}, 422, ["/descriptions/0/text"]),
        ({"descriptions": [GERMAN | {"text": "a\x00b"}]}, 422, ["/descriptions/0/text"]),
        ({"descriptions": [GERMAN | {"text": "a\u202eb"}]}, 422, ["/descriptions/0/text"]),
        ({"links": [{"kind": "offers", "url": "javascript:x"}]}, 422, ["/links/0/url"]),
        ({"links": [{"kind": "offer", "url": "https://a.example/"}]}, 422, ["/links/0/kind"]),
        ({"identifiers": [{"scheme": "ror", "value": "7"}]}, 422, ["/identifiers/0/value"]),
        ({"places": [{"town": "Hannover"}]}, 422, ["/places/0/town"]),
        ({"places": [{"town": "Wien", "country": "AT"}]}, 422, ["/places/0/country"]),
        ({"terms": [{"key": "magie"}]}, 422, ["/terms/0/key"]),
        (
            {"role_values": [{"key": "provider", "values": {"a/b": 1, "operation": "x"}}]},
            422,
            [
                "/role_values/0/values/a~1b",
                "/role_values/0/values/operation",
                "/role_values/0/values/product",
            ],
        ),
    ],
)
def test_what_does_not_fit_is_named(
    program: Program, body: Any, status: int, places: list[str]
) -> None:
    answer = program.change(body)
    assert answer.status_code == status
    assert sorted(one["name"] for one in answer.json()["errors"]) == places
    assert not LogEntry.objects.filter(act="api.entry.change").exists()


def test_an_entry_keeps_a_name(program: Program) -> None:
    assert program.change({"names": []}).status_code == 200  # a register states one
    Name.objects.filter(actor=program.firm).delete()
    assert program.change({"names": []}).status_code == 422


def test_changes_are_counted(program: Program, settings: Any) -> None:
    settings.API_CHANGES_PER_HOUR = 1
    assert program.change({"facts": []}).status_code == 200
    late = program.change({"facts": []})
    assert late.status_code == 429
    assert 0 < int(late["Retry-After"]) <= 3600


def test_the_form_offers_changing_to_representatives_only(program: Program) -> None:
    def offered() -> list[str]:
        user = User.objects.get(pk=program.user.pk)
        return [key for key, _label in KeyForm(user=user).fields["scopes"].choices]

    assert offered() == ["actor:read", "actor:write"]
    leave(actor=program.firm, user=program.user)
    assert offered() == ["actor:read"]
