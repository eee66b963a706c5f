"""The room of events."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.events"
    label = "events"

    def ready(self) -> None:
        """Know the names of this room's tasks, and tell log and search what it has."""
        from steiger.web.events import tasks  # noqa: F401
        from steiger.web.events.interfaces import finding, log_words  # noqa: F401
