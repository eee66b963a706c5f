"""The room of advice (Sprechstunde)."""

from django.apps import AppConfig


class AdviceConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.advice"
    label = "advice"

    def ready(self) -> None:
        """Know this room's tasks, tell the log what its acts mean, hear of closed accounts."""
        from steiger.web.advice import signals, tasks  # noqa: F401
        from steiger.web.advice.interfaces import log_words  # noqa: F401
