"""The staff's desk."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.desk"
    label = "desk"

    def ready(self) -> None:
        """Know this room's tasks, tell the log its words, guard the mails of circulars."""
        from steiger.web.background.domain.mail import Guard, guard_mails
        from steiger.web.desk import tasks  # noqa: F401
        from steiger.web.desk.domain.circulars import has_left, may_leave
        from steiger.web.desk.domain.mails import GUARD
        from steiger.web.desk.interfaces import log_words  # noqa: F401

        guard_mails(GUARD, Guard(may_leave, has_left))
