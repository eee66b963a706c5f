"""The room of curation."""

from django.apps import AppConfig


class CurationConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.curation"
    label = "curation"

    def ready(self) -> None:
        """Know the room's tasks and roles, guard its mails, add to the pages of entries."""
        from steiger.web.accounts.domain import persons
        from steiger.web.curation import signals, tasks  # noqa: F401
        from steiger.web.curation.domain.person_data import erase_person
        from steiger.web.curation.interfaces import (  # noqa: F401
            log_fresh,
            self_log_words,
            setting,
        )

        persons.register("curation", erase_person)
