"""A verification as one page of HTML that needs nothing else: charts, tables, words."""

from steiger.engines.flood.verification.report.page import html_report

__all__ = ["html_report"]
