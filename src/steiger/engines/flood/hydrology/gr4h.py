"""GR4H: rainfall to discharge of one catchment, hour by hour, with four parameters.

Sources: Perrin, Michel, Andréassian (2003), doi:10.1016/S0022-1694(03)00225-7 (the equations of
GR4J); Mathevet (2005), Ficchì, Perrin, Andréassian (2016), doi:10.1016/j.jhydrol.2016.04.016 (the
hourly form: exponent 1.25 of the unit hydrographs, percolation constant (21/4)⁴).

| | parameter | unit | usual range |
|---|---|---|---|
| X1 | capacity of the production store | mm | 100 – 1200 |
| X2 | exchange with the ground water | mm/h | −5 – 3 |
| X3 | capacity of the routing store | mm | 20 – 500 |
| X4 | time base of the unit hydrograph | h | 0.5 – 50 |

Many parameter sets, ensemble members or issue times run side by side as the second axis. A few
are computed by plain Python numbers, which is quicker then; both ways give the same bits, because
they do the same additions, multiplications, divisions and square roots in the same order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
#: (21/4)⁴: what percolates in an hour (GR4J has (9/4)⁴ for a day).
PERCOLATION = 759.69140625
UNIT_HYDROGRAPH_EXPONENT = 1.25
#: Part of the effective rain that goes through the routing store.
ROUTED = 0.9
#: tanh is 1 beyond this for all purposes; the bound is that of the published code.
LARGEST_TANH = 13.0
LEAST_X4 = 0.5
LARGEST_X4 = 240.0
#: Columns up to which plain numbers are quicker than arrays.
FEW = 24


class HydrologyError(ValueError):
    """Parameters or forcing make no sense."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Water in M model runs: `production`, `routing` (M,) in mm; `pending1`, `pending2` (M, K) in
    mm: what the two unit hydrographs will still deliver in the next hours."""

    production: Array
    routing: Array
    pending1: Array
    pending2: Array

    def as_dict(self) -> dict[str, Any]:
        """For JSON; numbers keep every bit."""
        return {
            "production": self.production.tolist(),
            "routing": self.routing.tolist(),
            "pending1": self.pending1.tolist(),
            "pending2": self.pending2.tolist(),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> State:
        """What `as_dict` gave."""
        names = ("production", "routing", "pending1", "pending2")
        return cls(*(np.array(data[name], dtype=np.float64) for name in names))

    def take(self, indices: ArrayLike) -> State:
        """Some of the runs; an index may occur often (one state, many members)."""
        rows = np.asarray(indices, dtype=np.int64)
        parts = (self.production, self.routing, self.pending1, self.pending2)
        return State(*(part[rows] for part in parts))


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Result of a run: all (T, M). `discharge` in mm/h; `production`, `routing` are the stores at
    the end of each hour in mm; `effective` is what entered the unit hydrographs, mm."""

    discharge: Array
    production: Array
    routing: Array
    effective: Array
    state: State


def checked_parameters(parameters: ArrayLike) -> Array:
    """Parameters as (M, 4).

    Raises:
        HydrologyError: the shape is wrong, or a value is out of any range.
    """
    sets = np.atleast_2d(np.asarray(parameters, dtype=np.float64))
    if sets.ndim != 2 or sets.shape[1] != 4:
        raise HydrologyError(f"GR4H has four parameters X1 … X4, not the shape {sets.shape}")
    if not np.isfinite(sets).all():
        raise HydrologyError("a parameter of GR4H is not a finite number")
    if (sets[:, [0, 2]] <= 0).any():
        raise HydrologyError("the capacities X1 and X3 of GR4H are above 0 mm")
    if (sets[:, 3] > LARGEST_X4).any():
        raise HydrologyError(f"X4 is above {LARGEST_X4:g} h: no catchment is that slow")
    sets = sets.copy()
    sets[:, 3] = np.maximum(sets[:, 3], LEAST_X4)
    return sets


def unit_hydrographs(x4: ArrayLike) -> tuple[Array, Array]:
    """Ordinates of both unit hydrographs, (M, K1) and (M, K2), each row summing to 1.

    Perrin et al. (2003), equations 9 to 17, with the hourly exponent 1.25.
    """
    base = np.atleast_1d(np.asarray(x4, dtype=np.float64))[:, None]
    longest = int(np.ceil(base.max()))
    power = UNIT_HYDROGRAPH_EXPONENT
    share = np.arange(longest + 1)[None, :] / base
    first = np.minimum(share, 1.0) ** power
    share = np.arange(2 * longest + 1)[None, :] / base
    rising = 0.5 * np.minimum(share, 1.0) ** power
    falling = 1 - 0.5 * np.clip(2.0 - share, 0.0, 1.0) ** power
    second = np.where(share <= 1.0, rising, falling)
    return np.diff(first, axis=1), np.diff(second, axis=1)


def initial_state(parameters: ArrayLike, production: float = 0.3, routing: float = 0.5) -> State:
    """Stores filled to these parts of their capacities (airGR's defaults), nothing under way."""
    sets = checked_parameters(parameters)
    one, two = unit_hydrographs(sets[:, 3])
    return State(
        production * sets[:, 0], routing * sets[:, 2], np.zeros_like(one), np.zeros_like(two)
    )


def simulate(
    rain: ArrayLike, evaporation: ArrayLike, parameters: ArrayLike, state: State | None = None
) -> Run:
    """Run T hours.

    `rain` and `evaporation` (potential) are mm per hour, (T,) for all runs alike or (T, M);
    `parameters` (4,), (1, 4) or (M, 4). Without `state`, stores begin as in `initial_state`.

    Raises:
        HydrologyError: shapes do not fit, a value is missing or negative.
    """
    sets = checked_parameters(parameters)
    forcing = _forcing(rain, evaporation, len(sets), state)
    count = forcing[2]
    if len(sets) == 1 and count > 1:
        sets = np.repeat(sets, count, axis=0)
    begin = initial_state(sets) if state is None else state
    one, two = unit_hydrographs(sets[:, 3])
    store, effective = _produced(forcing, sets[:, 0], begin.production)
    routed, pending1 = convolve(effective * ROUTED, one, begin.pending1)
    direct, pending2 = convolve(effective * (1.0 - ROUTED), two, begin.pending2)
    discharge, routing = (_route_few if count <= FEW else _route_many)(
        routed, direct, sets[:, 1], sets[:, 2], begin.routing
    )
    last_store = store[-1] if len(store) else begin.production
    last_routing = routing[-1] if len(routing) else begin.routing
    end = State(last_store.copy(), last_routing.copy(), pending1, pending2)
    return Run(discharge, store, routing, effective, end)


def produce(
    rain: ArrayLike, evaporation: ArrayLike, capacities: ArrayLike, begin: ArrayLike
) -> tuple[Array, Array]:
    """The production store alone: its content and the effective rain, both (T, M) in mm.

    The same bits as `production` and `effective` of `simulate`, without the routing. `capacities`
    are X1, (M,) in mm; `begin` (M,) is the content before the first hour.

    Raises:
        HydrologyError: shapes do not fit, a value is missing or negative, or a capacity is not
            above 0.
    """
    x1 = np.asarray(capacities, dtype=np.float64)
    if not (x1 > 0).all():
        raise HydrologyError("the capacity X1 of GR4H is above 0 mm")
    forcing = _forcing(rain, evaporation, len(x1), None)
    x1 = np.broadcast_to(x1, forcing[2])  # one capacity serves all columns, as in `simulate`
    return _produced(forcing, x1, np.asarray(begin, dtype=np.float64))


def _produced(forcing: tuple[Array, Array, int], x1: Array, begin: Array) -> tuple[Array, Array]:
    water, demand, count = forcing
    net = water - demand
    wetting = np.tanh(np.minimum(np.maximum(net, 0.0) / x1, LARGEST_TANH))
    drying = np.tanh(np.minimum(np.maximum(-net, 0.0) / x1, LARGEST_TANH))
    few = count <= FEW
    return (_produce_few if few else _produce_many)(
        np.maximum(net, 0.0), wetting, drying, x1, begin
    )


def _forcing(
    rain: ArrayLike, evaporation: ArrayLike, sets: int, state: State | None
) -> tuple[Array, Array, int]:
    arrays = [np.asarray(values, dtype=np.float64) for values in (rain, evaporation)]
    arrays = [values[:, None] if values.ndim == 1 else values for values in arrays]
    water, demand = arrays
    counts = {water.shape[1], demand.shape[1], sets}
    if state is not None:
        counts.add(len(state.production))
    counts.discard(1)
    if len(counts) > 1 or len(water) != len(demand):
        raise HydrologyError(
            f"rain {water.shape}, evaporation {demand.shape} and {sets} parameter sets do not fit"
        )
    count = counts.pop() if counts else 1
    for name, values in (("rain", water), ("evaporation", demand)):
        if not np.isfinite(values).all():
            row = int(np.argwhere(~np.isfinite(values))[0][0])
            raise HydrologyError(f"{name} is missing in hour {row + 1}; fill it first")
    if (water < 0).any():
        raise HydrologyError(f"rain is negative in hour {int(np.argwhere(water < 0)[0][0]) + 1}")
    return water, demand, count


def _produce_many(
    surplus: Array, wetting: Array, drying: Array, x1: Array, begin: Array
) -> tuple[Array, Array]:
    """Production store, (T, M): content in mm and effective rain in mm."""
    shape = np.broadcast_shapes(surplus.shape, x1.shape)
    stores, effective = np.empty(shape), np.empty(shape)
    rain, wet, dry = (np.broadcast_to(values, shape) for values in (surplus, wetting, drying))
    store = np.broadcast_to(begin, x1.shape).copy()
    for t in range(shape[0]):
        fill = store / x1
        taken = x1 * (1.0 - fill * fill) * wet[t] / (1.0 + fill * wet[t])
        lost = store * (2.0 - fill) * dry[t] / (1.0 + (1.0 - fill) * dry[t])
        store = np.maximum(store + taken - lost, 0.0)
        fill = store / x1
        fill = fill * fill
        fill = fill * fill
        percolated = store * (1.0 - 1.0 / np.sqrt(np.sqrt(1.0 + fill / PERCOLATION)))
        store = store - percolated
        stores[t] = store
        effective[t] = (rain[t] - taken) + percolated
    return stores, effective


def _produce_few(
    surplus: Array, wetting: Array, drying: Array, x1: Array, begin: Array
) -> tuple[Array, Array]:
    """The same by plain numbers."""
    shape = np.broadcast_shapes(surplus.shape, x1.shape)
    stores, effective = np.empty(shape), np.empty(shape)
    rain, wet, dry = (np.broadcast_to(values, shape) for values in (surplus, wetting, drying))
    root = math.sqrt
    for m in range(shape[1]):
        size, store = float(x1[m]), float(np.broadcast_to(begin, x1.shape)[m])
        kept: list[float] = []
        passed: list[float] = []
        triples = zip(rain[:, m].tolist(), wet[:, m].tolist(), dry[:, m].tolist(), strict=True)
        for water, w, d in triples:
            fill = store / size
            taken = size * (1.0 - fill * fill) * w / (1.0 + fill * w)
            lost = store * (2.0 - fill) * d / (1.0 + (1.0 - fill) * d)
            store = store + taken - lost
            store = max(store, 0.0)
            fill = store / size
            fill = fill * fill
            fill = fill * fill
            percolated = store * (1.0 - 1.0 / root(root(1.0 + fill / PERCOLATION)))
            store = store - percolated
            kept.append(store)
            passed.append((water - taken) + percolated)
        stores[:, m], effective[:, m] = kept, passed
    return stores, effective


def convolve(effective: Array, ordinates: Array, pending: Array) -> tuple[Array, Array]:
    """Delay water by unit hydrographs: what comes out (T, M), and what is pending after (M, K)."""
    hours, runs = effective.shape
    width = max(ordinates.shape[1], pending.shape[1])
    out = np.zeros((hours + width, runs))
    out[: pending.shape[1]] = pending.T
    # From the longest delay to the shortest: the order in which an hour's water arrives.
    for k in range(ordinates.shape[1] - 1, -1, -1):
        out[k : k + hours] += effective * ordinates[:, k]
    return out[:hours], np.ascontiguousarray(out[hours : hours + width].T)


def _route_many(
    routed: Array, direct: Array, x2: Array, x3: Array, begin: Array
) -> tuple[Array, Array]:
    """Routing store and exchange, (T, M): discharge in mm/h and content in mm."""
    stores, discharge = np.empty_like(routed), np.empty_like(routed)
    store = np.broadcast_to(begin, x3.shape).copy()
    for t in range(len(routed)):
        fill = store / x3
        exchange = x2 * (fill * fill * fill * np.sqrt(fill))
        store = np.maximum(store + routed[t] + exchange, 0.0)
        fill = store / x3
        fill = fill * fill
        fill = fill * fill
        outflow = store * (1.0 - 1.0 / np.sqrt(np.sqrt(1.0 + fill)))
        store = store - outflow
        stores[t] = store
        discharge[t] = outflow + np.maximum(direct[t] + exchange, 0.0)
    return discharge, stores


def _route_few(
    routed: Array, direct: Array, x2: Array, x3: Array, begin: Array
) -> tuple[Array, Array]:
    """The same by plain numbers."""
    stores, discharge = np.empty_like(routed), np.empty_like(routed)
    root = math.sqrt
    for m in range(routed.shape[1]):
        rate, size = float(x2[m]), float(x3[m])
        store = float(np.broadcast_to(begin, x3.shape)[m])
        kept: list[float] = []
        flows: list[float] = []
        for slow, quick in zip(routed[:, m].tolist(), direct[:, m].tolist(), strict=True):
            fill = store / size
            exchange = rate * (fill * fill * fill * root(fill))
            store = max(store + slow + exchange, 0.0)
            fill = store / size
            fill = fill * fill
            fill = fill * fill
            outflow = store * (1.0 - 1.0 / root(root(1.0 + fill)))
            store = store - outflow
            kept.append(store)
            flows.append(outflow + max(quick + exchange, 0.0))
        stores[:, m], discharge[:, m] = kept, flows
    return discharge, stores
