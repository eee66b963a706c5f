"""What is remembered of each gauge between two forecasts, and what changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from steiger.engines.flood.warning.outlook import instant
from steiger.engines.flood.warning.policy import WarningError


class Change(StrEnum):
    """How the warning level of a gauge changed."""

    RAISED = "raised"
    ESCALATED = "escalated"
    DEESCALATED = "deescalated"
    RENEWED = "renewed"
    ALL_CLEAR = "all_clear"


class Trigger(StrEnum):
    """What a change rests on."""

    OBSERVED = "observed"
    FORECAST = "forecast"
    CALM = "calm"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or more in both languages."""

    de: str
    en: str

    def __post_init__(self) -> None:
        """Reject a text that lacks a language.

        Raises:
            WarningError: one is empty.
        """
        if not self.de or not self.en:
            raise WarningError("a text needs German and English")


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier event of the same episode, and when it was announced (UTC)."""

    event_id: str
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningEvent:
    """A change of a gauge's warning level, or that it stays (`RENEWED`).

    Values are in the gauge's unit, times in UTC. `level_before`/`level_after` are 0 where no
    warning is in force. `level_value` is the height of the level concerned, `onset` when it is
    expected to be reached (None: reached, or over). `time` is when the change is announced: the
    forecast's issue time, or that of a measurement that came later. `expires` is until when the
    announcement holds (None: until the next one). `references` are the earlier events since the
    warning was first raised, oldest first.
    """

    id: str
    network: str
    gauge: str
    name: str
    unit: str
    change: Change
    trigger: Trigger
    level_before: int
    level_after: int
    level_value: float
    time: datetime
    issue_time: datetime
    forecast_id: str
    probability: float | None
    measured: float | None
    onset: datetime | None
    reasons: tuple[Text, ...]
    references: tuple[Reference, ...] = ()
    expires: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """The event in JSON's types."""
        return {
            "id": self.id,
            "network": self.network,
            "gauge": self.gauge,
            "name": self.name,
            "unit": self.unit,
            "change": str(self.change),
            "trigger": str(self.trigger),
            "level_before": self.level_before,
            "level_after": self.level_after,
            "level_value": self.level_value,
            "time": written(self.time),
            "issue_time": written(self.issue_time),
            "forecast_id": self.forecast_id,
            "probability": self.probability,
            "measured": self.measured,
            "onset": written(self.onset) if self.onset else None,
            "expires": written(self.expires) if self.expires else None,
            "reasons": {
                "de": [reason.de for reason in self.reasons],
                "en": [reason.en for reason in self.reasons],
            },
            "references": [_reference_out(reference) for reference in self.references],
        }


def written(moment: datetime) -> str:
    """A UTC time as JSON holds it, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def event_id(
    network: str, gauge: str, levels: tuple[int, int], issue_time: datetime, forecast_id: str
) -> str:
    """The same change by the same forecast always has the same id (20 hex digits)."""
    parts = (network, gauge, *map(str, levels), written(issue_time), forecast_id)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class GaugeState:
    """The warning of one gauge between two forecasts.

    Per warning level: `active`, the number of forecasts in a row that saw it coming (`seen`) and
    that were calm (`calm`). `episode` holds the events since the warning was raised.
    """

    active: tuple[bool, ...] = ()
    seen: tuple[int, ...] = ()
    calm: tuple[int, ...] = ()
    issue_time: datetime | None = None
    forecast_id: str = ""
    since: datetime | None = None
    episode: tuple[Reference, ...] = ()

    def __post_init__(self) -> None:
        """Reject counters that do not fit together.

        Raises:
            WarningError: what is wrong.
        """
        if not len(self.active) == len(self.seen) == len(self.calm):
            raise WarningError("a gauge's state counts different numbers of warning levels")
        if any(count < 0 for count in (*self.seen, *self.calm)):
            raise WarningError("a gauge's state holds a negative count")

    @property
    def level(self) -> int:
        """The highest warning level in force, 0 for none."""
        return max((number for number, on in enumerate(self.active, 1) if on), default=0)

    def fitted(self, levels: int) -> GaugeState:
        """The same state for a gauge that now has another number of warning levels."""
        if len(self.active) == levels:
            return self
        level = min(self.level, levels)
        missing = levels - len(self.active)
        return GaugeState(
            active=tuple(number <= level for number in range(1, levels + 1)),
            seen=(self.seen + (0,) * missing)[:levels],
            calm=(self.calm + (0,) * missing)[:levels],
            issue_time=self.issue_time,
            forecast_id=self.forecast_id,
            since=self.since,
            episode=self.episode,
        )

    def as_dict(self) -> dict[str, Any]:
        """The state in JSON's types."""
        return {
            "level": self.level,
            "active": list(self.active),
            "seen": list(self.seen),
            "calm": list(self.calm),
            "issue_time": written(self.issue_time) if self.issue_time else None,
            "forecast_id": self.forecast_id,
            "since": written(self.since) if self.since else None,
            "episode": [_reference_out(reference) for reference in self.episode],
        }

    @classmethod
    def from_dict(cls, data: object) -> GaugeState:
        """The state that `as_dict` wrote.

        Raises:
            WarningError: naming the field.
        """
        if not isinstance(data, Mapping):
            raise WarningError("a gauge's state is no JSON object")
        return cls(
            active=tuple(_list(data, "active", bool)),
            seen=tuple(_list(data, "seen", int)),
            calm=tuple(_list(data, "calm", int)),
            issue_time=_time(data, "issue_time"),
            forecast_id=str(data.get("forecast_id", "")),
            since=_time(data, "since"),
            episode=tuple(_reference_in(item) for item in _list(data, "episode", dict)),
        )


def _reference_out(reference: Reference) -> dict[str, str]:
    return {"event_id": reference.event_id, "time": written(reference.time)}


def _reference_in(data: Mapping[str, Any]) -> Reference:
    name = data.get("event_id")
    if not isinstance(name, str) or not name:
        raise WarningError("a reference has no event_id")
    return Reference(name, instant(data.get("time"), "time"))


def _list(data: Mapping[str, Any], key: str, kind: type) -> list[Any]:
    value = data.get(key)
    if not isinstance(value, list) or not all(type(item) is kind for item in value):
        raise WarningError(f"{key} of a gauge's state is {value!r}, not a list of {kind.__name__}")
    return value


def _time(data: Mapping[str, Any], key: str) -> datetime | None:
    value = data.get(key)
    return None if value is None else instant(value, key)
