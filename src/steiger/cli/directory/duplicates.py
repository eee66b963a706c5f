"""`steiger directory duplicates`: which entries of a list are one organisation?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

import click

from steiger.cli.directory.match import check_target, note, reporter
from steiger.cli.groups import stop
from steiger.lib.atomic_files import write_atomically

SHOWN = 20
CONNECT_SECONDS = 15


@click.command()
@click.option(
    "--pool",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="List of organisations (CSV, also .gz).",
)
@click.option("--json", "target", type=click.Path(path_type=Path), help="File for the result.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--dask", metavar="ADDRESS", help="Dask scheduler, such as tcp://10.0.0.5:8786.")
def duplicates(pool: Path, target: Path | None, workers: int, dask: str | None) -> None:
    """Find entries of a list that are one organisation.

    Prints the likeliest groups; with --json all pairs with scores and reasons, and all groups. The
    result does not depend on the number of workers. Code 2: a file that cannot be used.
    """
    from steiger.adapters.organisations import read_organisations
    from steiger.engines.directory.matching import clusters, find_duplicates

    if target:
        check_target(target)
    organisations = list(read_organisations(pool, note))
    with _executor(workers, dask) as executor:
        pairs = find_duplicates(organisations, executor, reporter("Comparing"))
    groups = clusters(pairs)
    if target:
        result = {
            "pairs": [
                {"ids": [p.first, p.second], "score": p.score, "reasons": list(p.reasons)}
                for p in pairs
            ],
            "clusters": [list(group) for group in groups],
        }
        text = json.dumps(result, ensure_ascii=False, indent=1)
        write_atomically(target, f"{text}\n".encode())
    names = {one.id: one.name for one in organisations}
    click.echo(f"{len(organisations):,} entries, {len(pairs):,} pairs, {len(groups):,} groups")
    for group in groups[:SHOWN]:
        click.echo("  " + " = ".join(f"{names[key]} ({key})" for key in group))
    if len(groups) > SHOWN:
        click.echo(f"  … and {len(groups) - SHOWN:,} more; --json lists all.")


@contextmanager
def _executor(workers: int, address: str | None) -> Iterator[Executor | None]:
    if address:
        with _dask(address) as executor:
            yield executor
    elif workers == 1:
        yield None
    else:
        pool = ProcessPoolExecutor(workers)
        try:
            yield pool
        except BrokenProcessPool:
            stop("a worker ended before its work was done; was the memory used up?", 1)
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _dask(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError:
        stop("Dask is not installed; install “steiger[cluster]” or use --workers", 2)
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        stop(f"no Dask scheduler answers at {address} ({reason})", 2)
    with client:
        yield client.get_executor(pure=False)  # type: ignore[no-untyped-call]
