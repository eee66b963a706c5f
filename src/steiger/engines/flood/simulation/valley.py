"""The valley in motion: its whole invented past, or one hour after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.hydrology import gr4h
from steiger.engines.flood.hydrology.evaporation import seasonal
from steiger.engines.flood.hydrology.rating import PowerRating
from steiger.engines.flood.network import Kind, Network, Observations, Sensor
from steiger.engines.flood.simulation.plan import SimulationError, Storm, Valley
from steiger.engines.flood.simulation.rivers import operate, route
from steiger.engines.flood.simulation.sensors import (
    faults_between,
    noise_between,
    shown,
    with_faults,
)
from steiger.engines.flood.simulation.weather import rain_between, storm_rain

Array = NDArray[np.float64]
FORMAT = "steiger-flood-valley/1"
HOUR = timedelta(hours=1)
#: Hours that run before anything is shown, so that the stores are in season.
SPIN_UP = 365 * 24


@dataclass(frozen=True, slots=True, eq=False)
class ValleyState:
    """Everything that the next hour depends on.

    `hour` is the last simulated one (hours since 1970, its end); `water` the state of GR4H;
    `inflow`, `outflow` (N,) m³/s are those of the reach below each gauge; `content` (N,) m³ of
    reservoirs; `last` (S,) what the sensors showed.
    """

    seed: int
    hour: int
    water: gr4h.State
    inflow: Array
    outflow: Array
    content: Array
    last: Array
    storms: tuple[Storm, ...] = ()
    faults: bool = True

    @property
    def time(self) -> datetime:
        """End of the last simulated hour, UTC."""
        return datetime.fromtimestamp(self.hour * 3600, UTC)

    def to_json(self) -> dict[str, Any]:
        """Plain data; numbers keep every bit."""
        return {
            "format": FORMAT,
            "seed": self.seed,
            "time": self.time.isoformat().replace("+00:00", "Z"),
            "water": self.water.as_dict(),
            "inflow": self.inflow.tolist(),
            "outflow": self.outflow.tolist(),
            "content": self.content.tolist(),
            "last": [None if np.isnan(value) else value for value in self.last.tolist()],
            "storms": [storm.as_dict() for storm in self.storms],
            "faults": self.faults,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ValleyState:
        """What `to_json` gave.

        Raises:
            SimulationError: it is something else.
        """
        if data.get("format") != FORMAT:
            raise SimulationError(f"a state has the format {data.get('format')!r}, not {FORMAT!r}")
        moment = datetime.fromisoformat(data["time"])
        last = [np.nan if value is None else value for value in data["last"]]
        return cls(
            seed=data["seed"],
            hour=int(moment.timestamp()) // 3600,
            water=gr4h.State.from_dict(data["water"]),
            inflow=np.array(data["inflow"], dtype=np.float64),
            outflow=np.array(data["outflow"], dtype=np.float64),
            content=np.array(data["content"], dtype=np.float64),
            last=np.array(last, dtype=np.float64),
            storms=tuple(Storm.from_dict(storm) for storm in data["storms"]),
            faults=data["faults"],
        )


@lru_cache(maxsize=8)
def network_of(valley: Valley) -> Network:
    """The valley's sensors as a network; its name and note say that it is simulated."""
    above: dict[str, list[str]] = {node.id: [] for node in valley.nodes}
    area = {node.id: node.area_km2 for node in valley.nodes}
    for index in valley.order:
        node = valley.nodes[index]
        if node.downstream:
            dam = node.reservoir
            above[node.downstream].append(dam.release_id if dam else node.id)
            area[node.downstream] += area[node.id]
    sensors = [
        Sensor(
            id=node.id,
            kind=Kind.WATER_LEVEL,
            unit="m",
            name=node.name,
            lat=node.lat,
            lon=node.lon,
            upstream=tuple(above[node.id]),
            catchment_km2=round(area[node.id], 3),
            gauge_zero_m=node.gauge_zero_m,
            warning_levels=node.warning_levels,
            target=node.target,
        )
        for node in valley.nodes
    ]
    for node in valley.nodes:
        if node.discharge_id:
            place: dict[str, Any] = {"lat": node.lat, "lon": node.lon}
            place["upstream"] = tuple(above[node.id])
            name = node.discharge_name or node.name
            sensors.append(
                Sensor(id=node.discharge_id, kind=Kind.DISCHARGE, unit="m3/s", name=name, **place)
            )
        if dam := node.reservoir:
            place = {"lat": dam.lat, "lon": dam.lon, "upstream": (node.id,)}
            sensors.append(
                Sensor(id=dam.release_id, kind=Kind.RELEASE, unit="m3/s", name=dam.name, **place)
            )
    sensors += [
        Sensor(id=g.id, kind=Kind.RAIN, unit="mm", name=g.name, lat=g.lat, lon=g.lon)
        for g in valley.rain
    ]
    sensors.append(
        Sensor(id=valley.evaporation_id, kind=Kind.POTENTIAL_EVAPOTRANSPIRATION, unit="mm")
    )
    note = valley.note or "Simulated: no such valley exists, nothing was measured."
    return Network(name=valley.name, step=HOUR, sensors=tuple(sensors), note=note)


def begin(
    valley: Valley,
    time: datetime,
    *,
    seed: int,
    faults: bool = True,
    storms: Sequence[Storm] = (),
    spin_up: int = SPIN_UP,
) -> ValleyState:
    """The state at a full hour, after `spin_up` hours that nobody sees.

    Raises:
        SimulationError: the time is no full hour with a time zone.
    """
    hour = full_hour(time)
    count = len(valley.nodes)
    parameters = np.array([node.gr4h for node in valley.nodes])
    state = ValleyState(
        seed=seed,
        hour=hour - spin_up,
        water=gr4h.initial_state(parameters),
        inflow=np.zeros(count),
        outflow=np.zeros(count),
        content=np.array([n.reservoir.target if n.reservoir else 0.0 for n in valley.nodes]),
        last=np.full(len(network_of(valley).sensors), np.nan),
        storms=tuple(storms),
        faults=faults,
    )
    return advance(valley, state, spin_up)[0] if spin_up else state


def history(
    valley: Valley,
    start: datetime,
    end: datetime,
    *,
    seed: int,
    faults: bool = True,
    storms: Sequence[Storm] = (),
    spin_up: int = SPIN_UP,
) -> tuple[Network, Observations, ValleyState]:
    """Network, observations from `start` to `end` (both included), and the state at `end`.

    Raises:
        SimulationError: the times are no full hours, or in the wrong order.
    """
    first, last = full_hour(start), full_hour(end)
    if last < first:
        raise SimulationError(f"the end {end} is before the start {start}")
    state = begin(valley, start - HOUR, seed=seed, faults=faults, storms=storms, spin_up=spin_up)
    state, observations = advance(valley, state, last - first + 1)
    return network_of(valley), observations, state


def inject(state: ValleyState, storm: Storm) -> ValleyState:
    """The state with one more storm to come (or under way)."""
    return replace(state, storms=(*state.storms, storm))


def step(
    valley: Valley, state: ValleyState, storm: Storm | None = None
) -> tuple[ValleyState, dict[str, float | None]]:
    """One hour further: the state, and what each sensor shows (None: nothing)."""
    state, row = advance(valley, state if storm is None else inject(state, storm), 1)
    values = row.values[0].tolist()
    shows = {
        name: None if np.isnan(value) else float(value)
        for name, value in zip(row.ids, values, strict=True)
    }
    return state, shows


def advance(valley: Valley, state: ValleyState, hours: int) -> tuple[ValleyState, Observations]:
    """So many hours further: the state and the observations.

    How the hours are cut into calls does not change a bit of them.
    """
    network = network_of(valley)
    first, end = state.hour, state.hour + hours
    rain = rain_between(valley, state.seed, first, end)
    rain = rain + storm_rain(valley, state.storms, first, end)
    times = np.arange(first + 1, end + 1).astype("datetime64[h]").astype("datetime64[s]")
    demand = seasonal(times, 1.0, latitude=valley.rain[0].lat, longitude=valley.rain[0].lon)
    after, flow, release = _run_rivers(valley, state, rain[:, len(valley.rain) :], demand)
    truth = _true_values(valley, network, flow, release)
    truth[:, [network.ids.index(gauge.id) for gauge in valley.rain]] = rain[:, : len(valley.rain)]
    truth[:, network.ids.index(valley.evaporation_id)] = demand
    values = shown(truth, network, noise_between(network, state.seed, first, end))
    if state.faults:
        faults = faults_between(network, state.seed, first, end)
        values = with_faults(values, faults, first, state.last)
    ahead = tuple(
        storm for storm in state.storms if storm.start.timestamp() // 3600 + storm.hours > end
    )
    last = values[-1].copy() if hours else state.last
    return replace(after, last=last, storms=ahead), Observations(times, network.ids, values)


def _run_rivers(
    valley: Valley, state: ValleyState, rain: Array, demand: Array
) -> tuple[ValleyState, Array, Array]:
    """Discharge at each gauge and what leaves it downwards, both (T, N) m³/s."""
    nodes = valley.nodes
    parameters = np.array([node.gr4h for node in nodes])
    run = gr4h.simulate(rain, demand, parameters, state.water)
    flow = run.discharge * (np.array([node.area_km2 for node in nodes]) / 3.6)
    leaving = np.empty_like(flow)
    inflow, outflow = state.inflow.copy(), state.outflow.copy()
    content = state.content.copy()
    place = {node.id: index for index, node in enumerate(nodes)}
    for index in valley.order:
        node = nodes[index]
        leaving[:, index] = flow[:, index]
        if node.reservoir:
            leaving[:, index], content[index] = operate(
                flow[:, index], node.reservoir, float(content[index])
            )
        if node.downstream and len(flow):
            before = (float(inflow[index]), float(outflow[index]))
            arriving = route(leaving[:, index], node.travel_hours, before)
            flow[:, place[node.downstream]] += arriving
            inflow[index], outflow[index] = leaving[-1, index], arriving[-1]
    hour = state.hour + len(rain)
    after = replace(
        state, hour=hour, water=run.state, inflow=inflow, outflow=outflow, content=content
    )
    return after, flow, leaving


def _true_values(valley: Valley, network: Network, flow: Array, leaving: Array) -> Array:
    truth = np.zeros((len(flow), len(network.ids)))
    for index, node in enumerate(valley.nodes):
        truth[:, index] = PowerRating(*node.rating).level(flow[:, index])
        if node.discharge_id:
            truth[:, network.ids.index(node.discharge_id)] = flow[:, index]
        if node.reservoir:
            truth[:, network.ids.index(node.reservoir.release_id)] = leaving[:, index]
    return truth


def full_hour(time: datetime) -> int:
    """Hours since 1970 of a full hour."""
    if time.tzinfo is None:
        raise SimulationError(f"{time} has no time zone")
    hour, rest = divmod(int(time.timestamp()), 3600)
    if rest or time.microsecond:
        raise SimulationError(f"{time} is no full hour; the valley moves hour by hour")
    return hour
