"""The audit log speaks to people: every act that the code writes has words, in both languages."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

import steiger
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.interfaces import log_words
from steiger.web.accounts.models import LogEntry, RoleName
from steiger.web.cases.models import ConsentEvent
from steiger.web.communities.domain import running
from steiger.web.directory.domain import vocabularies
from steiger.web.events.interfaces.planning_forms import EventForm, TicketForm
from steiger.web.events.models import Event
from steiger.web.publications.domain import publishing

WEB = Path(steiger.__file__).parent / "web"
ACT = re.compile(r'"((?:accounts|directory|operations|background|portal)\.[a-z_]+(?:\.[a-z_]+)?)"')


def test_every_act_in_the_code_has_words() -> None:
    written = {
        act
        for path in WEB.rglob("domain/*.py")
        for act in ACT.findall(path.read_text(encoding="utf-8"))
    }
    kinds = {key for key, _name in log_words.object_choices()}
    no_acts = {"portal.figures"}  # a key of the cache
    assert len(written) > 15
    assert sorted(act for act in written - kinds - no_acts if log_words.act_words(act) == act) == []


def test_words_differ_by_language() -> None:
    for act, _name in log_words.act_choices():
        with override("de"):
            german = log_words.act_words(act)
        with override("en"):
            assert not act or log_words.act_words(act) != german


@pytest.mark.django_db
def test_changes_are_told_in_words() -> None:
    with override("de"):
        role = log_words.change_words("accounts.user", {"role": [None, "moderator"]})
        entry = log_words.change_words(
            "directory.actor", {"state": ["published", "withdrawn"], "name short": [[], ["HD"]]}
        )
    assert role == [("Rolle", "– → Redaktion")]
    assert entry == [("Zustand", "veröffentlicht → zurückgezogen"), ("Name (short)", "– → HD")]


FORMS: Mapping[str, Collection[str]] = {
    "advice.adviser": ["fields"],
    "cases.contact": ConsentEvent.Purpose.values,
    "communities.community": running.FIELDS,
    "directory.term": vocabularies.EDITABLE,
    "events.event": {f.name for f in Event._meta.get_fields()} & set(EventForm.base_fields),
    "events.ticketkind": TicketForm.base_fields,
    "publications.publication": publishing.FIELDS,
    "reports.chapter": ["title_de", "title_en", "text_de", "text_en"],
}


@pytest.mark.parametrize("thing", FORMS)
def test_every_field_that_may_change_has_a_word(thing: str) -> None:
    """Beside what tests happen to write, which ``conftest`` watches."""
    assert [key for key in FORMS[thing] if not log_words.knows(thing, key)] == []


@pytest.mark.parametrize(
    ("thing", "changes", "german", "english"),
    [
        (
            "advice.booking",
            {"state": ["confirmed", "no_show"]},
            [("Zustand", "bestätigt → Betrieb kam nicht")],
            [("State", "confirmed → firm did not come")],
        ),
        (
            "advice.booking",
            {"starts_at": ["2026-11-30T09:00:00+00:00", "2026-12-01T10:30:00+00:00"]},
            [("Beginn", "30.11.2026 10:00 → 01.12.2026 11:30")],
            [("Begins", "30/11/2026 10:00 → 01/12/2026 11:30")],
        ),
        (
            "advice.adviser",
            {"fields": ["about_de", "pause"]},
            [("Felder", "Über Sie, auf Deutsch, Pause danach")],
            [("Fields", "About you, in German, Pause after each")],
        ),
        (
            "cases.case",
            {"merged": ["a", "b"], "fields": {"name": "other"}},
            [
                ("Zusammengeführt", "a → b"),
                ("Felder", "Name des Betriebs (aus dem anderen Fall)"),
            ],
            [("Merged", "a → b"), ("Fields", "Name of the firm (of the other case)")],
        ),
        (
            "events.event",
            {"ends_at": [None, "2026-12-01T10:30:00+00:00"], "format": ["onsite", "online"]},
            [("Ende", "– → 01.12.2026 11:30"), ("Art der Teilnahme", "Vor Ort → Online")],
            [("End", "– → 01/12/2026 11:30"), ("How to take part", "On site → Online")],
        ),
        (
            "directory.actor",
            {"verified_on": [None, "2026-11-28"], "how": [None, "link"]},
            [("Bestätigt am", "– → 28.11.2026"), ("Wie", "– → über den Link in einer E-Mail")],
            [("Confirmed on", "– → 28/11/2026"), ("How", "– → by a link in a mail")],
        ),
        (
            "desk.extract",
            {"kind": "faelle", "form": "csv", "rows": 3, "columns": ["number", "state"]},
            [
                ("Tabelle", "Fälle"),
                ("Form", "CSV"),
                ("Zeilen", "3"),
                ("Spalten", "Nummer, Zustand"),
            ],
            [("Table", "Cases"), ("Form", "CSV"), ("Rows", "3"), ("Columns", "Number, State")],
        ),
        (
            "desk.person",
            {"cases.Firm": 1, "accounts": 2},
            [("Betrieb", "1"), ("Konten", "2")],
            [("Firm", "1"), ("Accounts", "2")],
        ),
        (
            "flood.network",
            {"source wsv": ["", "adapter pegelonline"]},
            [("Quelle wsv", "– → Art: PEGELONLINE")],
            [("Source wsv", "– → Kind: PEGELONLINE")],
        ),
    ],
)
def test_keys_and_codes_are_told_in_both_languages(
    thing: str, changes: dict[str, Any], german: object, english: object
) -> None:
    with override("de"):
        assert log_words.change_words(thing, changes) == german
    with override("en"):
        assert log_words.change_words(thing, changes) == english


@pytest.mark.django_db
def test_a_field_of_a_word_is_called_by_its_label() -> None:
    field = {"key": "size", "label_de": "Größe", "label_en": "Size", "type": "text"}
    with override("de"):
        told = log_words.change_words("directory.term", {"fields": [[], [field]]})
    assert told == [("Felder", "– → Größe")]


def test_reasons_that_the_product_gives_have_words() -> None:
    given = {
        reason
        for path in WEB.rglob("domain/*.py")
        for reason in re.findall(r'reason="([A-Z][^"]+)"', path.read_text(encoding="utf-8"))
        if path.name != "demo.py"
    }
    assert len(given) > 2
    with override("de"):
        assert sorted(reason for reason in given if log_words.reason_words(reason) == reason) == []


def test_times_in_labels_are_shown_as_here() -> None:
    with override("de"):
        assert called("c4326bae 2026-08-20 13:00") == "c4326bae 20.08.2026 15:00"
        assert called("Firma 2026-13-45 13:00") == "Firma 2026-13-45 13:00"
        assert called("Lamarr-Institut") == "Lamarr-Institut"


@pytest.mark.parametrize("label", ["", "17", "a5632a15"])
def test_a_thing_without_a_name_is_called_by_its_kind(label: str) -> None:
    """Its number stands beside it anyway."""
    with override("de"):
        assert called(label) == "Betrieb"


def called(label: str) -> str:
    number = "a5632a15-c231-45d9-9300-5630e149a837"
    entry = LogEntry(object_type="cases.firm", object_id=number, object_label=label)
    return log_words.thing_words(entry)


def test_unknown_changes_stay_as_they_are() -> None:
    told = log_words.change_words("anything", {"count": 3, "list": [["a"], ["a", "b"]]})
    assert told == [("count", "3"), ("list", "a → a, b")]


@pytest.mark.django_db
def test_the_log_is_filtered_by_what_was_done(client: Client) -> None:
    user = create_person(email="leitung@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role=RoleName.MODERATOR, by=audit.SYSTEM, reason="Aufbau")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("accounts:log") + "?act=accounts.role.grant").content.decode()
    rows = page.split("<tbody>")[1]
    assert "Rolle gegeben" in rows
    assert "Aufbau" in rows
    assert "Person hinzugefügt" not in rows
    # An unknown act is no error: the whole log is shown.
    assert client.get(reverse("accounts:log") + "?act=unsinn").status_code == 200
