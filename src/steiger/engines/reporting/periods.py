"""Spans of days that reports are about: years, half-years, quarters, months, or any days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from steiger.engines.reporting.words import Language

_KEY = re.compile(r"(\d{4})(?:-(?:H([12])|Q([1-4])|(\d{2})))?")
_DAY = timedelta(days=1)
_MONTHS_DE = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
_MONTHS_EN = "January February March April May June July August September October November December"
MONTHS = {"de": tuple(_MONTHS_DE.split()), "en": tuple(_MONTHS_EN.split())}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """All days from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"A period ends before it begins: {self.first} to {self.last}.")

    @classmethod
    def of_months(cls, year: int, month: int, months: int) -> Period:
        """Whole months, beginning with one."""
        return cls(date(year, month, 1), _months_on(year, month, months) - _DAY)

    @classmethod
    def of(cls, key: str) -> Period:
        """The period with this key: 2026, 2026-H1, 2026-Q3, 2026-04, or two days with two dots.

        Raises:
            ValueError: this is no period.
        """
        if ".." in key:
            first, _, last = key.partition("..")
            return cls(date.fromisoformat(first), date.fromisoformat(last))
        match = _KEY.fullmatch(key)
        if match is None:
            raise ValueError(f"{key!r} is no period; 2026, 2026-H1, 2026-Q3 or 2026-04 would be.")
        year, half, quarter, month = match.groups()
        if half:
            return cls.of_months(int(year), 6 * int(half) - 5, 6)
        if quarter:
            return cls.of_months(int(year), 3 * int(quarter) - 2, 3)
        if month:
            return cls.of_months(int(year), int(month), 1)
        return cls.of_months(int(year), 1, 12)

    @property
    def key(self) -> str:
        """The shortest name that :meth:`of` understands."""
        year, month, count = self.first.year, self.first.month, self._whole_months()
        if count == 12 and month == 1:
            return f"{year}"
        if count == 6 and month in {1, 7}:
            return f"{year}-H{1 + month // 7}"
        if count == 3 and month % 3 == 1:
            return f"{year}-Q{1 + month // 3}"
        if count == 1:
            return f"{year}-{month:02d}"
        return f"{self.first}..{self.last}"

    def _whole_months(self) -> int:
        end = self.last + _DAY
        if self.first.day != 1 or end.day != 1:
            return 0
        return 12 * (end.year - self.first.year) + end.month - self.first.month

    def year_before(self) -> Period:
        """The same days one year earlier, with which a report compares."""
        if self._whole_months():
            end = self.last + _DAY
            return Period(
                self.first.replace(year=self.first.year - 1),
                end.replace(year=end.year - 1) - _DAY,
            )
        return Period(_year_earlier(self.first), _year_earlier(self.last))

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    def covers(self, other: Period) -> bool:
        """Whether every day of the other lies in this one."""
        return self.first <= other.first and other.last <= self.last

    def months(self) -> Iterator[Period]:
        """The calendar months that it touches, cut to its days."""
        day = self.first
        while day <= self.last:
            end = min(_months_on(day.year, day.month, 1) - _DAY, self.last)
            yield Period(day, end)
            day = end + _DAY

    def label(self, language: Language) -> str:
        """The period as people write it."""
        key = self.key
        year = self.first.year
        english = language == "en"
        if "H" in key:
            half = int(key[-1])
            return (
                f"{'first' if half == 1 else 'second'} half of {year}"
                if english
                else (f"{half}. Halbjahr {year}")
            )
        if "Q" in key:
            return f"Q{key[-1]} {year}" if english else f"{key[-1]}. Quartal {year}"
        if re.fullmatch(r"\d{4}-\d{2}", key):
            return f"{MONTHS[language][self.first.month - 1]} {year}"
        if re.fullmatch(r"\d{4}", key):
            return key
        joined = " to " if english else " bis "
        return day_text(self.first, language) + joined + day_text(self.last, language)


def day_text(day: date, language: Language) -> str:
    """A day in words: 27. Juni 2025, 27 June 2025."""
    month = MONTHS[language][day.month - 1]
    return f"{day.day} {month} {day.year}" if language == "en" else f"{day.day}. {month} {day.year}"


def _year_earlier(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


def _months_on(year: int, month: int, months: int) -> date:
    count = year * 12 + month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
