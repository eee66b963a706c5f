"""Many gauges at once, for measuring how the forecast scales."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np

from steiger.engines.flood.network import Network, Observations
from steiger.engines.flood.simulation.plan import Node, RainGauge, Valley
from steiger.engines.flood.simulation.valley import history

#: Gauges per river; each river has its own rain gauges.
PER_RIVER = 8
RAIN_PER_RIVER = 2
#: Rivers lie on a grid, this far apart in degrees.
SPACING = 0.15
#: A season is enough here.
SPIN_UP = 90 * 24


@lru_cache(maxsize=4)
def many_gauges(count: int, seed: int = 0) -> Valley:
    """A simulated region of rivers with eight gauges each, `count` gauges in all."""
    random = np.random.default_rng([seed, count])
    nodes: list[Node] = []
    rain: list[RainGauge] = []
    rivers = -(-count // PER_RIVER)
    side = int(np.ceil(np.sqrt(rivers)))
    for river in range(rivers):
        lat, lon = 50.0 + SPACING * (river // side), 6.0 + SPACING * (river % side)
        size = min(PER_RIVER, count - river * PER_RIVER)
        nodes += [_gauge(river, place, size, (lat, lon), random) for place in range(size)]
        for number in range(RAIN_PER_RIVER):
            north, east = random.uniform(0, SPACING, 2)
            place = (round(lat + float(north), 4), round(lon + float(east), 4))
            name = f"Regen {river + 1}.{number + 1}"
            rain.append(RainGauge(f"p{river:04d}_{number}", name, *place))
    return Valley(f"Simulated region of {count} gauges", tuple(nodes), tuple(rain))


def _gauge(
    river: int, place: int, size: int, corner: tuple[float, float], random: np.random.Generator
) -> Node:
    north, east, dry, slow = random.uniform(0, 1, 4)
    area = float(random.uniform(10, 60))
    # Two gauges drain into each: a binary tree with its mouth at place 0.
    below = f"g{river:04d}_{(place - 1) // 2}" if place else ""
    whole = area * size / (place + 1)
    return Node(
        id=f"g{river:04d}_{place}",
        name=f"Pegel {river + 1}.{place + 1}",
        lat=round(corner[0] + SPACING * float(north), 4),
        lon=round(corner[1] + SPACING * float(east), 4),
        area_km2=round(area, 1),
        gr4h=(200 + 300 * float(dry), 0.0, 40 + 80 * float(slow), 2 + 4 * float(slow)),
        rating=(0.12 * whole, 0.1, 1.7),
        downstream=below,
        travel_hours=1.0 + float(slow),
        warning_levels=(1.2, 1.6, 2.2),
    )


def simulate_many(
    n_gauges: int,
    *,
    start: datetime = datetime(2020, 1, 1, tzinfo=UTC),
    days: int = 365,
    seed: int = 0,
) -> tuple[Network, Observations]:
    """Network and hourly observations of a simulated region, without faults."""
    valley = many_gauges(n_gauges, seed)
    end = start + timedelta(days=days) - timedelta(hours=1)
    network, observations, _ = history(valley, start, end, seed=seed, faults=False, spin_up=SPIN_UP)
    return network, observations
