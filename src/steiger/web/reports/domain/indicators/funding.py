"""Funding applied for."""

from steiger.engines.reporting.words import Text
from steiger.web.cases.models import CaseEntry
from steiger.web.reports.domain.case_rows import about_cases, of_kind

DECLARED = about_cases(
    "funding",
    of_kind(CaseEntry.Kind.FUNDING),
    name=Text("Förderanträge", "Funding applications"),
    definition=Text(
        "Jeder Antrag auf Förderung, der in der Fallakte eines Betriebs steht; "
        "über Bewilligungen sagt die Zahl nichts.",
        "Each application for funding noted in a firm’s case; grants are not counted.",
    ),
    unit=Text("Anträge", "Applications"),
)
