"""Communities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from steiger.engines.reporting.indicators import Indicator, Row
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.words import Text
from steiger.web.communities.domain.queries import open_at
from steiger.web.communities.models import Community
from steiger.web.reports.domain.declared import Declared, Named, local_day


def rows(period: Period) -> list[Row]:
    """Communities that were open at the period's end."""
    found = open_at(period.last).order_by("pk").values_list("pk", "created_at")
    return [Row(str(pk), local_day(at)) for pk, at in found]


def names(keys: Sequence[str]) -> Mapping[str, Named]:
    """Names of communities, with their pages."""
    found = Community.objects.filter(pk__in=[int(key) for key in keys if key.isdigit()])
    return {str(row.pk): Named(row.name_de, row.get_absolute_url()) for row in found}


DECLARED = Declared(
    about=Indicator(
        key="communities",
        name=Text("Gemeinschaften", "Communities"),
        definition=Text(
            "Jede Gemeinschaft, die am Ende des Zeitraums offen war.",
            "Each community that was open at the end of the period.",
        ),
        unit=Text("Gemeinschaften", "Communities"),
        source=Text("Gemeinschaften in Steiger", "Communities in Steiger"),
        owner=Text("Betreuung der Gemeinschaften", "Care of communities"),
        since=date(2026, 1, 1),
        personal=False,
        stock=True,
    ),
    rows=rows,
    names=names,
    named_for=None,
)
