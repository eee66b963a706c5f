"""Tables of a report as CSV and XLSX."""

from steiger.adapters.report_sheets.writer import as_csv, as_xlsx

__all__ = ["as_csv", "as_xlsx"]
