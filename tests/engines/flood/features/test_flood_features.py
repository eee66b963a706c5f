"""Features: exact wherever a record begins, and blind to everything after the issue time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from steiger.engines.flood.features.ahead import (
    ahead_features,
    observed_ahead,
    rain_ahead,
)
from steiger.engines.flood.features.inputs import Inputs, inputs_of
from steiger.engines.flood.features.past import LOOK_BACK, Scale, past_features
from steiger.engines.flood.features.relations import learn_relations
from steiger.engines.flood.features.series import Counted, age, carried, highest, lagged, lowest
from steiger.engines.flood.features.stores import areal, run_stores, stores_ahead
from steiger.engines.flood.features.table import Table
from steiger.engines.flood.network import Kind, Network, Observations, Sensor

HOUR = timedelta(hours=1)
ROWS = 1200
SCALE = Scale(1.0, 0.5)


def river(step: timedelta = HOUR, **rain: object) -> Network:
    """Two gauges below each other, two rain gauges, a dam, soil moisture."""
    return Network(
        "River",
        step,
        (
            Sensor(id="low", kind=Kind.WATER_LEVEL, unit="m", target=True),
            Sensor(id="high", kind=Kind.WATER_LEVEL, unit="m"),
            Sensor(id="r1", kind=Kind.RAIN, unit="mm", **rain),  # type: ignore[arg-type]
            Sensor(id="r2", kind=Kind.RAIN, unit="mm"),
            Sensor(id="dam", kind=Kind.RELEASE, unit="m3/s"),
            Sensor(id="soil", kind=Kind.SOIL_MOISTURE, unit="m3/m3"),
        ),
    )


def record(network: Network, rows: int = ROWS, seed: int = 1) -> Observations:
    """Rain at r1 raises “high” after two rows and “low” after five; r2 is noise."""
    draw = np.random.default_rng(seed)
    rain = np.where(draw.random(rows) < 0.1, draw.gamma(1.0, 5.0, rows), 0.0)
    other = np.where(draw.random(rows) < 0.1, draw.gamma(1.0, 5.0, rows), 0.0)
    kernel = np.exp(-np.arange(60) / 12) * 0.02
    wave = np.convolve(rain, kernel)[:rows]
    high = 0.5 + np.concatenate([np.zeros(2), wave[:-2]])
    low = 1.0 + 0.8 * np.concatenate([np.zeros(5), wave[:-5]])
    dam, soil = np.full(rows, 3.0), np.full(rows, 0.3)
    times = np.datetime64("2020-01-01", "s") + np.arange(rows) * np.timedelta64(network.step)
    delays = np.array([s.delay(network.step) for s in network.sensors], "timedelta64[s]")
    values = np.column_stack([low, high, np.round(rain, 1), np.round(other, 1), dam, soil])
    return Observations(times, network.ids, np.round(values, 4), delays)


def table_at(inputs: Inputs, network: Network, rows: np.ndarray) -> Table:
    every = np.arange(LOOK_BACK, len(inputs))
    relations = learn_relations(network, inputs, "low", every, 3)
    rain = areal(np.column_stack([inputs.column(r) for r in relations.rain]), relations.near)
    stores = run_stores(rain, inputs.evaporation)
    return past_features(inputs, "low", rows, relations=relations, scale=SCALE, stores=stores)


@given(
    arrays(np.float64, 50, elements=st.floats(0, 80)),
    st.integers(0, 20),
    st.integers(1, 12),
)
def test_sum_is_the_same_wherever_the_series_begins(
    values: np.ndarray, cut: int, width: int
) -> None:
    at = np.array([40, 49])
    whole = Counted(values).between(width, 0, at)
    later = Counted(values[cut:]).between(width, 0, at - cut)
    assert whole.tolist() == later.tolist()
    assert whole == pytest.approx([values[t + 1 - width : t + 1].sum() for t in at], abs=1e-2)


def test_sum_with_gaps_is_scaled_and_with_many_unknown() -> None:
    values = np.array([1.0, 1.0, np.nan, 1.0, 1.0, np.nan, np.nan, 1.0])
    found = Counted(values).between(4, 0, np.array([2, 3, 4, 7]))
    assert found[1:3].tolist() == [4.0, 4.0]
    assert np.isnan(found[[0, 3]]).all()


def test_past_values_are_carried_and_age() -> None:
    values = np.array([np.nan, 1.0, np.nan, np.nan, np.nan, 2.0])
    assert carried(values, 2)[[1, 2, 3, 5]].tolist() == [1.0, 1.0, 1.0, 2.0]
    assert np.isnan(carried(values, 2)[[0, 4]]).all()
    assert age(values).tolist() == [np.inf, 0.0, 1.0, 2.0, 3.0, 0.0]
    assert np.isnan(lagged(values, 9)).all()


def test_highest_and_lowest_of_a_window() -> None:
    values = np.array([3.0, np.nan, 1.0, 5.0])
    rows = np.arange(4)
    assert highest(values, 2, rows).tolist() == [3.0, 3.0, 1.0, 5.0]
    assert lowest(values, 3, rows).tolist() == [3.0, 3.0, 1.0, 1.0]


def test_areal_rain_does_without_silent_gauges() -> None:
    rain = np.array([[2.0, 4.0], [2.0, np.nan], [np.nan, np.nan]])
    found = areal(rain, (0.5, 0.5))
    assert found[:2] == pytest.approx([3.0, 2.0])
    assert np.isnan(found[2])


def test_rain_gauge_and_upstream_gauge_are_found() -> None:
    network = river()
    inputs = inputs_of(network, record(network))
    relations = learn_relations(network, inputs, "low", np.arange(LOOK_BACK, ROWS), 3)
    assert relations.gauges == ("high",)
    assert relations.releases == ("dam",)
    assert relations.others == ("soil",)
    assert dict(zip(relations.rain, relations.near, strict=True))["r1"] > 0.7


@settings(max_examples=15, deadline=None)
@given(st.integers(LOOK_BACK + 10, ROWS - 30), st.integers(0, 2**32 - 1))
def test_features_know_nothing_of_the_future(row: int, seed: int) -> None:
    network = river()
    observations = record(network)
    values = observations.values.copy()
    draw = np.random.default_rng(seed)
    values[row + 1 :] = np.abs(values[row + 1 :] + draw.normal(0, 3, values[row + 1 :].shape))
    rows = np.array([row])
    inputs = inputs_of(network, observations)
    every = np.arange(LOOK_BACK, len(inputs))
    relations = learn_relations(network, inputs, "low", every, 3)
    found = []
    for given_values in (observations.values, values):
        changed = inputs_of(network, observations.with_values(given_values))
        columns = np.column_stack([changed.column(r) for r in relations.rain])
        stores = run_stores(areal(columns, relations.near), changed.evaporation)
        table = past_features(changed, "low", rows, relations=relations, scale=SCALE, stores=stores)
        found.append(table.matrix())
    np.testing.assert_array_equal(found[0], found[1])


def test_late_value_counts_only_when_it_has_arrived() -> None:
    network = river(available_after=timedelta(hours=3))
    inputs = inputs_of(network, record(network))
    observed = record(network).column("r1")
    assert inputs.column("r1")[10:].tolist() == observed[7:-3].tolist()
    assert inputs.truth("r1").tolist() == observed.tolist()


def test_daily_total_is_spread_over_its_day_and_used_after_it() -> None:
    day = timedelta(hours=24)
    network = river(accumulation=day, stamped="start", available_after=day)
    observations = record(network)
    values = observations.values.copy()
    values[:, 2] = np.repeat(np.arange(ROWS // 24), 24) * 24.0
    inputs = inputs_of(network, observations.with_values(values))
    # Day 1 (24 mm) is known from the first hour of day 2 on.
    assert inputs.column("r1")[48] == pytest.approx(1.0)
    assert inputs.column("r1")[47] == pytest.approx(0.0)
    assert np.isnan(inputs.column("r1")[:24]).all()


def test_part_of_the_inputs_is_the_end_of_the_whole() -> None:
    network = river(available_after=timedelta(hours=2))
    observations = record(network)
    whole = inputs_of(network, observations)
    part = inputs_of(network, observations, {"low", "r1"}, start=500)
    for name in ("low", "r1"):
        assert part.column(name).tolist() == whole.column(name)[500:].tolist()
        assert part.truth(name).tolist() == whole.truth(name)[500:].tolist()
    assert part.evaporation.tolist() == whole.evaporation[500:].tolist()


def test_stores_from_a_checkpoint_go_on_with_the_same_bits() -> None:
    draw = np.random.default_rng(3)
    rain, evaporation = draw.gamma(0.2, 3.0, 300), np.full(300, 0.05)
    whole = run_stores(rain, evaporation)
    rest = run_stores(rain[200:], evaporation[200:], whole.fill[199])
    assert rest.effective == pytest.approx(whole.effective[200:], abs=1e-9)


def test_runoff_ahead_is_that_of_the_run() -> None:
    draw = np.random.default_rng(4)
    rain, evaporation = draw.gamma(0.2, 3.0, 100), np.full(100, 0.05)
    run = run_stores(rain, evaporation)
    rows = np.array([10, 40, 75])
    after = rows[:, None] + np.arange(1, 25)
    found = stores_ahead(run.fill[rows], rain[after], evaporation[after])
    assert found == pytest.approx(run.effective[after], abs=1e-9)
    alone = stores_ahead(run.fill[rows[1:2]], rain[after[1:2]], evaporation[after[1:2]])
    assert alone[0].tolist() == found[1].tolist()


def test_rain_ahead_is_summed_in_its_windows() -> None:
    network = river()
    inputs = inputs_of(network, record(network))
    relations = learn_relations(network, inputs, "low", np.arange(LOOK_BACK, ROWS), 3)
    rows = np.array([800, ROWS - 3])
    sensors, evaporation = observed_ahead(inputs, relations, rows, 6)
    assert np.isnan(sensors[1, 2:]).all()
    ahead = rain_ahead(sensors, relations, np.full((2, 3), 0.5), evaporation)
    table = ahead_features(inputs, ahead, np.zeros(2), 6)
    column = dict(zip(table.names, table.columns, strict=True))
    parts = [column[name] for name in ("ahead_0_1", "ahead_1_2", "ahead_2_3")]
    assert np.sum(parts, axis=0) == pytest.approx(ahead.near[:, :3].sum(axis=1))
    assert column["ahead_sum"] == pytest.approx(ahead.near.sum(axis=1))


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_step_of_the_network_does_not_change_the_columns(minutes: int) -> None:
    step = timedelta(minutes=minutes)
    network = river(step)
    rows = 1200 * 60 // minutes
    inputs = inputs_of(network, record(network, rows))
    at = np.array([inputs.steps(LOOK_BACK) + 10])
    every = np.arange(inputs.steps(LOOK_BACK), rows)
    relations = learn_relations(network, inputs, "low", every, 3)
    columns = np.column_stack([inputs.column(r) for r in relations.rain])
    stores = run_stores(areal(columns, relations.near), inputs.evaporation)
    table = past_features(inputs, "low", at, relations=relations, scale=SCALE, stores=stores)
    hourly = river()
    usual = table_at(inputs_of(hourly, record(hourly)), hourly, np.array([LOOK_BACK + 10]))
    assert table.names == usual.names
    assert np.isfinite(table.matrix()).all()


def test_silent_sensor_is_missing_in_its_own_columns_only() -> None:
    network = river()
    observations = record(network)
    values = observations.values.copy()
    values[:, 1] = np.nan
    inputs = inputs_of(network, observations)
    lost = inputs_of(network, observations.with_values(values))
    relations = learn_relations(network, inputs, "low", np.arange(LOOK_BACK, ROWS), 3)
    rain = areal(np.column_stack([inputs.column(r) for r in relations.rain]), relations.near)
    stores = run_stores(rain, inputs.evaporation)
    kwargs = {"relations": relations, "scale": SCALE, "stores": stores}
    table = past_features(lost, "low", np.array([900]), **kwargs)  # type: ignore[arg-type]
    missing = {g for g, c in zip(table.groups, table.columns, strict=True) if np.isnan(c[0])}
    assert missing == {"high"}


def test_network_without_rain_has_no_rain_in_its_features() -> None:
    network = replace(river(), sensors=river().sensors[:2])
    whole = record(river())
    observations = Observations(whole.times, network.ids, whole.values[:, :2])
    inputs = inputs_of(network, observations)
    relations = learn_relations(network, inputs, "low", np.arange(LOOK_BACK, ROWS), 3)
    assert relations.rain == ()
    stores = run_stores(np.full(ROWS, np.nan), inputs.evaporation)
    table = past_features(
        inputs, "low", np.array([900]), relations=relations, scale=SCALE, stores=stores
    )
    assert np.isnan(table.columns[table.names.index("rain_6h")]).all()


def test_daily_total_is_no_rain_of_the_hours_to_come() -> None:
    day = timedelta(hours=24)
    network = river(accumulation=day, stamped="start", available_after=day)
    inputs = inputs_of(network, record(network))
    relations = learn_relations(network, inputs, "low", np.arange(LOOK_BACK, ROWS), 3)
    ahead, _ = observed_ahead(inputs, relations, np.array([900]), 12)
    place = relations.rain.index("r1")
    assert np.isnan(ahead[:, :, place]).all()
    assert np.isfinite(ahead[:, :, 1 - place]).all()


def test_measured_evaporation_of_the_future_is_not_used() -> None:
    network = river()
    sensors = (
        *network.sensors[:5],
        Sensor(id="pet", kind=Kind.POTENTIAL_EVAPOTRANSPIRATION, unit="mm"),
    )
    network = replace(network, sensors=sensors)
    whole = record(river())
    found = []
    for later in (0.1, 5.0):
        values = whole.values.copy()
        values[:900, 5], values[900:, 5] = 0.1, later
        inputs = inputs_of(network, Observations(whole.times, network.ids, values))
        assert inputs.evaporation[850] == pytest.approx(0.1)
        relations = learn_relations(network, inputs, "low", np.arange(LOOK_BACK, 890), 3)
        found.append(observed_ahead(inputs, relations, np.array([899]), 24)[1])
    assert found[0].tolist() == found[1].tolist()


def test_mean_counts_what_is_known_in_the_window() -> None:
    values = np.array([1.0, np.nan, 3.0, np.nan, np.nan, 8.0])
    found = Counted(values).mean(3, np.arange(6))
    assert found[[0, 1, 2, 3, 5]] == pytest.approx([1.0, 1.0, 2.0, 3.0, 8.0])
    assert Counted(values[3:5]).mean(3, np.array([1])) == pytest.approx([np.nan], nan_ok=True)


@pytest.mark.parametrize("stamped", ["start", "end"])
def test_total_given_once_is_the_same_as_one_that_every_row_repeats(stamped: str) -> None:
    network = river(accumulation=timedelta(days=1), stamped=stamped)
    sensors = (
        *network.sensors,
        Sensor(
            id="evaporation",
            kind=Kind.POTENTIAL_EVAPOTRANSPIRATION,
            unit="mm",
            accumulation=timedelta(days=1),
        ),
    )
    network = replace(network, sensors=sensors)
    rows = 30 * 24
    hour = np.arange(rows)
    repeated = record(river(), rows).values.copy()
    repeated = np.column_stack([repeated, 0.1 * (hour // 24)])
    repeated[:, 2] = hour // 24 % 5
    once = repeated.copy()
    once[np.ix_(hour % 24 != 0, [2, 6])] = np.nan
    delays = np.array([s.delay(network.step) for s in network.sensors], "timedelta64[s]")
    times = np.datetime64("2020-01-01", "s") + hour * np.timedelta64(network.step)
    for start in (0, 101):
        some, all_ = (
            inputs_of(network, Observations(times, network.ids, values, delays), start=start)
            for values in (once, repeated)
        )
        for name in ("known", "true", "evaporation"):
            assert np.array_equal(getattr(some, name), getattr(all_, name), equal_nan=True)
    gap = once.copy()
    gap[240:, 2] = np.nan
    lost = inputs_of(network, Observations(times, network.ids, gap, delays)).column("r1")
    last = 240 + (24 if stamped == "start" else 0)
    assert np.isfinite(lost[last - 1])
    assert np.isnan(lost[last:]).all()
