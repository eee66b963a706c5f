"""Tables of organisations: CSV (also gzipped) and XLSX with the same columns."""

from steiger.adapters.table.parser import read_csv, read_xlsx

__all__ = ["read_csv", "read_xlsx"]
