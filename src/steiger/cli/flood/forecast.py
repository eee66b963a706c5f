"""`steiger flood forecast`: from one moment on."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from steiger.cli.flood.output import as_text, json_option, network_argument, progress, quiet_option
from steiger.cli.flood.values import (
    Moment,
    check_output,
    core_option,
    store_folder,
    store_option,
    unwatched,
)
from steiger.cli.groups import show
from steiger.lib.atomic_files import write_atomically

_File = click.Path(path_type=Path)


@click.command()
@network_argument
@click.option("--model", "folder", required=True, type=_File, help="Folder of the model.")
@click.option("--at", type=Moment(), help="Issue time.  [default: the last observation]")
@click.option(
    "--rain",
    default="none",
    show_default=True,
    help="Rain to come: none, observed (for studies), or a Parquet file of forecasts.",
)
@click.option("--out", required=True, type=_File, help="JSON file for the forecast.")
@store_option
@click.option("--no-store", is_flag=True, help="Do not keep what “replay” needs.")
@core_option
@json_option
@quiet_option
def forecast(
    *,
    network: Path,
    folder: Path,
    at: datetime | None,
    rain: str,
    out: Path,
    store: Path | None,
    no_store: bool,
    core: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Forecast all targets of NETWORK from one moment on.

    What the forecast was made from is kept, so that “steiger flood replay” can make it again.
    Times without a zone are UTC. Ends with code 2, and writes nothing, if an input makes no sense.
    """
    from steiger.engines.flood.forecasting import ForecastStore, issue_forecast, load_model
    from steiger.engines.flood.forecasting.inputs import last_time, parse_rain
    from steiger.engines.flood.network import read_network, read_observations

    check_output(out)
    river = read_network(network)
    model = load_model(folder, core=core)
    coming = parse_rain(rain, river)
    observations = read_observations(network, river)
    moment = last_time(observations, river) if at is None else at
    total = len(river.targets)
    kept = None if no_store else ForecastStore(store_folder(store))
    with nullcontext() if kept is None else kept.packing(model):
        with progress("Forecast", total, quiet=unwatched(quiet=quiet, as_json=as_json)) as advance:
            issued = issue_forecast(model, river, observations, moment, coming, done=advance)
        if kept is not None:
            kept.keep(issued, model, river, observations, coming)
    write_atomically(out, issued.to_json().encode())
    if as_json:
        show(as_text(result(issued, out, kept=not no_store)))
    elif quiet:
        show(issued.id)
    else:
        show("\n".join([*lines(issued), f"Forecast {issued.id}"]))


def result(issued: Any, out: Path, *, kept: bool) -> dict[str, Any]:
    """What came of it, for machines; the forecast itself is in the file."""
    return {
        "format": "steiger-flood-issued/1",
        "id": issued.id,
        "forecast": str(out),
        "kept": kept,
        "network": issued.network,
        "issue_time": issued.issue_time,
        "rain": issued.rain,
        "model": issued.model["digest"],
        "gauges": {gauge.id: gauge.state for gauge in issued.gauges},
    }


def lines(issued: Any) -> list[str]:
    """The forecast in a few words per gauge."""
    shown = [f"{issued.network}, {issued.issue_time}, rain to come: {issued.rain}"]
    for gauge in issued.gauges:
        last = f"{gauge.last[1]:.2f}" if gauge.last else "–"
        ahead = [
            f"{lead.minutes / 60:g} h: {lead.quantiles[3]:.2f} "
            f"({lead.quantiles[1]:.2f} to {lead.quantiles[5]:.2f})"
            for lead in gauge.leads
        ]
        state = "" if gauge.state == "ok" else f" [{gauge.state}]"
        text = ", ".join(ahead) or "no forecast"
        shown.append(f"  {gauge.name}{state}: {last} {gauge.unit}; {text}")
    return shown
