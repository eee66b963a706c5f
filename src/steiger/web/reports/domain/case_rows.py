"""What indicators about firms' cases share: rows of one kind of entry, with the firm's values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from steiger.engines.reporting.indicators import Dimension, Indicator, Measure, Row
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.words import Text
from steiger.web.accounts.models import RoleName
from steiger.web.cases.models import CaseEntry
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.reports.domain.declared import Declared, Named, local_day, moments

SIZE = Dimension("size", Text("Betriebsgröße", "Size of firm"))
SECTOR = Dimension("sector", Text("Wirtschaftszweig", "Sector"))
DISTRICT = Dimension("district", Text("Kreis", "District"))
FIRM = (SIZE, SECTOR, DISTRICT)
CASES = Text("Fallakten der Betriebe in Steiger", "The firms’ cases in Steiger")
HUB = Text("Leitung der Anlaufstelle", "Head of the hub")
SINCE = date(2026, 1, 1)


def section_of(sector: str) -> str:
    """The section of a sector, so that tables stay readable: 62 (IT services) → J."""
    word = vocabulary().word("sector", sector)
    return (word.parent or sector) if word else sector


def entry_rows(kind: str) -> Callable[[Period], list[Row]]:
    """A query for the entries of one kind."""

    def rows(period: Period) -> list[Row]:
        begin, end = moments(period)
        found = CaseEntry.objects.filter(
            kind=kind, happened_at__gte=begin, happened_at__lt=end
        ).values_list(
            "pk",
            "happened_at",
            "case__firm_id",
            "case__firm__size",
            "case__firm__sector",
            "case__firm__municipality",
        )
        sections: dict[str, str] = {}
        made = []
        for pk, at, firm, size, sector, municipality in found.order_by("happened_at", "pk"):
            if sector not in sections:
                sections[sector] = section_of(sector)
            values = {"size": size, "sector": sections[sector], "district": municipality[:5]}
            made.append(Row(str(pk), local_day(at), values, who=str(firm)))
        return made

    return rows


def entry_names(keys: Sequence[str]) -> Mapping[str, Named]:
    """The firms behind entries, as far as they are neither erased nor confidential."""
    wanted = [int(key) for key in keys if key.isdigit()]
    found = CaseEntry.objects.filter(pk__in=wanted, case__confidential=False)
    rows = found.values_list("pk", "title", "case__firm__name")
    return {str(pk): Named(", ".join(t for t in (name, title) if t)) for pk, title, name in rows}


def about_cases(
    key: str,
    kind: str,
    *,
    name: Text,
    definition: Text,
    unit: Text,
    measure: Measure = Measure.COUNT,
) -> Declared:
    """An indicator that counts one kind of entry."""
    return Declared(
        about=Indicator(
            key=key,
            name=name,
            definition=definition,
            unit=unit,
            source=CASES,
            owner=HUB,
            since=SINCE,
            dimensions=FIRM,
            personal=True,
            measure=measure,
        ),
        rows=entry_rows(kind),
        names=entry_names,
        named_for=(RoleName.ADVISER, RoleName.MODERATOR),
    )
