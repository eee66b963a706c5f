"""The model meets what was measured, forecasts from any hour, and never looks ahead."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steiger.engines.flood.hydrology.gr4h import HydrologyError, simulate
from steiger.engines.flood.hydrology.updating import outflow, store_for, track

TRUE, WRONG = (350.0, 0.0, 60.0, 4.3), (500.0, -0.2, 80.0, 3.6)
HOURS = 1500


@pytest.fixture(scope="module")
def weather() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(4)
    return random.gamma(0.06, 6.0, HOURS), np.full(HOURS, 0.04)


@pytest.fixture(scope="module")
def truth(weather: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    return simulate(*weather, TRUE).discharge[:, 0]


@given(st.floats(0, 30), st.floats(5, 500))
def test_store_for_is_the_inverse_of_outflow(flow: float, capacity: float) -> None:
    store = store_for(flow, capacity)
    assert float(outflow(store, np.array(capacity))) == pytest.approx(flow, abs=1e-6)


@pytest.mark.parametrize("gain", [0.0, 3.0])
def test_without_observations_it_is_the_free_run(
    weather: tuple[np.ndarray, np.ndarray], gain: float
) -> None:
    free = simulate(*weather, TRUE)
    found = track(*weather, np.full(HOURS, np.nan), TRUE, production_gain=gain)
    assert np.allclose(found.discharge, free.discharge[:, 0], atol=1e-10)
    assert np.allclose(found.routing, free.routing[:, 0], atol=1e-9)
    assert np.allclose(found.production, free.production[:, 0], atol=1e-9)


@pytest.mark.parametrize("production_gain", [0.0, 3.0])
def test_updating_brings_a_wrong_model_close(
    weather: tuple[np.ndarray, np.ndarray], truth: np.ndarray, production_gain: float
) -> None:
    rain, evaporation = weather
    hours = np.arange(500, HOURS - 7)
    ahead = hours[None, :] + np.arange(1, 7)[:, None]
    errors = []
    for gain in (0.0, 1.0):
        found = track(
            rain,
            evaporation,
            truth,
            WRONG,
            routing_gain=gain,
            production_gain=production_gain * gain,
        )
        forecast = found.forecast(hours, rain[ahead], evaporation[ahead])
        errors.append(((forecast - truth[ahead]) ** 2).mean(axis=1))
    assert (errors[1] < 0.5 * errors[0])[:3].all()
    assert errors[1][-1] < errors[0][-1]


@pytest.mark.parametrize("production_gain", [0.0, 3.0])
def test_track_never_looks_ahead(
    weather: tuple[np.ndarray, np.ndarray], truth: np.ndarray, production_gain: float
) -> None:
    rain, evaporation = weather
    whole = track(rain, evaporation, truth, WRONG, production_gain=production_gain)
    part = track(rain[:700], evaporation[:700], truth[:700], WRONG, production_gain=production_gain)
    assert (part.routing == whole.routing[:700]).all()
    assert (part.production == whole.production[:700]).all()
    states = part.state_at([650]), whole.state_at([650])
    assert (states[0].pending2 == states[1].pending2).all()


def test_state_at_an_hour_continues_the_run(weather: tuple[np.ndarray, np.ndarray]) -> None:
    rain, evaporation = weather
    found = track(rain, evaporation, np.full(HOURS, np.nan), TRUE)
    hours = np.array([3, 400, 900])
    ahead = hours[None, :] + np.arange(1, 25)[:, None]
    forecast = found.forecast(hours, rain[ahead], evaporation[ahead])
    assert np.allclose(forecast, found.discharge[ahead], atol=1e-10)


def test_gaps_in_the_observations_are_bridged(
    weather: tuple[np.ndarray, np.ndarray], truth: np.ndarray
) -> None:
    holes = truth.copy()
    holes[100:160] = np.nan
    found = track(*weather, holes, WRONG)
    assert np.isfinite(found.discharge).all()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"routing_gain": 1.5}, "routing_gain lies in"),
        ({"production_gain": -1.0}, "production_gain in"),
        ({"parameters": [TRUE, TRUE]}, "one parameter set"),
        ({"observed": np.zeros(3)}, "as many hours"),
    ],
)
def test_nonsense_is_refused(
    weather: tuple[np.ndarray, np.ndarray], fields: dict[str, object], words: str
) -> None:
    rain, evaporation = weather
    arguments = {"observed": np.zeros(HOURS), "parameters": TRUE} | fields
    with pytest.raises(HydrologyError, match=words):
        track(rain, evaporation, **arguments)  # type: ignore[arg-type]


def test_hour_outside_the_run_is_refused(weather: tuple[np.ndarray, np.ndarray]) -> None:
    found = track(*weather, np.full(HOURS, np.nan), TRUE)
    with pytest.raises(HydrologyError, match="the run has the hours 0 to 1499"):
        found.state_at([HOURS])
