"""The directory room."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.directory"
    label = "directory"

    def ready(self) -> None:
        """Tell the log what this room's acts mean."""
        from steiger.web.directory.interfaces import log_words  # noqa: F401
