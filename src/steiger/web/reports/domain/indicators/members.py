"""Members of communities."""

from __future__ import annotations

from datetime import date

from steiger.engines.reporting.indicators import Indicator, Measure, Row
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.words import Text
from steiger.web.communities.models import Movement
from steiger.web.reports.domain.declared import Declared, no_names


def rows(period: Period) -> list[Row]:
    """Who joined and left up to the period's end, per community and day, without persons."""
    found = Movement.objects.filter(day__lte=period.last).order_by("day", "pk")
    return [
        Row(str(pk), day, amount=joined - left)
        for pk, day, joined, left in found.values_list("pk", "day", "joined", "left")
    ]


DECLARED = Declared(
    about=Indicator(
        key="members",
        name=Text("Mitglieder der Gemeinschaften", "Members of communities"),
        definition=Text(
            "Alle Mitgliedschaften am Ende des Zeitraums; wer in zwei Gemeinschaften ist, zählt "
            "zweimal. "
            "Gezählt werden Beitritte und Austritte je Tag, nicht Personen.",
            "All memberships at the end of the period; whoever is in two communities counts "
            "twice. "
            "Counted are joinings and leavings per day, not persons.",
        ),
        unit=Text("Mitgliedschaften", "Memberships"),
        source=Text("Gemeinschaften in Steiger", "Communities in Steiger"),
        owner=Text("Betreuung der Gemeinschaften", "Care of communities"),
        since=date(2026, 1, 1),
        personal=False,
        measure=Measure.SUM,
        stock=True,
    ),
    rows=rows,
    names=no_names,
    named_for=None,
)
