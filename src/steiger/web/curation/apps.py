"""The room of curation."""

from django.apps import AppConfig


class CurationConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.curation"
    label = "curation"

    def ready(self) -> None:
        """Know the names of this room's tasks, guard its mails, add to the pages of entries."""
        from steiger.web.accounts.domain import persons
        from steiger.web.curation import tasks  # noqa: F401
        from steiger.web.curation.domain.person_data import erase_person
        from steiger.web.curation.interfaces import log_fresh, setting  # noqa: F401

        persons.register("curation", erase_person)
