"""Use cases chosen."""

from steiger.engines.reporting.words import Text
from steiger.web.cases.models import CaseEntry
from steiger.web.reports.domain.case_rows import about_cases, of_kind

DECLARED = about_cases(
    "use_cases",
    of_kind(CaseEntry.Kind.USE_CASE),
    name=Text("Gewählte Anwendungsfälle", "Use cases chosen"),
    definition=Text(
        "Jeder Anwendungsfall, für den sich ein Betrieb in seiner Fallakte entschieden hat.",
        "Each use case that a firm chose in its case.",
    ),
    unit=Text("Anwendungsfälle", "Use cases"),
)
