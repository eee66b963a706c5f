"""Downloads of publications."""

from __future__ import annotations

from datetime import date

from steiger.engines.reporting.indicators import Indicator, Measure, Row
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.words import Text
from steiger.web.publications.domain.queries import downloads_between
from steiger.web.reports.domain.declared import Declared, no_names


def rows(period: Period) -> list[Row]:
    """One counter per file and day; it knows no person."""
    found = downloads_between(period.first, period.last).values_list("pk", "day", "number")
    return [Row(str(pk), day, amount=number) for pk, day, number in found]


DECLARED = Declared(
    about=Indicator(
        key="downloads",
        name=Text("Heruntergeladen", "Downloads"),
        definition=Text(
            "Wie oft Dateien im Zeitraum heruntergeladen wurden. Gezählt wird je Datei und Tag; "
            "wer es "
            "war, wird nicht festgehalten.",
            "How often files were downloaded in the period. Counted per file and day; who it was "
            "is not "
            "recorded.",
        ),
        unit=Text("Downloads", "Downloads"),
        source=Text("Veröffentlichungen in Steiger", "Publications in Steiger"),
        owner=Text("Redaktion der Veröffentlichungen", "Editors of publications"),
        since=date(2026, 1, 1),
        personal=False,
        measure=Measure.SUM,
    ),
    rows=rows,
    names=no_names,
    named_for=None,
)
