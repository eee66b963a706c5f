"""Rows as CSV (RFC 4180) and as XLSX, one after the other, so that memory does not grow with them.

Texts that a spreadsheet would run get an apostrophe in front, see :mod:`steiger.lib.spreadsheets`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO

from steiger.lib.spreadsheets import marked

#: What may stand in a cell. Times are local ones without a zone, as spreadsheets know no other.
Cell = str | int | float | bool | date | datetime | None

#: Tells spreadsheets that the file is UTF-8.
MARK = "\ufeff"
#: Signs that XML 1.0 does not allow, and with it no XLSX file.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Signs of one cell in a spreadsheet; more is cut.
LONGEST = 32_000
WIDEST, NARROWEST = 60, 10


def safe(value: Cell) -> Cell:
    """A cell that no spreadsheet runs and every file may hold."""
    if not isinstance(value, str) or not value:
        return value
    # What can be printed holds nothing forbidden, and is quicker to find out.
    text = value if value.isprintable() else _FORBIDDEN.sub("", value)
    return marked(text if len(text) <= LONGEST else text[:LONGEST])


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The lines of a CSV file, fields apart by semicolons, the header first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")

    def line(cells: Sequence[Cell]) -> str:
        # Half of all cells are empty, nearly all others are texts.
        writer.writerow(
            [(cell and safe(cell)) if cell.__class__ is str else _plain(cell) for cell in cells]
        )
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    yield MARK + line(header)
    for row in rows:
        yield line(row)


def _plain(value: Cell) -> Cell:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else value


def write_xlsx(
    target: IO[bytes],
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str,
    notes: tuple[str, Iterable[Sequence[Cell]]] | None = None,
) -> int:
    """Write one sheet with a frozen header; returns the number of rows below it.

    Args:
        notes: title and rows of a second sheet, in which something is said about the first one.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    book.properties.creator = ""
    book.properties.title = title
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    for number, name in enumerate(header, start=1):
        width = min(max(len(name) + 4, NARROWEST), WIDEST)
        sheet.column_dimensions[get_column_letter(number)].width = width
    head = [WriteOnlyCell(sheet, value=str(safe(name))) for name in header]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    count = 0
    for row in rows:
        # Empty texts are left out like unknown values: the reader sees the same, in half the time.
        sheet.append([safe(cell) if cell != "" else None for cell in row])
        count += 1
    if notes:
        second = book.create_sheet(_sheet_name(notes[0]))
        second.column_dimensions["A"].width, second.column_dimensions["B"].width = 28, 100
        for row in notes[1]:
            second.append([safe(cell) for cell in row])
    book.save(target)
    return count


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "1"
