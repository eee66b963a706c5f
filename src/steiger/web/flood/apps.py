"""The flood room."""

from django.apps import AppConfig


class FloodConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.flood"
    label = "flood"

    def ready(self) -> None:
        """Know the names of this room's tasks, and tell the log what its acts mean."""
        from steiger.web.accounts.domain import persons
        from steiger.web.cases.domain import rooms
        from steiger.web.flood import tasks  # noqa: F401
        from steiger.web.flood.domain.firm_data import DATA
        from steiger.web.flood.domain.subscriptions import erase_person
        from steiger.web.flood.interfaces import case_words, log_words  # noqa: F401

        rooms.register(DATA)
        persons.register("flood", erase_person)
