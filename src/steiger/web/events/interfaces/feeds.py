"""Which events a subscribed calendar holds, and its address."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from steiger.web.events.domain.queries import public_between
from steiger.web.events.domain.searching import about
from steiger.web.events.interfaces.filters import Filters, fits
from steiger.web.events.models import Event

BACK, AHEAD = timedelta(days=90), timedelta(days=730)


def feed_events(filters: Filters) -> list[Event]:
    """Events of the last months and all to come; those called off stay, so that calendars learn."""
    now = timezone.now()
    events = about(public_between(now - BACK, now + AHEAD), filters.q).rows
    return [event for event in events if fits(event, filters)]


def webcal_url(filters: Filters) -> str:
    """The address by which a calendar program subscribes."""
    base = urlsplit(settings.BASE_URL)
    query = Filters(q=filters.q, chosen=filters.chosen, free=filters.free).query_string()
    return f"webcal://{base.netloc}{reverse('events:feed')}{query}"
