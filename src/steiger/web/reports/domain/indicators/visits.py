"""Visits of events."""

from __future__ import annotations

from datetime import date

from steiger.engines.reporting.indicators import Indicator, Row
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.words import Text
from steiger.web.events.domain.queries import Period as Span
from steiger.web.events.domain.queries import held
from steiger.web.events.models import Attendance
from steiger.web.reports.domain.case_rows import DISTRICT
from steiger.web.reports.domain.declared import Declared, local_day, moments, no_names


def rows(period: Period) -> list[Row]:
    """Everybody who came to an event of the period, each event anew."""
    found = Attendance.objects.filter(event__in=held(Span(*moments(period))))
    listed = found.order_by("event__starts_at", "pk").values_list(
        "pk", "event__starts_at", "event__district"
    )
    return [Row(str(pk), local_day(at), {"district": district}) for pk, at, district in listed]


DECLARED = Declared(
    about=Indicator(
        key="visits",
        name=Text("Besuche", "Visits"),
        definition=Text(
            "Jede Person, die zu einer Veranstaltung des Zeitraums gekommen ist; wer zu zweien "
            "kommt, "
            "zählt zweimal. Wer nur angemeldet war, zählt nicht.",
            "Each person who came to an event of the period; whoever comes to two counts twice. "
            "Whoever "
            "had only registered does not count.",
        ),
        unit=Text("Besuche", "Visits"),
        source=Text("Veranstaltungen in Steiger", "Events in Steiger"),
        owner=Text("Planung der Veranstaltungen", "Planning of events"),
        since=date(2026, 1, 1),
        dimensions=(DISTRICT,),
        personal=True,
    ),
    rows=rows,
    names=no_names,
    named_for=(),
)
