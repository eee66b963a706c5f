"""Publications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from steiger.engines.reporting.indicators import Indicator, Row
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.words import Text
from steiger.web.publications.domain.queries import published_between
from steiger.web.publications.models import Publication
from steiger.web.reports.domain.declared import Declared, Named, local_day


def rows(period: Period) -> list[Row]:
    """Publications that appeared in the period for the first time."""
    found = published_between(period.first, period.last).values_list("pk", "published_at")
    return [Row(str(pk), local_day(at)) for pk, at in found if at]


def names(keys: Sequence[str]) -> Mapping[str, Named]:
    """Titles, with the pages of those that the public sees."""
    found = Publication.objects.filter(pk__in=[int(key) for key in keys if key.isdigit()])
    public = Publication.State.PUBLISHED
    return {
        str(row.pk): Named(row.title_de, row.get_absolute_url() if row.state == public else "")
        for row in found
    }


DECLARED = Declared(
    about=Indicator(
        key="publications",
        name=Text("Veröffentlichungen", "Publications"),
        definition=Text(
            "Jede Veröffentlichung, die im Zeitraum zum ersten Mal erschienen ist, auch wenn sie "
            "später "
            "zurückgezogen wurde. Neue Fassungen zählen nicht.",
            "Each publication that appeared in the period for the first time, also if it was "
            "withdrawn "
            "later. New versions do not count.",
        ),
        unit=Text("Veröffentlichungen", "Publications"),
        source=Text("Veröffentlichungen in Steiger", "Publications in Steiger"),
        owner=Text("Redaktion der Veröffentlichungen", "Editors of publications"),
        since=date(2026, 1, 1),
        personal=False,
    ),
    rows=rows,
    names=names,
    named_for=None,
)
