"""The whole way on real rivers, with small models: the future stays unknown there, too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from steiger.engines.flood.forecasting import (
    Model,
    hindcast,
    issue_forecast,
    process_pool,
    train,
)
from steiger.engines.flood.models import ModelSettings
from steiger.engines.flood.models.settings import PROFILES
from steiger.engines.flood.network import (
    Network,
    Observations,
    read_network,
    read_observations,
)

pytestmark = pytest.mark.shared

HOUR = timedelta(hours=1)
FLOOD = Path(__file__).resolve().parents[5] / "shared/data/flood"


@cache
def river(name: str, target: str) -> tuple[Network, Observations]:
    network = read_network(FLOOD / name)
    sensors = tuple(replace(s, target=s.id == target) for s in network.sensors)
    network = replace(network, sensors=sensors)
    return network, read_observations(FLOOD / name, network)


@cache
def learned(name: str, target: str, until: datetime, **tuning: Any) -> Model:
    network, observations = river(name, target)
    small = replace(PROFILES["light"], rows=1_500, folds=2, pooled_rows=500, **tuning)
    settings = ModelSettings(leads=(6 * HOUR,), profile="light", tuning=small)
    with process_pool(1) as pool:
        return train(network, observations.until(until), settings, pool)


def errors(name: str, target: str, model: Model, start: datetime, days: int) -> dict[str, float]:
    """Mean squared errors of the median and of persistence, and the coverage of the 80 % band."""
    network, observations = river(name, target)
    end = start + timedelta(days=days)
    table = hindcast(
        model, network, observations, start=start, end=end, every=HOUR, rain="observed"
    )
    issued = table["issue_time"].to_numpy().astype("datetime64[s]")
    at = np.searchsorted(observations.times, issued + np.timedelta64(6, "h"))
    truth = observations.column(target)[at]
    q10, q50, q90, now = (table[c].to_numpy() for c in ("q10", "q50", "q90", "x_persistence"))
    known = np.isfinite(truth) & np.isfinite(now)
    return {
        "median": float(np.mean((q50 - truth)[known] ** 2)),
        "persistence": float(np.mean((now - truth)[known] ** 2)),
        "coverage": float(np.mean((q10 <= truth)[known] & (truth <= q90)[known])),
    }


def test_network_a_is_forecast_better_than_by_persistence() -> None:
    until, start = datetime(2019, 9, 30, 23, tzinfo=UTC), datetime(2019, 10, 1, tzinfo=UTC)
    found = errors("network_a", "g04", learned("network_a", "g04", until), start, 120)
    assert found["median"] < 0.6 * found["persistence"]
    assert 0.6 < found["coverage"] < 0.95


WUPPER = ("wupper", "w_kluserbruecke_cm")
TRAINED = datetime(2021, 3, 1, tzinfo=UTC)
NOON = datetime(2021, 4, 7, 12, tzinfo=UTC)


def with_daily(change: slice) -> str:
    """The forecast at noon, with other daily rain in some rows."""
    network, observations = river(*WUPPER)
    model = learned(*WUPPER, TRAINED, least_record=timedelta(days=90))
    (sensor,) = (s for s in network.sensors if s.accumulation == timedelta(days=1))
    values = observations.values.copy()
    values[change, observations.position(sensor.id)] = 60.0
    return issue_forecast(model, network, observations.with_values(values), NOON).to_json()


def test_daily_rain_is_not_used_before_its_day_is_over() -> None:
    _, observations = river(*WUPPER)
    midnight = observations.index_of(NOON.replace(hour=0))
    true = with_daily(slice(0, 0))
    # Half a day of it has fallen by noon, and still nobody can know the total.
    assert with_daily(slice(midnight, len(observations))) == true
    # Yesterday's total is known since midnight, and counts.
    assert with_daily(slice(midnight - 48, midnight)) != true


def test_hindcast_on_the_wupper_is_what_would_have_been_issued() -> None:
    network, observations = river(*WUPPER)
    model = learned(*WUPPER, TRAINED, least_record=timedelta(days=90))
    for rain in ("none", "observed"):
        table = hindcast(
            model,
            network,
            observations,
            start=NOON - 8 * HOUR,
            end=NOON + 8 * HOUR,
            every=4 * HOUR,
            rain=rain,  # type: ignore[arg-type]
        )
        for row in table.to_pylist():
            forecast = issue_forecast(model, network, observations, row["issue_time"], rain)  # type: ignore[arg-type]
            (lead,) = forecast.gauges[0].leads
            assert (row["q05"], row["q50"], row["q95"]) == (
                lead.quantiles[0],
                lead.quantiles[3],
                lead.quantiles[6],
            )
