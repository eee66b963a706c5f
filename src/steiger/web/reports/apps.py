"""The room of reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.reports"
    label = "reports"

    def ready(self) -> None:
        """Tell the log and the search what this room has."""
        from steiger.web.reports.interfaces import finding, log_words  # noqa: F401
