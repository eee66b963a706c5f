"""`steiger flood replay`: a kept forecast is made again and compared."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from steiger.cli.flood.output import as_text, json_option, progress, quiet_option
from steiger.cli.flood.values import (
    check_output,
    core_option,
    store_folder,
    store_option,
    unwatched,
)
from steiger.cli.groups import show
from steiger.lib.atomic_files import write_atomically


@click.command()
@click.argument("forecast_id")
@store_option
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the forecast that was made again."
)
@core_option
@json_option
@quiet_option
def replay(
    *,
    forecast_id: str,
    store: Path | None,
    out: Path | None,
    core: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Make the kept forecast FORECAST_ID again, bit by bit.

    The beginning of the id is enough. Ends with code 0 if both are equal, with 1 if they differ,
    and with 2 if it is not kept or what it was made from was changed.
    """
    from steiger.engines.flood.forecasting import ForecastStore

    if out:
        check_output(out)
    with progress("Replay", None, quiet=unwatched(quiet=quiet, as_json=as_json)) as advance:
        again = ForecastStore(store_folder(store)).replay(forecast_id, core=core, done=advance)
    if out:
        write_atomically(out, again.again.to_json().encode())
    if as_json:
        show(as_text(result(again)))
    else:
        show("\n".join(lines(again, quiet=quiet)))
    if not again.equal:
        sys.exit(1)


def result(again: Any) -> dict[str, Any]:
    """What came of it, for machines."""
    return {
        "format": "steiger-flood-replay/1",
        "id": again.id,
        "equal": again.equal,
        "differences": list(again.differences),
        "code_changed": again.code_changed,
        "issue_time": again.stored.issue_time,
        "network": again.stored.network,
    }


def lines(again: Any, *, quiet: bool) -> list[str]:
    """Whether they are equal, and if not, where they differ."""
    if again.equal:
        return [f"{again.id}: equal, bit by bit."]
    shown = [f"{again.id}: differs."]
    if not quiet:
        shown += [f"  {text}" for text in again.differences]
    if again.code_changed:
        shown.append("  The program is not the one that issued it.")
    return shown
