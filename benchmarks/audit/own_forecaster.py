"""Our own forecaster is examined first: the flood room's forecasts of the simulated valley.

A model learns from the valley's past until a day and forecasts the months after it. Two audits of
each lead look at ``forecasts.parquet`` beside the observations: the forecast and its 80 % band as
a regression (error, coverage, drift of the error's inputs), and the probability of reaching the
first warning level as a classification (calibration).

    python benchmarks/audit/own_forecaster.py [--out FOLDER] [--docs PAGE.md]

Prints JSON. The folder keeps `audit.toml`, evidence and verdicts.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from steiger.engines.audit.catalogue import own_catalogue
from steiger.engines.audit.running import read_plan, run_audit
from steiger.engines.audit.running.judging import judge, prepared, write_verdict
from steiger.engines.flood.forecasting import hindcast, train
from steiger.engines.flood.models import ModelSettings
from steiger.engines.flood.simulation import beispieltal, history

GAUGE = "beispielstadt"
LEADS = (3, 6)
START, UNTIL = datetime(2019, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
END = datetime(2021, 12, 31, tzinfo=UTC)
BLOCK_HOURS = 72

HEAD = """\
[audit]
name = "{name}"
task = "{task}"
modality = "time-series"
alpha = 0.05
checks = [{checks}]

[data]
test = "{file}"
target = "{target}"
time = "time"
block = {block}

[predictions]
{predictions}

[model]
kind = "predictions"
features = []
{more}
"""


def forecasts(folder: Path) -> tuple[Any, Any]:
    """Observations, and a table of forecasts that were made as they would have been."""
    network, observations, _state = history(beispieltal(), START, END, seed=11)
    network = replace(
        network, sensors=tuple(replace(s, target=s.id == GAUGE) for s in network.sensors)
    )
    settings = ModelSettings(leads=tuple(timedelta(hours=h) for h in LEADS), profile="light")
    model = train(network, observations.until(UNTIL), settings)
    table = hindcast(
        model,
        network,
        observations,
        start=UNTIL,
        end=END - timedelta(hours=max(LEADS)),
        every=timedelta(hours=3),
        rain="none",
    )
    pq.write_table(table, folder / "forecasts.parquet")
    return observations, table


def rows(observations: Any, table: Any, lead: int) -> dict[str, Any]:
    """Forecasts of one lead beside what came, as columns."""
    chosen = table.filter(pa.compute.equal(table["lead_minutes"], 60 * lead))
    issued = chosen["issue_time"].to_numpy(zero_copy_only=False).astype("datetime64[s]")
    valid = issued + np.timedelta64(lead, "h")
    place = np.searchsorted(observations.times, valid)
    came = observations.values[place, observations.position(GAUGE)]
    level = np.asarray(chosen["p_level_1"].to_pylist(), dtype=float)
    network, _o, _s = history(beispieltal(), START, START + timedelta(days=1), seed=11)
    height = next(s.warning_levels[0] for s in network.sensors if s.id == GAUGE)
    good = np.isfinite(came) & np.isfinite(level)
    columns = {name: np.asarray(chosen[name].to_pylist(), float) for name in ("q10", "q50", "q90")}
    made = {"time": [str(t) for t in valid[good]], "observed": came[good]}
    made |= {name: values[good] for name, values in columns.items()}
    made["reached"] = np.where(came[good] >= height, "yes", "no").tolist()
    made["p_level_1"] = level[good]
    return made


def examine(folder: Path, name: str, text: str) -> dict[str, Any]:
    """Run one audit; returns what it found, in short."""
    catalogue = own_catalogue()
    path = folder / f"{name}.toml"
    path.write_text(text)
    plan = prepared(read_plan(path), catalogue)
    out = folder / name
    begin = time.perf_counter()
    results = run_audit(plan, out, clock=time.perf_counter)
    examination = judge(plan, results, catalogue)
    write_verdict(out, results, examination, catalogue)
    return {
        "seconds": round(time.perf_counter() - begin, 1),
        "figures": [
            {
                "check": ruling.measurement.check,
                "name": ruling.measurement.name,
                "estimate": round(ruling.measurement.estimate, 4),
                "interval": [round(ruling.measurement.low, 4), round(ruling.measurement.high, 4)],
                "threshold": ruling.measurement.threshold,
                "verdict": ruling.verdict.value,
            }
            for ruling in examination.rulings
        ],
    }


def page(report: dict[str, Any]) -> str:
    """The result as a page of the documentation."""
    lines = [
        "# Our own forecaster, examined",
        "",
        "What we ask of others we do ourselves first: the flood engine's forecasts of the",
        f"simulated *Beispieltal*, gauge {GAUGE}, learned until {UNTIL:%Y-%m-%d} and judged on",
        "the year after, go through `steiger audit`. No rain ahead is known to them. The light",
        "demonstration model is examined, not the one that a flood centre would train. Rows that",
        f"depend on each other are drawn together in blocks of {BLOCK_HOURS} hours. Made by",
        "`benchmarks/audit/own_forecaster.py`.",
        "",
    ]
    for name, audit in report["audits"].items():
        lines += [f"## {name}", ""]
        if "reached" in audit:
            share = 1 - audit["reached"] / audit["rows"]
            lines += [
                f"{audit['reached']} of {audit['rows']} hours reached the level: whoever always",
                f"says no is right in {share:.2%}. So few say little about the sharp end.",
                "",
            ]
        lines += ["| figure | estimate | 95 % interval | asked | verdict |"]
        lines += ["|---|---|---|---|---|"]
        lines += [
            f"| {f['check']}: {f['name']} | {f['estimate']} | {f['interval'][0]} to "
            f"{f['interval'][1]} | {f['threshold']} | {f['verdict']} |"
            for f in audit["figures"]
        ]
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--docs", type=Path)
    options = parser.parse_args()
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.out or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        observations, table = forecasts(folder)
        audits = {}
        for lead in LEADS:
            columns = rows(observations, table, lead)
            file = f"lead_{lead}h.parquet"
            pq.write_table(pa.table(columns), folder / file)
            common = {"file": file, "block": BLOCK_HOURS // 3}
            audits[f"Level in {lead} h and its band"] = examine(
                folder,
                f"level_{lead}h",
                HEAD.format(
                    name=f"Beispieltal, {lead} h",
                    task="regression",
                    checks='"performance_with_intervals", "conformal_coverage"',
                    target="observed",
                    predictions='value = "q50"\nlow = "q10"\nhigh = "q90"\ncoverage = 0.8',
                    more="",
                    **common,
                ),
            )
            reached = {"rows": len(columns["time"]), "reached": columns["reached"].count("yes")}
            audits[f"Probability of the first warning level in {lead} h"] = reached | examine(
                folder,
                f"probability_{lead}h",
                HEAD.format(
                    name=f"Beispieltal, first warning level, {lead} h",
                    task="classification",
                    checks='"performance_with_intervals", "calibration"',
                    target="reached",
                    predictions='scores = ["p_level_1"]',
                    more='classes = ["no", "yes"]',
                    **common,
                ),
            )
        report = {
            "gauge": GAUGE,
            "audits": audits,
            "seconds": round(time.perf_counter() - begin, 1),
        }
    if options.docs:
        options.docs.write_text(page(report))
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
