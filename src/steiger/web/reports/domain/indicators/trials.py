"""Trials."""

from steiger.engines.reporting.words import Text
from steiger.web.cases.models import CaseEntry
from steiger.web.reports.domain.case_rows import about_cases, of_kind

DECLARED = about_cases(
    "trials",
    of_kind(CaseEntry.Kind.TRIAL),
    name=Text("Erprobungen", "Trials"),
    definition=Text(
        "Jede Erprobung einer Anwendung in einem Betrieb, die in der Fallakte steht.",
        "Each trial of an application in a firm that is noted in its case.",
    ),
    unit=Text("Erprobungen", "Trials"),
)
