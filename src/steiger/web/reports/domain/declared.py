"""The form in which an indicator is declared, and the walk that finds them all.

One file below ``indicators/`` with one ``DECLARED``; adding one edits nothing else. Example:
``indicators/consultations.py``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from django.utils import timezone

from steiger.engines.reporting.indicators import Indicator, Row
from steiger.engines.reporting.periods import Period


@dataclass(frozen=True, slots=True)
class Named:
    """What a row stands for, for people who may see it. ``url`` may be empty."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """An indicator with the query that finds its rows.

    Attributes:
        rows: all rows that count in a period.
        names: key of a row → what it stands for; rows that are gone are missing.
        named_for: roles that may see names; None: everybody, where the figure is public.
    """

    about: Indicator
    rows: Callable[[Period], Iterable[Row]]
    names: Callable[[Sequence[str]], Mapping[str, Named]]
    named_for: tuple[str, ...] | None

    def __post_init__(self) -> None:
        if self.about.personal and self.named_for is None:
            raise ValueError(f"{self.about.key}: say which roles may see names.")


@cache
def all_declared() -> Mapping[str, Declared]:
    """Every indicator by its key, in order of keys.

    Raises:
        ValueError: two files declare the same key.
    """
    from steiger.web.reports.domain import indicators

    found: dict[str, Declared] = {}
    for info in sorted(pkgutil.iter_modules(indicators.__path__), key=lambda info: info.name):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{indicators.__name__}.{info.name}")
        declared: Declared = module.DECLARED
        if declared.about.key in found:
            raise ValueError(f"{declared.about.key} is declared twice, again in {info.name}.")
        found[declared.about.key] = declared
    return dict(sorted(found.items()))


def moments(period: Period) -> tuple[datetime, datetime]:
    """Begin of a period's first day and of the day after its last, in local time."""
    zone = timezone.get_default_timezone()
    return (
        datetime.combine(period.first, time.min, zone),
        datetime.combine(period.last + timedelta(days=1), time.min, zone),
    )


def local_day(moment: datetime) -> date:
    """The day in local time on which something happened."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def no_names(keys: Sequence[str]) -> Mapping[str, Named]:
    """For rows whose names nobody may see."""
    return {}
