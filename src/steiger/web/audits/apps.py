"""The room of examinations."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.audits"
    label = "audits"

    def ready(self) -> None:
        """Know the names of this room's tasks, and tell the log what its acts mean."""
        from steiger.web.accounts.domain import persons
        from steiger.web.audits import tasks  # noqa: F401
        from steiger.web.audits.domain.retention import erase_person
        from steiger.web.audits.interfaces import log_words, on_the_map  # noqa: F401

        persons.register("audits", erase_person)
