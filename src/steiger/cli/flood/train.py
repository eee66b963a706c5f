"""`steiger flood train`: a network's past becomes a model."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from steiger.cli.flood.output import (
    as_text,
    counted,
    json_option,
    network_argument,
    progress,
    quiet_option,
)
from steiger.cli.flood.values import (
    DEFAULT_LEADS,
    Durations,
    Moment,
    core_option,
    executor,
    unwatched,
    worker_options,
)
from steiger.cli.groups import show


@click.command()
@network_argument
@click.option(
    "--until",
    required=True,
    type=Moment(end_of_day=True),
    help="Learn from what was known then; a day counts whole.",
)
@click.option(
    "--model",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder for the model.",
)
@click.option(
    "--leads",
    default=DEFAULT_LEADS,
    show_default=True,
    type=Durations(),
    help="How far ahead, by comma.",
)
@click.option(
    "--profile",
    default="full",
    show_default=True,
    type=click.Choice(["full", "light"]),
    help="light: quicker, less exact.",
)
@click.option("--seed", default=0, show_default=True, help="Of everything that is drawn by chance.")
@worker_options
@core_option
@json_option
@quiet_option
def train(
    *,
    network: Path,
    until: datetime,
    folder: Path,
    leads: tuple[timedelta, ...],
    profile: str,
    seed: int,
    workers: int | None,
    dask: str | None,
    core: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Learn to forecast the targets of NETWORK from its past.

    The model is a folder of plain files; one that is there is replaced when the new one is whole.
    After an interruption the same command goes on with the gauges that are still missing. Times
    without a zone are UTC. Ends with code 2 if an input makes no sense.
    """
    from steiger.engines.flood.forecasting import save_model
    from steiger.engines.flood.forecasting.core import load_core
    from steiger.engines.flood.forecasting.storage import locked
    from steiger.engines.flood.forecasting.training import train as learn
    from steiger.engines.flood.network import read_network, read_observations

    river = read_network(network)
    past = read_observations(network, river).until(until)
    settings = load_core(core).ModelSettings(leads=leads, profile=profile, seed=seed)
    total = len(river.targets) + 1
    with (
        locked(folder),
        executor(workers, dask) as where,
        progress("Training", total, quiet=unwatched(quiet=quiet, as_json=as_json)) as advance,
    ):
        finished = 0

        def report(done: int, _total: int) -> None:
            nonlocal finished
            advance(done - finished)
            finished = done

        model = learn(river, past, settings, where, report, work=folder, core=core)
        save_model(model, folder)
    if as_json:
        show(as_text(result(model, folder)))
    else:
        gauges, rows = len(model.gauges), model.origin["rows"]
        show(
            f"{folder}: a model of {counted(gauges, 'gauge')}, learned from {counted(rows, 'row')}."
        )


def result(model: Any, folder: Path) -> dict[str, Any]:
    """What came of it, for machines."""
    return {
        "format": "steiger-flood-train/1",
        "model": str(folder),
        "digest": model.digest,
        "gauges": list(model.gauges),
        **{key: value for key, value in model.origin.items() if key != "sensors"},
    }
