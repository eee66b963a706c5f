"""The room of cases."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.cases"
    label = "cases"
