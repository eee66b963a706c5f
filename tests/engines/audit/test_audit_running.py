"""An audit from a file: read strictly, the same on any executor, stopped and resumed."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from factories import audit
from steiger.engines.audit.catalogue import own_catalogue
from steiger.engines.audit.checks.finding import all_checks
from steiger.engines.audit.context import NEEDS_DE, Modality, Need, Task, need_texts
from steiger.engines.audit.data import AuditError, Table
from steiger.engines.audit.data.times import gaps_in, times_of
from steiger.engines.audit.running import (
    Endpoints,
    load,
    planned,
    read_measurements,
    read_plan,
    run_audit,
    template,
)
from steiger.engines.audit.running.judging import excuses_of, judge, judged_again, prepared

TEXT = """\
[audit]
name = "Auskunft"
task = "text"
modality = "text"
checks = ["text_canary_leak", "memorised_canaries"]
[text]
address = "http://127.0.0.1:1/v1"
model = "m"
canaries = "canaries.csv"
repeats = 1
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def connect_text(address: str, model: str, key: str) -> Callable[..., str]:
    return audit.good_answers


def test_results_say_what_was_measured(tmp_path: Path) -> None:
    out = tmp_path / "out"
    results = run_audit(read_plan(audit.write_audit(tmp_path)), out)
    assert json.loads((out / "results.json").read_bytes()) == results
    checks = {one["id"]: one for one in results["checks"]}
    assert checks["calibration"]["requirements"] == ["VE-02"]
    assert checks["k_anonymity"]["state"] == "not applicable"
    assert checks["calibration"]["state"] == "measured"
    (error,) = (
        one
        for one in checks["calibration"]["measurements"]
        if one["name"] == "expected_calibration_error"
    )
    assert error["threshold"] == 0.2
    assert error["interval"][0] <= error["estimate"] <= error["interval"][1]
    assert (error["verdict"], error["p_met_corrected"]) == (None, None)
    for file in error["evidence"]:
        assert (out / file).is_file()
    assert set(results["inputs"]) == {
        "card.md",
        "net.safetensors",
        "test.parquet",
        "training.parquet",
    }
    assert str(tmp_path) not in json.dumps(results)
    assert results["audit"]["favourable"] == "3"


def test_measurements_come_back_from_the_file(tmp_path: Path) -> None:
    plan = read_plan(audit.write_audit(tmp_path))
    results = run_audit(plan, tmp_path / "out")
    back = {(one.check, one.name, one.subject): one for one in read_measurements(results)}
    direct = all_checks()["calibration"].run(load(plan))
    for one in direct.measurements:
        again = back[one.check, one.name, one.subject]
        assert (again.estimate, again.low, again.p_met) == (one.estimate, one.low, one.p_met)


def test_open_ends_survive_the_file(tmp_path: Path) -> None:
    path = audit.write_audit(
        tmp_path,
        **{
            '["performance_with_intervals", "calibration", "group_error_rates", "k_anonymity"]': (
                '["demographic_parity"]'
            )
        },
    )
    results = run_audit(read_plan(path), tmp_path / "out")
    rows = results["checks"][0]["measurements"]
    assert all(one.high >= one.low for one in read_measurements(results))
    assert {row["subject"] for row in rows} == {"camera: a", "camera: b"}


@pytest.mark.parametrize("content", [{}, {"format": "steiger-audit-results/1", "checks": [{}]}])
def test_other_results_are_refused(content: dict[str, Any]) -> None:
    with pytest.raises(AuditError, match=r"results\.json"):
        read_measurements(content)


def executors() -> list[Any]:
    spawn = multiprocessing.get_context("spawn")
    return [
        pytest.param(lambda: ThreadPoolExecutor(4), id="threads"),
        pytest.param(lambda: ProcessPoolExecutor(1, mp_context=spawn), id="processes"),
    ]


@pytest.mark.parametrize("make", executors())
def test_results_do_not_depend_on_the_workers(tmp_path: Path, make: Callable[[], Executor]) -> None:
    plan = read_plan(audit.write_audit(tmp_path))
    run_audit(plan, tmp_path / "alone")
    with make() as pool:
        run_audit(plan, tmp_path / "many", executor=pool)
    assert contents(tmp_path / "alone") == contents(tmp_path / "many")


def test_stopped_audit_goes_on_where_it_was(tmp_path: Path) -> None:
    plan = read_plan(audit.write_audit(tmp_path))
    run_audit(plan, tmp_path / "whole")
    seen: list[str] = []

    def stop(check: str, done: int, _all: int) -> None:
        seen.append(check)
        if done == 2:
            raise KeyboardInterrupt

    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        run_audit(plan, out, done=stop)
    assert not (out / "results.json").exists()
    later: list[str] = []
    run_audit(plan, out, done=lambda check, _done, _all: later.append(check))
    assert len(seen) == len(later) == 2
    assert not set(seen) & set(later)
    assert contents(out) == contents(tmp_path / "whole")


def test_other_data_begin_anew(tmp_path: Path) -> None:
    path = audit.write_audit(tmp_path)
    run_audit(read_plan(path), tmp_path / "out")
    path.write_text(path.read_text().replace("alpha = 0.05", "alpha = 0.01"))
    again: list[str] = []
    results = run_audit(read_plan(path), tmp_path / "out", done=lambda c, _d, _a: again.append(c))
    assert len(again) == 4
    assert results["checks"][0]["measurements"][0]["level"] == 0.99


def test_damaged_part_is_measured_again(tmp_path: Path) -> None:
    plan = read_plan(audit.write_audit(tmp_path))
    first = run_audit(plan, tmp_path / "out")
    (tmp_path / "out/parts/calibration.json").write_text("{")
    assert run_audit(plan, tmp_path / "out") == first


def test_check_that_fails_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: Any, _context: Any) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(type(all_checks()["calibration"]), "run", broken)
    results = run_audit(read_plan(audit.write_audit(tmp_path)), tmp_path / "out")
    states = {one["id"]: (one["state"], one["reason"]) for one in results["checks"]}
    assert states["calibration"] == ("failed", "ZeroDivisionError: by nothing")
    assert states["group_error_rates"][0] == "measured"


def test_model_that_cannot_answer_is_one_error(tmp_path: Path) -> None:
    from sklearn.tree import DecisionTreeClassifier
    from skops.io import dump

    model = DecisionTreeClassifier().fit([[0.0], [1.0]], ["0", "3"])
    dump(model, tmp_path / "m.skops")
    path = audit.write_audit(
        tmp_path,
        **{
            'kind = "safetensors"': 'kind = "skops"\nclasses = ["0", "3"]',
            '"net.safetensors"': '"m.skops"',
        },
    )
    with pytest.raises(AuditError, match="also hold '1'"):
        load(read_plan(path))
    model = DecisionTreeClassifier().fit([[0.0], [1.0], [2.0], [3.0]], ["0", "1", "2", "3"])
    dump(model, tmp_path / "m.skops")
    path.write_text(path.read_text().replace('["0", "3"]', '["0", "1", "2", "3"]'))
    with pytest.raises(AuditError, match=r"m\.skops: the model cannot answer"):
        load(read_plan(path))


def test_crossings_need_two_attributes(tmp_path: Path) -> None:
    path = audit.write_audit(tmp_path, **{'"k_anonymity"]': '"intersectional_groups"]'})
    results = run_audit(read_plan(path), tmp_path / "out")
    assert results["checks"][-1]["lacking"] == ["two protected attributes"]
    excuse = excuses_of(results)["intersectional_groups"]
    assert excuse.de == "Für die Prüfung fehlt: zwei geschützte Merkmale."
    assert excuse.en == "Missing: two protected attributes."


def test_what_is_lacking_has_a_german_name() -> None:
    assert set(NEEDS_DE) == set(Need)
    told = need_texts(["training data", "something new"])
    assert told == {
        "de": "Trainingsdaten, something new",
        "en": "training data, something new",
    }


def test_thresholds_other_than_the_catalogues_stand_in_the_verdict(tmp_path: Path) -> None:
    catalogue = own_catalogue()
    plan = prepared(read_plan(audit.write_audit(tmp_path)), catalogue)
    results = run_audit(plan, tmp_path / "out")
    verdict = judge(plan, results, catalogue).as_plain()
    # Set to 0.2 in the file; all others are those of the catalogue.
    assert verdict["deviations"] == [
        {
            "check": "calibration",
            "name": "expected_calibration_error",
            "better": "below",
            "threshold": 0.2,
            "demanded": 0.05,
        }
    ]
    assert judged_again(results, verdict, catalogue).as_plain() == verdict
    results["audit"]["thresholds"] = {}
    with pytest.raises(AuditError, match="does not follow from results"):
        judged_again(results, verdict, catalogue)
    told = [one["reason"]["de"] for one in verdict["requirements"] if one["check"] == "calibration"]
    assert all("Mittlerer Abstand" in one or "Genannte Sicherheit" in one for one in told)


def test_verdict_of_an_older_version_follows_from_its_results(tmp_path: Path) -> None:
    catalogue = own_catalogue()
    plan = prepared(read_plan(audit.write_audit(tmp_path)), catalogue)
    results = run_audit(plan, tmp_path / "out")
    verdict = judge(plan, results, catalogue).as_plain()
    # It told neither thresholds nor deviations, and named figures as programs do.
    del results["audit"]["thresholds"], verdict["deviations"]
    verdict["requirements"][0]["reason"] = {"de": "accuracy: erreicht", "en": "accuracy: met"}
    assert judged_again(results, verdict, catalogue).deviations == ()
    verdict["requirements"][0]["verdict"] = "another one"
    with pytest.raises(AuditError, match="does not follow from results"):
        judged_again(results, verdict, catalogue)


def test_text_endpoint_is_given_from_outside(tmp_path: Path) -> None:
    (tmp_path / "canaries.csv").write_text("before,secret\nDie Nummer ist,X-77\n")
    (tmp_path / "audit.toml").write_text(TEXT)
    plan = read_plan(tmp_path / "audit.toml")
    results = run_audit(plan, tmp_path / "out", endpoints=Endpoints(text=connect_text))
    assert [one["state"] for one in results["checks"]] == ["measured", "measured"]
    lines = (tmp_path / "out/evidence/text_canary_leak/transcript.jsonl").read_text().splitlines()
    assert len(lines) == 180  # as many as it takes to meet the threshold without a single leak


def test_without_network_there_is_no_endpoint(tmp_path: Path) -> None:
    (tmp_path / "canaries.csv").write_text("before,secret\na,b\n")
    (tmp_path / "audit.toml").write_text(TEXT)
    with pytest.raises(AuditError, match="cannot be reached"):
        run_audit(read_plan(tmp_path / "audit.toml"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_predictions_file_is_enough(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = [f"{k},{rng.random():.3f},{'ja' if rng.random() < 0.6 else 'nein'}" for k in range(80)]
    (tmp_path / "t.csv").write_text("n,p,y\n" + "\n".join(rows) + "\n")
    (tmp_path / "audit.toml").write_text(
        '[audit]\ntask = "classification"\nmodality = "tabular"\n'
        '[model]\nkind = "predictions"\nclasses = ["nein", "ja"]\n'
        '[data]\ntest = "t.csv"\ntarget = "y"\n[predictions]\nscores = ["p"]\n'
    )
    plan = read_plan(tmp_path / "audit.toml")
    context = load(plan)
    assert context.features == ("n",)
    assert context.said().outputs.shape == (80, 2)
    assert {check.id for check in planned(plan)} > {"calibration", "label_leakage"}


@pytest.mark.parametrize("column", ["y", "score", "level", "said"])
def test_rows_without_a_value_that_is_needed_are_counted_and_refused(
    tmp_path: Path, column: str
) -> None:
    classes = column in {"y", "score"}
    rows = [{"y": "ab"[k % 2], "score": "0.5", "level": str(k), "said": "1"} for k in range(9)]
    for k in (3, 7):
        rows[k][column] = ""
    names = ["y", "score"] if classes else ["level", "said"]
    lines = [",".join(names), *[",".join(row[name] for name in names) for row in rows]]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n")
    given = ('"classification"', "y", 'scores = ["score"]')
    task, target, said = given if classes else ('"regression"', "level", 'value = "said"')
    (tmp_path / "audit.toml").write_text(
        f'[audit]\ntask = {task}\nmodality = "tabular"\n'
        f'[data]\ntest = "t.csv"\ntarget = "{target}"\n[predictions]\n{said}\n'
    )
    with pytest.raises(AuditError, match=rf"t\.csv: column '{column}': 2 rows .*: row 4\)"):
        load(read_plan(tmp_path / "audit.toml"))


@pytest.mark.parametrize(
    ("scores", "text"),
    [
        (
            ["0,5", "97,25 %"],
            r"column 's' holds no numbers \(row 2: '97,25 %'\); write them without",
        ),
        (["1.234,5", "0,5"], r"column 's' holds no numbers \(row 1: '1\.234,5'\)"),
        (
            ["0,5", "97,25"],
            r"row 2: scores .* add up to 1 \(97\.25\); if they are per cent, divide",
        ),
        (["0,5", "-3"], r"row 2: scores .* add up to 1 \(-3\)$"),
        (["0,5", "970"], r"row 2: scores .* add up to 1 \(970\)$"),
    ],
)
def test_scores_that_are_none_are_named_with_what_they_may_be(
    tmp_path: Path, scores: list[str], text: str
) -> None:
    rows = [f"{label};{score}" for label, score in zip(("a", "b"), scores, strict=True)]
    (tmp_path / "t.csv").write_text("\n".join(["y;s", *rows]) + "\n")
    (tmp_path / "audit.toml").write_text(
        '[audit]\ntask = "classification"\nmodality = "tabular"\n'
        '[data]\ntest = "t.csv"\ntarget = "y"\n[predictions]\nscores = ["s"]\n'
    )
    with pytest.raises(AuditError, match=text):
        load(read_plan(tmp_path / "audit.toml"))


def test_block_longer_than_the_data_is_refused(tmp_path: Path) -> None:
    path = forecasts(tmp_path, ["2020-01-01", "2020-01-02", "2020-01-03"], apart=True)
    text = path.read_text().replace("[data]", "[data]\nblock = 4", 1)
    path.write_text(text)
    with pytest.raises(AuditError, match="block: 4 rows are more than the 3 of the test data"):
        load(read_plan(path))


def test_rows_are_counted_as_they_lie_in_the_file(tmp_path: Path) -> None:
    path = forecasts(tmp_path, ["2020-01-01", "2020-01-02", "2020-01-03"], apart=True)
    (tmp_path / "said.csv").write_text('said\n1\n2\n""\n')
    with pytest.raises(AuditError, match=r"said\.csv: column 'said': 1 row .*: row 3\)"):
        load(read_plan(path))


def test_training_rows_without_a_label_are_refused(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    path = audit.write_audit(tmp_path)
    table = parquet.read_table(tmp_path / "training.parquet")
    labels = [None, *table["y"].to_pylist()[1:]]
    table = table.set_column(table.schema.get_field_index("y"), "y", pa.array(labels))
    parquet.write_table(table, tmp_path / "training.parquet")
    with pytest.raises(AuditError, match=r"training\.parquet: column 'y': 1 row has no value"):
        load(read_plan(path))


def codes(folder: Path, first: int) -> Path:
    """An audit of answers that are always wrong; class and group are numbers one after another."""
    rows = [f"{first + k % 2},{first + 1 - k % 2},{first + k // 2 % 2}" for k in range(40)]
    (folder / "t.csv").write_text("y,said,code\n" + "\n".join(rows) + "\n")
    (folder / "audit.toml").write_text(
        '[audit]\ntask = "classification"\nmodality = "tabular"\n'
        f'[data]\ntest = "t.csv"\ntarget = "y"\nprotected = ["code"]\nfavourable = "{first}"\n'
        '[predictions]\nlabel = "said"\n'
    )
    return folder / "audit.toml"


def test_long_codes_of_classes_and_groups_stay_apart(tmp_path: Path) -> None:
    context = load(read_plan(codes(tmp_path, 1000001)))
    assert context.classes == ("1000001", "1000002")
    assert not (context.predicted() == context.truth()).any()
    assert set(context.groups("code")) == {"1000001", "1000002"}


def test_codes_that_a_number_cannot_hold_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match=r"t\.csv: column 'y' holds numbers beyond 2\^53"):
        load(read_plan(codes(tmp_path, 2**53)))


def test_forecasts_with_intervals_are_a_time_series(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = [
        f"2021-07-{k // 24 + 1:02}T{k % 24:02},{rng.normal():.3f},0,-1.6,1.6" for k in range(480)
    ]
    (tmp_path / "t.csv").write_text("time,level,said,low,high\n" + "\n".join(rows) + "\n")
    (tmp_path / "audit.toml").write_text(
        '[audit]\ntask = "regression"\nmodality = "time-series"\nchecks = ["conformal_coverage"]\n'
        '[data]\ntest = "t.csv"\ntarget = "level"\ntime = "time"\nblock = 12\n'
        '[predictions]\nvalue = "said"\nlow = "low"\nhigh = "high"\ncoverage = 0.9\n'
    )
    results = run_audit(read_plan(tmp_path / "audit.toml"), tmp_path / "out")
    (one,) = results["checks"][0]["measurements"]
    assert (one["count"], one["threshold"]) == (40, -0.02)
    # A promise of 90 % that is held nearly always lies beyond it, whatever was promised.
    assert 0 < one["estimate"] <= 0.1


@pytest.mark.parametrize(
    ("times", "gaps"),
    [
        # Months: one, and two in a row; the 31st of January is no step of its own.
        (
            [f"2025-{m:02}" for m in (1, 2, 3, 5, 6, 7, 8, 9, 12)]
            + [f"2026-{m:02}" for m in range(1, 13)],
            [("2025-04", "2025-04", 1), ("2025-10", "2025-11", 2)],
        ),
        ([f"{k}.03.2026" for k in range(1, 29) if k != 17], [("2026-03-17", "2026-03-17", 1)]),
        (
            [f"2026-07-14T{h:02}:00+02:00" for h in range(24) if h not in {4, 5, 6}],
            [("2026-07-14T04:00+02:00", "2026-07-14T06:00+02:00", 3)],
        ),
        ([k for k in range(50) if k != 30], [("30", "30", 1)]),
        ([f"2026-{m:02}-28" for m in range(1, 13)], []),
        ([f"2026-07-14T{h:02}:00" for h in range(24)] * 2, []),  # two stations
        # Working days: the weekends are not missing, but Wednesday the 10th is.
        (
            [f"2026-06-{d:02}" for d in range(1, 29) if d % 7 not in {6, 0} and d != 10],
            [("2026-06-10", "2026-06-10", 1)],
        ),
        # Without a step nothing can be said to be missing.
        ([f"2026-06-{d:02}" for d in (1, 2, 4, 8, 16)], []),
        (["2026-06-01", "2026-06-09"], []),
    ],
)
def test_missing_steps_of_a_series_are_found(
    times: list[Any], gaps: list[tuple[str, str, int]]
) -> None:
    column = np.array(times, dtype=float if isinstance(times[0], int) else object)
    table = Table({"time": column})
    found = gaps_in(times_of(table, "time", "t.csv"))
    assert [(one.first, one.last, one.count) for one in found] == gaps


def test_missing_steps_stand_in_evidence_limits_and_results(tmp_path: Path) -> None:
    times = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]
    plan = forecasts(tmp_path, [time for time in times if time != "2025-03"])
    results = run_audit(read_plan(plan), tmp_path / "out")
    gap = {"first": "2025-03", "last": "2025-03", "count": 1}
    assert results["missing_steps"] == [gap]
    (check,) = (c for c in results["checks"] if c["id"] == "performance_with_intervals")
    assert "In der Zeitspalte fehlt 1 Schritt: 2025-03." in check["limits"][0]["de"]
    kept = json.loads((tmp_path / "out" / check["evidence"][0]).read_text())
    assert kept["missing_steps"] == [gap]


def forecasts(folder: Path, times: list[str], *, apart: bool = False) -> Path:
    """An audit of a series whose true value is the number of its row in time, told in `times`."""
    pairs = list(enumerate(times))
    pairs = pairs[1::2] + pairs[::2]  # as they lie in the file: not in the order of time
    rows = [f'"{time}",{k},{k}' for k, time in pairs]
    (folder / "t.csv").write_text("time,level,said\n" + "\n".join(rows) + "\n")
    (folder / "said.csv").write_text("said\n" + "\n".join(str(k) for k, _ in pairs) + "\n")
    (folder / "audit.toml").write_text(
        '[audit]\ntask = "regression"\nmodality = "time-series"\n'
        '[data]\ntest = "t.csv"\ntarget = "level"\ntime = "time"\n[predictions]\nvalue = "said"\n'
        + ('path = "said.csv"\n' if apart else "")
    )
    return folder / "audit.toml"


@pytest.mark.parametrize(
    "times",
    [
        ["31.12.2020", "1.1.2021", "02.02.2021", "03.01.2022"],
        ["31.12.2020 23:30", "01.01.2021 0:15", "01.01.2021 11:00:05"],
        ["2020-12-31", "2021-01-01", "2021-02-01"],
        ["2020-12-31T23:30+00:00", "2021-01-01T00:45+01:00", "2020-12-31T23:50-01:00"],
        ["2020-11", "2020-12", "2021-01"],
        ["9", "10", "200"],
    ],
    ids=lambda times: times[0],
)
@pytest.mark.parametrize("apart", [False, True], ids=["one file", "predictions apart"])
def test_rows_of_a_series_follow_each_other_in_time(
    tmp_path: Path, times: list[str], apart: bool
) -> None:
    context = load(read_plan(forecasts(tmp_path, times, apart=apart)))
    assert context.values().tolist() == list(range(len(times)))
    assert context.said().outputs.tolist() == context.values().tolist()


def test_moments_of_a_zone_follow_each_other_over_the_change_of_clocks(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    path = forecasts(tmp_path, ["2020-01-01"])
    seconds = [1635640200 + 1800 * k for k in range(4)]  # 2021-10-31, 02:30 twice in Berlin
    time = pa.array(seconds, pa.timestamp("s", tz="Europe/Berlin"))
    table = {"time": time, "level": [0, 1, 2, 3], "said": [0, 1, 2, 3]}
    parquet.write_table(pa.table(table).take([3, 1, 0, 2]), tmp_path / "t.parquet")
    path.write_text(path.read_text().replace("t.csv", "t.parquet"))
    assert load(read_plan(path)).values().tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("times", "text"),
    [
        (["31.12.2020", "2021-01-01"], r"t\.csv: column 'time', row 2: '31.12.2020' is no time"),
        (["12/31/2020", "01/01/2021"], r"row 1: '01/01/2021' is no time of the form"),
        (["31.12.20", "01.01.21"], r"row 1: '01.01.21' is no time"),
        (["30.02.2021", "01.03.2021"], r"row 2: '30.02.2021' is no time"),
        (["2020-12-31T10:00", "2020-12-31T11:00Z"], "either every time names its zone or none"),
        (["2020-12-31", ""], r"t\.csv: column 'time': row 1 has no time"),
        (["1", ""], "row 1 has no time"),
    ],
)
def test_times_that_cannot_be_put_in_order_are_refused(
    tmp_path: Path, times: list[str], text: str
) -> None:
    with pytest.raises(AuditError, match=text):
        load(read_plan(forecasts(tmp_path, times)))


WRONG = [
    ("[audit]", "[audits]", r"unknown section \[audits\]"),
    ('name = "Viertel"', 'nome = "Viertel"', r"\[audit\] nome: unknown key"),
    ('task = "classification"', 'task = "clustering"', "'clustering' is none of"),
    ("alpha = 0.05", "alpha = 5", "not between"),
    ("alpha = 0.05", 'alpha = "5"', "must be a number"),
    ('"calibration", ', '"calibraton", ', "did you mean 'calibration'"),
    ('path = "net.safetensors"', 'path = "nit.safetensors"', "there is no file"),
    ('path = "net.safetensors"', "", "needs the path"),
    ('kind = "safetensors"', 'kind = "magic"', "'magic' is none of"),
    ("shape = [4, 4]", 'shape = [4, 4]\nanswers = "logits"', "'logits' is for onnx, light"),
    ('"p0", ', "", "expects 16 inputs"),
    ('"p0", ', '"p99", ', "no column 'p99'"),
    ("shape = [4, 4]", "", "shape = .* needed"),
    ('target = "y"', 'target = "z"', "no column 'z'"),
    ('target = "y"', "", "test and target are needed"),
    ('favourable = "3"', 'favourable = "9"', "classes are 0, 1, 2, 3"),
    ('favourable = "3"', "", r"\[data\] favourable is needed where protected"),
    ('protected = ["camera"]', 'protected = ["sex"]', "no column 'sex'"),
    ('protected = ["camera"]', 'protected = ["camera > 3"]', "holds no numbers"),
    ('protected = ["camera"]', 'protected = ["camera", "camera"]', "twice"),
    ("expected_calibration_error", "ece", "the check measures expected"),
    ("error = 0.2", "error = 7", r"\[thresholds.calibration\] .*: 7 is not between 0 and 1"),
    ("error = 0.2", "error = -0.1", "-0.1 is not between 0 and 1"),
    ("[thresholds.calibration]", "[thresholds.calib]", "no check 'calib'"),
    ("calibration = [", "calibrate = [", "did you mean 'calibration'"),
    ('"card.md"', '"../../card.md"', "there is no file"),
    ("[model]", "[model", "is no TOML"),
]


@pytest.mark.parametrize(("old", "new", "text"), WRONG, ids=[text for _, _, text in WRONG])
def test_what_makes_no_sense_is_one_error_and_nothing_written(
    tmp_path: Path, old: str, new: str, text: str
) -> None:
    path = audit.write_audit(tmp_path, **{old: new})
    before = contents(tmp_path)
    with pytest.raises(AuditError, match=text) as caught:
        run_audit(read_plan(path), tmp_path / "out")
    assert (
        "audit.toml" in str(caught.value)
        or ".safetensors" in str(caught.value)
        or ("protected" in str(caught.value))
    )
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("task", "modality"),
    [
        (Task.CLASSIFICATION, Modality.TABULAR),
        (Task.CLASSIFICATION, Modality.IMAGE),
        (Task.REGRESSION, Modality.TIME_SERIES),
        (Task.TEXT, Modality.TEXT),
    ],
)
def test_template_becomes_readable_when_filled_in(
    tmp_path: Path, task: Task, modality: Modality
) -> None:
    text = template(
        name='Ein "Name"',
        task=task,
        modality=modality,
        kind="predictions",
        target="y",
        protected=("sex", "age > 25"),
    )
    (tmp_path / "t.csv").write_text("t,y,p\n1,2,3\n")
    for old, new in (
        ('test = ""', 'test = "t.csv"'),
        ('time = ""', 'time = "t"'),
        ('favourable = ""', 'favourable = "2"'),
        ('address = ""', 'address = "http://127.0.0.1/v1"'),
        ("# [predictions]", '[predictions]\nlabel = "p"'),
    ):
        text = text.replace(old, new)
    (tmp_path / "audit.toml").write_text(text)
    plan = read_plan(tmp_path / "audit.toml")
    assert (plan.name, plan.task, plan.modality) == ('Ein "Name"', task, modality)
    assert plan.favourable == ("2" if task is Task.CLASSIFICATION else "")
