"""The room of publications."""

from django.apps import AppConfig


class PublicationsConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.publications"
    label = "publications"

    def ready(self) -> None:
        """Know the names of this room's tasks, and tell log and search what it has.

        The room of cases learns what is kept here about a firm, and how it is forgotten.
        """
        from steiger.web.accounts.domain import persons
        from steiger.web.cases.domain.rooms import register
        from steiger.web.publications import tasks  # noqa: F401
        from steiger.web.publications.domain.firm_data import DATA, erase_person
        from steiger.web.publications.interfaces import case_words, finding, log_words, on_the_map  # noqa: F401

        register(DATA)
        persons.register("publications", erase_person)
