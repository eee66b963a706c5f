"""Enquiries of firms."""

from steiger.engines.reporting.words import Text
from steiger.web.cases.models import CaseEntry
from steiger.web.reports.domain.case_rows import about_cases, of_kind

DECLARED = about_cases(
    "enquiries",
    of_kind(CaseEntry.Kind.ENQUIRY),
    name=Text("Anfragen von Betrieben", "Enquiries of firms"),
    definition=Text(
        "Jede Anfrage, mit der sich ein Betrieb mit bestätigter Adresse an die Anlaufstelle "
        "wandte.",
        "Each enquiry of a firm with a confirmed address.",
    ),
    unit=Text("Anfragen", "Enquiries"),
)
