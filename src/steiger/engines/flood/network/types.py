"""Sensors and the network that they form, in canonical units."""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Literal

from steiger.engines.flood.sources.forms import Feed, Source

NAME = re.compile(r"\w[\w.\-]*")
LONGEST_STEP = timedelta(days=1)


class NetworkError(ValueError):
    """A network or its observations make no sense; the text names file, sensor and row."""


class Kind(StrEnum):
    """What a sensor measures."""

    WATER_LEVEL = "water_level"
    DISCHARGE = "discharge"
    RAIN = "rain"
    RELEASE = "release"
    RESERVOIR_LEVEL = "reservoir_level"
    POTENTIAL_EVAPOTRANSPIRATION = "potential_evapotranspiration"
    TEMPERATURE = "temperature"
    SOIL_MOISTURE = "soil_moisture"
    AIR_PRESSURE = "air_pressure"
    HUMIDITY = "humidity"
    WIND = "wind"

    @property
    def can_be_forecast(self) -> bool:
        """Whether it is a water's level or flow, which is what a forecast is made of."""
        return self in {Kind.WATER_LEVEL, Kind.DISCHARGE, Kind.RELEASE, Kind.RESERVOIR_LEVEL}

    @property
    def is_total(self) -> bool:
        """Whether a value is the sum over a time (a depth of water), not a state at an instant."""
        return self in {Kind.RAIN, Kind.POTENTIAL_EVAPOTRANSPIRATION}


#: Units in which values are held, by kind; the first is the usual one.
CANONICAL: dict[Kind, tuple[str, ...]] = {
    Kind.WATER_LEVEL: ("m",),
    Kind.RESERVOIR_LEVEL: ("m",),
    Kind.DISCHARGE: ("m3/s", "mm/h"),
    Kind.RELEASE: ("m3/s", "mm/h"),
    Kind.RAIN: ("mm",),
    Kind.POTENTIAL_EVAPOTRANSPIRATION: ("mm",),
    Kind.TEMPERATURE: ("°C",),
    Kind.SOIL_MOISTURE: ("m3/m3",),
    Kind.AIR_PRESSURE: ("hPa",),
    Kind.HUMIDITY: ("%",),
    Kind.WIND: ("m/s",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """One measuring point.

    Values and `warning_levels` are in `unit`, which is canonical for the kind (`CANONICAL`);
    `source_unit` is what the file had. `lat`/`lon` are degrees (WGS 84), `catchment_km2` is km²,
    `gauge_zero_m` is metres above the height datum.

    `accumulation` is the time over which a value is summed (None: one step of the network).
    `stamped` says whether a value's time is the start or the end of what it describes;
    `available_after` is how long after that time the value can be known. `feed` says where the
    sensor is read; it matters for collecting, not for a forecast.
    """

    id: str
    kind: Kind
    unit: str
    name: str = ""
    lat: float | None = None
    lon: float | None = None
    upstream: tuple[str, ...] = ()
    catchment_km2: float | None = None
    gauge_zero_m: float | None = None
    warning_levels: tuple[float, ...] = ()
    target: bool = False
    accumulation: timedelta | None = None
    stamped: Literal["start", "end"] = "end"
    available_after: timedelta = timedelta(0)
    source_unit: str = ""
    feed: Feed | None = None

    def __post_init__(self) -> None:
        """Reject what makes no sense.

        Raises:
            NetworkError: naming the sensor and the field.
        """
        if not NAME.fullmatch(self.id) or self.id == "time" or len(self.id) > 100:
            raise NetworkError(
                f"sensor {self.id!r}: an id has letters, digits, “_”, “-” and “.”, "
                "starts with a letter or digit, is at most 100 long and not “time”"
            )
        if self.unit not in CANONICAL[self.kind]:
            allowed = " or ".join(CANONICAL[self.kind])
            raise self._wrong(f"a {self.kind} is held in {allowed}, not in {self.unit!r}")
        if not self.source_unit:
            object.__setattr__(self, "source_unit", self.unit)
        self._check_place()
        self._check_levels()
        if self.target and not self.kind.can_be_forecast:
            levels = ", ".join(kind for kind in Kind if kind.can_be_forecast)
            raise self._wrong(
                f"target: a {self.kind} is not forecast, only {levels}; remove “target = true”"
            )
        self._check_times()
        if self.id in self.upstream:
            raise self._wrong("is its own upstream sensor")
        if len(set(self.upstream)) != len(self.upstream):
            raise self._wrong("upstream names a sensor twice")

    def delay(self, step: timedelta) -> timedelta:
        """How long after its time stamp a value can be known at the earliest.

        Whatever `available_after` says: a total stamped at the start of its time is not known
        before that time is over.
        """
        if self.stamped == "end" or not self.kind.is_total:
            return self.available_after
        return max(self.available_after, self.accumulation or step)

    def _wrong(self, text: str) -> NetworkError:
        return NetworkError(f"sensor {self.id!r}: {text}")

    def _check_place(self) -> None:
        if (self.lat is None) != (self.lon is None):
            raise self._wrong("lat and lon go together; one is missing")
        for field, limit in (("lat", 90.0), ("lon", 180.0)):
            value = getattr(self, field)
            if value is not None and not abs(value) <= limit:
                raise self._wrong(f"{field} is {value}, not between −{limit:g} and {limit:g}")
        if self.catchment_km2 is not None and not 0 < self.catchment_km2 < 1e8:
            raise self._wrong(f"catchment_km2 is {self.catchment_km2}, not an area in km²")
        if self.gauge_zero_m is not None and not -1000 < self.gauge_zero_m < 9000:
            raise self._wrong(f"gauge_zero_m is {self.gauge_zero_m}, not a height in metres")

    def _check_levels(self) -> None:
        levels = self.warning_levels
        if not all(math.isfinite(level) for level in levels):
            raise self._wrong("a warning level is not a finite number")
        # Equal levels occur: a gauge for which an office has set only one of them.
        if list(levels) != sorted(levels):
            raise self._wrong(f"warning_levels {list(levels)} do not ascend")

    def _check_times(self) -> None:
        if self.accumulation is not None:
            if not self.kind.is_total:
                raise self._wrong(f"a {self.kind} is no total, so it has no accumulation")
            if self.accumulation <= timedelta(0):
                raise self._wrong("accumulation is not longer than 0")
        if self.stamped not in {"start", "end"}:
            raise self._wrong(f"stamped is {self.stamped!r}, neither “start” nor “end”")
        if self.available_after < timedelta(0):
            raise self._wrong("available_after is negative: known before it is measured")


@dataclass(frozen=True, slots=True)
class Network:
    """Sensors that report on one regular time step; water runs from `upstream` to a sensor.

    `sources` are where sensors are read, `rain_forecast` is the name of the one that forecasts
    rain; a forecast does not depend on them, so the digest leaves them out.
    """

    name: str
    step: timedelta
    sensors: tuple[Sensor, ...]
    note: str = ""
    sources: tuple[Source, ...] = ()
    rain_forecast: str = ""

    def __post_init__(self) -> None:
        """Reject what makes no sense.

        Raises:
            NetworkError: naming the sensor.
        """
        if not self.name.strip():
            raise NetworkError("the network has no name")
        if not timedelta(minutes=1) <= self.step <= LONGEST_STEP or self.step.microseconds:
            raise NetworkError(f"step is {self.step}, not between one minute and one day")
        if not self.sensors:
            raise NetworkError("the network has no sensor")
        seen: set[str] = set()
        for sensor in self.sensors:
            if sensor.id in seen:
                raise NetworkError(f"sensor {sensor.id!r} occurs twice")
            seen.add(sensor.id)
        for sensor in self.sensors:
            self._check_links(sensor, seen)
        self._check_cycles()

    def _check_links(self, sensor: Sensor, known: set[str]) -> None:
        unknown = [name for name in sensor.upstream if name not in known]
        if unknown:
            raise NetworkError(f"sensor {sensor.id!r}: upstream sensor {unknown[0]!r} is unknown")
        if sensor.accumulation is not None and sensor.accumulation % self.step:
            raise NetworkError(
                f"sensor {sensor.id!r}: accumulation {sensor.accumulation} is no multiple "
                f"of the network's step {self.step}"
            )

    def _check_cycles(self) -> None:
        above = {sensor.id: sensor.upstream for sensor in self.sensors}
        done: set[str] = set()
        for start in above:
            # Depth first without recursion: a chain may be as long as a river has gauges.
            path: list[str] = []
            stack = [(start, False)]
            while stack:
                node, leaving = stack.pop()
                if leaving:
                    path.pop()
                    done.add(node)
                elif node in path:
                    circle = " → ".join([*path[path.index(node) :], node])
                    raise NetworkError(f"sensor {node!r}: water would run in a circle: {circle}")
                elif node not in done:
                    path.append(node)
                    stack.append((node, True))
                    stack.extend((name, False) for name in above[node])

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all sensors, in the network's order."""
        return tuple(sensor.id for sensor in self.sensors)

    @property
    def targets(self) -> tuple[Sensor, ...]:
        """Sensors for which forecasts are made."""
        return tuple(sensor for sensor in self.sensors if sensor.target)

    def sensor(self, sensor_id: str) -> Sensor:
        """The sensor with this id.

        Raises:
            NetworkError: no sensor has it.
        """
        for sensor in self.sensors:
            if sensor.id == sensor_id:
                return sensor
        raise NetworkError(f"network {self.name!r} has no sensor {sensor_id!r}")

    def of_kind(self, *kinds: Kind) -> tuple[Sensor, ...]:
        """Sensors of these kinds, in the network's order."""
        return tuple(sensor for sensor in self.sensors if sensor.kind in kinds)

    def above(self, sensor_id: str) -> tuple[str, ...]:
        """Ids of all sensors whose water reaches this one, nearest first."""
        found: dict[str, None] = {}
        queue = list(self.sensor(sensor_id).upstream)
        while queue:
            name = queue.pop(0)
            if name not in found:
                found[name] = None
                queue.extend(self.sensor(name).upstream)
        return tuple(found)

    def steps(self, duration: timedelta) -> int:
        """How many steps of the network a duration has.

        Raises:
            NetworkError: it is no positive multiple of the step.
        """
        count, rest = divmod(duration, self.step)
        if rest or count < 1:
            raise NetworkError(f"{duration} is no multiple of the network's step {self.step}")
        return count

    def digest(self) -> str:
        """SHA-256 (hex) of what matters for a forecast.

        `note` and the units of the source file are left out, so that the same network written
        in centimetres has the same digest.
        """
        form = {
            "name": self.name,
            "step": self.step.total_seconds(),
            "sensors": [_canonical(sensor) for sensor in self.sensors],
        }
        text = json.dumps(form, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _canonical(sensor: Sensor) -> dict[str, Any]:
    total = sensor.accumulation.total_seconds() if sensor.accumulation else None
    return {
        "id": sensor.id,
        "kind": str(sensor.kind),
        "unit": sensor.unit,
        "name": sensor.name,
        "lat": sensor.lat,
        "lon": sensor.lon,
        "upstream": list(sensor.upstream),
        "catchment_km2": sensor.catchment_km2,
        "gauge_zero_m": sensor.gauge_zero_m,
        "warning_levels": list(sensor.warning_levels),
        "target": sensor.target,
        "accumulation": total,
        "stamped": sensor.stamped,
        "available_after": sensor.available_after.total_seconds(),
    }
