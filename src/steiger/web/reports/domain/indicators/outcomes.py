"""Firms in which an application came into use."""

from steiger.engines.reporting.words import Text
from steiger.web.cases.domain.queries import first_in_use
from steiger.web.reports.domain.case_rows import about_cases

DECLARED = about_cases(
    "outcomes",
    first_in_use,
    name=Text("Betriebe mit einer Anwendung im Einsatz", "Firms with an application in use"),
    definition=Text(
        "Jeder Betrieb, in dem eine Anwendung im Einsatz ist, ein einziges Mal gezählt: am Tag, "
        "an dem er oder die Beratung das zum ersten Mal sagte. Was geplant ist, erprobt oder "
        "verworfen wurde, zählt nicht.",
        "Each firm in which an application is in use, counted one single time: on the day on which "
        "it, or its adviser, first said so. What is planned, being tried out or dropped does not "
        "count.",
    ),
    unit=Text("Betriebe", "Firms"),
)
