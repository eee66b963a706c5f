"""The room of curation."""

from django.apps import AppConfig


class CurationConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.curation"
    label = "curation"

    def ready(self) -> None:
        """Guard the mails about decisions."""
        from steiger.web.background.domain.mail import Guard, guard_mails
        from steiger.web.curation.domain import telling

        guard_mails(telling.GUARD, Guard(telling.may_leave, telling.has_left))
