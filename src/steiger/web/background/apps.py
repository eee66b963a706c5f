"""The background room."""

from django.apps import AppConfig


class BackgroundConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.background"
    label = "background"

    def ready(self) -> None:
        """Begin to listen for the ends of runs, and know the names of this room's tasks."""
        from steiger.web.background import signals, tasks  # noqa: F401
        from steiger.web.background.interfaces import log_words  # noqa: F401
