"""Figures of events, publications and communities equal the raw tables of their rooms."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from steiger.engines.reporting.book import Book, Spot
from steiger.engines.reporting.indicators import counted
from steiger.engines.reporting.periods import Period
from steiger.web.communities.models import Community, Movement
from steiger.web.events.models import Attendance, Event
from steiger.web.publications.models import (
    Document,
    DownloadCount,
    Publication,
    Version,
)
from steiger.web.reports.domain.declared import all_declared

PERIOD = Period.of("2025-H2")
BERLIN_JULY, BERLIN_DECEMBER = (
    datetime(2025, 6, 30, 22, 30, tzinfo=UTC),
    datetime(2025, 12, 31, 22, 30, tzinfo=UTC),
)
AFTER = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
#: What the raw tables say of the second half of 2025, in local time.
RAW = {
    "events": "SELECT count(*) FROM events_event WHERE state = 'published' AND "
    "starts_at >= %s AND starts_at < %s",
    "visits": "SELECT count(*) FROM events_attendance a JOIN events_event e ON e.id = a.event_id "
    "WHERE e.state = 'published' AND e.starts_at >= %s AND e.starts_at < %s",
    "visitors": "SELECT count(DISTINCT a.person) FROM events_attendance a JOIN events_event e ON "
    "e.id = a.event_id WHERE e.state = 'published' AND a.person <> '' AND e.starts_at >= %s AND "
    "e.starts_at < %s",
    "publications": "SELECT count(*) FROM publications_publication WHERE published_at >= %s AND "
    "published_at < %s",
}
BEGIN, END = datetime(2025, 6, 30, 22, tzinfo=UTC), datetime(2025, 12, 31, 23, tzinfo=UTC)


@pytest.fixture
def life(db: None) -> None:
    """Things on both sides of the period's bounds, and some that do not count."""
    for number, (at, state) in enumerate(
        [
            (BERLIN_JULY, "published"),
            (BERLIN_DECEMBER, "published"),
            (AFTER, "published"),
            (BERLIN_JULY, "cancelled"),
            (datetime(2025, 6, 30, 21, 30, tzinfo=UTC), "published"),
        ]
    ):
        event = Event.objects.create(
            slug=f"e{number}", title_de="Beispiel", starts_at=at, ends_at=at, state=state
        )
        for person in ("a", "b", "") if number != 1 else ("a", "c"):
            Attendance.objects.create(event=event, person=person, came_at=at)
        Publication.objects.create(
            slug=f"p{number}", title_de="Beispiel", kind="guide", published_at=at
        )
    version = Version.objects.create(
        publication=Publication.objects.all()[0], number=1, released_on=date(2025, 7, 1)
    )
    document = Document.objects.create(version=version, language="de", size=1, pages=1)
    for day, number in ((date(2025, 7, 1), 3), (date(2025, 12, 31), 4), (date(2026, 1, 1), 50)):
        DownloadCount.objects.create(document=document, day=day, number=number)
    community = Community.objects.create(
        slug="x", name_de="X", what_de="x", whom_de="x", created_at=BERLIN_JULY
    )
    Community.objects.create(slug="y", name_de="Y", what_de="y", whom_de="y", created_at=AFTER)
    for day, joined, left in ((date(2025, 1, 1), 5, 0), (date(2025, 12, 31), 2, 1)):
        Movement.objects.create(community=community, day=day, joined=joined, left=left)
    Movement.objects.create(community=community, day=date(2026, 1, 1), joined=9, left=0)


def figure(key: str) -> int:
    declared = all_declared()[key]
    rows: Any = {(key, PERIOD): tuple(declared.rows(PERIOD))}
    return Book({key: declared.about}, rows).figure(Spot.at(key, PERIOD))


@pytest.mark.parametrize("key", sorted(RAW))
def test_figure_equals_the_raw_table(life: None, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RAW[key], [BEGIN, END])
        assert figure(key) == cursor.fetchone()[0] > 0


def test_distinct_persons_are_fewer_than_visits(life: None) -> None:
    assert (figure("visits"), figure("visitors")) == (5, 3)


def test_downloads_members_and_communities_end_with_the_period(life: None) -> None:
    assert (figure("downloads"), figure("members"), figure("communities")) == (7, 6, 1)


def test_rows_lie_in_the_period(life: None) -> None:
    for key in ("events", "visits", "visitors", "publications", "downloads"):
        declared = all_declared()[key]
        rows = counted(declared.about, declared.rows(PERIOD))
        assert rows
        assert all(row.on in PERIOD for row in rows)
