"""The room of events."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.events"
    label = "events"

    def ready(self) -> None:
        """Know the names of this room's tasks, and tell log and search what it has.

        The room of cases learns what is kept here about a firm, and how it is forgotten.
        """
        from steiger.web.accounts.domain import persons
        from steiger.web.cases.domain.rooms import register
        from steiger.web.events import tasks  # noqa: F401
        from steiger.web.events.domain.firm_data import DATA, erase_person
        from steiger.web.events.interfaces import case_words, finding, log_words  # noqa: F401

        register(DATA)
        persons.register("events", erase_person)
