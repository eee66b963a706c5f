"""The invented year: its size, always the same, nothing that could be taken for real."""

from __future__ import annotations

import re
import time
from calendar import day_name
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from factories.directory import make_terms
from factories.events import make_event
from steiger.web.communities.domain.demo_texts import COMMUNITIES
from steiger.web.events.domain import demo, seats
from steiger.web.events.domain.queries import (
    DIMENSIONS,
    Period,
    figures,
    figures_by,
    held,
    next_of_community,
    rows,
)
from steiger.web.events.models import Attendance, Event, Registration, Series, TicketKind, YearSalt

pytestmark = pytest.mark.django_db
UNTIL = datetime(2026, 11, 26, 12, tzinfo=UTC)
YEAR = Period(UNTIL - timedelta(days=366), UNTIL)


def snapshot() -> tuple[list[object], list[object]]:
    return (
        list(Event.objects.order_by("slug").values_list("slug", "uid", "starts_at", "town")),
        list(Registration.objects.order_by("id").values_list("id", "seats", "state", "email")),
    )


def test_a_year_of_life() -> None:
    make_terms()
    begin = time.monotonic()
    told = demo.load("nrw", 7, UNTIL)
    assert time.monotonic() - begin < 15  # 2 s alone; a busy machine must not decide
    year = figures(YEAR, UNTIL)
    assert (told["events"], year.events) == (59, 45)
    assert 2300 <= year.came <= 2900
    assert year.unregistered < year.came
    assert year.distinct + year.unregistered < year.came <= year.registered + year.unregistered
    assert not any(demo.load("nrw", 7, UNTIL).values())


def test_the_same_seed_gives_the_same_life() -> None:
    demo.load("nrw", 7, UNTIL)
    first = snapshot()
    for model in (Attendance, Registration, TicketKind, Event, YearSalt):
        model.objects.all().delete()
    Series.objects.all().delete()
    demo.load("nrw", 7, UNTIL)
    assert snapshot() == first


def test_it_is_visibly_invented_and_its_laws_and_figures_hold() -> None:
    make_terms()
    demo.load("nrw", 7, UNTIL)
    assert Event.objects.exclude(title_de__startswith="Beispiel").count() == 0
    assert Event.objects.exclude(host__contains="Beispiel").count() == 0
    past = Registration.objects.filter(event__starts_at__lt=UNTIL)
    assert past.exclude(email="", name="", code="").count() == 0
    assert (
        Registration.objects.exclude(email="").exclude(email__endswith="@example.org").count() == 0
    )

    for ticket in TicketKind.objects.all():
        assert ticket.taken == seats.taken_of(ticket) <= ticket.quota
        assert not (ticket.waiting and ticket.taken < ticket.quota)

    whole, lines = figures(YEAR, UNTIL), rows(YEAR, UNTIL)
    assert len(lines) == whole.events == held(YEAR, UNTIL).count()
    assert sum(row.figures.came for row in lines) == whole.came
    for dimension in DIMENSIONS:
        parts = figures_by(YEAR, dimension, UNTIL)
        assert sum(part.events for part in parts.values()) == whole.events, dimension
        assert sum(part.came for part in parts.values()) == whole.came, dimension
        assert all(part.distinct <= whole.distinct for part in parts.values())
    assert set(figures_by(YEAR, "community", UNTIL)) == {
        "",
        "entwicklung",
        "gesundheit",
        "recht",
        "verwaltung",
    }
    nothing = figures(Period(UNTIL, UNTIL + timedelta(days=400)), UNTIL)
    assert (nothing.events, nothing.came) == (0, 0)


def test_communities_find_their_next_events() -> None:
    make_event(title_de="Recht", community="legal"), make_event(community="health")
    assert [event.title_de for event in next_of_community("legal")] == ["Recht"]


def test_what_is_said_of_invented_events_is_what_the_calendar_keeps(client: Client) -> None:
    """Once "every second Tuesday" stood beside a meeting on a Thursday."""
    make_terms()
    demo.load("nrw", 7, UNTIL)
    said = {seed.slug: (seed.rhythm_de, seed.rhythm_en) for seed in COMMUNITIES}
    for slug, (german, english) in said.items():
        meetings = Event.objects.filter(community=slug, starts_at__lt=UNTIL)
        assert meetings.count() == 4, slug
        assert german.startswith("Vier Treffen im Jahr"), slug
        assert english.startswith("Four meetings a year"), slug
    days = "|".join((*day_name, "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Mittag", "Abend"))
    said_too = [f"{series.title_de} {series.title_en}" for series in Series.objects.all()]
    said_too += [words for pair in said.values() for words in pair]
    assert [words for words in said_too if re.search(days, words, re.IGNORECASE)] == []
    assert Event.objects.filter(summary_de__icontains="am Abend").count() == 0
    page = client.get(Event.objects.last().get_absolute_url()).content.decode()  # type: ignore[union-attr]
    assert page.count("Diese Veranstaltung ist erfunden") == 1
