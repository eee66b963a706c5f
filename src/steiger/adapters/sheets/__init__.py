"""Rows of any number as CSV or XLSX, safe to open in a spreadsheet."""

from steiger.adapters.sheets.writer import Cell, csv_lines, safe, write_xlsx

__all__ = ["Cell", "csv_lines", "safe", "write_xlsx"]
