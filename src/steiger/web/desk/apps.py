"""The staff's desk."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.desk"
    label = "desk"
