"""The room of reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.reports"
    label = "reports"

    def ready(self) -> None:
        """Tell the log what this room's acts mean."""
        from steiger.web.reports.interfaces import log_words  # noqa: F401
