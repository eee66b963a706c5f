"""Appointments as iCalendar files: feeds, invitations, changes, cancellations.

A calendar program recognises an appointment by its UID and takes what has the higher SEQUENCE.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import icalendar

PRODUCT = "-//Steiger//Steiger//DE"
BERLIN = ZoneInfo("Europe/Berlin")
#: Germany's clock as rules, not as a list of dates: some programs cannot read the list. Last Sunday
#: of March and October at 1:00 UTC (directive 2000/84/EC; in force since 1996).
_BERLIN_RULES = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
DTSTART:19970330T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""


class Method(StrEnum):
    """What a calendar file asks for (RFC 5546, 1.4)."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One appointment.

    Attributes:
        uid: stays the same for its whole life, world-wide.
        sequence: grows with every change of time, place or state.
        start, end: aware; written as German time, so that they keep their wall-clock time.
        changed_at: aware; when this version was made.
        geo: latitude and longitude.
        cancelled: it does not take place.
        organizer: e-mail address and name; needed by `Method.REQUEST` and `Method.CANCEL`.
        attendees: e-mail addresses.
        remind_before: an alarm so long before the start.
    """

    uid: str
    sequence: int
    start: datetime
    end: datetime
    changed_at: datetime
    title: str
    description: str = ""
    location: str = ""
    geo: tuple[float, float] | None = None
    url: str = ""
    categories: tuple[str, ...] = ()
    cancelled: bool = False
    organizer: tuple[str, str] | None = None
    attendees: tuple[str, ...] = ()
    remind_before: timedelta | None = None

    def __post_init__(self) -> None:
        """Reject what makes no sense.

        Raises:
            ValueError: naming the field.
        """
        if not self.uid:
            raise ValueError("uid is empty")
        for name in ("start", "end", "changed_at"):
            if getattr(self, name).tzinfo is None:
                raise ValueError(f"{name} has no time zone")
        if self.end < self.start:
            raise ValueError("end lies before start")
        if self.sequence < 0:
            raise ValueError("sequence is negative")


def calendar_file(
    appointments: Iterable[Appointment],
    *,
    method: Method = Method.PUBLISH,
    name: str = "",
    refresh: timedelta | None = None,
) -> bytes:
    """An iCalendar file with the definition of its time zone.

    Args:
        appointments: what stands in it.
        method: `PUBLISH` for feeds and downloads; `REQUEST` and `CANCEL` for mails to attendees.
        name: of a feed, as calendar programs show it.
        refresh: how often a program that subscribed may ask again (RFC 7986, 5.7).

    Raises:
        ValueError: an invitation or cancellation without an organizer.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
    if refresh is not None:
        calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
    calendar.add_component(icalendar.Timezone.from_ical(_BERLIN_RULES))
    for appointment in appointments:
        if method is not Method.PUBLISH and appointment.organizer is None:
            raise ValueError(f"{appointment.uid}: {method.value} needs an organizer")
        calendar.add_component(_event(appointment, method))
    return bytes(calendar.to_ical())


def _event(appointment: Appointment, method: Method) -> icalendar.Event:
    event = icalendar.Event()
    cancelled = appointment.cancelled or method is Method.CANCEL
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.changed_at.astimezone(UTC))
    event.add("last-modified", appointment.changed_at.astimezone(UTC))
    event.add("dtstart", appointment.start.astimezone(BERLIN))
    event.add("dtend", appointment.end.astimezone(BERLIN))
    event.add("summary", appointment.title)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    for key, value in (
        ("description", appointment.description),
        ("location", appointment.location),
        ("url", appointment.url),
        ("geo", appointment.geo),
        ("categories", list(appointment.categories)),
    ):
        if value:
            event.add(key, value)
    if appointment.organizer is not None:
        address, name = appointment.organizer
        parameters = {"CN": name} if name else {}
        event.add("organizer", icalendar.vCalAddress(f"mailto:{address}"), parameters=parameters)
    for address in appointment.attendees:
        # The place is already booked: nobody has to answer.
        parameters = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
        event.add("attendee", icalendar.vCalAddress(f"mailto:{address}"), parameters=parameters)
    if appointment.remind_before is not None and not cancelled:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", appointment.title)
        alarm.add("trigger", -appointment.remind_before)
        event.add_component(alarm)
    return event
