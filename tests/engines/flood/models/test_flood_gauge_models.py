"""The model of one gauge: its files, its bands, and what it does when sensors fall silent."""

from __future__ import annotations

import json
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


def test_record_that_is_too_short_is_refused_with_the_days_it_takes() -> None:
    past = record().between(record().times[0], record().times[1300])
    with pytest.raises(ModelError, match=r"'low' has values of 54 days; about 90 are needed"):
        fit_gauge(river(), past, Shared(None), "low", settings())


def test_record_with_a_hole_of_years_can_be_learned_from() -> None:
    """An old record, and live values since yesterday."""
    past = record().between(record().times[0], record().times[LEARNED])
    times = past.times[0] + np.arange(5 * len(past)) * np.timedelta64(1, "h")
    values = np.full((len(times), len(past.ids)), np.nan)
    values[: len(past)] = past.values
    values[-24:] = past.values[-24:]
    model = fit_gauge(
        river(), Observations(times, past.ids, values), Shared(None), "low", settings()
    )
    assert isinstance(model, GaugeModel)
    assert all(np.isfinite(lead.blend.weights).all() for lead in model.dry.values())


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


def test_gauge_that_stands_still_is_expected_to_stay_while_no_water_comes() -> None:
    row = LEARNED + 500
    values = record().values.copy()
    # No rain for weeks; the gauge reports a value that quality control does not believe.
    values[row - 200 : row + 20, 2:] = 0.0
    values[row - 150 : row + 1, 0] = np.nan
    standing = np.full(ROWS, np.nan)
    standing[row - 140 : row + 1] = 1.07
    silent = record().with_values(values)
    found = forecast(replace(silent, still={"low": standing}), [row], "none")
    usual = forecast(silent, [row], "none")
    assert found.state.tolist() == usual.state.tolist() == [2]
    assert found.quantiles[0, :, 3] == pytest.approx([1.07, 1.07])
    wide, narrow = (p.quantiles[0, :, 5] - p.quantiles[0, :, 1] for p in (found, usual))
    assert (wide >= narrow).all()
    # While rain falls, what it reports says no more than any old value.
    values[row - 20 : row + 1, 2:] = 6.0
    silent = record().with_values(values)
    found = forecast(replace(silent, still={"low": standing}), [row], "none")
    assert (found.quantiles[0, :, 3] > 1.2).all()


def test_silence_of_all_neighbours_widens_the_band_of_a_silent_gauge() -> None:
    _, model = learned()
    for lead in (*model.dry.values(), *model.wet.values()):
        assert lead.blind_errors.shape == (4, 7)
        width = lead.blind_errors[:, 5] - lead.blind_errors[:, 1]
        assert (width[2:] >= width[:2]).all()


def test_last_value_of_a_silent_gauge_says_less_and_less() -> None:
    values = record().values.copy()
    values[LEARNED:, 2:] = 0.0
    values[LEARNED + 300 :, :2] = np.nan
    rows = [LEARNED + 300 + hours for hours in (24, 72, 168, 360)]
    found = forecast(record().with_values(values), rows, "none").quantiles[:, 0]
    width = found[:, 5] - found[:, 1]
    assert (np.diff(width) >= 0).all()
    assert width[-1] > width[0]


def test_silent_gauge_whose_zero_was_moved_is_expected_near_its_new_level() -> None:
    values = record().values.copy()
    # Two metres higher from a month before on: its last weeks tell, its years would mislead.
    values[LEARNED - 300 :, 0] += 2.0
    values[LEARNED + 430 :, :2] = np.nan
    row = LEARNED + 640
    found = forecast(record().with_values(values), [row], "none").quantiles[0, 0, 3]
    assert 2.6 < found < 3.9


def test_model_of_an_earlier_version_knows_no_silence_of_neighbours() -> None:
    files = dict(model_to_files(learned()[1]))
    about = json.loads(files["dry_006.json"])
    about["blind_errors"] = about["blind_errors"][:2]
    del about["blind_from_usual"]
    files["dry_006.json"] = json.dumps(about).encode()
    lead = model_from_files(files).dry[6]  # type: ignore[union-attr]
    errors = lead.blind_errors
    assert lead.blind_from_usual is False
    assert errors.shape == (4, 7)
    assert errors[2:].tolist() == errors[:2].tolist()


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


def test_drivers_say_that_no_rain_gauge_reports() -> None:
    shared, model = learned()
    values = record().values.copy()
    # Rain that was expected on average, and now is not known, moves the forecast, too.
    values[5000:, 2:] = np.nan
    silent = record().with_values(values)
    found = [
        driver
        for row in (5440, 5500, 5560)
        for driver in forecast_gauge(model, shared, river(), silent, row, "none")[1]
    ]
    rain = [driver for driver in found if driver.key == "rain"]
    assert rain
    assert {driver.text_de for driver in rain} == {"Regen zuletzt: keine Messwerte"}
    assert {driver.text_en for driver in rain} == {"Recent rain: no readings"}


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
