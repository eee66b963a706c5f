"""Calendar files, re-read by another library."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject

from steiger.adapters.icalendar.writer import Appointment, Method, calendar_file

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 10, 1, 8, tzinfo=UTC)


def appointment(**changes: object) -> Appointment:
    given = {
        "uid": "event-1@example.org",
        "sequence": 0,
        "start": datetime(2026, 10, 24, 10, tzinfo=BERLIN),
        "end": datetime(2026, 10, 24, 12, tzinfo=BERLIN),
        "changed_at": NOW,
        "title": "KI für Bäckereien, Teil 1; Grundlagen",
        "organizer": ("ki@example.org", "Beispielstelle"),
    }
    return Appointment(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "offset"),
    [
        ((2026, 10, 24), 2),
        ((2026, 10, 25), 1),
        ((2026, 10, 26), 1),
        ((2027, 3, 27), 1),
        ((2027, 3, 28), 2),
        ((2027, 3, 29), 2),
    ],
)
def test_wall_clock_time_is_kept_across_the_change_of_time(
    day: tuple[int, int, int], offset: int
) -> None:
    start = datetime(*day, 10, tzinfo=BERLIN)
    made = calendar_file([appointment(start=start, end=start + timedelta(hours=2))])
    event = vobject.readOne(made.decode()).vevent
    assert event.dtstart.value.replace(tzinfo=None) == datetime(*day, 10)  # noqa: DTZ001
    assert event.dtstart.value.utcoffset() == timedelta(hours=offset)
    assert event.dtstart.value == start
    assert b"TZID=Europe/Berlin" in made
    assert b"BEGIN:VTIMEZONE" in made


def test_cancellation_names_the_same_appointment() -> None:
    made = calendar_file(
        [appointment(sequence=3, attendees=("a@example.org",))], method=Method.CANCEL
    )
    calendar = vobject.readOne(made.decode())
    assert calendar.method.value == "CANCEL"
    assert calendar.vevent.uid.value == "event-1@example.org"
    assert calendar.vevent.sequence.value == "3"
    assert calendar.vevent.status.value == "CANCELLED"
    assert calendar.vevent.organizer.value == "mailto:ki@example.org"
    assert calendar.vevent.attendee.value == "mailto:a@example.org"


def test_texts_with_commas_and_line_breaks_come_back() -> None:
    text = "Zeile 1, mit Komma; und Strichpunkt\nZeile 2 \\ " + "lang " * 60
    made = calendar_file([appointment(description=text)])
    event = vobject.readOne(made.decode()).vevent
    assert event.description.value == text
    assert event.summary.value == "KI für Bäckereien, Teil 1; Grundlagen"
    assert max(len(line) for line in made.split(b"\r\n")) <= 75


def test_invitation_needs_an_organizer() -> None:
    with pytest.raises(ValueError, match="organizer"):
        calendar_file([appointment(organizer=None)], method=Method.REQUEST)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"uid": ""}, "uid"),
        ({"sequence": -1}, "sequence"),
        ({"end": datetime(2026, 10, 24, 9, tzinfo=BERLIN)}, "end"),
        ({"start": datetime(2026, 10, 24, 9)}, "start"),  # noqa: DTZ001
    ],
)
def test_nonsense_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        appointment(**changes)
