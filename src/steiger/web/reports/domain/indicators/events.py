"""Events that took place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from steiger.engines.reporting.indicators import Indicator, Row
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.words import Text
from steiger.web.events.domain.queries import Period as Span
from steiger.web.events.domain.queries import held
from steiger.web.events.models import Event
from steiger.web.reports.domain.case_rows import DISTRICT
from steiger.web.reports.domain.declared import Declared, Named, local_day, moments


def rows(period: Period) -> list[Row]:
    """Events that began in the period and are over."""
    found = held(Span(*moments(period))).order_by("starts_at", "pk")
    return [
        Row(str(pk), local_day(at), {"district": district})
        for pk, at, district in found.values_list("pk", "starts_at", "district")
    ]


def names(keys: Sequence[str]) -> Mapping[str, Named]:
    """Titles of events, with their pages."""
    found = Event.objects.filter(pk__in=[int(key) for key in keys if key.isdigit()])
    return {str(event.pk): Named(event.title, event.get_absolute_url()) for event in found}


DECLARED = Declared(
    about=Indicator(
        key="events",
        name=Text("Veranstaltungen", "Events"),
        definition=Text(
            "Jede veröffentlichte Veranstaltung, die im Zeitraum begann und stattgefunden hat; "
            "eine "
            "abgesagte zählt nicht.",
            "Each published event that began in the period and took place; one that was "
            "cancelled does "
            "not count.",
        ),
        unit=Text("Veranstaltungen", "Events"),
        source=Text("Veranstaltungen in Steiger", "Events in Steiger"),
        owner=Text("Planung der Veranstaltungen", "Planning of events"),
        since=date(2026, 1, 1),
        dimensions=(DISTRICT,),
        personal=False,
    ),
    rows=rows,
    names=names,
    named_for=None,
)
