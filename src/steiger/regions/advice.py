"""What advice needs to know of a region: everyday words for topics, and public holidays.

Read from ``<region>/advice.toml``. A region without this file has neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from dateutil.easter import easter

from steiger.regions.loader import ROOT
from steiger.regions.rows import Row, read_toml

FILE = "advice.toml"
_DAY = re.compile(r"(\d\d)-(\d\d)")


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    """A day on which nobody works.

    Attributes:
        day: month and day, or None where it moves with Easter.
        after_easter: days after Easter Sunday.
    """

    name_de: str
    name_en: str
    day: tuple[int, int] | None = None
    after_easter: int = 0

    def on(self, year: int) -> date:
        """Its date in a year."""
        if self.day is not None:
            return date(year, *self.day)
        sunday: date = easter(year)
        return sunday + timedelta(days=self.after_easter)


@dataclass(frozen=True, slots=True)
class AdviceFacts:
    """Everyday words (key of a topic → words), and the public holidays."""

    everyday: Mapping[str, tuple[str, ...]]
    holidays: tuple[PublicHoliday, ...]

    def days_off(self, first: date, last: date) -> frozenset[date]:
        """Dates of public holidays in these years, and a few around them."""
        years = range(first.year, last.year + 1)
        return frozenset(holiday.on(year) for holiday in self.holidays for year in years)


@lru_cache(maxsize=8)
def load_advice(key: str, root: Path = ROOT) -> AdviceFacts:
    """Read what advice needs to know of a region.

    Raises:
        RegionError: something in the file is wrong; the message names entry and field.
    """
    path = root / key / FILE
    if not path.exists():
        return AdviceFacts({}, ())
    row = Row(read_toml(path), file=FILE)
    words = row.get("everyday", dict, {})
    for topic, said in words.items():
        if not isinstance(said, list) or not all(isinstance(w, str) and w.strip() for w in said):
            raise row.error("Expected a list of words.", f"everyday.{topic}")
    holidays = tuple(_holiday(entry) for entry in row.rows("holiday"))
    row.finish()
    return AdviceFacts({topic: tuple(said) for topic, said in words.items()}, holidays)


def _holiday(row: Row) -> PublicHoliday:
    name = row.bilingual("name")
    text, after = row.text("day", ""), row.get("after_easter", int, 0)
    row.finish()
    if not text:
        return PublicHoliday(name[0], name[1], None, after)
    found = _DAY.fullmatch(text)
    if found is None:
        raise row.error("Expected month and day, for example 12-25.", "day")
    month, day = int(found[1]), int(found[2])
    try:
        date(2028, month, day)
    except ValueError:
        raise row.error("There is no such day.", "day") from None
    return PublicHoliday(name[0], name[1], (month, day))
