"""Partners introduced."""

from steiger.engines.reporting.words import Text
from steiger.web.cases.models import CaseEntry
from steiger.web.reports.domain.case_rows import about_cases, of_kind

DECLARED = about_cases(
    "partners",
    of_kind(CaseEntry.Kind.PARTNER),
    name=Text("Vermittelte Partner", "Partners introduced"),
    definition=Text(
        "Jede Vermittlung eines Betriebs an einen Partner, die in der Fallakte steht.",
        "Each introduction of a firm to a partner that is noted in its case.",
    ),
    unit=Text("Vermittlungen", "Introductions"),
)
