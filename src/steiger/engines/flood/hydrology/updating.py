"""GR4H kept in step with what is measured, and forecasts from any hour of the past.

The idea is that of GRP (Berthet, Andréassian, Perrin, Javelle 2009,
doi:10.5194/hess-13-819-2009): the routing store, which makes the next hours' discharge, is set so
that the simulated discharge meets the observed one; the production store, which decides how much
of the coming rain runs off, is nudged by what was missing. Gains between 0 (free run) and 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from steiger.engines.flood.hydrology.gr4h import (
    LARGEST_TANH,
    PERCOLATION,
    ROUTED,
    HydrologyError,
    State,
    checked_parameters,
    convolve,
    initial_state,
    produce,
    simulate,
    unit_hydrographs,
)

Array = NDArray[np.float64]
#: Steps of Newton's method; from the good start below three reach 1e-9.
NEWTON = 4
#: A routing store is never set fuller than so many times its capacity.
FULLEST = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A run of T hours that followed observations.

    All (T,): `discharge` in mm/h as simulated before each update; `production`, `routing` in mm
    after it; `effective` rain in mm.
    """

    parameters: Array
    discharge: Array
    production: Array
    routing: Array
    effective: Array

    def state_at(self, hours: ArrayLike) -> State:
        """The state after each of these hours (indices), one run per hour."""
        at = np.atleast_1d(np.asarray(hours, dtype=np.int64))
        if (at < 0).any() or (at >= len(self.routing)).any():
            raise HydrologyError(f"the run has the hours 0 to {len(self.routing) - 1}")
        one, two = unit_hydrographs(self.parameters[:, 3])
        return State(
            self.production[at],
            self.routing[at],
            pending_after(self.effective * ROUTED, one[0], at),
            pending_after(self.effective * (1.0 - ROUTED), two[0], at),
        )

    def forecast(self, hours: ArrayLike, rain: Array, evaporation: Array) -> Array:
        """Discharge (L, M) in mm/h of the L hours after each of M hours (indices).

        `rain` and `evaporation` (L, M) are those of the hours to come.
        """
        return simulate(rain, evaporation, self.parameters, self.state_at(hours)).discharge


def pending_after(water: Array, ordinates: Array, hours: NDArray[np.int64]) -> Array:
    """What a unit hydrograph holds after each of these hours, (M, K)."""
    width = len(ordinates)
    padded = np.concatenate([np.zeros(width), water])
    held = np.zeros((len(hours), width))
    # In the order in which `convolve` adds, so that both give the same bits.
    for k in range(width - 1, 0, -1):
        for later in range(width - k):
            # Water of k−1−… hours ago that arrives `later` + 1 hours from now.
            held[:, later] += padded[hours + width - (k - 1)] * ordinates[k + later]
    return held


def outflow(store: Array, capacity: Array) -> Array:
    """What leaves a routing store in an hour, mm (Perrin et al. 2003, equation 20)."""
    fill = store / capacity
    fill = fill * fill
    fill = fill * fill
    flow: Array = store * (1.0 - 1.0 / np.sqrt(np.sqrt(1.0 + fill)))
    return flow


def store_for(flow: ArrayLike, capacity: ArrayLike) -> Array:
    """The content from which `flow` leaves in the next hour: the inverse of `outflow`, mm."""
    size = np.asarray(capacity, dtype=np.float64)
    wanted = np.maximum(np.asarray(flow, dtype=np.float64), 0.0) / size
    # For small contents the flow is x⁵/4, for large ones x − 1 + …: both as a first guess.
    x = np.minimum((4.0 * wanted) ** 0.2, 1.0) + np.maximum(wanted - 0.159, 0.0)
    for _ in range(NEWTON * 2):
        power = 1.0 + x**4
        value = x * (1.0 - power**-0.25)
        slope = 1.0 - power**-1.25
        step = np.divide(value - wanted, slope, out=np.zeros_like(x), where=slope > 1e-12)
        x = np.maximum(x - step, 0.0)
    return x * size


def track(
    rain: Array,
    evaporation: Array,
    observed: Array,
    parameters: ArrayLike,
    *,
    routing_gain: float = 1.0,
    production_gain: float = 0.0,
    state: State | None = None,
) -> Track:
    """Run T hours and meet the observed discharge wherever there is one.

    `rain`, `evaporation`, `observed` (T,) in mm/h, `observed` with NaN where nothing is known.
    After each hour the routing store goes `routing_gain` of the way to the content that would have
    given the observed discharge, and the production store gains `production_gain` hours of the
    difference (mm).

    Row t depends on rows up to t only.

    Raises:
        HydrologyError: a gain is out of range, or forcing or parameters make no sense.
    """
    if not 0 <= routing_gain <= 1 or not 0 <= production_gain <= 100:
        raise HydrologyError("routing_gain lies in 0 … 1, production_gain in 0 … 100 hours")
    sets = checked_parameters(parameters)
    if len(sets) != 1 or not len(rain) == len(evaporation) == len(observed):
        raise HydrologyError("one parameter set, and as many hours of each series, are followed")
    begin = initial_state(sets) if state is None else state
    if production_gain == 0:
        production, effective = (
            part[:, 0] for part in produce(rain, evaporation, sets[:, 0], begin.production)
        )
        discharge, routing = _follow(effective, observed, sets, begin, routing_gain)
        return Track(sets, discharge, production, routing, effective)
    gains = (routing_gain, production_gain)
    return _follow_both(rain - evaporation, observed, sets, begin, gains)


def _follow(
    effective: Array, observed: Array, sets: Array, begin: State, gain: float
) -> tuple[Array, Array]:
    one, two = unit_hydrographs(sets[:, 3])
    routed = convolve(effective[:, None] * ROUTED, one, begin.pending1)[0][:, 0]
    direct = convolve(effective[:, None] * (1.0 - ROUTED), two, begin.pending2)[0][:, 0]
    store, parameters = float(begin.routing[0]), (float(sets[0, 1]), float(sets[0, 2]))
    discharge, routing = [], []
    for slow, quick, truth in zip(routed.tolist(), direct.tolist(), observed.tolist(), strict=True):
        flow, store = _routed_hour(store, (slow, quick), truth, parameters, gain)
        discharge.append(flow)
        routing.append(store)
    return np.array(discharge), np.array(routing)


def _routed_hour(
    store: float,
    arriving: tuple[float, float],
    truth: float,
    parameters: tuple[float, float],
    gain: float,
) -> tuple[float, float]:
    """One hour of the routing store: simulated discharge, and content after the update.

    `parameters` are X2 and X3.
    """
    slow, quick = arriving
    x2, x3 = parameters
    exchange = x2 * (store / x3) ** 3.5
    before = max(store + slow + exchange, 0.0)
    left = before * (1.0 - (1.0 + (before / x3) ** 4) ** -0.25)
    flow = left + max(quick + exchange, 0.0)
    after = before - left
    if truth == truth and truth >= 0 and gain > 0:  # noqa: PLR0124 - false for NaN only, and quick
        wanted = max(truth - max(quick + exchange, 0.0), 0.0)
        target = _store_for_number(wanted / x3) * x3
        after += gain * (min(target, FULLEST * x3) - min(wanted, target) - after)
    return flow, max(after, 0.0)


def _store_for_number(wanted: float) -> float:
    """`store_for` of a capacity of 1, by plain numbers."""
    if wanted <= 0:
        return 0.0
    x: float = min((4.0 * wanted) ** 0.2, 1.0) + max(wanted - 0.159, 0.0)
    for _ in range(NEWTON):
        power = 1.0 + x * x * x * x
        root = float(power**-0.25)
        slope = 1.0 - root / power
        if slope < 1e-12:
            break
        x = max(x - (x * (1.0 - root) - wanted) / slope, 0.0)
    return x


def _follow_both(
    net: Array, observed: Array, sets: Array, begin: State, gains: tuple[float, float]
) -> Track:
    """Hour by hour, because each update changes the next hour's runoff."""
    hours, p = len(net), sets[0]
    one, two = (ordinates[0] for ordinates in unit_hydrographs(sets[:, 3]))
    routed, direct = np.zeros(hours + len(one)), np.zeros(hours + len(two))
    routed[: begin.pending1.shape[1]] = begin.pending1[0]
    direct[: begin.pending2.shape[1]] = begin.pending2[0]
    columns = np.empty((4, hours))
    store, content = float(begin.routing[0]), float(begin.production[0])
    x1, routing = float(p[0]), (float(p[1]), float(p[2]))
    wet = np.tanh(np.minimum(np.maximum(net, 0.0) / x1, LARGEST_TANH))
    dry = np.tanh(np.minimum(np.maximum(-net, 0.0) / x1, LARGEST_TANH))
    surplus = np.maximum(net, 0.0)
    for t in range(hours):
        content, effective = _produced_hour(content, x1, float(surplus[t]), wet[t], dry[t])
        routed[t : t + len(one)] += effective * ROUTED * one
        direct[t : t + len(two)] += effective * (1.0 - ROUTED) * two
        truth = float(observed[t])
        flow, store = _routed_hour(store, (routed[t], direct[t]), truth, routing, gains[0])
        if np.isfinite(truth) and truth >= 0:
            content = min(max(content + gains[1] * (truth - flow), 0.0), x1)
        columns[:, t] = flow, content, store, effective
    return Track(sets, *columns)


def _produced_hour(
    content: float, x1: float, surplus: float, wet: float, dry: float
) -> tuple[float, float]:
    """One hour of the production store: content and effective rain, mm."""
    fill = content / x1
    taken = x1 * (1.0 - fill * fill) * wet / (1.0 + fill * wet)
    lost = content * (2.0 - fill) * dry / (1.0 + (1.0 - fill) * dry)
    content = max(content + taken - lost, 0.0)
    percolated = content * (1.0 - float((1.0 + (content / x1) ** 4 / PERCOLATION) ** -0.25))
    return float(content - percolated), float((surplus - taken) + percolated)
