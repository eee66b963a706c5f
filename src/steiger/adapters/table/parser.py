"""Reads tables of organisations.

Columns are found by name, in any order and case, German or English (see `records.rows`
in the engine); unknown columns are named and not read.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from steiger.engines.directory.records import (
    Bounds,
    IncomingRecord,
    LeftOut,
    RejectedRow,
    UnusableFileError,
)
from steiger.engines.directory.records.csv_text import MAX_CELL, check_encoding, numbered
from steiger.engines.directory.records.rows import COLUMNS, record_of, unread
from steiger.engines.directory.records.validation import Rejected
from steiger.lib.limits import BrokenFileError, TooLargeError, open_capped
from steiger.lib.spreadsheets import unmarked

MAX_ROWS = 2_000_000
#: The line in which Excel is told the separator.
_TOLD = re.compile(r"\"?sep=([,;\t])\"?")
MAX_SHEET = 300_000_000


def read_csv(
    path: Path, *, this_year: int, expected: Bounds | None = None
) -> Iterator[IncomingRecord | RejectedRow | LeftOut]:
    """Each row of a CSV file (UTF-8; comma, semicolon or tab; plain, gzip or zip).

    Raises:
        UnusableFileError: encoding, separator or header cannot be understood, or it is damaged.
    """
    try:
        with open_capped(path) as raw:
            head = raw.peek(65_536)[:65_536]
            check_encoding(path, head)
            stream = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="", errors="strict")
            csv.field_size_limit(MAX_CELL)
            first = next(iter(head.decode("utf-8-sig", errors="ignore").splitlines()), "")
            told = _TOLD.fullmatch(first)
            delimiter = told[1] if told else max(",;\t", key=first.count)
            reader = csv.reader(stream, delimiter=delimiter, strict=True)
            lines = numbered(path, reader)
            if told:
                next(lines)
            yield from _rows(path, lines, this_year, expected)
    except UnicodeDecodeError as error:
        raise UnusableFileError(
            f"{path.name} is not UTF-8 near byte {error.start:,}. Save it as “CSV UTF-8”."
        ) from error
    except (BrokenFileError, TooLargeError, OSError) as error:
        raise UnusableFileError(str(error)) from error


def read_xlsx(
    path: Path, *, this_year: int, expected: Bounds | None = None
) -> Iterator[IncomingRecord | RejectedRow | LeftOut]:
    """Each row of the first sheet of an XLSX file; formulas are rejected, not evaluated.

    Raises:
        UnusableFileError: it is no XLSX file, damaged, or unpacks to too much.
    """
    import openpyxl

    try:
        _check_size(path)
        book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
        try:
            sheet = book.worksheets[0]
            lines = (
                (number, [_cell(value) for value in row])
                for number, row in enumerate(sheet.iter_rows(values_only=True), start=1)
            )
            yield from _rows(path, lines, this_year, expected)
        finally:
            book.close()
    except UnusableFileError:
        raise
    # openpyxl raises whatever its XML reader raises; each of them means an unreadable file.
    except Exception as error:
        raise UnusableFileError(
            f"{path.name} is no readable XLSX file ({type(error).__name__}: {error}). "
            "Open and save it anew, or export it as CSV."
        ) from error


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > MAX_SHEET or unpacked > max(20_000_000, path.stat().st_size * 200):
        raise UnusableFileError(
            f"{path.name} unpacks to {unpacked:,} bytes, which no real list does. "
            "Save the list anew."
        )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _rows(
    path: Path,
    lines: Iterable[tuple[int, list[str]]],
    this_year: int,
    expected: Bounds | None,
) -> Iterator[IncomingRecord | RejectedRow | LeftOut]:
    iterator = iter(lines)
    first, header = next(iterator, (1, []))
    names = [cell.strip().lower().replace(" ", "_") for cell in header]
    positions = _positions(path, first, names)
    yield from filter(None, (unread(name, first) for name in dict.fromkeys(names)))
    for count, (number, cells) in enumerate(iterator):
        if count >= MAX_ROWS:
            raise UnusableFileError(f"{path.name} has more than {MAX_ROWS:,} rows.")
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            reason = f"has {len(cells)} cells, but the header has {len(header)}"
            yield Rejected("", reason, "|".join(cells)).at(number, cells[positions["id"]])
            continue
        row = {f: unmarked(cells[i]) if i < len(cells) else "" for f, i in positions.items()}
        try:
            yield record_of(number, row, this_year, expected)
        except Rejected as problem:
            yield problem.at(number, row["id"])


def _positions(path: Path, line: int, given: list[str]) -> dict[str, int]:
    found = {
        field: given.index(name)
        for field, names in COLUMNS.items()
        for name in reversed(names)
        if name in given
    }
    missing = [field for field in ("id", "name") if field not in found]
    if missing:
        wanted = " and ".join(f"“{'” or “'.join(COLUMNS[field])}”" for field in missing)
        told = ", ".join(given)[:200]
        raise UnusableFileError(
            f"{path.name}, line {line}: there is no column {wanted}. Found: {told}."
        )
    return found
