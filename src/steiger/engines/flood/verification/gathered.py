"""What a verification gathers before anything is scored: sums and counts per block of time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.verification.pairs import Mask
from steiger.engines.flood.verification.settings import Settings
from steiger.engines.flood.verification.tables import Array, Times
from steiger.lib.forecasting import Contingency

#: The blend's alarms when they rest on the probability of the level instead of the median.
BY_PROBABILITY = "blend_by_probability"
#: Probabilities and cost/loss ratios at which alarms are weighed.
THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
FEWEST_BLOCKS = 10


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks of time, by issue time, the same for all gauges."""

    origin: np.datetime64
    width: np.timedelta64
    count: int

    def of(self, times: Times) -> NDArray[np.int64]:
        """The block that each time lies in."""
        numbers = (times - self.origin) // self.width
        return np.clip(numbers.astype(np.int64), 0, self.count - 1)


def blocks_over(times: Times, settings: Settings) -> Blocks:
    """Blocks from the first to the last issue time; shorter ones where time is short."""
    first, last = times.min(), times.max()
    span = int((last - first).astype(np.int64)) + 1
    width = round(settings.block.total_seconds())
    if span < FEWEST_BLOCKS * width:
        width = max(86_400, -(-span // FEWEST_BLOCKS))
    return Blocks(first, np.timedelta64(width, "s"), -(-span // width))


@dataclass(slots=True)
class EventCounts:
    """Event-wise counts of one method, by block and gauge: hits, misses, false alarms."""

    counts: Array
    gained: list[float] = field(default_factory=list)


@dataclass(slots=True)
class LeadCollection:
    """All that is gathered for one lead time. Gauges are in the order of `Collection.gauges`."""

    minutes: int
    pairs: int = 0
    scores: dict[str, Array] = field(default_factory=dict)
    calibration: Array | None = None
    crossings: dict[str, dict[int, Array]] = field(default_factory=dict)
    events: dict[str, EventCounts] = field(default_factory=dict)
    probabilities: dict[int, list[tuple[Array, Mask, Mask]]] = field(default_factory=dict)
    value: dict[str, dict[float, Contingency]] = field(default_factory=dict)
    pit: list[tuple[Array, Array]] = field(default_factory=list)
    regimes: dict[str, Array] = field(default_factory=dict)


@dataclass(slots=True)
class Collection:
    """All that is gathered."""

    gauges: tuple[str, ...]
    methods: tuple[str, ...]
    blocks: Blocks
    leads: dict[int, LeadCollection]
    centres: Array
    levels: dict[str, int]
    any_lead: dict[str, EventCounts]
    by_threshold: dict[float, EventCounts]
    observed_events: dict[int, Array]
    years: Array
    unjudged_events: int = 0
