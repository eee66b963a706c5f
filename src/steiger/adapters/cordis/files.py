"""The two files of a CORDIS download as numbered rows: from a folder or a ZIP.

CORDIS writes ``;`` between quoted cells, UTF-8, one header line; texts hold line breaks.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from steiger.engines.directory.records import RejectedRow, UnusableFileError
from steiger.engines.directory.records.csv_text import MAX_CELL, check_encoding, numbered
from steiger.lib.limits import (
    MAX_FILE,
    MAX_RATIO,
    MAX_UNPACKED,
    SMALL,
    BrokenFileError,
    CappedReader,
    TooLargeError,
)

MAX_ROWS = 2_000_000
Row = Mapping[str, str]


def rows(folder: Path, name: str, needed: tuple[str, ...]) -> Iterator[tuple[int, Row | None, str]]:
    """(line, cells by column, "") of each row, or (line, None, why it cannot be read).

    Args:
        folder: a folder or a ZIP file that holds ``name``, also in a folder of its own.
        needed: columns that must be there.

    Raises:
        UnusableFileError: missing, damaged, too large, of another encoding or layout.
    """
    try:
        with _opened(folder, name) as raw:
            stream = io.BufferedReader(raw, 1 << 20)
            check_encoding(Path(name), stream.peek(65_536)[:65_536])
            text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", errors="strict")
            csv.field_size_limit(MAX_CELL)
            lines = numbered(Path(name), csv.reader(text, delimiter=";", strict=True))
            yield from _cells(name, lines, needed)
    except UnicodeDecodeError as error:
        raise UnusableFileError(
            f"{name} is not UTF-8 near byte {error.start:,}. Fetch the file from CORDIS again."
        ) from error
    except (BrokenFileError, TooLargeError, OSError, zipfile.BadZipFile) as error:
        raise UnusableFileError(str(error)) from error


def reject(name: str, line: int, reason: str) -> RejectedRow:
    """A row that cannot be read as a whole."""
    return RejectedRow(line, name, reason)


def _cells(
    name: str, lines: Iterator[tuple[int, list[str]]], needed: tuple[str, ...]
) -> Iterator[tuple[int, Row | None, str]]:
    _, header = next(lines, (0, []))
    columns = [cell.strip() for cell in header]
    if missing := [column for column in needed if column not in columns]:
        raise UnusableFileError(
            f"{name}, line 1: there is no column “{'”, “'.join(missing)}”. CORDIS writes quoted "
            f"cells with “;” between them. Found: {', '.join(columns)[:200]}."
        )
    for count, (line, cells) in enumerate(lines):
        if count >= MAX_ROWS:
            raise UnusableFileError(f"{name} has more than {MAX_ROWS:,} rows.")
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            yield line, None, f"has {len(cells)} cells, but the header has {len(columns)}"
            continue
        yield line, dict(zip(columns, cells, strict=True)), ""


@contextmanager
def _opened(folder: Path, name: str) -> Iterator[CappedReader]:
    if folder.is_dir():
        path = folder / name
        if not path.is_file():
            raise UnusableFileError(f"{folder.name} holds no {name}. Unpack the CSV of CORDIS.")
        size = path.stat().st_size
        if size > MAX_UNPACKED:
            raise TooLargeError(f"{name} has {size:,} bytes; at most {MAX_UNPACKED:,} are read.")
        with CappedReader(path.open("rb"), MAX_UNPACKED, name) as reader:
            yield reader
        return
    with _archive(folder) as archive, CappedReader(*_member(archive, folder, name)) as reader:
        yield reader


def _archive(path: Path) -> zipfile.ZipFile:
    size = path.stat().st_size
    if size > MAX_FILE:
        raise TooLargeError(f"{path.name} has {size:,} bytes; at most {MAX_FILE:,} are read.")
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise BrokenFileError(
            f"{path.name} is no readable ZIP file ({error}). Give the ZIP of CORDIS or its folder."
        ) from error


def _member(archive: zipfile.ZipFile, path: Path, name: str) -> tuple[IO[bytes], int, str]:
    found = [info for info in archive.infolist() if PurePosixPath(info.filename).name == name]
    if not found:
        raise UnusableFileError(f"{path.name} holds no {name}. Fetch the CSV of CORDIS.")
    cap = min(MAX_UNPACKED, max(SMALL, found[0].compress_size * MAX_RATIO))
    try:
        return archive.open(found[0]), cap, name
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise BrokenFileError(f"{name} in {path.name} cannot be unpacked ({error}).") from error
