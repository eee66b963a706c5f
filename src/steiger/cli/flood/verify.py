"""`steiger flood verify`: forecasts judged by what was observed."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import click

from steiger.cli.flood.output import network_argument, progress, quiet_option
from steiger.cli.groups import show
from steiger.engines.flood.network import Network, read_network, read_observations
from steiger.engines.flood.quality import masked
from steiger.engines.flood.verification import (
    Settings,
    VerificationError,
    read_forecasts,
)
from steiger.engines.flood.verification import (
    verify as judge,
)
from steiger.engines.flood.verification.table import as_table
from steiger.lib.atomic_files import write_atomically

_File = click.Path(path_type=Path)


@click.command()
@network_argument
@click.argument("forecasts", type=_File)
@click.option("--json", "json_file", type=_File, help="Write all scores (“-”: print them).")
@click.option("--html", type=_File, help="Write a report: one file, needs nothing else.")
@click.option("--lang", default="en", type=click.Choice(["de", "en"]), help="Of table and report.")
@click.option(
    "--level",
    type=int,
    help="Warning level that defines floods; at gauges with fewer, their highest.  [default: 2]",
)
@click.option(
    "--probability", default=0.5, show_default=True, help="Of the level, to count as an alarm."
)
@click.option(
    "--checked", is_flag=True, help="Leave out observations that quality control rejects."
)
@quiet_option
def verify(
    *,
    network: Path,
    forecasts: Path,
    json_file: Path | None,
    html: Path | None,
    lang: str,
    level: int | None,
    probability: float,
    checked: bool,
    quiet: bool,
) -> None:
    """Judge FORECASTS (a Parquet file) for NETWORK by what was observed.

    Scores stand beside those of persistence and of every single expert, with 90 % intervals. Ends
    with code 2, and writes nothing, if an input makes no sense.
    """
    settings = Settings(probability=probability)
    if level is not None:
        settings = replace(settings, level=level)
    printed = json_file is not None and str(json_file) == "-"
    for file in (None if printed else json_file, html):
        if file is not None and (not file.parent.is_dir() or file.is_dir()):
            raise VerificationError(f"{file}: its folder does not exist, or it is a folder")
    river = read_network(network)
    observations = read_observations(network, river)
    if checked:
        observations = masked(river, observations, online=False)
    table = read_forecasts(forecasts, river)
    check_level(level, river, table.gauges)
    steps = len(table.gauges) + len(table.leads)
    with progress("Verifying", steps, quiet=quiet) as advance:
        result = judge(river, observations, table, settings, advance)
    result["observations_checked"] = checked
    if html:
        from steiger.engines.flood.verification.report import html_report

        write_atomically(html, html_report(result, lang).encode())
    text = json.dumps(result, ensure_ascii=False, allow_nan=False)
    if json_file and not printed:
        write_atomically(json_file, (text + "\n").encode())
    if printed:
        show(text)
    elif not quiet:
        show("\n".join(as_table(result, lang)))


def check_level(level: int | None, network: Network, gauges: Collection[str]) -> None:
    """A level that is asked for exists at one of the gauges at least.

    Raises:
        VerificationError: none has it.
    """
    most = max((len(network.sensor(gauge).warning_levels) for gauge in gauges), default=0)
    if level is not None and level > most:
        raise VerificationError(
            f"--level is {level}, but no gauge of the forecasts has more than {most} warning levels"
        )
