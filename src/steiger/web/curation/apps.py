"""The room of curation."""

from django.apps import AppConfig


class CurationConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.curation"
    label = "curation"

    def ready(self) -> None:
        """Guard the mails about decisions, follow mergers, keep what imports offer."""
        from steiger.web.background.domain.mail import Guard, guard_mails
        from steiger.web.curation import tasks  # noqa: F401
        from steiger.web.curation.domain import following, offers, telling  # noqa: F401
        from steiger.web.curation.interfaces import log_words, on_the_map  # noqa: F401
        from steiger.web.directory.domain.history import register_reasons

        register_reasons(telling.reason_text)
        guard_mails(telling.GUARD, Guard(telling.may_leave, telling.has_left))
