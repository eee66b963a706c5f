"""The room of events."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.events"
    label = "events"

    def ready(self) -> None:
        """Know the names of this room's tasks, and tell the log what its acts mean.

        The room of cases learns what is kept here about a firm, and how it is forgotten.
        """
        from steiger.web.cases.domain.rooms import register
        from steiger.web.events import tasks  # noqa: F401
        from steiger.web.events.domain.firm_data import DATA
        from steiger.web.events.interfaces import case_words, log_words  # noqa: F401

        register(DATA)
