"""The audit log speaks to people: every act that the code writes has words, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

import steiger
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.interfaces import log_words
from steiger.web.accounts.models import LogEntry, RoleName

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
