"""A simulated valley as data: where its gauges are and how its water runs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
#: The seed of the invented past that comes with the product: its greatest flood is July 2021.
DEMO_SEED = 2


class SimulationError(ValueError):
    """A valley, a storm or a state makes no sense; the text says which part."""


@dataclass(frozen=True, slots=True)
class Storm:
    """Rain put into the valley by hand.

    `amount_mm` falls at the centre within `hours`, beginning at `start` (with a time zone); it
    fades with the distance, to 61 % at `radius_km`.
    """

    start: datetime
    hours: int
    amount_mm: float
    lat: float
    lon: float
    radius_km: float = 15.0

    def __post_init__(self) -> None:
        """Reject what makes no sense."""
        if self.start.tzinfo is None:
            raise SimulationError(f"a storm's start {self.start} has no time zone")
        if not 1 <= self.hours <= 240 or not 0 < self.amount_mm <= 1000:
            raise SimulationError("a storm lasts 1 to 240 hours and brings at most 1000 mm")
        if not (abs(self.lat) <= 90 and abs(self.lon) <= 180 and 0 < self.radius_km <= 500):
            raise SimulationError("a storm has a place on earth and a radius up to 500 km")

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        row = {field.name: getattr(self, field.name) for field in fields(self)}
        return row | {"start": self.start.astimezone(UTC).isoformat().replace("+00:00", "Z")}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Storm:
        """What `as_dict` gave, or a table of a valley file."""
        start = data["start"]
        moment = start if isinstance(start, datetime) else datetime.fromisoformat(start)
        return cls(**(data | {"start": moment}))


@dataclass(frozen=True, slots=True)
class Reservoir:
    """A dam below a gauge: it lets out `base` m³/s, more when it holds more than `target` m³, at
    most `largest` m³/s until it is full (`capacity` m³) and everything runs over."""

    release_id: str
    name: str
    lat: float
    lon: float
    capacity: float
    target: float
    base: float
    largest: float


@dataclass(frozen=True, slots=True)
class Node:
    """A gauge and the land that drains to it directly (`area_km2`, not that of gauges above).

    `travel_hours` is the time to the gauge `downstream`; `gr4h` its X1 … X4; `rating` its
    (a, h₀, b) of Q = a (h − h₀)^b with h in m and Q in m³/s. `discharge_id` names a second sensor
    that shows the discharge.
    """

    id: str
    name: str
    lat: float
    lon: float
    area_km2: float
    gr4h: tuple[float, float, float, float]
    rating: tuple[float, float, float]
    downstream: str = ""
    travel_hours: float = 1.0
    gauge_zero_m: float = 100.0
    warning_levels: tuple[float, ...] = ()
    target: bool = True
    discharge_id: str = ""
    discharge_name: str = ""
    reservoir: Reservoir | None = None


@dataclass(frozen=True, slots=True)
class RainGauge:
    """A rain gauge; `wetness` is how much more than the mean of the valley it gets."""

    id: str
    name: str
    lat: float
    lon: float
    wetness: float = 1.0


@dataclass(frozen=True)
class Valley:
    """A whole valley; `storms` belong to its invented history."""

    name: str
    nodes: tuple[Node, ...]
    rain: tuple[RainGauge, ...]
    note: str = ""
    evaporation_id: str = "pet"
    storms: tuple[Storm, ...] = ()

    def __post_init__(self) -> None:
        """Reject what makes no sense.

        Raises:
            SimulationError: naming the gauge.
        """
        ids = [node.id for node in self.nodes]
        if not ids or not self.rain:
            raise SimulationError("a valley has at least one gauge and one rain gauge")
        for node in self.nodes:
            if node.downstream and node.downstream not in ids:
                raise SimulationError(f"gauge {node.id!r} drains to {node.downstream!r}: unknown")
            if node.area_km2 <= 0 or not 0.5 <= node.travel_hours <= 48:
                raise SimulationError(f"gauge {node.id!r}: area or travel time make no sense")
        if len(self.order) != len(ids):
            raise SimulationError(f"valley {self.name!r}: water would run in a circle")

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Indices of the nodes, from the springs down."""
        place = {node.id: index for index, node in enumerate(self.nodes)}
        waiting = [0] * len(self.nodes)
        for node in self.nodes:
            if node.downstream:
                waiting[place[node.downstream]] += 1
        ready = [index for index, count in enumerate(waiting) if count == 0]
        order = []
        while ready:
            index = ready.pop(0)
            order.append(index)
            below = self.nodes[index].downstream
            if below:
                waiting[place[below]] -= 1
                if waiting[place[below]] == 0:
                    ready.append(place[below])
        return tuple(order)

    @cached_property
    def points(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """Where rain is computed, (P, 2) km east and north: rain gauges, then catchments."""
        places = [(gauge.lat, gauge.lon) for gauge in self.rain]
        places += [(node.lat, node.lon) for node in self.nodes]
        return self.to_km(np.array(places, dtype=np.float64))

    def to_km(
        self, places: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    ) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """(N, 2) latitude and longitude as km east and north of the first rain gauge."""
        lat, lon = self.rain[0].lat, self.rain[0].lon
        east = (places[:, 1] - lon) * 111.32 * np.cos(np.radians(lat))
        north = (places[:, 0] - lat) * 110.57
        return np.column_stack([east, north])

    def __hash__(self) -> int:
        """Quick: the sums that follow from a valley are cached by it."""
        return hash((self.name, len(self.nodes), len(self.rain), self.nodes[0], self.storms))


def valley_from(data: dict[str, Any]) -> Valley:
    """A valley from plain data (the form of `beispieltal.toml`).

    Raises:
        SimulationError: a field is unknown or missing.
    """
    try:
        nodes = []
        for entry in data["gauge"]:
            row = dict(entry)
            for key in ("gr4h", "rating", "warning_levels"):
                row[key] = tuple(float(value) for value in row.get(key, ()))
            if "reservoir" in row:
                row["reservoir"] = Reservoir(**row["reservoir"])
            nodes.append(Node(**row))
        rain = tuple(RainGauge(**entry) for entry in data["rain"])
        storms = tuple(Storm.from_dict(dict(entry)) for entry in data.get("storm", ()))
        note = data.get("note", "")
        return Valley(data["name"], tuple(nodes), rain, note=note, storms=storms)
    except (KeyError, TypeError) as error:
        raise SimulationError(f"a valley's data are not complete: {error}") from None


def read_valley(path: Path) -> Valley:
    """A valley from a TOML file.

    Raises:
        SimulationError: naming the file.
    """
    try:
        return valley_from(tomllib.loads(Path(path).read_text(encoding="utf-8-sig")))
    except (OSError, tomllib.TOMLDecodeError, SimulationError) as error:
        raise SimulationError(f"{path}: {error}") from None


def beispieltal() -> Valley:
    """The invented valley that comes with the product."""
    return read_valley(HERE / "beispieltal.toml")
