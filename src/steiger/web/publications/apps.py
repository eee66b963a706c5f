"""The room of publications."""

from django.apps import AppConfig


class PublicationsConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.publications"
    label = "publications"
