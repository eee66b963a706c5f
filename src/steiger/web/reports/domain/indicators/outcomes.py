"""Outcomes."""

from steiger.engines.reporting.words import Text
from steiger.web.cases.models import CaseEntry
from steiger.web.reports.domain.case_rows import about_cases

DECLARED = about_cases(
    "outcomes",
    CaseEntry.Kind.OUTCOME,
    name=Text("Ergebnisse in Betrieben", "Outcomes in firms"),
    definition=Text(
        "Jedes Ergebnis, das in der Fallakte eines Betriebs steht, zum "
        "Beispiel eine Anwendung im Betrieb.",
        "Each outcome noted in a firm’s case, for example an application in use.",
    ),
    unit=Text("Ergebnisse", "Outcomes"),
)
