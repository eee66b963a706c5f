"""A report as PDF/A-2a and PDF/UA-1, in the form of a ministry's report."""

from steiger.adapters.report_pdf.writer import as_pdf

__all__ = ["as_pdf"]
