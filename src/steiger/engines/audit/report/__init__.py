"""The report of an audit as chapters; adapters turn them into PDF and HTML and add nothing."""

from steiger.engines.audit.report.compose import compose
from steiger.engines.audit.report.reading import names_in, read_report, report_from
from steiger.engines.audit.report.types import (
    AuditReport,
    Chapter,
    Chapters,
    Level,
    Rated,
    ReportError,
    Requirement,
    Ruled,
    Sentence,
    Table,
)
from steiger.engines.audit.report.words import Language, Text

__all__ = [
    "AuditReport",
    "Chapter",
    "Chapters",
    "Language",
    "Level",
    "Rated",
    "ReportError",
    "Requirement",
    "Ruled",
    "Sentence",
    "Table",
    "Text",
    "compose",
    "names_in",
    "read_report",
    "report_from",
]
