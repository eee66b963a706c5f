"""Words of this room in the reader's language: times, ways to meet, topics, distances."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from steiger.web.advice.models import LANGUAGES, Booking, Format
from steiger.web.directory.domain.areas import area_name
from steiger.web.directory.domain.vocabulary_cache import vocabulary


def is_english() -> bool:
    """Whether the reader reads English; German is every other case."""
    return (get_language() or "de").startswith("en")


def localized(thing: Any, field: str) -> str:
    """The German or English form of a field that has both; the other where one is missing."""
    german, english = getattr(thing, f"{field}_de"), getattr(thing, f"{field}_en")
    return (english or german) if is_english() else (german or english)


def day_text(moment: datetime) -> str:
    """“Dienstag, 1. Dezember 2026”."""
    local = timezone.localtime(moment)
    return format_date(local, "l, j F Y" if is_english() else "l, j. F Y")


def time_text(moment: datetime) -> str:
    """“9:00 Uhr”; in English the figures alone."""
    time = format_date(timezone.localtime(moment), "G:i")
    return time if is_english() else f"{time} Uhr"


def moment_text(moment: datetime) -> str:
    """Day and time."""
    return f"{day_text(moment)}, {time_text(moment)}"


def minutes_of(booking: Booking) -> int:
    """How long the talk lasts."""
    return int((booking.ends_at - booking.starts_at).total_seconds() // 60)


def meeting_text(booking: Booking) -> str:
    """Where or how both meet, in one line."""
    if booking.format == Format.VIDEO:
        return booking.adviser.video_url
    if booking.format == Format.PHONE:
        return _("By telephone: %(number)s") % {"number": booking.phone or "–"}
    if booking.place is None:
        return _("On site")
    return f"{booking.place.address}, {area_name(booking.place.municipality)}"


def topic_names(booking: Booking) -> list[str]:
    """Topics of a booking."""
    return [term.label for term in booking.topics.all()]


def topic_label(key: str) -> str:
    """The name of a topic."""
    word = vocabulary().facet("topic").get(key)
    return word.label if word else key


def language_name(key: str) -> str:
    """The name of a language as its speakers call it."""
    return dict(LANGUAGES).get(key, key)


def km_text(km: float) -> str:
    """A distance as people say it."""
    if km < 1.5:
        return _("in your town")
    return _("about %(km)s km from you") % {"km": round(km)}
