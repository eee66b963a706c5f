"""Ratings, recessions, evaporation, calibration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steiger.engines.flood.hydrology.calibration import (
    calibrate,
    level_skill,
    nash_sutcliffe,
    parameters_from,
    transformed,
)
from steiger.engines.flood.hydrology.evaporation import seasonal
from steiger.engines.flood.hydrology.gr4h import HydrologyError, simulate
from steiger.engines.flood.hydrology.rating import PowerRating, fit_monotone, fit_power
from steiger.engines.flood.hydrology.recession import fit_recession

random = np.random.default_rng(6)
FLOW = random.gamma(0.5, 4.0, 3000) + 0.01


@settings(max_examples=25, deadline=None)
@given(st.floats(0.5, 50), st.floats(-0.5, 1.0), st.floats(1.2, 2.6))
def test_power_rating_is_found_again(a: float, h0: float, b: float) -> None:
    true = PowerRating(a, h0, b)
    level = true.level(FLOW)
    found = fit_power(level, FLOW)
    assert np.allclose(found.discharge(level), FLOW, rtol=0.02)


@given(st.floats(0, 100))
def test_rating_and_its_inverse_agree(flow: float) -> None:
    rating = PowerRating(3.0, 0.2, 1.7)
    assert float(rating.discharge(rating.level(flow))) == pytest.approx(flow, abs=1e-9)
    assert float(rating.discharge(0.1)) == 0.0


def test_monotone_rating_goes_through_and_beyond() -> None:
    level = np.sqrt(FLOW) + 0.3
    rating = fit_monotone(level, FLOW)
    assert np.abs(rating.level(FLOW) - level).max() < 0.05
    grid = np.linspace(0, 3 * FLOW.max(), 400)
    assert (np.diff(rating.level(grid)) > 0).all(), "also far beyond what was seen"
    assert np.allclose(rating.discharge(rating.level(grid)), grid, atol=0.02 * FLOW.max())


@pytest.mark.parametrize("fit", [fit_power, fit_monotone])
def test_ratings_refuse_what_is_no_pair(fit: object) -> None:
    with pytest.raises(HydrologyError, match="5 pairs"):
        fit(np.arange(5.0), np.arange(1.0, 6.0))  # type: ignore[operator]
    with pytest.raises(HydrologyError, match="hardly change"):
        fit(np.ones(50), np.arange(1.0, 51.0))  # type: ignore[operator]


def test_power_rating_refuses_falling_discharge() -> None:
    with pytest.raises(HydrologyError, match="discharge falls as the level rises"):
        fit_power(np.linspace(1, 2, 50), np.linspace(5, 1, 50))


def test_recession_of_a_linear_store_is_found() -> None:
    values = []
    level = 5.0
    for hour in range(4000):
        level = 0.99 * level + (2.0 if hour % 200 == 0 else 0.0)
        values.append(level)
    ahead = fit_recession(np.array(values)).ahead([2.0, 1.0], 24)
    assert np.allclose(ahead[-1], [2.0 * 0.99**24, 0.99**24], rtol=0.03)
    assert (np.diff(ahead, axis=0) <= 0).all()


def test_recession_stops_at_the_lowest_value_seen() -> None:
    values = np.concatenate([np.linspace(2, 1, 100)] * 5)
    path = fit_recession(values).ahead([1.2, 0.5], 500)
    assert path.min() >= 0.5
    assert path[-1, 0] >= 1.0


def test_recession_needs_falling_steps() -> None:
    with pytest.raises(HydrologyError, match="a recession needs 50"):
        fit_recession(np.arange(100.0))


def test_evaporation_follows_sun_and_season() -> None:
    times = np.datetime64("2020-01-01T01:00:00") + np.arange(366 * 24) * np.timedelta64(1, "h")
    found = seasonal(times, 1.0)
    assert found.sum() == pytest.approx(560, rel=0.01)
    assert (found >= 0).all()
    days = found.reshape(-1, 24)
    assert (days[:, 0] == 0).all(), "nothing at night"
    assert np.argmax(days.sum(axis=1)) in range(165, 210)
    quarter = seasonal(times[0] + np.arange(1, 97) * np.timedelta64(900, "s"), 0.25)
    assert quarter.sum() == pytest.approx(days[0].sum(), rel=0.05)


@given(st.tuples(st.floats(20, 3000), st.floats(-5, 3), st.floats(5, 1000), st.floats(0.5, 60)))
def test_transformation_has_an_inverse(parameters: tuple[float, ...]) -> None:
    assert np.allclose(parameters_from(transformed(parameters)), parameters)


def test_calibration_finds_a_catchment_again() -> None:
    weather = np.random.default_rng(8)
    rain, evaporation = weather.gamma(0.06, 6.0, 3000), np.full(3000, 0.04)
    true = (310.0, -0.3, 55.0, 3.4)
    flow = simulate(rain, evaporation, true).discharge[:, 0]
    flow[1500:1520] = np.nan
    found = calibrate(rain, evaporation, flow, warm_up=500, seed=1)
    assert found.score > 0.995
    assert found.parameters[3] == pytest.approx(3.4, abs=0.4)
    assert calibrate(rain, evaporation, flow, warm_up=500, seed=1) == found
    level = 0.3 + flow**0.55
    from_level = calibrate(
        rain, evaporation, level, warm_up=500, objective=level_skill, sample=32, starts=1
    )
    assert from_level.score > 0.97


def test_calibration_needs_observations() -> None:
    nothing = np.full(300, np.nan)
    with pytest.raises(HydrologyError, match="fewer than 100 observed values"):
        calibrate(np.zeros(300), np.zeros(300), nothing, warm_up=100)


def test_scores_of_perfect_and_mean_runs() -> None:
    truth = np.append(FLOW, np.nan)
    runs = np.stack([truth, np.full(len(truth), FLOW.mean())], axis=1)
    assert np.allclose(nash_sutcliffe(runs, truth), [1.0, 0.0])
    assert np.allclose(level_skill(runs[:, :1], truth**0.5), 1.0)
    assert level_skill(runs[:, :1], np.ones(len(truth)))[0] == -np.inf
