"""Which sensors say something about a gauge, learned from its past.

A network need not say what lies upstream of what. Gauges are related if one rises before the
other; rain gauges count by how well the gauge's rises follow from them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from steiger.engines.flood.features.inputs import STATES, Inputs
from steiger.engines.flood.features.series import Counted, lagged
from steiger.engines.flood.network import Kind, Network, Sensor

Array = NDArray[np.float64]
#: Hours after rain and before a rise, for the near and for the whole catchment.
NEAR_HOURS, WIDE_HOURS = 6, 24
#: How strongly weights of rain gauges are drawn to each other.
SHRINK = 0.3
#: Rain over the window, mm, from which on a row teaches something.
LEAST_RAIN = 3.0
LEAST_ROWS = 50
#: Rain gauges that are looked at one by one, beside the mean over the catchment.
STRONGEST = 6
#: Hours over which lagged rises are compared.
LAGS = (0, 1, 2, 3, 4, 6, 8, 12)
#: Gauges beyond this number are compared only if they are declared upstream or lie near.
MOST_CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Relations:
    """The sensors that a gauge's features are made of.

    `gauges` are related levels or discharges, most telling first; `releases` are dams; `others`
    is everything else (soil moisture, temperature, …). `rain` are rain gauges with the weights
    `near` and `wide`, each summing to 1.
    """

    gauges: tuple[str, ...]
    releases: tuple[str, ...]
    others: tuple[str, ...]
    rain: tuple[str, ...]
    near: tuple[float, ...]
    wide: tuple[float, ...]

    @property
    def sensors(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.gauges, *self.releases, *self.others, *self.rain)


def strongest(relations: Relations) -> list[int]:
    """Places of the rain gauges that count most for the gauge, strongest first."""
    weight = [n + w for n, w in zip(relations.near, relations.wide, strict=True)]
    order = sorted(range(len(weight)), key=lambda place: (-weight[place], place))
    return order[:STRONGEST]


def rain_sensors(network: Network) -> tuple[Sensor, ...]:
    """Sensors of rain per step; daily totals too, as a part of each step."""
    return network.of_kind(Kind.RAIN)


def learn_relations(
    network: Network, inputs: Inputs, gauge: str, rows: NDArray[np.int64], most: int
) -> Relations:
    """Relations of one gauge from the given rows of its past."""
    others = tuple(
        s.id
        for s in network.sensors
        if s.kind not in STATES
        and s.kind not in {Kind.RAIN, Kind.POTENTIAL_EVAPOTRANSPIRATION}
        and s.id != gauge
    )[:most]
    releases = tuple(s.id for s in nearest(network, gauge, (Kind.RELEASE, Kind.RESERVOIR_LEVEL)))
    rain = tuple(s.id for s in nearest(network, gauge, (Kind.RAIN,)))
    near, wide = (
        rain_weights(inputs, gauge, rain, rows, hours) for hours in (NEAR_HOURS, WIDE_HOURS)
    )
    gauges = related_gauges(network, inputs, gauge, rows, most)
    return Relations(gauges, releases[:most], others, rain, near, wide)


def nearest(network: Network, gauge: str, kinds: tuple[Kind, ...]) -> tuple[Sensor, ...]:
    """At most `MOST_CANDIDATES` sensors of these kinds, those nearest to the gauge."""
    here = network.sensor(gauge)
    found = [s for s in network.of_kind(*kinds) if s.id != gauge]
    if len(found) <= MOST_CANDIDATES:
        return tuple(found)
    above = network.above(gauge)
    order = {s.id: place for place, s in enumerate(found)}
    found.sort(key=lambda s: (s.id not in above, apart(here, s), order[s.id]))
    kept = found[:MOST_CANDIDATES]
    return tuple(sorted(kept, key=lambda s: order[s.id]))


def apart(one: Sensor, other: Sensor) -> float:
    """About the distance in km; infinite if a place is not known."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return float("inf")
    east = (one.lon - other.lon) * np.cos(np.radians(one.lat))
    return float(111.2 * np.hypot(one.lat - other.lat, east))


def rain_weights(
    inputs: Inputs, gauge: str, rain: tuple[str, ...], rows: NDArray[np.int64], hours: int
) -> tuple[float, ...]:
    """Weights of rain gauges from the gauge's rises, drawn to equality; they sum to 1.

    Non-negative least squares of the rise over `hours` on the rain of the last 1.5 × `hours`.
    """
    if not rain:
        return ()
    width = inputs.steps(1.5 * hours)
    rise = inputs.truth(gauge) - lagged(inputs.truth(gauge), inputs.steps(hours))
    sums = np.column_stack([Counted(inputs.column(r)).between(width, 0, rows) for r in rain])
    known = ~np.isnan(sums)
    mean = np.where(known, sums, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    sums = np.where(known, sums, mean[:, None])
    fit = np.isfinite(rise[rows]) & known.any(axis=1) & (mean > LEAST_RAIN)
    count = len(rain)
    if fit.sum() < LEAST_ROWS:
        return (1.0 / count,) * count
    a, y = sums[fit], np.maximum(rise[rows][fit], 0.0)
    alike = float((a.mean(axis=1) @ y) / (a.mean(axis=1) ** 2).sum()) / count
    pull = SHRINK * float(np.sqrt((a**2).sum(axis=0).mean()))
    a = np.vstack([a, pull * np.eye(count)])
    y = np.concatenate([y, np.full(count, pull * alike)])
    weights = nnls(a, y)[0]
    total = float(weights.sum())
    if total <= 0:
        return (1.0 / count,) * count
    # Six decimals are plenty and make the file of a model readable.
    return tuple(round(float(w) / total, 6) for w in weights)


def related_gauges(
    network: Network, inputs: Inputs, gauge: str, rows: NDArray[np.int64], most: int
) -> tuple[str, ...]:
    """Gauges whose changes precede or accompany this gauge's, and those declared upstream."""
    above = [
        name
        for name in network.above(gauge)
        if network.sensor(name).kind in {Kind.WATER_LEVEL, Kind.DISCHARGE}
    ]
    candidates = nearest(network, gauge, (Kind.WATER_LEVEL, Kind.DISCHARGE))
    three = inputs.steps(3)
    mine = _change(inputs, gauge, three)[rows]
    scored = []
    for sensor in candidates:
        change = _change(inputs, sensor.id, three)
        best = max(
            _correlation(lagged(change, round(hours / inputs.step_hours))[rows], mine)
            for hours in LAGS
        )
        # A declared upstream gauge is preferred to one that merely sees the same rain.
        scored.append((-best - (0.15 if sensor.id in above else 0.0), sensor.id))
    scored.sort()
    return tuple(name for score, name in scored[:most] if score < -0.02)


def _change(inputs: Inputs, sensor: str, steps: int) -> Array:
    values = inputs.column(sensor)
    change = values - lagged(values, steps)
    spread = np.nanstd(change) if np.isfinite(change).any() else 0.0
    return np.clip(change / spread, -8.0, 8.0) if spread > 0 else change * 0.0


def _correlation(x: Array, y: Array) -> float:
    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < LEAST_ROWS:
        return 0.0
    a, b = x[both] - x[both].mean(), y[both] - y[both].mean()
    power = float((a @ a) * (b @ b))
    return float(a @ b) / power**0.5 if power > 0 else 0.0
