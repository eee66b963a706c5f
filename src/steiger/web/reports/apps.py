"""The room of reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.reports"
    label = "reports"
