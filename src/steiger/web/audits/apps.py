"""The room of examinations."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.audits"
    label = "audits"

    def ready(self) -> None:
        """Know the names of this room's tasks, and tell the log what its acts mean."""
        from steiger.web.audits import tasks  # noqa: F401
        from steiger.web.audits.interfaces import log_words, on_the_map  # noqa: F401
