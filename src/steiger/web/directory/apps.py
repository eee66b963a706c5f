"""The directory room."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.directory"
    label = "directory"

    def ready(self) -> None:
        """Tell the log and the search what this room has."""
        from steiger.web.directory.interfaces import finding, log_words  # noqa: F401
