"""Meetings of a community: events that carry its slug.

This is the only place that knows the room of events. It works, with nothing to show, as long as
that room is empty. What it expects of ``steiger.web.events.domain.queries``:

    upcoming(community_slug) or next_of_community(community_slug)    the next events
    public_between(begin, end)                                       public events in a span

Each item has ``title`` (or ``title_de``/``title_en``), ``starts_at`` (aware), ``url`` (or
``get_absolute_url()``), and for the second function ``community``, as attributes or as keys of a
mapping. What is cancelled (``state``) is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib import import_module
from typing import Any

from django.utils import timezone

from steiger.web.directory.domain.queries import in_language

ROOM = "steiger.web.events.domain.queries"


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting."""

    title: str
    starts_at: datetime
    url: str


def upcoming(community_slug: str, limit: int = 5) -> list[Meeting]:
    """The next meetings of a community, the nearest first."""
    found = _ask(("upcoming", "next_of_community"), community_slug)
    meetings = [m for item in found if (m := _meeting(item)) is not None]
    return sorted(meetings, key=lambda meeting: meeting.starts_at)[:limit]


def held(community_slug: str, first: date, last: date) -> list[Meeting]:
    """Meetings that took place from ``first`` to ``last``."""
    begin = timezone.make_aware(datetime.combine(first, time.min))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    found = _ask(("public_between",), begin, min(end, timezone.now()))
    meetings = [
        m
        for item in found
        if _value(item, "community") == community_slug
        and (m := _meeting(item)) is not None
        and m.starts_at >= begin
    ]
    return sorted(meetings, key=lambda meeting: meeting.starts_at)


def _ask(names: tuple[str, ...], *arguments: Any) -> Iterable[Any]:
    try:
        room = import_module(ROOM)
    except ModuleNotFoundError:
        return ()
    function = next((f for name in names if (f := getattr(room, name, None))), None)
    return function(*arguments) if function is not None else ()


def _value(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)


def _meeting(item: Any) -> Meeting | None:
    title = _value(item, "title") or in_language(
        _value(item, "title_de") or "", _value(item, "title_en") or ""
    )
    url = _value(item, "url") or _value(item, "get_absolute_url")
    url = url() if callable(url) else url
    starts_at = _value(item, "starts_at")
    cancelled = _value(item, "state") == "cancelled"
    if cancelled or not (title and url and isinstance(starts_at, datetime)):
        return None
    return Meeting(str(title), starts_at, str(url))
