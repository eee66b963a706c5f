"""Vocabularies for moderators."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from factories.directory import make_actor, make_terms, term
from steiger.web.accounts.models import LogEntry, RoleGrant, User
from steiger.web.directory.models import Term

pytestmark = pytest.mark.django_db
ADDRESS = "/landkarte/pflege/woerter/role/provider/"


@pytest.fixture
def moderator(client: Client) -> User:
    """A signed-in moderator."""
    person = User.objects.create_user("redaktion@example.org", "ein langes Kennwort")
    RoleGrant.objects.create(user=person, role="moderator")
    client.force_login(person)
    return person


def form(**changes: Any) -> dict[str, Any]:
    row = term("role", "provider")
    return {
        "label_de": row.label_de,
        "label_en": row.label_en,
        "description_de": row.description_de,
        "description_en": row.description_en,
        "position": row.position,
        "active": "on",
        "words": "",
        "field_list": "[]",
        "reason": "",
        **changes,
    }


def test_visitors_are_led_to_the_sign_in(client: Client) -> None:
    make_terms()
    for address in ("/landkarte/pflege/woerter/", ADDRESS):
        response = client.get(address)
        assert response.status_code == 302
        assert "next=" in response["Location"]


def test_the_list_counts_how_often_a_term_is_used(client: Client, moderator: User) -> None:
    make_actor("Hammerwerk Digital", roles={"provider": ""})
    page = client.get("/landkarte/pflege/woerter/").content.decode()
    row = page.split(f'href="{ADDRESS}"')[1].split("</tr>")[0]
    assert '<td class="st-number" data-label="Verwendet">1</td>' in row


def test_an_edit_is_saved_logged_and_shown(client: Client, moderator: User) -> None:
    make_terms()
    response = client.post(
        ADDRESS,
        form(label_de="Anbieter", words="Hersteller\n\nHersteller\n Firma ", reason="kürzer"),
    )
    assert response.status_code == 302
    row = term("role", "provider")
    assert (row.label_de, row.synonyms, row.edited) == ("Anbieter", ["Hersteller", "Firma"], True)
    entry = LogEntry.objects.get(act="directory.term.edit")
    assert (entry.user_number, entry.as_role, entry.reason) == (moderator.pk, "moderator", "kürzer")
    assert entry.changes["label_de"][1] == "Anbieter"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label_de": ""}, "st-field__error"),
        ({"field_list": "[{"}, "Das ist kein gültiges JSON: Zeile 1, Spalte"),
        ({"field_list": '[{"key": "a", "type": "wish"}]'}, "Feld 1 hat einen unbekannten Typ."),
        ({"position": "-1"}, "st-field__error"),
    ],
)
def test_a_wrong_edit_is_explained_and_changes_nothing(
    client: Client, moderator: User, changes: dict[str, Any], message: str
) -> None:
    make_terms()
    before = Term.objects.values().get(vocabulary="role", key="provider")
    page = client.post(ADDRESS, form(**changes))
    assert page.status_code == 200
    assert message in page.content.decode()
    assert Term.objects.values().get(vocabulary="role", key="provider") == before


NEW = "/landkarte/pflege/woerter/role/"


def new(**changes: Any) -> dict[str, Any]:
    return {
        "parent": term("category", "economy").pk,
        "label_de": "Erprobung vor Ort",
        "label_en": "Trials on site",
        "key": "",
        "position": 200,
        "active": "on",
        "words": "Pilot",
        "field_list": "[]",
        "reason": "Wird gefragt",
        **changes,
    }


def test_a_new_term_is_added_logged_and_listed(client: Client, moderator: User) -> None:
    make_terms()
    assert client.post(NEW, new()).status_code == 302
    row = term("role", "trials_on_site")
    assert (row.parent, row.synonyms, row.edited) == (term("category", "economy"), ["Pilot"], True)
    entry = LogEntry.objects.get(act="directory.term.add")
    assert (entry.object_id, entry.reason) == (str(row.pk), "Wird gefragt")
    assert "Erprobung vor Ort" in client.get("/landkarte/pflege/woerter/").content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"key": "provider"}, "Diesen Schlüssel gibt es schon."),
        ({"key": "Über"}, "Nur Kleinbuchstaben ohne Umlaute, Ziffern und Unterstriche."),
        ({"label_en": "試験"}, "Aus dem englischen Wort entsteht kein Schlüssel"),
        ({"parent": ""}, "st-field__error"),
        ({"field_list": '[{"key": "a", "type": "wish"}]'}, "Feld 1 hat einen unbekannten Typ."),
    ],
)
def test_a_wrong_new_term_is_explained_and_not_added(
    client: Client, moderator: User, changes: dict[str, Any], message: str
) -> None:
    make_terms()
    before = Term.objects.count()
    page = client.post(NEW, new(**changes))
    assert page.status_code == 200
    assert message in page.content.decode()
    assert Term.objects.count() == before


def test_the_product_s_own_vocabularies_take_no_terms(client: Client, moderator: User) -> None:
    make_terms()
    assert client.get("/landkarte/pflege/woerter/category/").status_code == 404
    assert client.get("/landkarte/pflege/woerter/gibtesnicht/").status_code == 404
