"""The page on privacy says what the code does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from steiger.web.advice.domain import retention
from steiger.web.communities.domain import retention as communities
from steiger.web.events.models import Event
from steiger.web.portal.interfaces.privacy import after, sections

pytestmark = pytest.mark.django_db
ROOMS = ["veranstaltungen", "sprechstunde", "mein-weg", "veroeffentlichungen", "gemeinschaften"]


@pytest.mark.parametrize(
    ("span", "german", "english"),
    [
        (timedelta(hours=1), "1 Stunde", "1 hour"),
        (timedelta(hours=24), "24 Stunden", "24 hours"),
        (timedelta(days=2), "2 Tagen", "2 days"),
        (timedelta(days=90), "90 Tagen", "90 days"),
        (timedelta(days=365), "1 Jahr", "1 year"),
        (timedelta(days=5 * 365), "5 Jahren", "5 years"),
    ],
)
def test_spans_in_words(span: timedelta, german: str, english: str) -> None:
    for language, expected in (("de", german), ("en", english)):
        with override(language):
            assert after(span) == expected


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_room_has_its_section(client: Client, prefix: str) -> None:
    page = client.get(f"{prefix}/seite/datenschutz/").content.decode()
    for room in [*ROOMS, "hochwasser"]:
        assert f'id="{room}"' in page
    with override("en" if prefix else "de"):
        for section in sections():
            assert section.data
            assert section.purpose
            assert len(section.times) >= 2
    assert ("Whom to ask" in page) is bool(prefix)
    assert ("Wen Sie fragen" in page) is not bool(prefix)


def test_times_are_those_of_the_code(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "KEEP_HELD", timedelta(days=71))
    monkeypatch.setattr(communities, "KEEP_NOTES", timedelta(days=72))
    field: Any = Event._meta.get_field("keep_days")
    monkeypatch.setattr(field, "default", 73)
    page = client.get("/seite/datenschutz/").content.decode()
    assert [f"{days} Tage" in page for days in (71, 72, 73)] == [True, True, True]
