"""Scores of a table of forecasts, against the same scores computed pair by pair."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from factories.flood_forecasts import (
    LEVELS,
    observations_of,
    small_network,
    table_columns,
    wave,
    write_table,
)
from steiger.engines.flood.network import (
    Kind,
    Network,
    Sensor,
    read_network,
    read_observations,
)
from steiger.engines.flood.verification import (
    Settings,
    VerificationError,
    read_forecasts,
    verify,
)
from steiger.engines.flood.verification.notes import undecided
from steiger.engines.flood.verification.report import html_report
from steiger.engines.flood.verification.table import as_table
from steiger.engines.flood.verification.tables import QUANTILES
from steiger.lib import forecasting as plain

GAUGES = ("g1", "g2", "g3")
HOURS = 24 * 150
QUICK = Settings(resamples=40)


def series() -> dict[str, Any]:
    floods = {"g1": (400, 1500, 2600), "g2": (410, 2620), "g3": ()}
    return {g: wave(HOURS, seed=n, floods=floods[g]) for n, g in enumerate(GAUGES)}


def judged(folder: Path, columns: dict[str, Any], settings: Settings = QUICK) -> dict[str, Any]:
    network = small_network(gauges=GAUGES)
    table = read_forecasts(write_table(folder / "f.parquet", columns), network)
    return verify(network, observations_of(series()), table, settings)


@pytest.fixture(scope="module")
def columns() -> dict[str, Any]:
    return table_columns(series())


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory, columns: dict[str, Any]) -> dict[str, Any]:
    return judged(tmp_path_factory.mktemp("scores"), columns)


def rows(columns: dict[str, Any], gauge: str, lead: int) -> dict[str, Any]:
    chosen = (columns["gauge"] == gauge) & (columns["lead_minutes"] == lead)
    return {name: values[chosen] for name, values in columns.items()}


def truth(gauge: str, lead: int) -> tuple[Any, Any, Any]:
    """Observed at valid time, known at issue time, whether in a flood window."""
    values = series()[gauge]
    step = lead // 60
    above = np.flatnonzero(values >= LEVELS[1])
    flood = np.array([bool(np.any(np.abs(above - i) <= 24)) for i in range(values.size)])
    return values[step:], values[: values.size - step], flood[step:]


@pytest.mark.parametrize("gauge", GAUGES)
@pytest.mark.parametrize("lead", [60, 180])
@pytest.mark.parametrize("method", ["blend", "persistence", "ridge"])
def test_scores_of_a_gauge_are_those_of_its_pairs(
    result: dict[str, Any], columns: dict[str, Any], gauge: str, lead: int, method: str
) -> None:
    part = rows(columns, gauge, lead)
    observed, known, flood = truth(gauge, lead)
    point = {"blend": part["q50"], "persistence": known, "ridge": part["x_ridge"]}[method]
    quantiles = np.stack([part[name] for name in QUANTILES], axis=1)
    crps = plain.mean_absolute_error(point, observed)
    if method == "blend":
        crps = plain.crps_from_quantiles(quantiles, observed, list(QUANTILES.values()))
    entry = next(x for x in result["leads"] if x["lead_minutes"] == lead)
    found = entry["methods"][method]["gauges"][gauge]
    expected = {
        "nse": plain.nse(point, observed),
        "kge": plain.kge(point, observed),
        "kge_2012": plain.kge(point, observed, variant=2012),
        "persistence_index": plain.persistence_index(point, observed, known),
        "crps": crps,
        "bias": float(np.mean(point - observed)),
        "flood_nse": plain.nse(point[flood], observed[flood]) if flood.any() else None,
    }
    for name, score in expected.items():
        if score is None:
            assert found[name] is None
        else:
            assert found[name] == pytest.approx(score, rel=1e-5, abs=1e-6), name


@pytest.mark.parametrize("gauge", GAUGES)
def test_calibration_of_a_gauge_is_that_of_its_pairs(
    result: dict[str, Any], columns: dict[str, Any], gauge: str
) -> None:
    part = rows(columns, gauge, 180)
    observed, _, flood = truth(gauge, 180)
    found = result["leads"][1]["calibration"]["gauges"][gauge]
    inside = plain.coverage(part["q10"], part["q90"], observed)
    assert found["coverage_80"] == pytest.approx(inside, rel=1e-5)
    assert found["width_90"] == pytest.approx(float(np.mean(part["q95"] - part["q05"])), rel=1e-5)
    for name, level in QUANTILES.items():
        loss = plain.pinball(part[name], observed, level)
        assert found[f"pinball_{name}"] == pytest.approx(loss, rel=1e-5)
    if flood.any():
        inside = plain.coverage(part["q10"][flood], part["q90"][flood], observed[flood])
        assert found["flood_coverage_80"] == pytest.approx(inside, rel=1e-5)
    else:
        assert found["flood_coverage_80"] is None


@pytest.mark.parametrize("gauge", GAUGES)
@pytest.mark.parametrize("level", [1, 2, 3])
def test_new_crossings_are_counted_only_from_below(
    result: dict[str, Any], columns: dict[str, Any], gauge: str, level: int
) -> None:
    part = rows(columns, gauge, 180)
    observed, known, _ = truth(gauge, 180)
    below = known < LEVELS[level - 1]
    table = plain.contingency(
        part["q50"][below] >= LEVELS[level - 1], observed[below] >= LEVELS[level - 1]
    )
    found = result["leads"][1]["new_crossings"]["blend"][f"level_{level}"]["gauges"][gauge]
    assert (found["hits"], found["misses"], found["false_alarms"]) == (
        table.hits,
        table.misses,
        table.false_alarms,
    )
    if level == 2:
        main = result["leads"][1]["new_crossings_flood_level"]["blend"]["gauges"][gauge]
        assert main == found


def test_reliability_is_that_of_all_gauges_together(
    result: dict[str, Any], columns: dict[str, Any]
) -> None:
    given, happened = [], []
    for gauge in GAUGES:
        given.append(rows(columns, gauge, 60)["p_level_2"])
        happened.append(truth(gauge, 60)[0] >= LEVELS[1])
    p, o = np.concatenate(given), np.concatenate(happened)
    found = result["leads"][0]["reliability"]["level_2"]["all"]
    assert found["forecasts"] == p.size
    assert found["brier"] == pytest.approx(plain.brier(p, o), rel=1e-5)
    assert sum(bin_["count"] for bin_ in found["bins"]) == p.size


def test_medians_and_intervals_hold_together(result: dict[str, Any]) -> None:
    for lead in result["leads"]:
        for found in lead["methods"].values():
            each = [row["nse"] for row in found["gauges"].values()]
            median = found["median"]["nse"]
            assert median["value"] == pytest.approx(float(np.median(each)), rel=1e-5)
            assert median["low"] <= median["high"]
            assert found["median"]["flood_nse"]["gauges"] == 2


def test_persistence_has_index_0_and_no_new_crossing(result: dict[str, Any]) -> None:
    for lead in result["leads"]:
        assert lead["methods"]["persistence"]["median"]["persistence_index"]["value"] == 0.0
        assert lead["new_crossings_flood_level"]["persistence"]["hits"] == 0


def test_blend_is_better_than_a_noisier_expert_on_the_same_pairs(result: dict[str, Any]) -> None:
    for lead in result["leads"]:
        assert lead["blend_against"]["ridge"]["verdict"] == "better"


def test_result_is_the_same_for_shuffled_rows(
    result: dict[str, Any], columns: dict[str, Any], tmp_path: Path
) -> None:
    order = np.random.default_rng(0).permutation(columns["gauge"].size)
    other = judged(tmp_path, {name: values[order] for name, values in columns.items()})
    assert {**other, "forecasts": {**other["forecasts"], "digest": ""}} == {
        **result,
        "forecasts": {**result["forecasts"], "digest": ""},
    }


def test_result_is_json_without_nan(result: dict[str, Any]) -> None:
    assert json.loads(json.dumps(result, allow_nan=False)) == result


def test_scores_without_unit_do_not_change_with_the_unit(
    columns: dict[str, Any], result: dict[str, Any], tmp_path: Path
) -> None:
    sensors = tuple(
        Sensor(
            id=g, kind=Kind.DISCHARGE, unit="m3/s", target=True,
            warning_levels=tuple(10 * level for level in LEVELS),
        )
        for g in GAUGES
    )  # fmt: skip
    network = Network("Tal", timedelta(hours=1), sensors)
    other = {
        name: 10 * values if name.startswith(("q", "x_")) else values
        for name, values in columns.items()
    }
    table = read_forecasts(write_table(tmp_path / "f.parquet", other), network)
    observed = observations_of({g: 10 * values for g, values in series().items()})
    scaled = verify(network, observed, table, QUICK)
    for before, after in zip(result["leads"], scaled["leads"], strict=True):
        for gauge in GAUGES:
            old = before["methods"]["blend"]["gauges"][gauge]
            new = after["methods"]["blend"]["gauges"][gauge]
            for score in ("nse", "kge", "persistence_index", "flood_nse"):
                assert (new[score] is None) is (old[score] is None)
                assert old[score] is None or new[score] == pytest.approx(old[score], rel=1e-4)
            assert new["crps"] == pytest.approx(10 * old["crps"], rel=1e-4)


def test_missing_forecasts_and_observations_are_left_out(
    columns: dict[str, Any], tmp_path: Path
) -> None:
    holes = {name: values.copy() for name, values in columns.items()}
    for name in (*QUANTILES, "p_level_1", "p_level_2", "p_level_3"):
        holes[name][:100] = np.nan
    full, less = judged(tmp_path, columns), judged(tmp_path, holes)
    assert full["leads"][0]["pairs"] - less["leads"][0]["pairs"] == 100


def test_expert_that_is_missing_at_a_gauge_is_judged_at_the_others(
    columns: dict[str, Any], tmp_path: Path
) -> None:
    holes = {name: values.copy() for name, values in columns.items()}
    holes["x_ridge"][columns["gauge"] == "g1"] = np.nan
    lead = judged(tmp_path, holes)["leads"][0]
    assert lead["methods"]["ridge"]["median"]["nse"]["gauges"] == 2
    assert lead["events"]["ridge"]["gauges"]["g1"]["misses"] == 0


def test_value_known_late_is_no_persistence(columns: dict[str, Any], tmp_path: Path) -> None:
    sensors = tuple(
        Sensor(
            id=g, kind=Kind.WATER_LEVEL, unit="m", target=True, warning_levels=LEVELS,
            available_after=timedelta(hours=2),
        )
        for g in GAUGES
    )  # fmt: skip
    network = Network("Tal", timedelta(hours=1), sensors)
    table = read_forecasts(write_table(tmp_path / "f.parquet", columns), network)
    found = verify(network, observations_of(series()), table, QUICK)
    values = series()["g1"]
    # Known at issue time is the value of two hours before; lead 1 h makes it three hours.
    expected = plain.mean_absolute_error(values[:-3], values[3:])
    score = found["leads"][0]["methods"]["persistence"]["gauges"]["g1"]["crps"]
    assert score == pytest.approx(expected, rel=1e-5)


def test_gauges_without_levels_are_judged_by_what_remains(tmp_path: Path) -> None:
    network = small_network(gauges=GAUGES, levels=())
    table = read_forecasts(write_table(tmp_path / "f.parquet", table_columns(series())), network)
    found = verify(network, observations_of(series()), table, QUICK)
    lead = found["leads"][0]
    assert lead["methods"]["blend"]["median"]["nse"]["gauges"] == 3
    assert lead["methods"]["blend"]["median"]["flood_nse"]["value"] is None
    assert found["events"]["observed"] == found["events"]["methods"] == {}
    assert html_report(found, "de")
    assert as_table(found)


def test_gauge_without_any_observation_is_no_hindrance(
    columns: dict[str, Any], tmp_path: Path
) -> None:
    network = small_network(gauges=GAUGES)
    table = read_forecasts(write_table(tmp_path / "f.parquet", columns), network)
    silent = {**series(), "g1": np.full(HOURS, np.nan)}
    lead = verify(network, observations_of(silent), table, QUICK)["leads"][0]
    assert lead["methods"]["blend"]["gauges"]["g1"]["nse"] is None
    assert lead["methods"]["blend"]["median"]["nse"]["gauges"] == 2


@pytest.mark.shared
def test_floods_of_a_real_network_are_found(shared: Path, tmp_path: Path) -> None:
    """Persistence itself as the forecast: what does not depend on any model."""
    folder = shared / "data/flood/network_a"
    network = read_network(folder)
    start = np.datetime64("2019-10-01")
    observations = read_observations(folder, network, start=start)
    parts = [
        table_columns(
            {s.id: observations.column(s.id)},
            start=datetime(2019, 10, 1, tzinfo=UTC),
            leads=(360,),
            levels=s.warning_levels,
        )
        for s in network.targets
    ]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    for name in QUANTILES:
        columns[name] = columns["x_persistence"]
    table = read_forecasts(write_table(tmp_path / "f.parquet", columns), network)
    result = verify(network, observations, table, QUICK)
    assert result["events"]["observed"] == {"level_1": 160, "level_2": 131, "level_3": 55}
    blend = result["leads"][0]["methods"]["blend"]["median"]
    assert blend["persistence_index"]["value"] == 0.0
    flood = [naive_flood_nse(observations.column(s.id), s.warning_levels[1], 6)
             for s in network.targets]  # fmt: skip
    assert blend["flood_nse"]["value"] == pytest.approx(float(np.median(flood)), rel=1e-5)


def naive_flood_nse(values: Any, level: float, lead: int) -> float:
    near = np.convolve(values >= level, np.ones(49), mode="same") > 0.5
    chosen = near[lead:]
    return plain.nse(values[:-lead][chosen], values[lead:][chosen])


def test_forecasts_that_meet_no_observation_are_refused(tmp_path: Path) -> None:
    network = small_network(gauges=GAUGES)
    late = table_columns(series())
    late["issue_time"] = late["issue_time"] + np.timedelta64(4000, "D")
    table = read_forecasts(write_table(tmp_path / "f.parquet", late), network)
    with pytest.raises(VerificationError, match="no forecast meets an observation"):
        verify(network, observations_of(series()), table, QUICK)


def test_issue_times_off_the_step_are_refused(tmp_path: Path) -> None:
    network = small_network(gauges=GAUGES)
    odd = table_columns(series())
    odd["issue_time"] = odd["issue_time"] + np.timedelta64(7, "m")
    table = read_forecasts(write_table(tmp_path / "f.parquet", odd), network)
    with pytest.raises(VerificationError, match="not on the network's time step"):
        verify(network, observations_of(series()), table, QUICK)


def test_few_floods_are_called_undecided(result: dict[str, Any]) -> None:
    notes = [note["en"] for note in result["undecided"]]
    assert any("Fewer than 5 floods occurred at: g1, g2, g3" in note for note in notes)
    assert all(note["de"] for note in result["undecided"])
    assert result["events"]["methods"]["blend"]["decided"]["pod"]


def test_notes_call_methods_as_the_table_does_and_leave_out_who_said_nothing() -> None:
    against = {
        "pooled_trees": {"verdict": "undecided", "gauges": 3},
        "gr4h": {"verdict": "undecided", "gauges": 0},
        "ridge": {"verdict": "better", "gauges": 3},
    }
    lead = {"lead_minutes": 90, "blend_against": against}
    (note,) = undecided({"events": {"methods": {}}, "leads": [lead]}, QUICK)
    assert note["de"].endswith("einen besseren CRPS hat als: Bäume über alle Pegel.")
    assert note["en"].endswith("has a better CRPS than: Trees over all gauges.")


def test_column_without_a_value_is_no_expert(columns: dict[str, Any], tmp_path: Path) -> None:
    network = small_network(gauges=GAUGES)
    data = columns | {"x_gr4h": np.full(columns["q50"].size, np.nan)}
    table = read_forecasts(write_table(tmp_path / "f.parquet", data), network)
    found = verify(network, observations_of(series()), table, QUICK)
    assert all("gr4h" not in lead["methods"] for lead in found["leads"])


def test_progress_is_told_per_gauge_and_lead(columns: dict[str, Any], tmp_path: Path) -> None:
    network = small_network(gauges=GAUGES)
    table = read_forecasts(write_table(tmp_path / "f.parquet", columns), network)
    steps: list[int] = []
    verify(network, observations_of(series()), table, QUICK, lambda: steps.append(1))
    assert len(steps) == len(table.gauges) + len(table.leads)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"level": 0}, "level"),
        ({"probability": 1.0}, "probability"),
        ({"window": timedelta(-1)}, "window"),
        ({"gap": timedelta(-1)}, "gap"),
        ({"block": timedelta(hours=1)}, "block"),
        ({"resamples": 0}, "resamples"),
        ({"hysteresis_m": -1.0}, "hysteresis"),
    ],
)
def test_settings_that_make_no_sense_are_refused(change: dict[str, Any], word: str) -> None:
    with pytest.raises(VerificationError, match=word):
        Settings(**change)
