"""The room of the API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.api"
    label = "api"
