"""What quality control finds: marks with a place, a time and a reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
#: A text for people by language: {"de": …, "en": …}.
Text = dict[str, str]


class Effect(StrEnum):
    """What a mark means for a forecast."""

    UNUSABLE = "unusable"  # the value is not used
    SUSPECT = "suspect"  # the value is used; a person should look
    MISSING = "missing"  # there is no value
    NOTE = "note"  # something to know about the sensor or the file


@dataclass(frozen=True, slots=True)
class Flag:
    """One finding: `count` values of a sensor (empty: of the whole row) from `start` to `end`.

    Times are datetime64[s] in UTC, both included.
    """

    rule: str
    effect: Effect
    sensor: str
    start: np.datetime64
    end: np.datetime64
    count: int
    reason: Text

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "rule": self.rule,
            "effect": str(self.effect),
            "sensor": self.sensor,
            "from": f"{self.start}Z",
            "to": f"{self.end}Z",
            "count": self.count,
            "reason": dict(self.reason),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Flags:
    """All findings, and the mask (T, S) of values that a forecast must not use."""

    items: tuple[Flag, ...]
    ids: tuple[str, ...]
    unusable: Mask

    def of(self, sensor: str) -> tuple[Flag, ...]:
        """Findings of one sensor."""
        return tuple(flag for flag in self.items if flag.sensor == sensor)

    def by_rule(self, rule: str) -> tuple[Flag, ...]:
        """Findings of one rule."""
        return tuple(flag for flag in self.items if flag.rule == rule)

    def counts(self) -> dict[tuple[str, str], int]:
        """(sensor, rule) → number of marked values."""
        total: Counter[tuple[str, str]] = Counter()
        for flag in self.items:
            total[flag.sensor, flag.rule] += flag.count
        return dict(total)

    def as_list(self) -> list[dict[str, Any]]:
        """For JSON, ordered by sensor, time and rule."""
        return [flag.as_dict() for flag in self.items]
