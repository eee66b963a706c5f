"""The room of advice (Sprechstunde)."""

from django.apps import AppConfig


class AdviceConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.advice"
    label = "advice"

    def ready(self) -> None:
        """Know this room's tasks, tell log and search what it has, hear of closed accounts."""
        from steiger.web.advice import signals, tasks  # noqa: F401
        from steiger.web.advice.interfaces import finding, log_words  # noqa: F401
