"""The operations room."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.operations"
    label = "operations"
