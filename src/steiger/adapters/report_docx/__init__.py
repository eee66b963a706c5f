"""A report as DOCX, with the headings, styles and table headers of a word processor."""

from steiger.adapters.report_docx.writer import as_docx

__all__ = ["as_docx"]
