"""Bookings in calendars: invitations, changes, cancellations, the adviser's own feed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from steiger.adapters.icalendar.writer import Appointment, Method, calendar_file
from steiger.web.advice.domain.texts import meeting_text
from steiger.web.advice.domain.tokens import OWN, link_for
from steiger.web.advice.models import Adviser, Booking

REMIND = timedelta(hours=1)


def invitation(booking: Booking, *, for_firm: bool) -> bytes:
    """The calendar file of a mail: an invitation, a change of it, or its cancellation."""
    cancelled = booking.state == Booking.State.CANCELLED
    method = Method.CANCEL if cancelled else Method.REQUEST
    return calendar_file([appointment_of(booking, for_firm=for_firm)], method=method)


def download(booking: Booking) -> bytes:
    """The same as a file to keep."""
    return calendar_file([appointment_of(booking, for_firm=True)])


def feed(adviser: Adviser, bookings: Iterable[Booking]) -> bytes:
    """All bookings of an adviser, for a calendar program that subscribed."""
    return calendar_file(
        [appointment_of(booking, for_firm=False) for booking in bookings],
        name=_("Consultation hours"),
        refresh=timedelta(minutes=15),
    )


def appointment_of(booking: Booking, *, for_firm: bool) -> Appointment:
    """A booking as one side sees it."""
    adviser = booking.adviser
    language = booking.page_language if for_firm else "de"
    with override(language):
        if for_firm:
            title = _("AI consultation with %(name)s") % {"name": adviser.name}
            link = link_for(booking.pk, OWN, language)
            text = _("See, move or cancel: %(link)s") % {"link": link}
        else:
            title = _("Consultation: %(firm)s") % {"firm": booking.firm_name or _("firm")}
            link, text = "", booking.words
        location = meeting_text(booking)
    attendee = booking.email if for_firm else (adviser.user.email if adviser.user else "")
    return Appointment(
        uid=booking.uid,
        sequence=booking.sequence,
        start=booking.starts_at,
        end=booking.ends_at,
        changed_at=booking.changed_at,
        title=title,
        description=text,
        location=location,
        url=link,
        cancelled=booking.state == Booking.State.CANCELLED,
        organizer=(parseaddr(settings.DEFAULT_FROM_EMAIL)[1], adviser.name),
        attendees=(attendee,) if attendee else (),
        remind_before=REMIND,
    )
