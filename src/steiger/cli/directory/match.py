"""`steiger directory match`: which organisations of a list do affiliations name?"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import click

from steiger.lib.atomic_files import write_atomically

_File = click.Path(exists=True, dir_okay=False, path_type=Path)
EVERY_S = 2.0


def reporter(what: str) -> Callable[[int, int], None]:
    """A function for (done, total) that writes a line to the error stream every two seconds."""
    last = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY_S:
            last = time.monotonic()
            click.echo(f"{what}: {done:,} of {total:,}", err=True)

    return report


def note(line: str) -> None:
    """Say on the error stream what a list holds that is not used."""
    click.echo(line, err=True)


def check_target(path: Path) -> None:
    """Say before long work, not after it, that a result has nowhere to go.

    Raises:
        click.UsageError: the folder is missing, or the path is one.
    """
    if not path.parent.is_dir():
        raise click.UsageError(f"{path}: the folder {path.parent} is missing.")
    if path.is_dir():
        raise click.UsageError(f"{path}: a folder; give the name of a file.")


@click.command()
@click.option("--pool", required=True, type=_File, help="List of organisations (CSV, also .gz).")
@click.option(
    "--queries",
    required=True,
    type=_File,
    help='JSON list of texts or of {"affiliation": …} (also .gz).',
)
@click.option(
    "--json",
    "target",
    required=True,
    type=click.Path(path_type=Path),
    help="File for the answers.",
)
def match(pool: Path, queries: Path, target: Path) -> None:
    """Find the organisations that affiliations name.

    The answer is a JSON list in the order of the queries: {"matches": [{"id", "score", "why"}]},
    empty where nothing can be said for sure. Nothing but the key "affiliation" is read. The file is
    written whole or not at all. Code 2: a file that cannot be used.
    """
    from steiger.adapters.organisations import read_organisations, read_queries
    from steiger.engines.directory.matching import Matcher

    check_target(target)
    texts = read_queries(queries)
    organisations = list(read_organisations(pool, note))
    matcher = Matcher.build(organisations, reporter("Reading names"))
    report = reporter("Matching")
    answers = []
    named = 0
    for done, text in enumerate(texts, start=1):
        found = matcher.match(text)
        named += bool(found)
        answers.append({"matches": [{"id": m.id, "score": m.score, "why": m.why} for m in found]})
        report(done, len(texts))
    lines = ",\n".join(json.dumps(answer, ensure_ascii=False) for answer in answers)
    write_atomically(target, f"[\n{lines}\n]\n".encode() if answers else b"[]\n")
    click.echo(f"{len(texts):,} texts, {named:,} with a match: {target}")
