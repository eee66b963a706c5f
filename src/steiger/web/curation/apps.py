"""The room of curation."""

from django.apps import AppConfig


class CurationConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.curation"
    label = "curation"

    def ready(self) -> None:
        """Know the room's tasks and roles, guard its mails, follow mergers, add to pages."""
        from steiger.web.accounts.domain import persons
        from steiger.web.background.domain.mail import Guard, guard_mails
        from steiger.web.curation import signals, tasks  # noqa: F401
        from steiger.web.curation.domain import following, links, offers, telling  # noqa: F401
        from steiger.web.curation.domain.person_data import erase_person
        from steiger.web.curation.interfaces import (  # noqa: F401
            log_fresh,
            log_words,
            on_the_map,
            self_log_words,
            setting,
            webhook_pages,
        )
        from steiger.web.directory.domain.history import register_reasons

        persons.register("curation", erase_person)
        register_reasons(telling.reason_text)
        guard_mails(telling.GUARD, Guard(telling.may_leave, telling.has_left))
        telling.register_status_link(
            lambda submission: links.path_for(submission.pk, links.STATUS, submission.language)
        )
