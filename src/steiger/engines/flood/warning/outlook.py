"""A forecast as the warning sees it: one issue time, all gauges, probabilities by level."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from steiger.engines.flood.warning.policy import WarningError

FORMAT = "steiger-flood-forecast/1"
LARGEST_DOCUMENT = 200_000_000
QUANTILES = ("q05", "q10", "q25", "q50", "q75", "q90", "q95")


class Trend(StrEnum):
    """Where a gauge goes within the next hours."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reading:
    """A measured value in the gauge's unit, and when it was measured (UTC)."""

    time: datetime
    value: float

    def __post_init__(self) -> None:
        """Reject a value that is none, and a time without zone.

        Raises:
            WarningError: what is wrong.
        """
        if not math.isfinite(self.value):
            raise WarningError(f"the measured value {self.value!r} is no finite number")
        if self.time.tzinfo is None:
            raise WarningError("the time of a measured value has no time zone")


@dataclass(frozen=True, slots=True)
class Lead:
    """The forecast for one valid time.

    `quantiles` are in the gauge's unit, by name (q05 … q95), empty where no forecast was possible.
    `p_levels` are the probabilities of reaching each warning level, never rising with the level.
    """

    minutes: int
    valid_time: datetime
    quantiles: Mapping[str, float]
    p_levels: tuple[float, ...]

    @property
    def median(self) -> float | None:
        """The middle of the forecast, in the gauge's unit."""
        return self.quantiles.get("q50")


@dataclass(frozen=True, slots=True)
class GaugeOutlook:
    """What is forecast for one gauge. Levels and values are in `unit`."""

    id: str
    name: str
    unit: str
    warning_levels: tuple[float, ...]
    last: Reading | None
    state: str
    leads: tuple[Lead, ...]
    expected_minutes: tuple[int | None, ...] = ()
    drivers: tuple[tuple[str, str], ...] = ()

    @property
    def usable(self) -> bool:
        """Whether there is a forecast at all."""
        return any(lead.p_levels for lead in self.leads)

    def trend(self, within: timedelta = timedelta(hours=3)) -> Trend:
        """Direction of the median at the lead time nearest to `within`, against the last value.

        Less than 2 cm (or 2 % for other units than metres) counts as steady.
        """
        medians = [lead for lead in self.leads if lead.median is not None]
        if self.last is None or not medians:
            return Trend.UNKNOWN
        nearest = min(medians, key=lambda lead: abs(timedelta(minutes=lead.minutes) - within))
        change = (nearest.median or 0.0) - self.last.value
        least = 0.02 if self.unit == "m" else 0.02 * max(abs(self.last.value), 1e-9)
        if abs(change) < least:
            return Trend.STEADY
        return Trend.RISING if change > 0 else Trend.FALLING


@dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast of one issue time for the gauges of a network."""

    id: str
    network: str
    issue_time: datetime
    gauges: tuple[GaugeOutlook, ...]
    rain: str = ""


def read_outlook(content: bytes | str, where: str = "forecast") -> Outlook:
    """The forecast in a JSON document as `steiger flood forecast` writes it.

    Raises:
        WarningError: naming file, gauge and field.
    """
    if len(content) > LARGEST_DOCUMENT:
        raise WarningError(f"{where}: is larger than {LARGEST_DOCUMENT:,} bytes")
    try:
        document = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise WarningError(f"{where}: is no valid JSON: {error}") from None
    try:
        return outlook_of(document)
    except WarningError as error:
        raise WarningError(f"{where}: {error}") from None


def _no_constant(text: str) -> None:
    raise WarningError(f"{text} is no number in JSON")


def outlook_of(document: object) -> Outlook:
    """The forecast in a parsed JSON document.

    Raises:
        WarningError: naming gauge and field.
    """
    data = _mapping(document, "the document")
    if data.get("format") != FORMAT:
        raise WarningError(f"format is {data.get('format')!r}, not {FORMAT!r}")
    issue_time = instant(data.get("issue_time"), "issue_time")
    entries = data.get("gauges")
    if not isinstance(entries, list):
        raise WarningError("gauges is no list")
    gauges: dict[str, GaugeOutlook] = {}
    for number, entry in enumerate(entries, start=1):
        gauge = _mapping(entry, f"gauge no. {number}")
        name = _text(gauge, "id", f"gauge no. {number}")
        if name in gauges:
            raise WarningError(f"gauge {name!r} occurs twice")
        try:
            gauges[name] = _gauge(name, gauge, issue_time)
        except WarningError as error:
            raise WarningError(f"gauge {name!r}: {error}") from None
    return Outlook(
        id=_text(data, "id", "the document"),
        network=_text(data, "network", "the document"),
        issue_time=issue_time,
        gauges=tuple(gauges.values()),
        rain=str(data.get("rain", "")),
    )


def _gauge(name: str, data: Mapping[str, Any], issue_time: datetime) -> GaugeOutlook:
    levels = data.get("warning_levels")
    if not isinstance(levels, list):
        raise WarningError("warning_levels is no list")
    values = tuple(_number(level, "warning_levels") for level in levels)
    if list(values) != sorted(values):
        raise WarningError(f"warning_levels {levels} do not ascend")
    entries = data.get("leads")
    if not isinstance(entries, list):
        raise WarningError("leads is no list")
    leads = tuple(_lead(_mapping(entry, "a lead"), len(values), issue_time) for entry in entries)
    minutes = [lead.minutes for lead in leads]
    if minutes != sorted(set(minutes)):
        raise WarningError(f"lead times {minutes} do not ascend")
    return GaugeOutlook(
        id=name,
        name=str(data.get("name") or name),
        unit=_text(data, "unit", "the gauge"),
        warning_levels=values,
        last=_last(data.get("last")),
        state=str(data.get("state", "ok")),
        leads=leads,
        expected_minutes=_expected(data.get("time_to_level"), len(values)),
        drivers=_drivers(data.get("drivers")),
    )


def _last(data: object) -> Reading | None:
    if data is None:
        return None
    entry = _mapping(data, "last")
    if entry.get("value") is None or entry.get("time") is None:
        return None
    return Reading(instant(entry["time"], "last.time"), _number(entry["value"], "last.value"))


def _lead(data: Mapping[str, Any], levels: int, issue_time: datetime) -> Lead:
    minutes = data.get("lead_minutes")
    if isinstance(minutes, bool) or not isinstance(minutes, int) or not 0 < minutes <= 100_000:
        raise WarningError(f"lead_minutes is {minutes!r}, not a whole number above 0")
    where = f"lead {minutes} min"
    quantiles = {
        key: _number(data[key], f"{where}, {key}") for key in QUANTILES if data.get(key) is not None
    }
    ordered = list(quantiles.values())
    if any(later < earlier - 1e-6 for earlier, later in pairwise(ordered)):
        raise WarningError(f"{where}: quantiles do not ascend")
    return Lead(
        minutes=minutes,
        valid_time=issue_time + timedelta(minutes=minutes),
        quantiles=quantiles,
        p_levels=_probabilities(data.get("p_levels"), levels, where),
    )


def _probabilities(data: object, levels: int, where: str) -> tuple[float, ...]:
    if data is None:
        return ()
    if not isinstance(data, list):
        raise WarningError(f"{where}: p_levels is no list")
    if not data or any(p is None for p in data):
        return ()
    values = [_number(p, f"{where}, p_levels") for p in data]
    if len(values) != levels:
        raise WarningError(f"{where}: {len(values)} probabilities for {levels} warning levels")
    if not all(0.0 <= p <= 1.0 for p in values):
        raise WarningError(f"{where}: p_levels {values} are no probabilities")
    # Who reaches level 3 has reached level 2: a lower level is at least as likely.
    for level in range(levels - 2, -1, -1):
        values[level] = max(values[level], values[level + 1])
    return tuple(values)


def _expected(data: object, levels: int) -> tuple[int | None, ...]:
    expected: list[int | None] = [None] * levels
    for entry in data if isinstance(data, list) else []:
        row = _mapping(entry, "time_to_level")
        level, minutes = row.get("level"), row.get("expected_minutes")
        if not isinstance(level, int) or not 1 <= level <= levels:
            raise WarningError(f"time_to_level names level {level!r} of {levels}")
        if minutes is not None:
            value = _number(minutes, "expected_minutes")
            if not 0.0 <= value <= 100_000.0:
                raise WarningError(f"time_to_level: {minutes} minutes make no sense")
            expected[level - 1] = round(value)
    return tuple(expected)


def _drivers(data: object) -> tuple[tuple[str, str], ...]:
    drivers = []
    for entry in data if isinstance(data, list) else []:
        text = _mapping(entry, "a driver").get("text")
        if isinstance(text, Mapping) and text.get("de") and text.get("en"):
            drivers.append((str(text["de"]), str(text["en"])))
    return tuple(drivers)


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise WarningError(f"{what} is no JSON object")
    return value


def _text(data: Mapping[str, Any], key: str, what: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise WarningError(f"{what}: {key} is missing or no text")
    return value


def _number(value: object, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WarningError(f"{what} is {value!r}, not a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise WarningError(f"{what} is {value!r}, not a finite number")
    return number


def instant(value: object, what: str) -> datetime:
    """A time in ISO 8601 with its zone, as UTC.

    Raises:
        WarningError: it is no such text.
    """
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise WarningError(f"{what} is {value!r}, not a time such as 2021-07-14T12:00:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise WarningError(f"{what} {value!r} is out of range") from None
