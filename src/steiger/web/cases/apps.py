"""The room of cases."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.cases"
    label = "cases"

    def ready(self) -> None:
        """Know the names of this room's tasks, and tell log and search what it has."""
        from steiger.web.accounts.domain import persons
        from steiger.web.cases import tasks  # noqa: F401
        from steiger.web.cases.domain.erasing import erase_person
        from steiger.web.cases.interfaces import finding, log_words  # noqa: F401

        persons.register("cases", erase_person)
