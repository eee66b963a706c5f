"""The directory room."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.directory"
    label = "directory"
