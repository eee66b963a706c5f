"""Reads the engine's forecast documents (form “steiger-flood-forecast/1”) without the engine.

Pages must not load the forecasting libraries; the document holds everything that they show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

QUANTILES = ("q05", "q10", "q25", "q50", "q75", "q90", "q95")


@dataclass(frozen=True, slots=True)
class Lead:
    """The forecast for one time ahead. ``quantiles``: .05 to .95, in the gauge's unit."""

    minutes: int
    time: datetime
    quantiles: Mapping[str, float]
    p_levels: Sequence[float]
    experts: Mapping[str, float]

    @property
    def median(self) -> float:
        """The value that is as likely exceeded as not."""
        return self.quantiles["q50"]


@dataclass(frozen=True, slots=True)
class TimeToLevel:
    """When a level is reached: by the median, and at the earliest (one case in ten)."""

    level: int
    value: float
    expected_minutes: int | None
    earliest_minutes: int | None


@dataclass(frozen=True, slots=True)
class Driver:
    """What moved the forecast, by how much (in the gauge's unit), in words."""

    key: str
    contribution: float
    text_de: str
    text_en: str


@dataclass(frozen=True, slots=True)
class GaugeForecast:
    """One gauge of a document."""

    id: str
    state: str
    missing: Sequence[str]
    last_time: datetime | None
    last_value: float | None
    leads: Sequence[Lead]
    to_levels: Sequence[TimeToLevel]
    drivers: Sequence[Driver]

    def highest(self) -> Lead | None:
        """The lead with the highest median; the soonest of equals."""
        return max(self.leads, key=lambda lead: (lead.median, -lead.minutes), default=None)

    def probability(self, level: int) -> float:
        """The probability that a level is exceeded at one of the leads (the largest of them)."""
        return max(
            (lead.p_levels[level - 1] for lead in self.leads if len(lead.p_levels) >= level),
            default=0.0,
        )


def gauges(document: Mapping[str, Any]) -> dict[str, GaugeForecast]:
    """All gauges of a document, by the sensor's id."""
    return {entry["id"]: _gauge(entry) for entry in document.get("gauges", [])}


def moment(text: str) -> datetime:
    """A time with zone from ISO 8601; ``Z`` is UTC."""
    return datetime.fromisoformat(text)


def _gauge(entry: Mapping[str, Any]) -> GaugeForecast:
    last = entry.get("last") or {}
    return GaugeForecast(
        id=entry["id"],
        state=entry.get("state", "ok"),
        missing=tuple(entry.get("missing", ())),
        last_time=moment(last["time"]) if last.get("time") else None,
        last_value=last.get("value"),
        leads=tuple(_lead(lead) for lead in entry.get("leads", ())),
        to_levels=tuple(
            TimeToLevel(
                row["level"], row["value"], row.get("expected_minutes"), row.get("earliest_minutes")
            )
            for row in entry.get("time_to_level", ())
        ),
        drivers=tuple(
            Driver(row["key"], row["contribution"], row["text"]["de"], row["text"]["en"])
            for row in entry.get("drivers", ())
        ),
    )


def _lead(entry: Mapping[str, Any]) -> Lead:
    return Lead(
        minutes=entry["lead_minutes"],
        time=moment(entry["valid_time"]),
        quantiles={name: entry[name] for name in QUANTILES},
        p_levels=tuple(entry.get("p_levels", ())),
        experts=dict(entry.get("experts", {})),
    )
