"""Calendar files as other libraries read them: times across the change of the clock, versions."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
import vobject
from django.test import Client
from django.utils import timezone

from factories.directory import make_terms
from factories.events import come, make_event, when
from steiger.web.accounts.domain.audit import SYSTEM
from steiger.web.background.models import OutgoingMail
from steiger.web.directory.models import Term
from steiger.web.events.domain import managing, registering
from steiger.web.events.domain.calendar import feed, single
from steiger.web.events.domain.telling import tell_change
from steiger.web.events.models import Event, Registration

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def last_sunday_of_march(year: int) -> date:
    """The day on which the clock is put forward."""
    last = date(year, 3, 31)
    return last - timedelta(days=last.isoweekday() % 7)


def appointments(number: int) -> list[Any]:
    """The calendars in all mails to one person, as vobject reads them."""
    found = []
    for mail in OutgoingMail.objects.order_by("created_at"):
        if mail.recipients["to"] == [f"gast{number}@example.org"]:
            for one in mail.content["attachments"]:
                text = base64.b64decode(one["content"]).decode()
                found.append(vobject.readOne(text))
    return found


@pytest.mark.parametrize(
    ("begin", "end", "wall"),
    [
        # The night of 25 October 2026 has 25 hours, that of 28 March 2027 has 23.
        ("2026-10-24 16:00", "2026-10-24 18:00", "18:00"),
        ("2026-10-25 16:00", "2026-10-25 18:00", "17:00"),
        ("2026-10-24 20:00", "2026-10-25 05:00", "22:00"),
        ("2027-03-27 17:00", "2027-03-27 19:00", "18:00"),
        ("2027-03-28 16:00", "2027-03-28 18:00", "18:00"),
        ("2027-03-27 22:00", "2027-03-28 04:00", "23:00"),
    ],
)
def test_times_survive_the_change_of_the_clock(begin: str, end: str, wall: str) -> None:
    event = make_event(starts_at=when(begin), ends_at=when(end))
    text = single(event)
    read = vobject.readOne(text.decode()).vevent
    assert (read.dtstart.value, read.dtend.value) == (event.starts_at, event.ends_at)
    assert read.dtstart.value.strftime("%H:%M") == wall
    calendar = icalendar.Calendar.from_ical(text)
    local = event.starts_at.astimezone(BERLIN)
    found = recurring_ical_events.of(calendar).at((local.year, local.month, local.day))
    assert [(e["DTSTART"].dt, e["DTEND"].dt) for e in found] == [(event.starts_at, event.ends_at)]


def test_invitation_change_and_cancellation_are_versions_of_one_appointment() -> None:
    eve = last_sunday_of_march(timezone.now().year + 1) - timedelta(days=1)
    event = make_event(starts_at=when(f"{eve} 17:00"), ends_at=when(f"{eve} 19:00"))
    row = come(event, 1)
    moved = {
        "starts_at": event.starts_at + timedelta(days=1),
        "ends_at": event.ends_at + timedelta(days=1),
    }
    managing.change_event(event=event, values=moved, by=SYSTEM)
    tell_change(event.pk)
    managing.call_off(event=event, reason_de="Krank", by=SYSTEM)
    tell_change(event.pk)
    sent = appointments(1)
    assert [c.method.value for c in sent] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {c.vevent.uid.value for c in sent} == {f"registration-{row.pk}@127.0.0.1"}
    assert [int(c.vevent.sequence.value) for c in sent] == [0, 1, 2]
    assert [c.vevent.status.value for c in sent] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    first, second, _last = (c.vevent.dtstart.value for c in sent)
    # 24 hours later, but the clock was put forward in between.
    passed = second.astimezone(UTC) - first.astimezone(UTC)
    assert (passed, first.hour, second.hour) == (timedelta(days=1), 18, 19)
    assert all(c.vevent.organizer.value.startswith("mailto:") for c in sent)
    assert all(c.vevent.attendee.value == "mailto:gast1@example.org" for c in sent)


def test_a_client_keeps_the_highest_sequence() -> None:
    event = make_event()
    registering.leave(registration_id=come(event, 1).pk)
    newest = max(appointments(1), key=lambda c: int(c.vevent.sequence.value))
    assert newest.method.value == "CANCEL"


def test_telling_twice_tells_once() -> None:
    event = make_event()
    come(event, 1), come(event, 2)
    managing.change_event(event=event, values={"venue": "Anderes Beispielhaus"}, by=SYSTEM)
    assert (tell_change(event.pk), tell_change(event.pk)) == (2, 0)
    managing.call_off(event=event, reason_de="Krank", by=SYSTEM)
    assert (tell_change(event.pk), tell_change(event.pk)) == (2, 0)
    assert set(event.registrations.values_list("state", flat=True)) == {"called_off"}


def test_a_change_is_told_to_all_whom_the_page_counts() -> None:
    event = make_event(quota=2)
    come(event, 1, seats=2), come(event, 2), come(event, 3)
    managing.change_event(event=event, values={"title_de": "Anderer Titel"}, by=SYSTEM)
    assert tell_change(event.pk) == managing.people_to_tell(event) == 3
    assert tell_change(event.pk) == 0
    assert len(appointments(1)) == 2
    assert appointments(2) == []  # who waits has no appointment yet
    last = OutgoingMail.objects.filter(recipients__to=["gast2@example.org"]).latest("created_at")
    assert "Anderer Titel" in last.content["text"]
    assert "Warteliste" in last.content["text"]


def test_a_new_text_disturbs_nobody() -> None:
    event = make_event()
    come(event, 1)
    managing.change_event(event=event, values={"text_de": "Mehr Worte"}, by=SYSTEM)
    assert (tell_change(event.pk), Event.objects.get().sequence) == (0, 0)


def test_calling_off_tells_also_those_who_wait() -> None:
    event = make_event(quota=1)
    come(event, 1), come(event, 2)
    managing.call_off(event=event, reason_de="Krank", by=SYSTEM)
    tell_change(event.pk)
    assert Registration.objects.filter(state="called_off").count() == 2
    assert [c.method.value for c in appointments(2)] == []
    last = OutgoingMail.objects.filter(recipients__to=["gast2@example.org"]).latest("created_at")
    assert "Krank" in last.content["text"]


def test_feed_holds_the_selection_and_what_was_called_off(client: Client) -> None:
    make_terms()
    health = Term.objects.get(vocabulary="technology", key="health")
    one = make_event(title_de="Gesundheit", community="health")
    one.topics.add(health)
    make_event(title_de="Anderes")
    managing.call_off(event=one, reason_de="Krank", by=SYSTEM)
    for query in ("topic=health", "community=health", "district=05124&topic=health"):
        answer = client.get(f"/veranstaltungen/kalender.ics?{query}")
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        calendar = vobject.readOne(answer.content.decode())
        assert [e.summary.value for e in calendar.vevent_list] == ["Gesundheit"]
        assert (calendar.vevent.status.value, calendar.vevent.sequence.value) == ("CANCELLED", "1")


def test_an_empty_feed_is_a_calendar() -> None:
    assert list(vobject.readOne(feed([], "Leer").decode()).contents.get("vevent", [])) == []


def test_single_event_has_place_and_link(client: Client) -> None:
    event = make_event()
    read = vobject.readOne(client.get(f"{event.get_absolute_url()}termin.ics").content.decode())
    assert read.vevent.location.value == "Beispielhaus, Beispielweg 1, 42103 Wuppertal"
    assert read.vevent.geo.value in ("51.26;7.15", ["51.26", "7.15"])
    assert isinstance(read.vevent.dtstart.value, datetime)
