"""The public calendar: list, month, map, its facets and what its cards say."""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from steiger.web.directory.domain.areas import area_name
from steiger.web.directory.domain.community_names import community_labels
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.events.domain import words
from steiger.web.events.domain.queries import public_between, public_events
from steiger.web.events.domain.registering import is_open
from steiger.web.events.domain.searching import about
from steiger.web.events.interfaces.drawing import drawing_of
from steiger.web.events.interfaces.filters import FACETS, Filters, counts, fits, has_free
from steiger.web.events.models import Event

PER_PAGE = 20
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Card:
    """One event in a list."""

    pk: int
    url: str
    title: str
    summary: str
    day: str
    month: str
    weekday: str
    iso: str
    time: str
    kind: str
    place: str
    places: str
    full: bool
    cancelled: bool
    example: bool


def card_of(event: Event) -> Card:
    """What a list says about an event."""
    begin = timezone.localtime(event.starts_at)
    return Card(
        event.pk,
        event.get_absolute_url(),
        event.title,
        event.words("summary"),
        str(begin.day),
        date_format(begin, "M" if begin.year == timezone.localdate().year else "M y"),
        date_format(begin, "D"),
        begin.isoformat(),
        words.time_text(event),
        event.get_kind_display(),
        short_place(event),
        places_text(event),
        not has_free(event),
        event.state == Event.State.CANCELLED,
        event.example,
    )


def short_place(event: Event) -> str:
    """Town, or how one takes part."""
    if event.format == Event.Format.ONLINE or not event.town:
        return str(event.get_format_display())
    if event.format != Event.Format.HYBRID:
        return event.town
    return _("%(place)s, and online") % {"place": event.town}


def places_text(event: Event) -> str:
    """How many places there are, in words."""
    if event.state == Event.State.CANCELLED:
        return _("called off")
    if event.is_over:
        return _("over")
    now = timezone.now()
    if event.opens_at and now < event.opens_at:
        return _("registration from %(when)s") % {"when": words.moment_text(event.opens_at)}
    if not is_open(event, now):
        return _("registration closed")
    free = sum(ticket.free for ticket in event.tickets.all())
    if not free:
        return _("full, with waiting list")
    return ngettext("%(n)s place free", "%(n)s places free", free) % {"n": free}


def calendar_context(filters: Filters) -> dict[str, Any]:
    """Everything the calendar page shows."""
    month = filters.month or timezone.localdate().replace(day=1)
    if filters.view == "month":
        shown = public_between(*_month_span(month))
    else:
        shown = public_events(past=filters.past)
    answer = about(shown, filters.q)
    events = list(answer.rows)
    found = [event for event in events if fits(event, filters)]
    context: dict[str, Any] = {
        "filters": filters,
        "facets": [_facet(name, events, filters) for name in FACETS],
        "free_url": filters.but(free=not filters.free).query_string() or "?",
        "active": _active(filters),
        "reset_url": Filters(
            view=filters.view, past=filters.past, month=filters.month
        ).query_string()
        or "?",
        "total": len(found),
        "is_near": answer.is_near and bool(found),
        "kept": filters.but(q="").pairs(),
        "tabs": _tabs(filters),
        "past_url": filters.but(past=not filters.past, month=None).query_string() or "?",
        "feed_query": Filters(q=filters.q, chosen=filters.chosen).query_string(),
    }
    if filters.view == "month":
        return context | _month_context(month, found, filters)
    page = Paginator(found, PER_PAGE).get_page(filters.page)
    context |= {"page_obj": page, "cards": [card_of(event) for event in page]}
    if filters.view == "map":
        context["drawing"] = drawing_of(page)
    return context


def _tabs(filters: Filters) -> list[dict[str, Any]]:
    names = (("list", _("List")), ("month", _("Month")), ("map", _("Map")))
    return [
        {
            "label": label,
            "url": filters.but(view=view).query_string() or "?",
            "current": filters.view == view,
        }
        for view, label in names
    ]


def labels_of(facet: str) -> Callable[[str], str]:
    """The keys of a facet in words."""
    if facet == "community":
        return community_labels()
    labels: dict[str, Callable[[str], str]] = {
        "topic": _topic_label,
        "kind": lambda key: str(dict(Event.Kind.choices).get(key, key)),
        "format": lambda key: str(dict(Event.Format.choices).get(key, key)),
        "district": area_name,
    }
    return labels[facet]


def _topic_label(key: str) -> str:
    word = vocabulary().facet("topic").get(key)
    return word.label if word else key


def facet_title(facet: str) -> str:
    """What a facet is called."""
    return {
        "topic": _("Topic"),
        "kind": _("Kind"),
        "format": _("How to take part"),
        "community": _("Community"),
        "district": _("District or town"),
    }[facet]


def _facet(name: str, events: Sequence[Event], filters: Filters) -> dict[str, Any]:
    found = counts(events, filters, name)
    chosen = filters.chosen.get(name, ())
    for key in chosen:
        found.setdefault(key, 0)
    label = labels_of(name)
    rows: list[dict[str, Any]] = [
        {
            "label": label(key),
            "count": number,
            "chosen": key in chosen,
            "url": filters.toggled(name, key).query_string() or "?",
        }
        for key, number in found.items()
    ]
    rows.sort(key=lambda row: (not row["chosen"], -row["count"], str(row["label"])))
    return {"name": name, "title": facet_title(name), "rows": rows[:SHOWN], "more": rows[SHOWN:]}


def _active(filters: Filters) -> list[tuple[str, str]]:
    """What is chosen, with the address without it."""
    chips = [(f"„{filters.q}“", filters.but(q="").query_string() or "?")] if filters.q else []
    chips += [
        (label(key), filters.toggled(name, key).query_string() or "?")
        for name, keys in filters.chosen.items()
        for label in [labels_of(name)]
        for key in keys
    ]
    if filters.free:
        chips.append((_("with free places"), filters.but(free=False).query_string() or "?"))
    return chips


# --- month ----------------------------------------------------------------------------------------
def _month_span(month: date) -> tuple[datetime, datetime]:
    following = (month + timedelta(days=32)).replace(day=1)
    zone = timezone.get_current_timezone()
    return (
        datetime.combine(month, time.min, zone),
        datetime.combine(following, time.min, zone),
    )


def _month_context(month: date, events: Sequence[Event], filters: Filters) -> dict[str, Any]:
    days: dict[date, list[Event]] = {}
    for event in events:
        first = timezone.localtime(event.starts_at).date()
        last = timezone.localtime(event.ends_at - timedelta(microseconds=1)).date()
        day = max(first, month)
        while day <= last and day.month == month.month:
            days.setdefault(day, []).append(event)
            day += timedelta(days=1)
    today = timezone.localdate()
    weeks = [
        [
            {
                "day": day,
                "outside": day.month != month.month,
                "today": day == today,
                "name": date_format(day, "l, j. F" if _is_german() else "l, F j"),
                "events": [
                    {
                        "title": event.title,
                        "url": event.get_absolute_url(),
                        "time": f"{timezone.localtime(event.starts_at):%H:%M}",
                        "cancelled": event.state == Event.State.CANCELLED,
                    }
                    for event in days.get(day, [])
                ],
            }
            for day in week
        ]
        for week in months.Calendar().monthdatescalendar(month.year, month.month)
    ]
    before = (month - timedelta(days=1)).replace(day=1)
    after = (month + timedelta(days=32)).replace(day=1)
    return {
        "month": date_format(month, "F Y"),
        "weeks": weeks,
        "weekdays": [date_format(date(2024, 1, number), "D") for number in range(1, 8)],
        "before": (date_format(before, "F Y"), _month_url(filters, before)),
        "after": (date_format(after, "F Y"), _month_url(filters, after)),
    }


def _month_url(filters: Filters, month: date) -> str:
    today = timezone.localdate().replace(day=1)
    return filters.but(month=None if month == today else month).query_string() or "?"


def _is_german() -> bool:
    from django.utils.translation import get_language

    return not (get_language() or "de").startswith("en")
