"""What this room keeps."""

from steiger.web.reports.models.reports import Chapter, Edition, FrozenRows, Report

__all__ = ["Chapter", "Edition", "FrozenRows", "Report"]
