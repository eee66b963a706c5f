"""Options and output that the commands of `steiger flood` share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

# Paths are not checked by click: the engine names file, sensor and row, and in one line.
network_argument = click.argument("network", type=click.Path(path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
quiet_option = click.option("--quiet", is_flag=True, help="No progress, only the result.")

#: Tells that one more part is done, or how many.
Advance = Callable[..., None]


@contextmanager
def progress(label: str, total: int | None, *, quiet: bool) -> Iterator[Advance]:
    """A progress bar on stderr; gives the function that moves it on."""
    if quiet:
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda parts=1: bar.advance(task, parts)


def counted(count: int, one: str) -> str:
    """“1 gauge”, “2 gauges”."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


def as_text(result: Any) -> str:
    """JSON for machines, the same bytes for the same result; NaN is refused."""
    return json.dumps(result, ensure_ascii=False, allow_nan=False)
