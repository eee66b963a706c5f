"""What indicators about firms' cases share: rows of one kind of entry, with the firm's values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from steiger.engines.reporting.indicators import Dimension, Indicator, Measure, Row
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.words import Text
from steiger.web.accounts.models import RoleName
from steiger.web.cases.domain import queries
from steiger.web.cases.domain.queries import EntryRow
from steiger.web.cases.models import CaseEntry
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.reports.domain.declared import Declared, Named, local_day, moments

SIZE = Dimension("size", Text("Betriebsgröße", "Size of firm"))
SECTOR = Dimension("sector", Text("Wirtschaftszweig", "Sector"))
DISTRICT = Dimension("district", Text("Kreis", "District"))
FIRM = (SIZE, SECTOR, DISTRICT)
RESULT = Dimension("result", Text("Stand", "State"))
CASES = Text("Fallakten der Betriebe in Steiger", "The firms’ cases in Steiger")
HUB = Text("Leitung der Anlaufstelle", "Head of the hub")
SINCE = date(2026, 1, 1)


#: Entries of a half-open span of time, as ``cases.domain.queries`` finds them.
Found = Callable[[datetime, datetime], list[EntryRow]]


def section_of(sector: str) -> str:
    """The section of a sector, so that tables stay readable: 62 (IT services) → J."""
    word = vocabulary().word("sector", sector)
    return (word.parent or sector) if word else sector


def rows_of(found: Found, dimensions: Sequence[Dimension]) -> Callable[[Period], list[Row]]:
    """A query for entries with what is known of their firms."""
    wanted = {dimension.key for dimension in dimensions}

    def rows(period: Period) -> list[Row]:
        entries = found(*moments(period))
        sections = {sector: section_of(sector) for sector in {e.sector for e in entries}}
        made = []
        for entry in entries:
            known = {
                "size": entry.size,
                "sector": sections[entry.sector],
                "district": entry.district,
                "result": entry.result,
            }
            values = {key: value for key, value in known.items() if key in wanted}
            day = local_day(entry.happened_at)
            made.append(Row(str(entry.entry), day, values, who=str(entry.firm)))
        return made

    return rows


def of_kind(kind: str) -> Found:
    """All entries of one kind."""
    return lambda begin, end: queries.entry_rows(begin, end, kinds=(kind,))


def entry_names(keys: Sequence[str]) -> Mapping[str, Named]:
    """The firms behind entries, as far as they are neither erased nor confidential."""
    wanted = [int(key) for key in keys if key.isdigit()]
    found = CaseEntry.objects.filter(pk__in=wanted, case__confidential=False)
    rows = found.values_list("pk", "title", "case__firm__name")
    return {str(pk): Named(", ".join(t for t in (name, title) if t)) for pk, title, name in rows}


def about_cases(
    key: str,
    found: Found,
    *,
    name: Text,
    definition: Text,
    unit: Text,
    measure: Measure = Measure.COUNT,
    dimensions: tuple[Dimension, ...] = FIRM,
) -> Declared:
    """An indicator that counts entries of firms' cases."""
    return Declared(
        about=Indicator(
            key=key,
            name=name,
            definition=definition,
            unit=unit,
            source=CASES,
            owner=HUB,
            since=SINCE,
            dimensions=dimensions,
            personal=True,
            measure=measure,
        ),
        rows=rows_of(found, dimensions),
        names=entry_names,
        named_for=(RoleName.ADVISER, RoleName.MODERATOR),
    )
