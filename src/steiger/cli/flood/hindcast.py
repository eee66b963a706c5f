"""`steiger flood hindcast`: forecasts of a past period, as they would have been issued then."""

from __future__ import annotations

import io
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
    Duration,
    Moment,
    check_output,
    core_option,
    executor,
    unwatched,
    worker_options,
)
from steiger.cli.groups import show
from steiger.lib.atomic_files import write_atomically

_File = click.Path(path_type=Path)


@click.command()
@network_argument
@click.option("--model", "folder", required=True, type=_File, help="Folder of the model.")
@click.option("--from", "start", required=True, type=Moment(), help="First issue time.")
@click.option(
    "--to",
    "end",
    required=True,
    type=Moment(end_of_day=True),
    help="Last issue time; a day counts whole.",
)
@click.option("--every", default="1h", show_default=True, type=Duration(), help="How often.")
@click.option(
    "--rain",
    default="none",
    show_default=True,
    help="Rain to come: none, observed (for studies), or a Parquet file of forecasts.",
)
@click.option("--out", required=True, type=_File, help="Parquet file for the forecasts.")
@worker_options
@core_option
@json_option
@quiet_option
def hindcast(
    *,
    network: Path,
    folder: Path,
    start: datetime,
    end: datetime,
    every: timedelta,
    rain: str,
    out: Path,
    workers: int | None,
    dask: str | None,
    core: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Forecast a past period of NETWORK, each time with what was known then.

    Times without a zone are UTC. Ends with code 2, and writes nothing, if an input makes no sense.
    """
    import pyarrow.parquet as pq

    from steiger.engines.flood.forecasting import load_model
    from steiger.engines.flood.forecasting.hindcast import hindcast as look_back
    from steiger.engines.flood.forecasting.inputs import parse_rain
    from steiger.engines.flood.network import read_network, read_observations

    check_output(out)
    river = read_network(network)
    model = load_model(folder, core=core)
    coming = parse_rain(rain, river)
    observations = read_observations(network, river)
    total = len(model.gauges)
    with (
        executor(workers, dask) as where,
        progress("Hindcast", total, quiet=unwatched(quiet=quiet, as_json=as_json)) as advance,
    ):
        table = look_back(
            model,
            river,
            observations,
            start=start,
            end=end,
            every=every,
            rain=coming,
            executor=where,
            done=advance,
        )
    target = io.BytesIO()
    pq.write_table(table, target, compression="zstd")
    write_atomically(out, target.getvalue())
    if as_json:
        show(as_text(result(table, model.digest, rain, out)))
    else:
        gauges = counted(len(table["gauge"].unique()), "gauge")
        show(f"{out}: {counted(table.num_rows, 'forecast')} of {gauges}.")


def result(table: Any, digest: str, rain: str, out: Path) -> dict[str, Any]:
    """What came of it, for machines."""
    import pyarrow.compute as pc

    times = pc.min_max(table["issue_time"]).as_py()
    return {
        "format": "steiger-flood-hindcast/1",
        "forecasts": str(out),
        "model": digest,
        "rain": rain,
        "rows": table.num_rows,
        "issue_times": len(table["issue_time"].unique()),
        "gauges": table["gauge"].unique().to_pylist(),
        "lead_minutes": sorted(table["lead_minutes"].unique().to_pylist()),
        "from": _iso(times["min"]),
        "to": _iso(times["max"]),
    }


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
