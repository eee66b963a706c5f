"""Consultations held."""

from steiger.engines.reporting.words import Text
from steiger.web.cases.models import CaseEntry
from steiger.web.reports.domain.case_rows import about_cases, of_kind

DECLARED = about_cases(
    "consultations",
    of_kind(CaseEntry.Kind.TALK),
    name=Text("Beratungsgespräche", "Consultations"),
    definition=Text(
        "Jedes Gespräch in der Sprechstunde, das stattfand. Abgesagte Termine zählen nicht.",
        "Each consultation that took place. Cancelled appointments do not count.",
    ),
    unit=Text("Gespräche", "Consultations"),
)
