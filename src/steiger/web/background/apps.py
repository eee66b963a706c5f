"""The background room."""

from django.apps import AppConfig


class BackgroundConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.background"
    label = "background"
