"""GR4H: the published equations, conservation of water, the same bits however it is run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steiger.engines.flood.hydrology import gr4h
from steiger.engines.flood.hydrology.gr4h import (
    FEW,
    HydrologyError,
    State,
    initial_state,
    produce,
    simulate,
    unit_hydrographs,
)
from steiger.engines.flood.network import read_network, read_observations

#: The example in airGR's documentation of RunModel_GR4H.
PUBLISHED = (756.930, -0.773, 138.638, 5.247)
TYPICAL = (350.0, 0.0, 60.0, 4.3)


def weather(hours: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    rain = random.gamma(0.06, 6.0, hours)
    evaporation = np.maximum(np.sin(np.arange(hours) / 24 * 2 * np.pi), 0) * 0.2
    return rain, evaporation


def plainly(
    rain: np.ndarray, evaporation: np.ndarray, parameters: tuple[float, ...]
) -> list[float]:
    """The equations of the paper one by one, without any of the module's shortcuts."""
    x1, x2, x3, x4 = parameters
    s, r = 0.3 * x1, 0.5 * x3
    longest = int(np.ceil(x4))

    def s1(t: float) -> float:
        return 0.0 if t <= 0 else 1.0 if t >= x4 else (t / x4) ** 1.25

    def s2(t: float) -> float:
        if t <= 0:
            return 0.0
        if t <= x4:
            return 0.5 * (t / x4) ** 1.25
        return 1.0 if t >= 2 * x4 else 1 - 0.5 * (2 - t / x4) ** 1.25

    one = [s1(k) - s1(k - 1) for k in range(1, longest + 1)]
    two = [s2(k) - s2(k - 1) for k in range(1, 2 * longest + 1)]
    history: list[float] = []
    flows = []
    for p, e in zip(rain, evaporation, strict=True):
        net, lack = max(p - e, 0.0), max(e - p, 0.0)
        if p >= e:
            w = np.tanh(min(net / x1, 13))
            stored = x1 * (1 - (s / x1) ** 2) * w / (1 + s / x1 * w)
            s += stored
        else:
            stored, w = 0.0, np.tanh(min(lack / x1, 13))
            s -= s * (2 - s / x1) * w / (1 + (1 - s / x1) * w)
        percolated = s * (1 - (1 + (s / x1 / 5.25) ** 4) ** -0.25)
        s -= percolated
        history.insert(0, percolated + net - stored)
        q9 = sum(0.9 * o * h for o, h in zip(one, history, strict=False))
        q1 = sum(0.1 * o * h for o, h in zip(two, history, strict=False))
        exchange = x2 * (r / x3) ** 3.5
        r = max(0.0, r + q9 + exchange)
        out = r * (1 - (1 + (r / x3) ** 4) ** -0.25)
        r -= out
        flows.append(out + max(0.0, q1 + exchange))
    return flows


@pytest.mark.parametrize(
    "parameters", [PUBLISHED, TYPICAL, (120.0, 0.4, 20.0, 0.7), (900.0, -3.0, 300.0, 20.4)]
)
def test_equations_are_those_of_the_paper(parameters: tuple[float, ...]) -> None:
    rain, evaporation = weather(600)
    found = simulate(rain, evaporation, parameters).discharge[:, 0]
    assert np.allclose(found, plainly(rain, evaporation, parameters), rtol=1e-9, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.5, 60))
def test_unit_hydrographs_deliver_everything(x4: float) -> None:
    one, two = unit_hydrographs(x4)
    assert one.sum() == pytest.approx(1.0)
    assert two.sum() == pytest.approx(1.0)
    assert (one >= 0).all()
    assert (two >= 0).all()


@settings(max_examples=30, deadline=None)
@given(st.floats(50, 1500), st.floats(5, 500), st.floats(0.5, 30), st.integers(0, 1000))
def test_water_is_conserved_without_exchange(x1: float, x3: float, x4: float, seed: int) -> None:
    rain, _ = weather(300, seed)
    parameters = (x1, 0.0, x3, x4)
    before = initial_state(parameters)
    run = simulate(rain, np.zeros(300), parameters)

    def content(state: State) -> float:
        parts = (state.production, state.routing, state.pending1, state.pending2)
        return float(sum(part.sum() for part in parts))

    gain = content(run.state) - content(before)
    assert rain.sum() == pytest.approx(run.discharge.sum() + gain, abs=1e-9)
    assert (run.discharge >= 0).all()
    assert (run.production <= x1).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 30), st.integers(0, 199))
def test_more_rain_never_makes_less_flow(seed: int, more: float, hour: int) -> None:
    rain, evaporation = weather(200, seed)
    wetter = rain.copy()
    wetter[hour] += more
    base = simulate(rain, evaporation, TYPICAL).discharge
    assert (simulate(wetter, evaporation, TYPICAL).discharge - base >= -1e-12).all()


def test_many_runs_give_the_bits_of_single_ones() -> None:
    rain, evaporation = weather(400)
    sets = np.random.default_rng(2).uniform((80, -2, 20, 0.5), (1000, 1, 300, 15), (FEW + 8, 4))
    together = simulate(rain, evaporation, sets)
    for number in (0, 7, FEW + 7):
        alone = simulate(rain, evaporation, sets[number])
        for name in ("discharge", "production", "routing", "effective"):
            assert (getattr(alone, name)[:, 0] == getattr(together, name)[:, number]).all()


@pytest.mark.parametrize("members", [3, FEW + 5])
def test_members_have_their_own_rain(members: int) -> None:
    rain, evaporation = weather(200)
    each = rain[:, None] * np.linspace(0.5, 2.0, members)
    run = simulate(each, evaporation, TYPICAL)
    assert run.discharge.shape == (200, members)
    last = simulate(each[:, -1], evaporation, TYPICAL)
    assert (run.discharge[:, -1] == last.discharge[:, 0]).all()


@pytest.mark.parametrize("runs", [1, FEW + 3])
@pytest.mark.parametrize("pieces", [1, 7, 50])
def test_pieces_give_the_bits_of_the_whole(runs: int, pieces: int) -> None:
    rain, evaporation = weather(200)
    sets = np.tile(TYPICAL, (runs, 1))
    whole = simulate(rain, evaporation, sets)
    state, flows = None, []
    for begin in range(0, 200, pieces):
        part = simulate(
            rain[begin : begin + pieces], evaporation[begin : begin + pieces], sets, state
        )
        state = State.from_dict(json.loads(json.dumps(part.state.as_dict())))
        flows.append(part.discharge)
    assert (np.concatenate(flows) == whole.discharge).all()


def test_a_state_serves_many_members() -> None:
    rain, evaporation = weather(300)
    state = simulate(rain[:200], evaporation[:200], TYPICAL).state.take([0] * 4)
    ahead = np.repeat(rain[200:, None], 4, axis=1)
    run = simulate(ahead, evaporation[200:], TYPICAL, state)
    whole = simulate(rain, evaporation, TYPICAL).discharge[200:]
    assert (run.discharge == whole).all()


@pytest.mark.parametrize("runs", [3, FEW + 3])
def test_the_production_store_alone_gives_the_same_bits(runs: int) -> None:
    rain, evaporation = weather(300)
    sets = np.random.default_rng(3).uniform((80, -2, 20, 0.5), (1000, 1, 300, 15), (runs, 4))
    begin = initial_state(sets)
    whole = simulate(rain, evaporation, sets, begin)
    production, effective = produce(rain, evaporation, sets[:, 0], begin.production)
    assert (production == whole.production).all()
    assert (effective == whole.effective).all()
    columns = np.column_stack([rain] * runs)
    production, _ = produce(columns, evaporation, [300.0], [90.0])
    assert (production == simulate(columns, evaporation, (300.0, 0.0, 60.0, 4.0)).production).all()
    with pytest.raises(HydrologyError, match="capacity X1"):
        produce(rain, evaporation, [0.0], [0.0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parameters": (1.0, 2.0, 3.0)}, "four parameters"),
        ({"parameters": (0.0, 0.0, 50.0, 2.0)}, "above 0 mm"),
        ({"parameters": (300.0, np.nan, 50.0, 2.0)}, "not a finite number"),
        ({"parameters": (300.0, 0.0, 50.0, 999.0)}, "no catchment is that slow"),
        ({"rain": [0.0, np.nan]}, "rain is missing in hour 2"),
        ({"rain": [0.0, -1.0]}, "rain is negative in hour 2"),
        ({"evaporation": [0.0, np.nan]}, "evaporation is missing in hour 2"),
        ({"evaporation": [0.0]}, "do not fit"),
        ({"rain": np.zeros((2, 3)), "parameters": [TYPICAL] * 2}, "do not fit"),
    ],
)
def test_nonsense_is_refused(change: dict[str, object], words: str) -> None:
    arguments = {"rain": [0.0, 0.0], "evaporation": [0.0, 0.0], "parameters": TYPICAL} | change
    with pytest.raises(HydrologyError, match=words):
        simulate(**arguments)  # type: ignore[arg-type]


def test_short_time_base_is_half_an_hour() -> None:
    rain, evaporation = weather(50)
    short = simulate(rain, evaporation, (300.0, 0.0, 50.0, 0.1)).discharge
    assert (short == simulate(rain, evaporation, (300.0, 0.0, 50.0, 0.5)).discharge).all()


def test_percolation_constant_is_that_of_the_hourly_model() -> None:
    assert gr4h.PERCOLATION == (21 / 4) ** 4


@pytest.mark.shared
def test_published_parameters_follow_the_real_catchment(shared: Path) -> None:
    folder = shared / "data/flood/catchment_b"
    observations = read_observations(folder, read_network(folder))
    flow, rain, evaporation = (observations.column(name) for name in observations.ids)
    begin = observations.index_of(np.datetime64("2005-01-01T00:00:00"))
    found = simulate(rain, evaporation, PUBLISHED).discharge[begin:, 0]
    truth = flow[begin:]
    nse = 1 - ((found - truth) ** 2).sum() / ((truth - truth.mean()) ** 2).sum()
    assert nse == pytest.approx(0.8598, abs=0.001)
