"""`steiger audit run`: the checks of an `audit.toml`, with progress; can be stopped and resumed."""

from __future__ import annotations

import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from steiger.cli.audit.connecting import connect_model, connect_text
from steiger.cli.flood.output import as_text, json_option, progress, quiet_option
from steiger.cli.flood.values import executor, unwatched, worker_options
from steiger.cli.groups import show, stop

if TYPE_CHECKING:
    from steiger.engines.audit.verdict.examination import Examination


@click.command()
@click.argument("file", metavar="AUDIT_TOML", type=click.Path(path_type=Path))
@click.option(
    "--out",
    "folder",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder for results.json and evidence.",
)
@click.option(
    "--allow-pickle",
    "pickles",
    is_flag=True,
    help="Open a pickled model that the scan calls safe, in a confined process.",
)
@click.option(
    "--outside-only",
    "outside",
    is_flag=True,
    help="Ask addresses only by https and only in the open internet, never in your own network.",
)
@worker_options
@json_option
@quiet_option
def run(
    *,
    file: Path,
    folder: Path,
    pickles: bool,
    outside: bool,
    workers: int | None,
    dask: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Run the checks of AUDIT_TOML and write DIR/results.json with its evidence files.

    Each requirement of the catalogue ends met, violated or undecidable (DIR/verdict.json).

    After an interruption the same command goes on with the checks that are still missing. Ends
    with code 2, and nothing written, if an input makes no sense.
    """
    from steiger.cli.audit.opening import open_catalogue
    from steiger.engines.audit.running import Endpoints, load, planned, read_plan, run_audit
    from steiger.engines.audit.running.judging import judge, prepared, write_verdict

    endpoints = Endpoints(
        model=partial(connect_model, outside=outside),
        text=partial(connect_text, outside=outside),
        pickles=pickles,
    )
    plan = read_plan(file)
    catalogue = open_catalogue(plan.catalogue)
    plan = prepared(plan, catalogue)
    # Read once here, so that what is wrong is said before workers start or a folder is made.
    load(plan, endpoints)
    silent = unwatched(quiet=quiet, as_json=as_json)
    try:
        with (
            executor(workers, dask) as pool,
            progress("Checks", len(planned(plan)), quiet=silent) as advance,
        ):
            told = 0

            def done(_check: str, finished: int, _all: int) -> None:
                nonlocal told
                advance(finished - told)
                told = finished

            results = run_audit(
                plan,
                folder,
                executor=pool,
                endpoints=endpoints,
                clock=time.perf_counter,
                done=done,
            )
    except KeyboardInterrupt:
        stop(f"stopped; the same command goes on from {folder}", 130)
    examination = judge(plan, results, catalogue)
    results = write_verdict(folder, results, examination, catalogue)
    show(as_text(results) if as_json else _lines(results, examination, folder))


def _lines(results: dict[str, Any], examination: Examination, folder: Path) -> str:
    lines = []
    for check in results["checks"]:
        if check["state"] == "measured":
            text = f"{len(check['measurements'])} measured"
        elif check["state"] == "failed":
            text = f"failed: {check['reason']}"
        elif check["state"] == "lacking":
            text = "lacks " + ", ".join(check["lacking"])
        else:
            text = check["state"]
        lines.append(f"{check['id']:<30} {check['seconds']:>7.1f} s  {text}")
    lines += [
        f"  limit of {check['id']}: {limit['en']}"
        for check in results["checks"]
        for limit in check["limits"]
    ]
    lines += _requirements(examination)
    if examination.deviations:
        told = ", ".join(
            f"{one.check}/{one.name} {one.threshold:g} instead of {one.demanded:g}"
            for one in examination.deviations
        )
        lines.append(f"Thresholds other than the catalogue demands: {told}")
    for level in examination.levels.dimensions:
        name = level.level.name if level.level is not None else "–"
        lines.append(f"{level.id:<30} {name}, demanded {level.demanded.name}")
    return "\n".join([*lines, f"{folder / 'verdict.json'}", f"{folder / 'results.json'}"])


def _requirements(examination: Examination) -> list[str]:
    """How the requirements ended, which are not met and why, and what nobody has rated."""
    ends = Counter(str(result.verdict.value) for result in examination.results)
    told = ", ".join(f"{number} {word}" for word, number in sorted(ends.items()))
    none = "none; no check of the catalogue could be run here, so that ratings alone decide"
    lines = [f"Requirements: {told or none}"]
    lines += [
        f"  {word}: {result.requirement.id}: {result.reason.en}"
        for word in ("violated", "undecidable")
        for result in examination.results
        # Where nothing was measured, the line of the check says what it lacks.
        if result.verdict.value == word and result.rulings
    ]
    indicators = examination.levels.indicators
    if unrated := sum(item.rated is None for item in indicators):
        lines.append(
            f"Not rated: {unrated} of {len(indicators)} indicators; each counts as D until "
            "[ratings] in audit.toml says what it reaches"
        )
    return lines
