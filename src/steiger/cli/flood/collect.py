"""`steiger flood collect`: fetch what is new from where the sensors are read."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from steiger.cli.flood.output import as_text, json_option, network_argument, progress, quiet_option
from steiger.cli.flood.values import Moment, unwatched
from steiger.cli.groups import show

if TYPE_CHECKING:
    from steiger.engines.flood.network import Network
    from steiger.engines.flood.sources.collecting import Outcome

#: Something did not come, or not as it was known; the rest did and is kept.
INCOMPLETE = 1
#: Values of one sensor that are told one by one; the rest is counted.
LISTED = 3
RAIN_FILE = "rain.parquet"


@click.command()
@network_argument
@click.option(
    "--source",
    "only",
    multiple=True,
    metavar="NAME",
    help="Only from this source; may be given more than once.  [default: all]",
)
@click.option("--from", "start", type=Moment(), help="From then on.  [default: what is new]")
@click.option("--until", "end", type=Moment(end_of_day=True), help="Until then.  [default: now]")
@json_option
@quiet_option
def collect(
    *,
    network: Path,
    only: tuple[str, ...],
    start: datetime | None,
    end: datetime | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Fetch what is new for the sensors of NETWORK from their sources.

    NETWORK is a folder whose network.toml says where each sensor is read. New values are added to
    observations.parquet, which is replaced whole or not at all; values that are there never
    change, and where a source now says otherwise, that is told. What came before a failure or an
    interruption is kept; the same command goes on from there. Ends with code 0 if all went well,
    with 1 if a sensor failed or a source says otherwise than before, with 2 if the network
    or an option makes no sense.
    """
    from steiger.adapters.asking import ask
    from steiger.engines.flood.network import NetworkError, read_network
    from steiger.engines.flood.sources.collecting import collect as fetch
    from steiger.engines.flood.sources.collecting import collecting_alone, feeding

    river = read_network(network)
    now = datetime.now(UTC)
    if start and start >= (end or now):
        raise NetworkError("--from lies after --until, or ahead of now")
    try:
        total = len(feeding(river, only))
    except NetworkError as error:
        raise NetworkError(f"{network / 'network.toml'}: {error}") from None
    found: list[Outcome] = []
    silent = unwatched(quiet=quiet, as_json=as_json)
    with collecting_alone(network), progress("Collecting", total, quiet=silent) as advance:
        coming = fetch(
            network,
            river,
            ask,
            now,
            only=only,
            start=start,
            end=min(end, now) if end else None,
            seconds=time.monotonic,
        )
        # Closed in any case: what came before somebody stops the work is written.
        with closing(coming):
            for outcome in coming:
                found.append(outcome)
                advance()
        rain = (
            "" if only and river.rain_forecast not in only else rain_forecast(network, river, now)
        )
    if as_json:
        show(as_text(result(river, found, rain)))
    else:
        show("\n".join(lines(found, rain, quiet=quiet)))
    if rain.startswith("!") or any(one.problem or one.taken.changed for one in found):
        sys.exit(INCOMPLETE)


def rain_forecast(folder: Path, river: Network, now: datetime) -> str:
    """Fetch the rain forecast into its file; what became of it, with “!” before a failure."""
    from steiger.adapters.asking import ask_rain
    from steiger.engines.flood.network import NetworkError
    from steiger.engines.flood.network.series import write_ensemble
    from steiger.lib.sources import SourceError

    if not river.rain_forecast:
        return ""
    source = next(one for one in river.sources if one.name == river.rain_forecast)
    try:
        series = ask_rain(source, river, now)
        return str(write_ensemble(folder / RAIN_FILE, series, river.step))
    except (SourceError, NetworkError) as error:
        return f"!{error}"


def result(river: Network, found: list[Outcome], rain: str) -> dict[str, Any]:
    """Everything, for machines."""
    return {
        "format": "steiger-flood-collect/1",
        "network": river.name,
        "sensors": [as_dict(one) for one in found],
        "added": sum(one.taken.new + one.taken.late for one in found),
        "failed": sum(bool(one.problem) for one in found),
        "changed": sum(len(one.taken.changed) for one in found),
        "rain": None if not rain or rain.startswith("!") else rain,
        "rain_problem": rain[1:] if rain.startswith("!") else None,
    }


def as_dict(one: Outcome) -> dict[str, Any]:
    """One sensor."""
    taken = one.taken
    return {
        "sensor": one.sensor,
        "source": one.source,
        "new": taken.new,
        "late": taken.late,
        "same": taken.same,
        "changed": [
            {"time": change.time.isoformat(), "known": change.known, "sent": change.sent}
            for change in taken.changed
        ],
        "ahead": taken.ahead,
        "last": taken.last.isoformat() if taken.last else None,
        "kind": one.kind or None,
        "problem": one.problem or None,
    }


def lines(found: list[Outcome], rain: str, *, quiet: bool) -> list[str]:
    """One line for each sensor; with `quiet` only for those that failed, and the last line."""
    shown = []
    for one in found:
        taken = one.taken
        if one.problem:
            shown.append(f"{one.sensor}: {' '.join(one.problem.split())}")
        elif not quiet:
            last = f", last {taken.last:%Y-%m-%d %H:%M} UTC" if taken.last else ""
            late = f", {taken.late} late" if taken.late else ""
            shown.append(f"{one.sensor}: {taken.new} new{late}{last}")
        shown += [
            f"{one.sensor}: {change.time:%Y-%m-%d %H:%M} UTC is {change.sent:g} at the source "
            f"now; {change.known:g} is kept"
            for change in taken.changed[:LISTED]
        ]
        if len(taken.changed) > LISTED:
            shown.append(f"{one.sensor}: … and {len(taken.changed) - LISTED} more such values")
    if rain:
        shown.append(f"rain forecast: {rain.removeprefix('!')}")
    added = sum(one.taken.new + one.taken.late for one in found)
    failed = sum(bool(one.problem) for one in found)
    return [*shown, f"{added} values added; {failed} of {len(found)} sensors failed."]
