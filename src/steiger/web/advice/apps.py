"""The room of advice (Sprechstunde)."""

from django.apps import AppConfig


class AdviceConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.advice"
    label = "advice"

    def ready(self) -> None:
        """Know this room's tasks, tell log and search what it has, hear of closed accounts.

        The room of cases learns what is kept here about a firm, and how it is forgotten.
        """
        from steiger.web.accounts.domain import persons
        from steiger.web.advice import signals, tasks  # noqa: F401
        from steiger.web.advice.domain.firm_data import DATA, erase_person
        from steiger.web.advice.interfaces import case_words, finding, log_words  # noqa: F401
        from steiger.web.cases.domain.rooms import register

        register(DATA)
        persons.register("advice", erase_person)
