"""What one cycle needs: the next step of the simulation, its quality, a forecast.

Nothing here writes. The same snapshot always gives the same plan, so a cycle that was cut short is
simply computed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from steiger.web.flood.domain import forecasting
from steiger.web.flood.domain.cycle import Plan
from steiger.web.flood.domain.folders import engine_network
from steiger.web.flood.domain.forecasting import GoneError
from steiger.web.flood.domain.observing import moment_of, news_of, observations, window
from steiger.web.flood.domain.storms import current_storm
from steiger.web.flood.domain.valleys import simulated_valley, with_storm
from steiger.web.flood.models import Forecast, Network, Step

if TYPE_CHECKING:
    from steiger.engines.flood.network import Network as EngineNetwork
    from steiger.engines.flood.network import Observations
    from steiger.engines.flood.simulation import ValleyState

#: How far back quality control looks.
CHECKED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class _Simulated:
    """One step of the simulation. ``injected``: keys of the storms that it knows."""

    state: ValleyState
    values: dict[str, float | None]
    injected: list[int]


def produce(network: Network) -> Plan:
    """Compute the next cycle of a simulated network from a snapshot; writes nothing."""
    assert network.clock is not None  # noqa: S101 - a network that is advanced has a clock
    engine = engine_network(network)
    moved = _simulate(network)
    at = network.clock + engine.step
    first = at - forecasting.WINDOW
    rows = [*window(network, engine, first, network.clock), (at, moved.values)]
    seen = observations(engine, rows, at)
    news, broken = news_of(engine, seen.between(at - CHECKED, at))
    rain = forecasting.rain_ahead(simulated_valley(), moved.state)
    document, unusable, note = forecasting.issue_somehow(network, engine, seen, at, rain)
    return Plan(
        expected=network.clock,
        time=at,
        values=moved.values,
        flags=broken,
        news=news,
        document=document,
        inputs=forecasting.inputs_of(seen, moved.state),
        simulation=network.simulation
        | {"state": moved.state.to_json(), "injected": moved.injected},
        rain_outlook=outlook(rain),
        unusable_model=unusable,
        note=note,
    )


def _simulate(network: Network) -> _Simulated:
    from steiger.engines.flood.simulation import ValleyState, step

    valley = simulated_valley()
    state = ValleyState.from_json(network.simulation["state"])
    injected = list(network.simulation.get("injected", []))
    storm = current_storm(network)
    if storm is not None and storm.pk not in injected:
        state = with_storm(valley, state, storm)
        injected = [storm.pk]
    state, values = step(valley, state)
    return _Simulated(state, values, injected)


def outlook(rain: Any) -> dict[str, Any]:
    """Expected rain on the valley per step: one case in ten less, the middle, one in ten more."""
    times = rain["valid_time"].to_numpy(zero_copy_only=False).astype("datetime64[s]")
    members = rain["member"].to_numpy()
    values = rain["value"].to_numpy()
    stamps, place = np.unique(times, return_inverse=True)
    sums = np.zeros((members.max() + 1, len(stamps)))
    counts = np.zeros_like(sums)
    np.add.at(sums, (members, place), values)
    np.add.at(counts, (members, place), 1)
    low, mid, high = np.quantile(sums / np.maximum(counts, 1), (0.1, 0.5, 0.9), axis=0)
    rows = zip(stamps, low, mid, high, strict=True)
    return {
        "rows": [
            [moment_of(t).isoformat(), round(float(a), 2), round(float(b), 2), round(float(c), 2)]
            for t, a, b, c in rows
        ]
    }


def compute_again(forecast: Forecast) -> Mapping[str, Any]:
    """Make a stored forecast again from what is kept.

    Raises:
        GoneError: model or measurements are no longer there.
    """
    network = forecast.network
    engine = engine_network(network)
    at = forecast.issue_time
    seen = _kept(network, engine, forecasting.first_of(forecast), at, forecast.created_at)
    digests = (engine.digest(), seen.until(at).digest())
    if digests != (forecast.network_digest, forecast.observations_digest):
        raise GoneError(forecast.forecast_id)
    valley = simulated_valley() if network.simulated else None
    return forecasting.again(forecast, engine, seen, valley)


def _kept(
    network: Network, engine: EngineNetwork, first: datetime, at: datetime, made: datetime
) -> Observations:
    """Values from ``first`` to ``at`` as they were known when the forecast was made."""
    steps = network.steps.filter(time__gte=first, time__lte=at).order_by("time")
    rows = [(step.time, known_by(step, made)) for step in steps]
    if not rows or rows[-1][0] != at:
        raise GoneError(str(at))
    return observations(engine, rows, at)


def known_by(step: Step, made: datetime) -> dict[str, float | None]:
    """The step's values without those that came after ``made``."""
    late = {name for name, at in step.arrived.items() if datetime.fromisoformat(at) > made}
    return {name: None if name in late else value for name, value in step.values.items()}
