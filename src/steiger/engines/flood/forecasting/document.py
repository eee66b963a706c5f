"""A forecast as a document: one issue time, all gauges, and what it was made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from steiger.engines.flood.forecasting.core import QUANTILES, STATES, ForecastError
from steiger.engines.flood.forecasting.model import canonical_json, sha256

FORMAT = "steiger-flood-forecast/1"
LARGEST = 200_000_000


@dataclass(frozen=True, slots=True)
class LeadForecast:
    """The forecast for one valid time.

    `quantiles` (.05 to .95, names in `QUANTILES`) and `experts` (point forecasts by name) are in
    the gauge's unit; `p_levels` are probabilities of exceeding each warning level.
    """

    minutes: int
    valid_time: str
    quantiles: tuple[float, ...]
    p_levels: tuple[float, ...]
    experts: Mapping[str, float]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "lead_minutes": self.minutes,
            "valid_time": self.valid_time,
            **dict(zip(QUANTILES, self.quantiles, strict=True)),
            "p_levels": list(self.p_levels),
            "experts": dict(self.experts),
        }


@dataclass(frozen=True, slots=True)
class TimeToLevel:
    """Minutes until the median and until the 90 % quantile reach a level; None if never."""

    level: int
    value: float
    expected_minutes: int | None
    earliest_minutes: int | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "level": self.level,
            "value": self.value,
            "expected_minutes": self.expected_minutes,
            "earliest_minutes": self.earliest_minutes,
        }


@dataclass(frozen=True, slots=True)
class Driver:
    """What moved the forecast, by how much (in the gauge's unit), in words."""

    key: str
    contribution: float
    text_de: str
    text_en: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "key": self.key,
            "contribution": self.contribution,
            "text": {"de": self.text_de, "en": self.text_en},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class GaugeForecast:
    """All leads of one gauge.

    `last` is the newest usable value and its time; `state` is ok, degraded (important sensors are
    missing) or blind (the gauge itself is); `missing` are the sensors without a current value.
    """

    id: str
    name: str
    unit: str
    warning_levels: tuple[float, ...]
    last: tuple[str, float] | None
    state: str
    missing: tuple[str, ...]
    leads: tuple[LeadForecast, ...]
    time_to_level: tuple[TimeToLevel, ...]
    drivers: tuple[Driver, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "id": self.id,
            "name": self.name,
            "unit": self.unit,
            "warning_levels": list(self.warning_levels),
            "last": {"time": self.last[0], "value": self.last[1]} if self.last else None,
            "state": self.state,
            "missing": list(self.missing),
            "leads": [lead.as_dict() for lead in self.leads],
            "time_to_level": [entry.as_dict() for entry in self.time_to_level],
            "drivers": [driver.as_dict() for driver in self.drivers],
        }


@dataclass(frozen=True)
class Forecast:
    """A forecast for the gauges of a network; times are texts in ISO 8601, UTC.

    `model` has the digest of the model and the version of the code that made the forecast.
    `rain_digest` is empty unless rain came from an ensemble.
    """

    network: str
    network_digest: str
    observations_digest: str
    model: Mapping[str, str]
    issue_time: str
    rain: str
    rain_digest: str
    gauges: tuple[GaugeForecast, ...]

    @cached_property
    def id(self) -> str:
        """SHA-256 (hex) of the content."""
        return sha256(canonical_json(self._body()))

    def _body(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "network": self.network,
            "network_digest": self.network_digest,
            "observations_digest": self.observations_digest,
            "model": dict(self.model),
            "issue_time": self.issue_time,
            "rain": self.rain,
            "rain_digest": self.rain_digest,
            "gauges": [gauge.as_dict() for gauge in self.gauges],
        }

    def as_dict(self) -> dict[str, Any]:
        """The document."""
        return {**self._body(), "id": self.id}

    def to_json(self) -> str:
        """The document as text; the same forecast always gives the same bytes."""
        return canonical_json(self.as_dict()).decode() + "\n"

    def gauge(self, gauge_id: str) -> GaugeForecast:
        """The forecast of one gauge.

        Raises:
            ForecastError: there is none.
        """
        for gauge in self.gauges:
            if gauge.id == gauge_id:
                return gauge
        raise ForecastError(f"the forecast has no gauge {gauge_id!r}")

    @classmethod
    def from_json(cls, text: str | bytes) -> Forecast:
        """What `to_json` gave.

        Raises:
            ForecastError: it is something else, or was changed.
        """
        if len(text) > LARGEST:
            raise ForecastError(f"a forecast is larger than {LARGEST:,} bytes")
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ForecastError(f"a forecast is no valid JSON: {error}") from None
        return cls.from_dict(data)

    @classmethod
    def from_dict(cls, data: Any) -> Forecast:
        """What `as_dict` gave.

        Raises:
            ForecastError: it is something else, or was changed.
        """
        if not isinstance(data, Mapping) or data.get("format") != FORMAT:
            raise ForecastError(f"a forecast must have the format {FORMAT!r}")
        try:
            forecast = cls(
                network=data["network"],
                network_digest=data["network_digest"],
                observations_digest=data["observations_digest"],
                model=dict(data["model"]),
                issue_time=data["issue_time"],
                rain=data["rain"],
                rain_digest=data["rain_digest"],
                gauges=tuple(_gauge(gauge) for gauge in data["gauges"]),
            )
            right = forecast.id == data["id"]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ForecastError(f"a forecast is damaged ({error!r})") from None
        if not right:
            raise ForecastError("a forecast was changed: its id is not that of its content")
        return forecast


def _gauge(data: Mapping[str, Any]) -> GaugeForecast:
    if data["state"] not in STATES:
        raise ValueError(data["state"])
    return GaugeForecast(
        id=data["id"],
        name=data["name"],
        unit=data["unit"],
        warning_levels=tuple(data["warning_levels"]),
        last=(data["last"]["time"], data["last"]["value"]) if data["last"] else None,
        state=data["state"],
        missing=tuple(data["missing"]),
        leads=tuple(
            LeadForecast(
                lead["lead_minutes"],
                lead["valid_time"],
                tuple(lead[name] for name in QUANTILES),
                tuple(lead["p_levels"]),
                dict(lead["experts"]),
            )
            for lead in data["leads"]
        ),
        time_to_level=tuple(TimeToLevel(**entry) for entry in data["time_to_level"]),
        drivers=tuple(
            Driver(
                driver["key"], driver["contribution"], driver["text"]["de"], driver["text"]["en"]
            )
            for driver in data["drivers"]
        ),
    )


def times_to_levels(
    last: float | None, leads: tuple[LeadForecast, ...], levels: tuple[float, ...]
) -> tuple[TimeToLevel, ...]:
    """When each level is reached, on a straight line from lead to lead, beginning at `last`."""
    median, high = QUANTILES.index("q50"), QUANTILES.index("q90")
    return tuple(
        TimeToLevel(
            number,
            level,
            _crossing(last, leads, level, median),
            _crossing(last, leads, level, high),
        )
        for number, level in enumerate(levels, start=1)
    )


def _crossing(
    last: float | None, leads: tuple[LeadForecast, ...], level: float, quantile: int
) -> int | None:
    if last is not None and last >= level:
        return 0
    before, at = last, 0
    for lead in leads:
        value, minutes = lead.quantiles[quantile], lead.minutes
        if value >= level:
            if before is None or value <= before:
                return minutes
            return round(at + (level - before) / (value - before) * (minutes - at))
        before, at = value, minutes
    return None
