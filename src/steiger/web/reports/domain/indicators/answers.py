"""What firms and advisers said came of advice, whatever it was."""

from steiger.engines.reporting.words import Text
from steiger.web.cases.models import CaseEntry
from steiger.web.reports.domain.case_rows import RESULT, about_cases, of_kind

DECLARED = about_cases(
    "answers",
    of_kind(CaseEntry.Kind.OUTCOME),
    name=Text("Rückmeldungen der Betriebe", "Firms’ answers"),
    definition=Text(
        "Jede Antwort eines Betriebs auf die Frage, was aus dem Gespräch wurde, und jeder Stand, "
        "den die Beratung in der Fallakte einträgt, auch wenn nichts daraus wurde. Gefragt wird "
        "nach 30 und nach 180 Tagen; wer zweimal antwortet, zählt zweimal.",
        "Each answer of a firm to the question what came of the consultation, and each state that "
        "an adviser notes in its case, also if nothing came of it. Firms are asked after 30 and "
        "after 180 days; whoever answers twice counts twice.",
    ),
    unit=Text("Rückmeldungen", "Answers"),
    dimensions=(RESULT,),
)
