"""What pages of this room show about bookings, days and advisers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from steiger.web.accounts.models import User
from steiger.web.advice.domain import texts
from steiger.web.advice.domain.consulting import NOTES
from steiger.web.advice.domain.queries import day_bookings, next_booking_after, unmarked
from steiger.web.advice.domain.tokens import OWN, token_for
from steiger.web.advice.interfaces.forms import NotesForm
from steiger.web.advice.models import Adviser, Booking
from steiger.web.cases.domain.queries import visible_to
from steiger.web.cases.models import Case
from steiger.web.directory.domain.areas import area_name
from steiger.web.directory.domain.vocabulary_cache import vocabulary


@dataclass(frozen=True, slots=True)
class AdviserCard:
    """An adviser as firms see one."""

    name: str
    about: str
    topics: str
    languages: str
    places: str
    example: bool


def adviser_cards() -> list[AdviserCard]:
    """All who take bookings."""
    found = Adviser.objects.filter(active=True, user__is_active=True).prefetch_related(
        "topics", "places"
    )
    return [
        AdviserCard(
            name=adviser.name,
            about=texts.localized(adviser, "about"),
            topics=", ".join(term.label for term in adviser.topics.all()),
            languages=", ".join(texts.language_name(key) for key in adviser.languages),
            places=", ".join(
                dict.fromkeys(area_name(p.municipality) for p in adviser.places.all() if p.active)
            ),
            example=adviser.example,
        )
        for adviser in found
    ]


def described(booking: Booking, *, now: datetime) -> dict[str, Any]:
    """A booking for the firm that holds its secret link."""
    token = token_for(booking.pk, OWN)
    ahead = booking.starts_at > now
    labels = NotesForm.Meta.labels
    return {
        "booking": booking,
        "token": token,
        "when": texts.moment_text(booking.starts_at),
        "minutes": texts.minutes_of(booking),
        "meeting": texts.meeting_text(booking),
        "is_link": booking.format == "video",
        "format": booking.get_format_display(),
        "topics": ", ".join(texts.topic_names(booking)),
        "language": texts.language_name(booking.language),
        "changeable": booking.state == Booking.State.CONFIRMED and ahead,
        "notes": [
            (labels[name], getattr(booking, name)) for name in NOTES if getattr(booking, name)
        ],
    }


# --- the adviser's calendar -----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Entry:
    """A booking in the adviser's calendar."""

    booking: Booking
    url: str
    time: str
    end: str
    firm: str
    topics: str
    format: str
    state: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day in the adviser's calendar."""

    date: date
    name: str
    today: bool
    entries: tuple[Entry, ...]


def entry_of(booking: Booking) -> Entry:
    """A booking in one line."""
    return Entry(
        booking=booking,
        url=reverse("advice:booking", kwargs={"booking": booking.pk}),
        time=texts.time_text(booking.starts_at),
        end=texts.time_text(booking.ends_at),
        firm=booking.firm_name or pgettext("advice", "erased"),
        topics=", ".join(texts.topic_names(booking)),
        format=booking.get_format_display(),
        state=booking.get_state_display(),
    )


def calendar_context(adviser: Adviser, *, day: date, week: bool, now: datetime) -> dict[str, Any]:
    """A day or a week of an adviser, and what is still to be marked."""
    first = day - timedelta(days=day.weekday()) if week else day
    last = first + timedelta(days=6 if week else 0)
    days: dict[date, list[Entry]] = {
        first + timedelta(days=n): [] for n in range((last - first).days + 1)
    }
    for booking in day_bookings(adviser, first, last):
        days[timezone.localtime(booking.starts_at).date()].append(entry_of(booking))
    coming = None if any(days.values()) else next_booking_after(adviser, last)
    step = timedelta(days=7 if week else 1)
    view = "&ansicht=woche" if week else ""
    return {
        "adviser": adviser,
        "days": [_day(one, entries, now) for one, entries in days.items()],
        "week": week,
        "title": _range_text(first, last) if week else _day_name(first),
        "before_url": f"?tag={first - step:%Y-%m-%d}{view}",
        "after_url": f"?tag={first + step:%Y-%m-%d}{view}",
        "today_url": "?ansicht=woche" if week else "?",
        "tabs": [
            {"label": _("Day"), "url": f"?tag={day:%Y-%m-%d}", "current": not week},
            {"label": _("Week"), "url": f"?tag={day:%Y-%m-%d}&ansicht=woche", "current": week},
            {"label": _("Profile and times"), "url": reverse("advice:profile"), "current": False},
        ],
        "coming": coming and texts.day_text(coming.starts_at),
        "coming_url": coming and f"?tag={timezone.localtime(coming.starts_at):%Y-%m-%d}{view}",
        "open": [
            (texts.day_text(b.starts_at), entry_of(b)) for b in unmarked(adviser, now=now)[:20]
        ],
        "trouble": getattr(getattr(adviser, "calendar", None), "trouble", ""),
    }


def _day(one: date, entries: list[Entry], now: datetime) -> Day:
    today = one == timezone.localtime(now).date()
    return Day(one, _day_name(one), today, tuple(entries))


def _day_name(one: date) -> str:
    return format_date(one, "l, j F" if texts.is_english() else "l, j. F")


def _range_text(first: date, last: date) -> str:
    form = "j F" if texts.is_english() else "j. F"
    return f"{format_date(first, form)} – {format_date(last, f'{form} Y')}"


def desk_context(booking: Booking, *, now: datetime) -> dict[str, Any]:
    """A booking for its adviser."""
    words = vocabulary()
    return described(booking, now=now) | {
        "entry": entry_of(booking),
        "begun": booking.starts_at <= now,
        "size": words.label("size", booking.size) if booking.size else "",
        "sector": words.label("sector", booking.sector) if booking.sector else "",
        "town": area_name(booking.municipality) if booking.municipality else "",
        "follow_ups": [f for f in booking.follow_ups.all() if f.answered_at],
    }


def case_of(booking: Booking, person: User) -> Case | None:
    """The case of the booking's firm, if the person may see it; the open one first."""
    if booking.firm is None:
        return None
    seen = visible_to(person, booking.firm.cases.exclude(state=Case.State.MERGED))
    return seen.order_by("-state", "-opened_at").first()


def feed_url(adviser: Adviser) -> str:
    """The address of an adviser's own calendar, for calendar programs."""
    path = reverse("advice:feed", kwargs={"key": adviser.feed_key})
    return f"{settings.BASE_URL}{path}"
