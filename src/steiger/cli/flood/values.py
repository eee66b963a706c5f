"""Times, durations and workers as they are given to commands."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# As in steiger.engines.flood.forecasting.core, which is not imported for a help text.
DEFAULT_CORE = "steiger.engines.flood.models"
DEFAULT_LEADS = "1h,3h,6h,12h,24h"


class Moment(click.ParamType):  # type: ignore[type-arg]  # not generic in click 8.1
    """A time in ISO 8601; without a zone it is UTC. A day alone is its first or last second."""

    name = "time"

    def __init__(self, *, end_of_day: bool = False) -> None:
        """`end_of_day`: a day alone means all of it."""
        self.end_of_day = end_of_day

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Text to a time in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
            if DAY.fullmatch(value) and self.end_of_day:
                moment += timedelta(days=1, seconds=-1)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no time such as 2021-07-14T12:00Z", param, ctx)


class Duration(click.ParamType):  # type: ignore[type-arg]  # not generic in click 8.1
    """A duration such as 15min or 1h."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Text to a duration."""
        from steiger.engines.flood.network import NetworkError, parse_duration

        if isinstance(value, timedelta):
            return value
        try:
            return parse_duration(value)
        except NetworkError as error:
            self.fail(str(error), param, ctx)


class Durations(click.ParamType):  # type: ignore[type-arg]  # not generic in click 8.1
    """Durations, by comma."""

    name = "durations"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[timedelta, ...]:
        """Text to ascending durations."""
        if isinstance(value, tuple):
            return value
        found = [Duration().convert(text, param, ctx) for text in value.split(",")]
        if len(set(found)) != len(found):
            self.fail(f"{value!r} names a duration twice", param, ctx)
        return tuple(sorted(found))


def worker_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--workers` and `--dask`."""
    workers = click.option(
        "--workers",
        type=click.IntRange(min=1),
        help="Processes on this machine.  [default: one per core]",
    )
    dask = click.option("--dask", metavar="ADDRESS", help="Dask scheduler, instead of --workers.")
    return workers(dask(command))


@contextmanager
def executor(workers: int | None, dask: str | None) -> Iterator[Executor]:
    """Where the work runs."""
    from steiger.engines.flood.forecasting import dask_cluster, process_pool

    if dask and workers:
        raise click.UsageError("Give --workers or --dask, not both.")
    if dask:
        with dask_cluster(dask) as cluster:
            yield cluster
    else:
        with process_pool(workers or os.cpu_count() or 1) as pool:
            yield pool


def core_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--core`."""
    return click.option(
        "--core",
        metavar="MODULE",
        default=DEFAULT_CORE,
        help="Python module of another kind of model, in place of the built-in one.",
    )(command)


def check_output(path: Path) -> None:
    """The file can be written where it is meant to be.

    Raises:
        ForecastError: its folder is missing, or a folder is in the way.
    """
    from steiger.engines.flood.forecasting import ForecastError

    if path.is_dir():
        raise ForecastError(f"{path}: is a folder, not a file")
    if not path.absolute().parent.is_dir():
        raise ForecastError(f"{path}: its folder does not exist")


def unwatched(*, quiet: bool, as_json: bool) -> bool:
    """Whether nobody looks at a progress bar: in a pipe or under cron not even an empty line."""
    return quiet or as_json or not sys.stderr.isatty()


def store_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--store`."""
    return click.option(
        "--store",
        type=click.Path(path_type=Path),
        envvar="STEIGER_FLOOD_STORE",
        help="Folder of kept forecasts.  [default: $STEIGER_FLOOD_STORE, or "
        "flood/forecasts in the data folder]",
    )(command)


def store_folder(given: Path | None) -> Path:
    """The folder of kept forecasts: the given one, or that of the installation."""
    return given or Path(os.environ.get("STEIGER_DATA_DIR") or "data") / "flood" / "forecasts"
