"""A table as CSV (RFC 4180), and all tables of a report as one XLSX file.

Numbers are written without separators, so that they can be calculated with. Spreadsheets run texts
that begin like a formula; these get an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from steiger.engines.reporting.words import WITHHELD
from steiger.engines.reporting.writing.document import Cell, Grid

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


def as_csv(grid: Grid) -> str:
    """The table with its header row, fields apart by semicolons."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";")
    writer.writerow([_safe(column) for column in grid.columns])
    writer.writerows([[_safe(plain(cell)) for cell in row] for row in grid.rows])
    return target.getvalue()


def as_xlsx(grids: Sequence[Grid], *, title: str) -> bytes:
    """One sheet for each table, with its caption and notes."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.title = title
    book.properties.creator = ""
    for number, grid in enumerate(grids):
        name = _sheet_name(grid)
        sheet = book.active if number == 0 else book.create_sheet()
        assert sheet is not None  # noqa: S101 - a new workbook has one sheet
        sheet.title = name
        _fill(sheet, grid)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def plain(cell: Cell) -> str | int:
    """A cell for calculating with."""
    if cell.withheld:
        return WITHHELD
    return cell.text if cell.value is None else cell.value


def _safe(value: str | int) -> str | int:
    if isinstance(value, str) and re.match(r"[=@\t\r]|[+-](?![\d,. ]+(?: %)?$)", value):
        return f"'{value}"
    return value


def _sheet_name(grid: Grid) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", f"{grid.number} {grid.caption}")[:31].strip()


def _fill(sheet: Worksheet, grid: Grid) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    bold = Font(bold=True)
    sheet.append([grid.caption])
    sheet["A1"].font = bold
    sheet.append([])
    lines: Iterable[list[str | int]] = [
        [_safe(column) for column in grid.columns],
        *([_safe(plain(cell)) for cell in row] for row in grid.rows),
    ]
    for line in lines:
        sheet.append(line)
    for cell in sheet[3]:
        cell.font = bold
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.append([])
    for note in grid.notes:
        sheet.append([_safe(note)])
    sheet.freeze_panes = "B4"
    sheet.column_dimensions["A"].width = 44
    for column in range(2, len(grid.columns) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 16
