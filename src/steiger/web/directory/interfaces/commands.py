"""`steiger directory …`"""

from __future__ import annotations

import gc
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from steiger.adapters.cordis import read_cordis
from steiger.adapters.geojson import read_geojson
from steiger.adapters.ror import read_ror
from steiger.adapters.table import read_csv, read_xlsx
from steiger.engines.directory.records import (
    Bounds,
    IncomingRecord,
    LeftOut,
    RejectedRow,
    UnusableFileError,
)
from steiger.regions import RegionError, load_region
from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.import_report import ImportRefusedError, ImportReport, Outside
from steiger.web.directory.domain.importing import import_items
from steiger.web.directory.domain.incoming import Item, Reader, item_of_record
from steiger.web.directory.domain.sources import CORDIS, ROR, SourceInfo
from steiger.web.directory.domain.understanding import Understanding
from steiger.web.directory.domain.vocabulary_cache import vocabulary

READERS: dict[str, Callable[..., Iterator[IncomingRecord | RejectedRow | LeftOut]]] = {
    "ror": read_ror,
    "csv": read_csv,
    "xlsx": read_xlsx,
    "geojson": read_geojson,
    "cordis": read_cordis,
}
OWN_SOURCES = {"ror": ROR, "cordis": CORDIS}
SHOWN = 20


@click.command("import")
@click.argument("form", metavar="FORMAT", type=click.Choice(list(READERS)))
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--region", help="Take only what has its seat in this region (for instance nrw).")
@click.option("--source", "source_key", help="Key of the source. Default: ror, or the file's name.")
@click.option("--licence", default="", help="Licence of the list.")
@click.option(
    "--about", multiple=True, help="CORDIS: only projects that mention this (repeatable)."
)
@click.option("--dry-run", is_flag=True, help="Report what would happen, and change nothing.")
@click.option("--complete", is_flag=True, help="Withdraw what the list no longer holds.")
@click.option("--strict", is_flag=True, help="Take over nothing if any row is rejected.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def import_(  # noqa: PLR0917 - click passes every option by position or name
    form: str,
    file: Path,
    region: str | None,
    source_key: str | None,
    licence: str,
    about: tuple[str, ...],
    dry_run: bool,
    complete: bool,
    strict: bool,
    as_json: bool,
) -> None:
    """Take over a list of organisations: FORMAT is ror, csv, xlsx, geojson or cordis.

    For cordis, FILE is the unpacked folder or the ZIP with organization.csv and project.csv.

    A second import of the same source changes only what that source has stated. Rejected rows are
    listed with number, field and reason. Exit code 1: --strict or --complete refused; 2: unusable
    file.
    """
    if file.is_dir() and form != "cordis":
        raise click.UsageError(f"“{file}” is a folder; {form} reads a file.")
    try:
        source = _source(form, file, source_key, licence)
        with _progress(as_json) as bar, _no_cycle_search():
            task = bar.add_task("Reading", total=None)
            report = import_items(
                source=source,
                items=_items(form, file, region, about),
                by=audit.SYSTEM,
                file_name=file.name,
                file_sha256=_sha256(file),
                complete=complete,
                strict=strict,
                dry_run=dry_run,
                progress=lambda done: bar.update(
                    task, completed=done, description=f"{done:,} rows"
                ),
            )
    except (UnusableFileError, RegionError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except ImportRefusedError as error:
        _show(error.report, as_json)
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    _show(report, as_json)


@click.command("network")
def network_() -> None:
    """Lay out the network of relations now; otherwise the worker does it within a minute."""
    from steiger.web.directory.domain.network import settle

    placed = settle()
    click.echo(f"Placed {placed:,} entries." if placed else "Nothing has changed.")


@contextmanager
def _no_cycle_search() -> Iterator[None]:
    """Half a million rows hold no cycles; looking for some costs a sixth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _source(form: str, file: Path, key: str | None, licence: str) -> SourceInfo:
    if form in OWN_SOURCES and not key:
        return OWN_SOURCES[form]
    name = key or file.name.split(".")[0].lower().replace(" ", "-")
    slug = "".join(c for c in name.lower() if c.isalnum() or c in "-_")[:64]
    return SourceInfo(slug or form, name, "register", licence or "not stated")


def _items(
    form: str, file: Path, only: str | None, about: tuple[str, ...]
) -> Iterator[Item | RejectedRow | LeftOut | Outside]:
    region = load_region(only or settings.REGION)
    today = timezone.localdate()
    reader = Reader(region, vocabulary(), today)
    understanding = Understanding(region, vocabulary())
    # Exchanged coordinates can be told only where the list is known to lie in one region.
    expected = Bounds(*region.bounds) if only else None
    more: dict[str, Any] = {}
    if form == "cordis":
        more = {"about": about, "inside": reader.holds if only else None}
    for record in READERS[form](file, this_year=today.year, expected=expected, **more):
        if isinstance(record, RejectedRow | LeftOut):
            yield record
        elif only and not reader.is_inside(record):
            yield Outside(record.row, record.record_id, _where(record))
        else:
            understood, left_out = understanding.of(record)
            yield from left_out
            yield item_of_record(understood, reader)


def _where(record: IncomingRecord) -> str:
    place = record.place
    if place is None:
        return "no place is named"
    said = (place.postcode, place.town, place.region, place.country)
    return ", ".join(part for part in said if part)


def _sha256(file: Path) -> str:
    if file.is_dir():
        parts = [_sha256(part) for part in sorted(file.glob("*.csv")) if part.is_file()]
        return hashlib.sha256("".join(parts).encode()).hexdigest()
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _progress(quiet: bool) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=quiet or not sys.stderr.isatty(),
    )


def _show(report: ImportReport, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
        return
    title = "Would change" if report.dry_run else "Done"
    counts: dict[str, Any] = report.counts()
    click.echo(f"{title} ({report.source}): " + ", ".join(f"{n:,} {k}" for k, n in counts.items()))
    _some(_line(row) for row in report.rejected)
    _some(
        _line(one) + (f"; so in {times:,} rows" if times > 1 else "")
        for one, times in report.left_out.values()
    )
    _some(f"outside: row {one.row}: {one.place}" for one in report.outside_rows)


def _line(told: RejectedRow | LeftOut) -> str:
    where = f"row {told.row}" + (f", {told.field}" if told.field else "")
    shown = f" (“{told.value}”)" if told.value else ""
    kind = "left out" if isinstance(told, LeftOut) else "rejected"
    return f"{kind}: {where}: {told.reason}{shown}"


def _some(lines: Iterable[str]) -> None:
    every = list(lines)
    for line in every[:SHOWN]:
        click.echo(f"  {line}")
    if len(every) > SHOWN:
        click.echo(f"  … and {len(every) - SHOWN} more; --json lists them.")
