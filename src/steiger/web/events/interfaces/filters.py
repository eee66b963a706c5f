"""The state of the calendar in its address: read, checked, written back the same.

What cannot be understood is left out; an address never leads to an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from steiger.web.events.models import Event

FACETS = ("topic", "kind", "format", "community", "district")
VIEWS = ("list", "month", "map")
MOST_TEXT, MOST_VALUES = 200, 40
_KEY = re.compile(r"^[a-z0-9_-]{1,80}$")
_MONTH = re.compile(r"^(20\d\d)-(0[1-9]|1[0-2])$")
_NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Filters:
    """What the visitor asks for.

    Attributes:
        q: words that the event holds.
        chosen: facet → sorted keys, only facets with at least one.
        free: only events with free places.
        past: those that are over.
        month: first day of the month that the month view shows; None is the current one.
    """

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)
    free: bool = False
    past: bool = False
    view: str = "list"
    month: date | None = None
    page: int = 1

    def pairs(self) -> list[tuple[str, str]]:
        """Parameters in a fixed order, without those that say nothing."""
        found = [("q", self.q)] if self.q else []
        found += [(name, key) for name in FACETS for key in self.chosen.get(name, ())]
        if self.free:
            found.append(("free", "yes"))
        if self.past:
            found.append(("when", "past"))
        if self.view != "list":
            found.append(("view", self.view))
        if self.month and self.view == "month":
            found.append(("month", f"{self.month:%Y-%m}"))
        if self.page > 1:
            found.append(("page", str(self.page)))
        return found

    def query_string(self) -> str:
        """The address's query with its question mark, or nothing."""
        pairs = self.pairs()
        return f"?{urlencode(pairs)}" if pairs else ""

    def but(self, **changes: Any) -> Filters:
        """The same with changes, on the first page unless one is given."""
        return replace(self, **{"page": 1, **changes})

    def toggled(self, facet: str, key: str) -> Filters:
        """With a key chosen, or no longer chosen."""
        now = self.chosen.get(facet, ())
        keys = [k for k in now if k != key] if key in now else [*now, key]
        chosen = {name: kept for name, kept in self.chosen.items() if name != facet}
        if keys:
            chosen[facet] = tuple(sorted(keys))
        return self.but(chosen=MappingProxyType(chosen))

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but view, time and page is set."""
        return bool(self.q or self.chosen or self.free)


def parse(data: QueryDict) -> Filters:
    """Read the filters from an address."""
    chosen: dict[str, tuple[str, ...]] = {}
    for name in FACETS:
        values = {v for v in data.getlist(name)[:MOST_VALUES] if _KEY.match(v)}
        if values:
            chosen[name] = tuple(sorted(values))
    view = data.get("view", "")
    page = data.get("page", "")
    text = "".join(c if c.isprintable() else " " for c in data.get("q", ""))
    return Filters(
        q=" ".join(text.split())[:MOST_TEXT].strip(),
        chosen=MappingProxyType(chosen),
        free=data.get("free") == "yes",
        past=data.get("when") == "past",
        view=view if view in VIEWS else "list",
        month=_month(data.get("month", "")),
        page=int(page) if page.isascii() and page.isdigit() and int(page[:6]) > 0 else 1,
    )


def _month(text: str) -> date | None:
    found = _MONTH.match(text)
    if not found:
        return None
    month = date(int(found[1]), int(found[2]), 1)
    return None if month == timezone.localdate().replace(day=1) else month


def keys_of(event: Event, facet: str) -> tuple[str, ...]:
    """Under which keys of a facet an event is found."""
    if facet == "topic":
        return tuple(term.key for term in event.topics.all())
    if facet == "format" and event.format == Event.Format.HYBRID:
        # Whoever looks for one of the two may also come to what is both.
        return (Event.Format.HYBRID, Event.Format.ONSITE, Event.Format.ONLINE)
    value = str(getattr(event, facet))
    return (value,) if value else ()


def has_free(event: Event) -> bool:
    """Whether anybody may take a place now."""
    open_now = event.state == Event.State.PUBLISHED and not event.is_over
    return open_now and any(ticket.free for ticket in event.tickets.all())


def fits(event: Event, filters: Filters, but: str = "") -> bool:
    """Whether an event fits all facets (except one)."""
    for facet, keys in filters.chosen.items():
        if facet != but and not set(keys) & set(keys_of(event, facet)):
            return False
    return not filters.free or but == "free" or has_free(event)


def counts(events: Iterable[Event], filters: Filters, facet: str) -> dict[str, int]:
    """How many events each key of a facet has, given what is chosen in the others."""
    found: dict[str, int] = {}
    for event in events:
        if fits(event, filters, but=facet):
            for key in keys_of(event, facet):
                found[key] = found.get(key, 0) + 1
    return found
