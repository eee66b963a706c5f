"""Firms that were advised, each once."""

from steiger.engines.reporting.indicators import Measure
from steiger.engines.reporting.words import Text
from steiger.web.cases.models import CaseEntry
from steiger.web.reports.domain.case_rows import about_cases, of_kind

DECLARED = about_cases(
    "firms_advised",
    of_kind(CaseEntry.Kind.TALK),
    name=Text("Beratene Betriebe", "Firms advised"),
    definition=Text(
        "Jeder Betrieb mit mindestens einem Gespräch in der Sprechstunde, im Zeitraum einmal "
        "gezählt, und zwar bei seinem ersten Gespräch.",
        "Each firm with at least one consultation, counted once in the period, at its first one.",
    ),
    unit=Text("Betriebe", "Firms"),
    measure=Measure.DISTINCT,
)
