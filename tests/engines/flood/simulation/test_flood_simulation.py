"""The invented valley: the same hours however they are asked for, floods in it, and it says so."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from steiger.engines.flood.network import (
    Kind,
    read_network,
    read_observations,
    write_network,
    write_observations,
)
from steiger.engines.flood.quality import check_quality
from steiger.engines.flood.simulation import (
    DEMO_SEED,
    SimulationError,
    Storm,
    Valley,
    ValleyState,
    advance,
    begin,
    beispieltal,
    history,
    inject,
    many_gauges,
    network_of,
    rain_ensemble,
    read_valley,
    simulate_many,
    step,
    valley_from,
)
from steiger.engines.flood.simulation.rivers import muskingum_weights, operate, route
from steiger.engines.flood.simulation.weather import rain_between

NOW = datetime(2021, 3, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def valley() -> Valley:
    return beispieltal()


@pytest.fixture(scope="module")
def state(valley: Valley) -> ValleyState:
    return begin(valley, NOW, seed=7)


def storm(hours: int = 6, amount: float = 80.0, after: int = 2) -> Storm:
    return Storm(NOW + after * HOUR, hours, amount, lat=51.19, lon=7.34, radius_km=20)


# --- the same hours ----------------------------------------------------------------------------
def test_steps_give_the_bits_of_the_whole(valley: Valley, state: ValleyState) -> None:
    wet = inject(state, storm())
    end, whole = advance(valley, wet, 75)
    now, rows = wet, []
    for _ in range(75):
        now = ValleyState.from_json(json.loads(json.dumps(now.to_json())))
        now, row = step(valley, now)
        rows.append([np.nan if row[name] is None else row[name] for name in whole.ids])
    assert np.array_equal(np.array(rows), whole.values, equal_nan=True)
    assert now.to_json() == end.to_json()
    assert end.time == NOW + 75 * HOUR


def test_rain_does_not_depend_on_the_period(valley: Valley) -> None:
    whole = rain_between(valley, 3, 450_000, 452_000)
    part = rain_between(valley, 3, 450_900, 451_500)
    assert (whole[900:1500] == part).all()


def test_seed_and_only_the_seed_changes_the_weather(valley: Valley) -> None:
    day = NOW + timedelta(days=3)
    first, again, other = (history(valley, NOW, day, seed=seed)[1] for seed in (1, 1, 2))
    assert first.digest() == again.digest()
    assert first.digest() != other.digest()


def test_history_ends_where_it_should(valley: Valley) -> None:
    network, observations, state = history(valley, NOW, NOW + 5 * HOUR, seed=1)
    assert observations.times[[0, -1]].tolist() == [
        moment.replace(tzinfo=None) for moment in (NOW, NOW + 5 * HOUR)
    ]
    assert observations.ids == network.ids
    assert state.time == NOW + 5 * HOUR


# --- what it is like ---------------------------------------------------------------------------
def test_network_says_that_it_is_simulated(valley: Valley) -> None:
    network = network_of(valley)
    assert "simuliert" in network.name
    assert "Simulated" in network.note
    kinds = [sensor.kind for sensor in network.sensors]
    assert kinds.count(Kind.WATER_LEVEL) == 8
    assert kinds.count(Kind.RAIN) == 8
    assert len(network.targets) == 8
    assert all(len(sensor.warning_levels) == 3 for sensor in network.targets)
    assert set(network.sensor("talbruecke").upstream) == {"oberbeispiel", "abgabe_sperre"}
    assert network.sensor("unterbeispiel").catchment_km2 == 318


@pytest.fixture(scope="module")
def decade(valley: Valley) -> tuple[object, float]:
    begun = time.perf_counter()
    start = datetime(2012, 1, 1, tzinfo=UTC)
    end = datetime(2021, 12, 31, 23, tzinfo=UTC)
    found = history(valley, start, end, seed=DEMO_SEED, faults=False)
    return found, time.perf_counter() - begun


def test_ten_years_are_quick(decade: tuple[object, float]) -> None:
    assert decade[1] < 60


def test_climate_is_that_of_wet_hills(decade: tuple[object, float]) -> None:
    (network, observations, _), _ = decade  # type: ignore[misc]
    for gauge in network.of_kind(Kind.RAIN):
        assert 900 < observations.column(gauge.id).sum() / 10 < 1500
    flow = observations.column("abfluss_beispielstadt")
    month = observations.times.astype("datetime64[M]").astype(int) % 12
    assert flow[month < 3].mean() > 1.5 * flow[(month > 5) & (month < 9)].mean()


def test_flood_of_july_2021_is_the_greatest(decade: tuple[object, float]) -> None:
    (network, observations, _), _ = decade  # type: ignore[misc]
    for gauge in network.targets:
        level = observations.column(gauge.id)
        peak = observations.times[level.argmax()]
        assert np.datetime64("2021-07-14") <= peak <= np.datetime64("2021-07-16"), gauge.id
        assert level.max() > gauge.warning_levels[2]
        crossings = np.diff((level > gauge.warning_levels[1]).astype(int)) == 1
        assert 3 <= crossings.sum() <= 80, "floods are rare, but there are some to learn from"


def test_tributary_rises_before_the_main_river(valley: Valley) -> None:
    calm = begin(valley, NOW, seed=7, faults=False)
    _, observations = advance(valley, inject(calm, storm()), 40)
    peaks = {
        name: int(observations.column(name).argmax())
        for name in ("quellenau", "talbruecke", "unterbeispiel")
    }
    assert peaks["quellenau"] < peaks["talbruecke"] < peaks["unterbeispiel"]


def test_storm_raises_the_river_and_only_afterwards(valley: Valley, state: ValleyState) -> None:
    _, dry = advance(valley, state, 48)
    _, wet = advance(valley, inject(state, storm()), 48)
    rise = wet.column("beispielstadt") - dry.column("beispielstadt")
    assert (rise[:2] == 0).all()
    assert rise.max() > 0.5
    more = advance(valley, inject(state, storm(amount=120.0)), 48)[1]
    assert (more.column("beispielstadt").max()) > wet.column("beispielstadt").max()


def test_past_storms_leave_the_state(valley: Valley, state: ValleyState) -> None:
    wet = inject(state, storm(hours=3))
    assert len(advance(valley, wet, 4)[0].storms) == 1
    assert advance(valley, wet, 6)[0].storms == ()


def test_faults_are_what_quality_control_finds(valley: Valley) -> None:
    year = (NOW, NOW + timedelta(days=365))
    network, faulty, _ = history(valley, *year, seed=DEMO_SEED)
    _, healthy, _ = history(valley, *year, seed=DEMO_SEED, faults=False)
    assert check_quality(network, healthy).unusable.mean() < 0.0005
    flags = check_quality(network, faulty)
    assert {"missing", "fault_code"} <= {flag.rule for flag in flags.items}
    same = faulty.values == healthy.values
    assert 0.97 < same.mean() < 1


def test_simulated_data_survive_the_disk(valley: Valley, tmp_path: Path) -> None:
    network, observations, _ = history(valley, NOW, NOW + timedelta(days=9), seed=1)
    write_network(tmp_path, network)
    write_observations(tmp_path, network, observations)
    assert read_network(tmp_path) == network
    assert read_observations(tmp_path, network).digest() == observations.digest()


# --- rivers ------------------------------------------------------------------------------------
@pytest.mark.parametrize("hours", [0.5, 1.0, 2.0, 7.5])
def test_reach_keeps_water_and_delays_it(hours: float) -> None:
    assert sum(muskingum_weights(hours)) == pytest.approx(1)
    wave = np.concatenate([np.exp(-((np.arange(40) - 12) ** 2) / 18), np.zeros(300)])
    out = route(wave, hours, (0.0, 0.0))
    assert out.sum() == pytest.approx(wave.sum())
    assert out.max() < wave.max()
    centre = [(np.arange(340) * flow).sum() / flow.sum() for flow in (wave, out)]
    assert centre[1] - centre[0] == pytest.approx(hours, abs=0.01)


def test_reservoir_keeps_water_and_holds_back_a_flood(valley: Valley) -> None:
    dam = next(node.reservoir for node in valley.nodes if node.reservoir)
    inflow = np.full(500, 0.6)
    inflow[50:70] = 40.0
    release, content = operate(inflow, dam, dam.target)
    assert (inflow.sum() - release.sum()) * 3600 == pytest.approx(content - dam.target)
    assert release.max() < 10
    flood = np.full(300, 60.0)
    release, content = operate(flood, dam, dam.target)
    assert release[-1] == pytest.approx(60.0), "a full dam runs over"
    assert content <= dam.capacity * (1 + 1e-9)


# --- forecasts of rain -------------------------------------------------------------------------
def test_perfect_forecast_is_the_rain_that_comes(valley: Valley) -> None:
    wet = inject(begin(valley, NOW, seed=7, faults=False), storm())
    table = rain_ensemble(valley, wet, lead_hours=24, members=5, seed=1, perfect=True)
    assert table.column_names == ["issue_time", "valid_time", "sensor", "member", "value"]
    assert table.num_rows == 24 * 8
    _, observations = advance(valley, wet, 24)
    for row in table.to_pylist():
        index = observations.index_of(row["valid_time"])
        assert observations.column(row["sensor"])[index] == pytest.approx(row["value"], abs=0.11)
        assert row["issue_time"] == NOW


def test_members_spread_more_the_further_they_look(valley: Valley, state: ValleyState) -> None:
    wet = inject(state, storm(hours=24, amount=100.0, after=0))
    table = rain_ensemble(valley, wet, lead_hours=24, members=200, seed=1)
    values = table["value"].to_numpy().reshape(200, 24, 8).mean(axis=2)
    relative = values.std(axis=0) / np.maximum(values.mean(axis=0), 0.1)
    assert relative[16:20].mean() > 1.5 * relative[4:8].mean()
    truth = rain_ensemble(valley, wet, lead_hours=24, members=1, seed=1, perfect=True)
    total = truth["value"].to_numpy().reshape(24, 8).mean(axis=1).sum()
    assert values.sum(axis=1).mean() == pytest.approx(total, rel=0.1)
    again = rain_ensemble(valley, wet, lead_hours=24, members=200, seed=1)
    assert again.equals(table)


# --- many gauges -------------------------------------------------------------------------------
def test_many_gauges_are_a_network_of_their_own() -> None:
    network, observations = simulate_many(20, days=30, seed=4)
    assert len(network.targets) == 20
    assert len(network.of_kind(Kind.RAIN)) == 6
    assert len(observations) == 720
    assert np.isfinite(observations.values).all()
    assert observations.values[:, :20].std(axis=0).min() > 0
    assert "Simulated" in network.name


@pytest.mark.parametrize("count", [1, 8, 9, 60])
def test_number_of_gauges_is_kept(count: int) -> None:
    assert len(many_gauges(count).nodes) == count


# --- nonsense ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"hours": 0}, "1 to 240 hours"),
        ({"amount_mm": 1001}, "at most 1000 mm"),
        ({"lat": 95}, "a place on earth"),
        ({"start": NOW.replace(tzinfo=None)}, "has no time zone"),
    ],
)
def test_storms_that_make_no_sense_are_refused(fields: dict[str, object], words: str) -> None:
    with pytest.raises(SimulationError, match=words):
        replace(storm(), **fields)  # type: ignore[arg-type]


def test_valley_that_makes_no_sense_is_refused(valley: Valley, tmp_path: Path) -> None:
    node = valley.nodes[0]
    for change, words in (
        ({"downstream": "nowhere"}, "drains to 'nowhere'"),
        ({"downstream": node.id}, "in a circle"),
        ({"area_km2": 0.0}, "area or travel time"),
    ):
        with pytest.raises(SimulationError, match=words):
            replace(valley, nodes=(replace(node, **change), *valley.nodes[1:]))  # type: ignore[arg-type]
    with pytest.raises(SimulationError, match="not complete"):
        valley_from({"name": "x", "gauge": [{"id": "a"}], "rain": []})
    with pytest.raises(SimulationError, match=r"none\.toml"):
        read_valley(tmp_path / "none.toml")


def test_times_between_hours_are_refused(valley: Valley) -> None:
    with pytest.raises(SimulationError, match="is no full hour"):
        begin(valley, NOW + timedelta(minutes=5), seed=1)
    with pytest.raises(SimulationError, match="has no time zone"):
        begin(valley, NOW.replace(tzinfo=None), seed=1)
    with pytest.raises(SimulationError, match="is before the start"):
        history(valley, NOW, NOW - HOUR, seed=1)


def test_state_of_something_else_is_refused() -> None:
    with pytest.raises(SimulationError, match="has the format 'x'"):
        ValleyState.from_json({"format": "x"})
