"""People who came to events, each once."""

from __future__ import annotations

from datetime import date

from steiger.engines.reporting.indicators import Indicator, Measure, Row
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.words import Text
from steiger.web.events.domain.queries import Period as Span
from steiger.web.events.domain.queries import held
from steiger.web.events.models import Attendance
from steiger.web.reports.domain.declared import Declared, local_day, moments, no_names


def rows(period: Period) -> list[Row]:
    """Those who came and whose address was known; "who" is a keyed hash of it."""
    found = Attendance.objects.filter(event__in=held(Span(*moments(period)))).exclude(person="")
    listed = found.order_by("event__starts_at", "pk").values_list(
        "pk", "event__starts_at", "event__district", "person"
    )
    return [
        Row(str(pk), local_day(at), {"district": district}, who=person)
        for pk, at, district, person in listed
    ]


DECLARED = Declared(
    about=Indicator(
        key="visitors",
        name=Text("Verschiedene Personen", "Distinct persons"),
        definition=Text(
            "Jede Person, die im Zeitraum zu mindestens einer Veranstaltung gekommen ist, einmal "
            "gezählt. Wer ohne Anmeldung kam, lässt sich nicht wiedererkennen und fehlt hier.",
            "Each person who came to at least one event of the period, counted once. Whoever came "
            "without registering cannot be recognised and is missing here.",
        ),
        unit=Text("Personen", "Persons"),
        source=Text("Veranstaltungen in Steiger", "Events in Steiger"),
        owner=Text("Planung der Veranstaltungen", "Planning of events"),
        since=date(2026, 1, 1),
        personal=True,
        measure=Measure.DISTINCT,
    ),
    rows=rows,
    names=no_names,
    named_for=(),
)
