"""The model of one gauge: its files, its bands, and what it does when sensors fall silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from steiger.engines.flood.features.past import LOOK_BACK
from steiger.engines.flood.models import (
    FutureRain,
    ModelError,
    ModelSettings,
    fit_gauge,
    forecast_gauge,
    model_from_files,
    model_to_files,
    predict_gauge,
    prepare,
    shared_from_files,
    shared_to_files,
)
from steiger.engines.flood.models.gauge import GaugeModel, floor_of
from steiger.engines.flood.models.interface import Shared
from steiger.engines.flood.models.pooled import ServedGauge
from steiger.engines.flood.models.settings import PROFILES
from steiger.engines.flood.network import Kind, Network, Observations, Sensor

HOUR = timedelta(hours=1)
ROWS, LEARNED = 6000, 5000
LEADS = (6 * HOUR, 12 * HOUR)


def river() -> Network:
    """Two level gauges below each other and two rain gauges."""
    level = {"kind": Kind.WATER_LEVEL, "unit": "m", "warning_levels": (1.6, 2.0), "target": True}
    return Network(
        "River",
        HOUR,
        (
            Sensor(id="low", upstream=("high",), **level),  # type: ignore[arg-type]
            Sensor(id="high", **level),  # type: ignore[arg-type]
            Sensor(id="r1", kind=Kind.RAIN, unit="mm"),
            Sensor(id="r2", kind=Kind.RAIN, unit="mm"),
        ),
    )


@cache
def record() -> Observations:
    """Storms that run off into both gauges, “low” three hours after “high”."""
    draw = np.random.default_rng(5)
    storms = draw.random(ROWS) < 0.012
    rain = np.zeros(ROWS)
    for start in np.flatnonzero(storms):
        rain[start : start + 6] += draw.gamma(2.0, 2.0)
    other = np.maximum(rain + draw.normal(0, 0.3, ROWS) * (rain > 0), 0)
    wave = np.convolve(rain, np.exp(-np.arange(80) / 10) * 0.02)[:ROWS]
    high = 0.8 + np.concatenate([np.zeros(2), wave[:-2]])
    low = 1.0 + 0.9 * np.concatenate([np.zeros(5), wave[:-5]])
    noise = draw.normal(0, 0.003, (ROWS, 2))
    values = np.column_stack([low, high, rain, other])
    values[:, :2] += noise
    times = np.datetime64("2020-01-01", "s") + np.arange(ROWS) * np.timedelta64(3600, "s")
    return Observations(times, river().ids, np.round(values, 3))


def settings(**more: object) -> ModelSettings:
    usual = {"rows": 900, "folds": 2, "least_record": timedelta(days=100), "pooled_rows": 1500}
    tuning = replace(PROFILES["light"], **(usual | more))  # type: ignore[arg-type]
    return ModelSettings(leads=LEADS, profile="light", tuning=tuning)


@cache
def learned() -> tuple[Shared, GaugeModel]:
    past = record().between(record().times[0], record().times[LEARNED])
    shared = prepare(river(), past, settings())
    model = fit_gauge(river(), past, shared, "low", settings(gr4h=True))
    assert isinstance(model, GaugeModel)
    return shared, model


def forecast(observations: Observations, rows: list[int], rain: str | FutureRain = "observed"):
    shared, model = learned()
    return predict_gauge(model, shared, river(), observations, np.array(rows), rain)


def test_forecast_beats_persistence_where_rain_falls() -> None:
    rows = list(range(LEARNED + 30, ROWS - 13))
    found = forecast(record(), rows)
    truth = record().column("low")[np.array(rows)[:, None] + [6, 12]]
    error = ((found.quantiles[:, :, 3] - truth) ** 2).mean(axis=0)
    usual = ((found.experts["x_persistence"] - truth) ** 2).mean(axis=0)
    assert (error < 0.4 * usual).all()
    inside = (truth >= found.quantiles[:, :, 1]) & (truth <= found.quantiles[:, :, 5])
    assert (inside.mean(axis=0) > 0.6).all()


def test_quantiles_and_probabilities_are_in_order() -> None:
    found = forecast(record(), list(range(LEARNED, LEARNED + 400)))
    assert (np.diff(found.quantiles, axis=2) >= 0).all()
    assert (found.p_levels[:, :, 0] >= found.p_levels[:, :, 1]).all()
    assert ((found.p_levels >= 0) & (found.p_levels <= 1)).all()


def test_nothing_is_forecast_below_the_floor() -> None:
    shared, model = learned()
    assert model.plan.floor == pytest.approx(floor_of(record().values[:LEARNED, 0]), abs=0.005)
    # A floor within the usual range shows that it holds, whatever the rain is taken from; where
    # the present level is lower, it holds instead.
    high = replace(model, plan=replace(model.plan, floor=1.05))
    members = FutureRain(np.zeros((3, 12, 2)), ("r1", "r2"))
    for rain, rows in (("none", [5400, 5500]), ("observed", [5400, 5500]), (members, [5500])):
        floors = np.fmin(1.05, record().values[rows, 0])[:, None, None]
        found = predict_gauge(high, shared, river(), record(), np.array(rows), rain)
        assert (found.quantiles >= floors).all()
        assert (found.quantiles == floors).any()
        assert (forecast(record(), rows, rain).quantiles < floors).any()


def test_floor_lies_as_far_below_the_lowest_level_as_this_below_the_middle_one() -> None:
    assert floor_of(np.array([0.40, 0.45, np.nan, 2.0])) == pytest.approx(0.35)
    assert floor_of(np.array([0.0, 0.4, np.nan])) == 0.0
    assert floor_of(np.array([-0.1, 0.4])) == pytest.approx(-0.35)
    assert floor_of(np.array([])) is None
    assert floor_of(np.array([np.nan])) is None


@given(
    known=arrays(np.float64, st.integers(1, 40), elements=st.floats(-5, 50)),
    shift=st.floats(-3, 3),
)
def test_floor_follows_the_zero_of_a_gauge_but_never_lifts_what_was(
    known: NDArray[np.float64], shift: float
) -> None:
    floor = floor_of(known)
    assert floor is not None
    assert floor <= known.min() + 1e-6
    if known.min() < 0 and (known + shift).min() < 0:
        assert floor_of(known + shift) == pytest.approx(floor + shift, abs=1e-5)


def test_files_bring_back_the_model() -> None:
    shared, model = learned()
    files = model_to_files(model)
    assert model_to_files(model_from_files(files)) == files
    again = model_from_files(files)
    rest = (shared_from_files(shared_to_files(shared)), river(), record(), np.array([5500]))
    found, usual = predict_gauge(again, *rest, "none"), forecast(record(), [5500], "none")
    assert found.quantiles.tolist() == usual.quantiles.tolist()


@pytest.mark.parametrize("name", ["plan.json", "wet_006_ridge.npy", "dry_012.json"])
def test_damaged_file_is_refused(name: str) -> None:
    files = dict(model_to_files(learned()[1]))
    files[name] = files[name][: len(files[name]) // 2]
    with pytest.raises(ModelError, match="damaged"):
        model_from_files(files)
    del files[name]
    with pytest.raises(ModelError, match="damaged"):
        model_from_files(files)


def test_older_past_than_the_look_back_changes_no_bit() -> None:
    row = LEARNED + 600
    values = record().values.copy()
    values[: LEARNED - LOOK_BACK - 50] += 1.0
    changed = forecast(record().with_values(values), [row])
    assert changed.quantiles.tolist() == forecast(record(), [row]).quantiles.tolist()


@pytest.mark.parametrize("lost", [["high"], ["r1", "r2"], ["high", "r1", "r2"]])
def test_silent_sensors_widen_the_band(lost: list[str]) -> None:
    row = LEARNED + 500
    values = record().values.copy()
    for name in lost:
        values[row - 400 :, record().position(name)] = np.nan
    usual = forecast(record(), [row], "none")
    found = forecast(record().with_values(values), [row], "none")
    assert found.state.tolist() == [1]
    wide, narrow = (p.quantiles[0, :, 5] - p.quantiles[0, :, 1] for p in (found, usual))
    assert (wide > narrow).all()
    assert np.abs(found.quantiles[0, :, 3] - usual.quantiles[0, :, 3]).max() < 0.3


def test_silent_gauge_is_expected_where_it_was() -> None:
    row = LEARNED + 500
    values = record().values.copy()
    values[row - 5 : row + 1, 0] = np.nan
    found = forecast(record().with_values(values), [row], "none")
    assert found.state.tolist() == [2]
    assert found.quantiles[0, 0, 3] == pytest.approx(values[row - 6, 0], abs=0.15)
    assert np.isnan(found.experts["x_ridge"]).all()


def test_members_are_one_forecast() -> None:
    dry, wet = np.zeros((12, 2)), np.full((12, 2), 6.0)
    single = [
        forecast(record(), [5500], FutureRain(values[None], ("r1", "r2"))) for values in (dry, wet)
    ]
    both = forecast(record(), [5500], FutureRain(np.stack([dry, wet]), ("r1", "r2")))
    assert both.quantiles.shape == (1, 2, 7)
    low, high = (part.quantiles[0, 1] for part in single)
    assert high[3] > low[3]
    assert low[3] - 1e-9 <= both.quantiles[0, 1, 3] <= high[3] + 1e-9
    assert both.p_levels[0, 1, 0] == pytest.approx(
        np.mean([part.p_levels[0, 1, 0] for part in single])
    )


def test_rain_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ModelError, match="rain"):
        forecast(record(), [5500], "perhaps")
    with pytest.raises(ModelError, match="one issue time"):
        forecast(record(), [5500, 5501], FutureRain(np.zeros((1, 12, 2)), ("r1", "r2")))


def test_drivers_say_what_moves_the_forecast() -> None:
    shared, model = learned()
    rain = FutureRain(np.full((1, 12, 2), 8.0), ("r1", "r2"))
    _, found = forecast_gauge(model, shared, river(), record(), 5500, rain)
    assert found
    ahead = next(driver for driver in found if driver.key == "ahead")
    assert ahead.contribution > 0
    assert "mm" in ahead.text_de
    assert "mm" in ahead.text_en


@pytest.mark.parametrize("days", [0, 30])
def test_gauge_without_a_past_is_served(days: int) -> None:
    values = record().values.copy()
    values[: LEARNED - days * 24, 0] = np.nan
    past = record().with_values(values).between(record().times[0], record().times[LEARNED])
    shared = prepare(river(), past, settings(least_record=timedelta(days=150)))
    model = fit_gauge(river(), past, shared, "low", settings(least_record=timedelta(days=150)))
    assert isinstance(model, ServedGauge)
    rest = (river(), record(), np.array([5500]))
    found = predict_gauge(model, shared, *rest, "observed")
    again = predict_gauge(model_from_files(model_to_files(model)), shared, *rest, "observed")
    assert np.isfinite(found.quantiles).all()
    assert (np.diff(found.quantiles, axis=2) >= 0).all()
    assert found.quantiles.tolist() == again.quantiles.tolist()


def test_network_without_any_past_is_not_forecast() -> None:
    empty = record().with_values(np.full(record().values.shape, np.nan))
    shared = prepare(river(), empty, settings())
    model = fit_gauge(river(), empty, shared, "low", settings())
    found = predict_gauge(model, shared, river(), record(), np.array([5500]), "none")
    assert np.isnan(found.quantiles).all()
    assert found.state.tolist() == [2]
