"""When a gauge is warned of, and when the all-clear is given: numbers that an operator sets."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: Units in which `hysteresis_m` holds; elsewhere `hysteresis_share` does.
LENGTH_UNITS = frozenset({"m"})
#: A message ends by itself after this if nothing follows it any more; a policy may say otherwise.
VALID_FOR = timedelta(hours=24)


class WarningError(ValueError):
    """A forecast, policy or state of warnings makes no sense; the text names file and field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningPolicy:
    """Rules of the state machine.

    Probabilities are listed by warning level; the last one also holds for every higher level.

    Attributes:
        raise_probability: a level is warned of when its probability at any lead time reaches this.
        clear_probability: it can be cleared only while its probability stays below this.
        minimum_lead: the time that recipients need. While more is left, a forecast waits for
            `confirm_cycles`; when a crossing is expected sooner, it is warned of at once.
        confirm_cycles: forecasts in a row that must see a crossing further ahead.
        clear_cycles: forecasts in a row that must be calm before the level is cleared.
        hysteresis_m: metres below the level under which a measured level must have fallen.
        hysteresis_share: the same as a share of the level, for units other than metres.
        stale_after: a measurement older than this, at issue time, neither raises nor clears.
        valid_for: how long a message holds after it was sent, or after the onset that it tells; the
            first forecast after half of that renews it while the warning is in force. 0: it holds
            until it is changed or cleared.
        time_zone: IANA name, for times in texts.
        level_de, level_en: what the region calls its levels, in texts.
        gauges: other rules for single gauges.
    """

    raise_probability: tuple[float, ...] = (0.5, 0.5, 0.4)
    clear_probability: tuple[float, ...] = (0.2, 0.2, 0.15)
    minimum_lead: timedelta = timedelta(hours=3)
    confirm_cycles: int = 2
    clear_cycles: int = 6
    hysteresis_m: float = 0.05
    hysteresis_share: float = 0.05
    stale_after: timedelta = timedelta(hours=3)
    valid_for: timedelta = timedelta(0)
    time_zone: str = "UTC"
    level_de: str = "Stufe"
    level_en: str = "level"
    gauges: Mapping[str, WarningPolicy] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Reject what makes no sense.

        Raises:
            WarningError: naming the field.
        """
        for name in ("raise_probability", "clear_probability"):
            values = getattr(self, name)
            if not values or not all(_is_number(p) and 0.0 < p <= 1.0 for p in values):
                raise WarningError(
                    f"{name} {values!r} does not hold probabilities above 0, up to 1"
                )
        count = max(len(self.raise_probability), len(self.clear_probability))
        for level in range(1, count + 1):
            if self.clear_at(level) >= self.raise_at(level):
                raise WarningError(
                    f"level {level} would flap: clear_probability {self.clear_at(level)} is not "
                    f"below raise_probability {self.raise_at(level)}"
                )
        for name in ("confirm_cycles", "clear_cycles"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10_000:
                raise WarningError(f"{name} is {value!r}, not a whole number from 1")
        for name in ("hysteresis_m", "hysteresis_share"):
            value = getattr(self, name)
            if not _is_number(value) or not 0.0 <= value < 1000.0:
                raise WarningError(f"{name} is {value!r}, not a number from 0")
        for name in ("minimum_lead", "stale_after", "valid_for"):
            value = getattr(self, name)
            if not isinstance(value, timedelta) or value < timedelta(0):
                raise WarningError(f"{name} is {value!r}, not a duration")
        _check_words(self)
        zone(self.time_zone)
        object.__setattr__(self, "gauges", MappingProxyType(dict(self.gauges)))

    def raise_at(self, level: int) -> float:
        """Probability from which level 1, 2, … is warned of."""
        return self.raise_probability[min(level, len(self.raise_probability)) - 1]

    def clear_at(self, level: int) -> float:
        """Probability below which level 1, 2, … counts as calm."""
        return self.clear_probability[min(level, len(self.clear_probability)) - 1]

    def hysteresis(self, level_value: float, unit: str) -> float:
        """How far below a level a measurement must fall, in the gauge's unit."""
        if unit in LENGTH_UNITS:
            return self.hysteresis_m
        return self.hysteresis_share * abs(level_value)

    def for_gauge(self, gauge: str) -> WarningPolicy:
        """The rules that hold for one gauge."""
        return self.gauges.get(gauge, self)


def _check_words(policy: WarningPolicy) -> None:
    for name in ("level_de", "level_en"):
        word = getattr(policy, name)
        if not isinstance(word, str) or not word.strip():
            raise WarningError(f"{name} is {word!r}, not a word")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def zone(name: str) -> ZoneInfo:
    """The time zone of this IANA name.

    Raises:
        WarningError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        raise WarningError(f"time_zone {name!r} is unknown (an example: “Europe/Berlin”)") from None


_DURATION = re.compile(r"(\d{1,6})\s*(min|h|d)")
_MINUTES = {"min": 1, "h": 60, "d": 1440}
_DURATIONS = frozenset({"minimum_lead", "stale_after", "valid_for"})
_LISTS = frozenset({"raise_probability", "clear_probability"})


def read_policy(path: Path, base: WarningPolicy | None = None) -> WarningPolicy:
    """Rules from a TOML file; what it does not name stays as in `base`.

    Keys are those of `WarningPolicy`, durations are texts such as “3h”; `[gauge.ID]` tables hold
    what differs for single gauges.

    Raises:
        WarningError: naming file and key.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise WarningError(f"{path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WarningError(f"{path}: is no valid TOML: {error}") from None
    try:
        return policy_from(data, base)
    except WarningError as error:
        raise WarningError(f"{path}: {error}") from None


def policy_from(data: Mapping[str, Any], base: WarningPolicy | None = None) -> WarningPolicy:
    """Rules from a mapping as `read_policy` reads it.

    Raises:
        WarningError: naming the key.
    """
    single = data.get("gauge", {})
    if not isinstance(single, Mapping) or not all(isinstance(v, Mapping) for v in single.values()):
        raise WarningError("rules of single gauges are written as [gauge.ID] tables")
    general = _changed(base or WarningPolicy(), {k: v for k, v in data.items() if k != "gauge"})
    gauges = dict(general.gauges)
    for name, table in single.items():
        try:
            gauges[name] = _changed(replace(general, gauges={}), table)
        except WarningError as error:
            raise WarningError(f"gauge {name!r}: {error}") from None
    return replace(general, gauges=gauges)


def _changed(policy: WarningPolicy, table: Mapping[str, Any]) -> WarningPolicy:
    known = {item.name for item in fields(WarningPolicy)} - {"gauges"}
    unknown = sorted(set(table) - known)
    if unknown:
        raise WarningError(f"{unknown[0]!r} is unknown; known are {', '.join(sorted(known))}")
    return replace(policy, **{key: _value(key, value) for key, value in table.items()})


def _value(key: str, value: object) -> Any:
    if key in _DURATIONS:
        match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
        if not match:
            raise WarningError(f"{key} is {value!r}, not a duration such as “90min” or “3h”")
        return timedelta(minutes=int(match[1]) * _MINUTES[match[2]])
    if key in _LISTS:
        if not isinstance(value, list):
            raise WarningError(f"{key} is {value!r}, not a list of probabilities by level")
        return tuple(value)
    return value
