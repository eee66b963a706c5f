"""The forest over all gauges that corrects each gauge's ridge."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steiger.engines.flood.models import (
    FutureRain,
    ModelError,
    ModelSettings,
    fit_gauge,
    gathered,
    model_from_files,
    model_to_files,
    predict_gauge,
    prepare,
    shared_from_files,
    shared_to_files,
)
from steiger.engines.flood.models.correction import (
    Block,
    Correction,
    columns_of,
    shared_names,
)
from steiger.engines.flood.models.gauge import EXPERTS, GaugeModel
from steiger.engines.flood.models.interface import Shared
from steiger.engines.flood.models.learning.correction import learn_corrections
from steiger.engines.flood.models.learning.sample import Sample, samples_of
from steiger.engines.flood.models.settings import PROFILES, Tuning
from steiger.engines.flood.models.trees import Trees, TreeSettings, grow
from steiger.engines.flood.network import Kind, Network, Observations, Sensor

HOUR = timedelta(hours=1)
ROWS, LEARNED = 4500, 3800
LEADS = (3 * HOUR, 6 * HOUR)
GAUGES = ("one", "two", "three")


def valley() -> Network:
    """Three gauges, none below another, and a rain gauge."""
    level = {"kind": Kind.WATER_LEVEL, "unit": "m", "warning_levels": (1.6,), "target": True}
    sensors = [Sensor(id=name, **level) for name in GAUGES]  # type: ignore[arg-type]
    return Network("Valley", HOUR, (*sensors, Sensor(id="r1", kind=Kind.RAIN, unit="mm")))


@cache
def record() -> Observations:
    """Storms that run off the faster the more it has rained, at each gauge in another size."""
    draw = np.random.default_rng(3)
    rain = np.zeros(ROWS)
    for start in np.flatnonzero(draw.random(ROWS) < 0.02):
        rain[start : start + 5] += draw.gamma(2.0, 2.0)
    wave = np.convolve(rain, np.exp(-np.arange(60) / 8) * 0.02)[:ROWS]
    columns = [
        0.5 + size * (wave + 0.6 * wave**2) + draw.normal(0, 0.003, ROWS)
        for size in (1.0, 0.4, 2.0)
    ]
    times = np.datetime64("2020-01-01", "s") + np.arange(ROWS) * np.timedelta64(3600, "s")
    return Observations(times, valley().ids, np.round(np.column_stack([*columns, rain]), 3))


def settings(**more: object) -> ModelSettings:
    usual = {
        "rows": 700,
        "folds": 2,
        "least_record": timedelta(days=60),
        "pooled_rows": 1800,
        "pooled_trees": TreeSettings(rounds=20, leaves=15, rate=0.1),
    }
    tuning = replace(PROFILES["light"], **(usual | more))  # type: ignore[arg-type]
    return ModelSettings(leads=LEADS, profile="light", tuning=tuning)


def past() -> Observations:
    return record().between(record().times[0], record().times[LEARNED])


@cache
def shared() -> Shared:
    return prepare(valley(), past(), settings())


@cache
def learned() -> GaugeModel:
    model = fit_gauge(valley(), past(), shared(), "one", settings())
    assert isinstance(model, GaugeModel)
    return model


@cache
def samples() -> list[Sample]:
    return samples_of(valley(), past(), settings(), [3, 6])


def constant(value: float) -> Trees:
    x = np.linspace(0, 1, 200)[:, None]
    return grow(x, np.full(200, value), np.ones(200), TreeSettings(rounds=1, rate=1.0), 0)


def test_only_columns_that_mean_the_same_everywhere_are_shared() -> None:
    names = ["own", "own_d3", "gauge1", "gauge1_d3", "gauge5_d24", "gauge6_d3", "rain_3h"]
    names += ["release1_log", "other1", "catchment_change", "fill80", "runoff80_0_1", "year_sine"]
    lines = [name == "runoff80_0_1" for name in names]
    expected = ["own", "own_d3", "gauge1_d3", "gauge5_d24", "rain_3h", "fill80", "year_sine"]
    assert shared_names(names, lines) == expected


@given(unit=st.sampled_from([0.01, 1.0, 100.0]), spread=st.floats(0.01, 50))
def test_columns_do_not_depend_on_the_unit_of_the_gauge(unit: float, spread: float) -> None:
    draw = np.random.default_rng(1)
    names, wanted = ["own_d3", "gauge2_d1", "rain_3h"], ("rain_3h", "own_d3", "gauge2_d1", "fill80")
    x, change = draw.normal(size=(5, 3)), draw.normal(size=5)
    found = columns_of(wanted, names, x * [unit, unit, 1.0], change * unit, spread * unit)
    assert found == pytest.approx(columns_of(wanted, names, x, change, spread), nan_ok=True)
    assert np.isnan(found[:, 3]).all()
    assert found[:, 4] == pytest.approx(change / spread)


def test_each_row_is_corrected_by_trees_that_had_not_seen_it() -> None:
    blocks = (Block(0, 100, constant(1.0)), Block(100, np.iinfo(np.int64).max, constant(2.0)))
    correction = Correction(3, ("own",), constant(3.0), blocks)
    columns = np.zeros((4, 2))
    found = correction.held_out(np.array([0, 99, 100, 10**9]), columns[:, :1])
    assert found == pytest.approx([1.0, 1.0, 2.0, 2.0])
    assert correction.predict(columns[:, :1]) == pytest.approx([3.0] * 4)


def test_blocks_cover_all_rows_and_learn_nothing_of_themselves() -> None:
    usual = learn_corrections(samples(), settings(), [3]).wet[3]
    assert usual.blocks[0].first == 0
    assert [block.first for block in usual.blocks[1:]] == [
        block.last for block in usual.blocks[:-1]
    ]
    assert usual.blocks[-1].last > ROWS
    for place, block in enumerate(usual.blocks):
        changed = []
        for sample in samples():
            truth = sample.truth.copy()
            # What a row of the block forecasts lies up to its lead later.
            truth[block.first : min(block.last, ROWS)] += np.linspace(
                0, 1, len(truth[block.first : min(block.last, ROWS)])
            )
            changed.append(replace(sample, truth=truth))
        found = learn_corrections(changed, settings(), [3]).wet[3]
        assert found.blocks[place].trees.text == block.trees.text
        assert found.trees.text != usual.trees.text


def test_too_few_gauges_correct_nothing() -> None:
    assert learn_corrections(samples()[:2], settings(), [3]).wet == {}
    assert learn_corrections(samples(), settings(pooled_trees=None), [3]).dry == {}


def test_gauges_share_the_rows_and_none_gives_too_many() -> None:
    assert [sample.sensor.id for sample in samples()] == list(GAUGES)
    for sample in samples():
        assert 300 < len(sample.rows.at) < 1000
    many = samples_of(valley(), past(), settings(pooled_rows=10**9), [3, 6])
    assert many == [], "a gauge with fewer rows than asked for cannot give them"


def test_correction_is_an_expert_with_a_say() -> None:
    model, rows = learned(), np.arange(LEARNED + 30, ROWS - 7)
    assert all(lead.blend.weights[:, -1].max() > 0.1 for lead in model.wet.values())
    found = predict_gauge(model, shared(), valley(), record(), rows, "observed")
    truth = record().column("one")[rows[:, None] + [3, 6]]
    errors = {
        name: ((found.experts[f"x_{name}"] - truth) ** 2).mean(axis=0)
        for name in ("ridge", "pooled_trees", "persistence")
    }
    assert (errors["pooled_trees"] < 0.5 * errors["persistence"]).all()
    # Water runs off faster the more there is: a straight line misses that.
    assert (errors["pooled_trees"] < errors["ridge"]).all()


def test_row_by_row_the_forecast_is_the_same() -> None:
    rows = np.array([LEARNED + 40, LEARNED + 41, LEARNED + 300])
    every = predict_gauge(learned(), shared(), valley(), record(), rows, "observed")
    for place, row in enumerate(rows):
        one = predict_gauge(learned(), shared(), valley(), record(), np.array([row]), "observed")
        assert one.quantiles[0].tolist() == every.quantiles[place].tolist()


def test_values_after_the_issue_time_change_no_bit() -> None:
    row = LEARNED + 100
    values = record().values.copy()
    values[row + 1 :] += 1.0
    usual = predict_gauge(learned(), shared(), valley(), record(), np.array([row]), "none")
    found = predict_gauge(
        learned(), shared(), valley(), record().with_values(values), np.array([row]), "none"
    )
    assert found.quantiles.tolist() == usual.quantiles.tolist()
    assert found.experts["x_pooled_trees"].tolist() == usual.experts["x_pooled_trees"].tolist()


def test_members_of_a_rain_forecast_are_corrected_one_by_one() -> None:
    members = FutureRain(np.stack([np.zeros((6, 1)), np.full((6, 1), 8.0)]), ("r1",))
    found = predict_gauge(
        learned(), shared(), valley(), record(), np.array([LEARNED + 60]), members
    )
    assert np.isfinite(found.experts["x_pooled_trees"]).all()


def test_lead_by_lead_gives_the_same_files_as_all_at_once() -> None:
    parts = [prepare(valley(), past(), settings(), [lead]) for lead in LEADS]
    assert shared_to_files(gathered(parts)) == shared_to_files(shared())


def test_files_bring_back_the_corrections() -> None:
    files = shared_to_files(shared())
    again = shared_from_files(files)
    assert shared_to_files(again) == files
    rows = np.array([LEARNED + 70])
    found = predict_gauge(learned(), again, valley(), record(), rows, "observed")
    usual = predict_gauge(learned(), shared(), valley(), record(), rows, "observed")
    assert found.quantiles.tolist() == usual.quantiles.tolist()


def test_model_of_an_earlier_version_forecasts_without_corrections() -> None:
    model = fit_gauge(valley(), past(), Shared(shared().pooled), "one", settings(pooled_trees=None))
    files = dict(model_to_files(model))
    for name in [name for name in files if name.endswith(".json") and name != "plan.json"]:
        about = json.loads(files[name])
        about["blend"]["experts"] = about["blend"]["experts"][:-1]
        about["blend"]["weights"] = [row[:-1] for row in about["blend"]["weights"]]
        files[name] = json.dumps(about).encode()
    older = model_from_files(files)
    shared_files = {
        name: text
        for name, text in shared_to_files(shared()).items()
        if not name.startswith("correction")
    }
    plain = shared_from_files(shared_files)
    assert plain.corrections.dry == plain.corrections.wet == {}
    rows = np.array([LEARNED + 70])
    found = predict_gauge(older, plain, valley(), record(), rows, "none")
    usual = predict_gauge(model, plain, valley(), record(), rows, "none")
    assert found.quantiles.tolist() == usual.quantiles.tolist()
    assert np.isnan(found.experts["x_pooled_trees"]).all()


def test_expert_that_nobody_knows_is_refused() -> None:
    files = dict(model_to_files(learned()))
    about = json.loads(files["dry_003.json"])
    about["blend"]["experts"][-1] = "crystal_ball"
    files["dry_003.json"] = json.dumps(about).encode()
    with pytest.raises(ModelError, match="crystal_ball"):
        model_from_files(files)


def test_settings_of_an_earlier_version_have_no_pooled_trees() -> None:
    data = settings().tuning.as_dict()
    assert Tuning.from_dict(data) == settings().tuning
    del data["pooled_trees"]
    assert Tuning.from_dict(data).pooled_trees is None
    assert EXPERTS[-1] == "pooled_trees"
