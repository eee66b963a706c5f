"""Rows as CSV (RFC 4180) and as XLSX, one after the other, so that memory does not grow with them.

Spreadsheets run texts that begin like a formula (https://owasp.org/www-community/attacks/CSV_Injection).
Such texts get an apostrophe in front, also where blanks or full-width signs hide the beginning.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO

#: What may stand in a cell. Times are local ones without a zone, as spreadsheets know no other.
Cell = str | int | float | bool | date | datetime | None

#: Tells spreadsheets that the file is UTF-8.
MARK = "\ufeff"
#: Signs that XML 1.0 does not allow, and with it no XLSX file.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(r"[\s\u00a0\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
#: Numbers with a sign are no formula, whatever their separators.
_NUMBER = re.compile(r"[+-][0-9][0-9., ]*\Z")
#: Signs of one cell in a spreadsheet; more is cut.
LONGEST = 32_000
WIDEST, NARROWEST = 60, 10


def safe(value: Cell) -> Cell:
    """A cell that no spreadsheet runs and every file may hold."""
    if not isinstance(value, str):
        return value
    text = _FORBIDDEN.sub("", value)[:LONGEST]
    if _FORMULA.match(text) and not _NUMBER.match(text):
        return f"'{text}"
    return text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The lines of a CSV file, fields apart by semicolons, the header first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")

    def line(cells: Sequence[Cell]) -> str:
        writer.writerow([_plain(safe(cell)) for cell in cells])
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    yield MARK + line(header)
    for row in rows:
        yield line(row)


def _plain(value: Cell) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else value


def write_xlsx(
    target: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str
) -> int:
    """Write one sheet with a frozen header; returns the number of rows below it."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    book.properties.creator = ""
    book.properties.title = title
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "1")
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
        sheet.append([safe(cell) for cell in row])
        count += 1
    book.save(target)
    return count
