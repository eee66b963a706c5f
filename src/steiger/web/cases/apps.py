"""The room of cases."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.cases"
    label = "cases"

    def ready(self) -> None:
        """Know the names of this room's tasks, and tell the log what its acts mean."""
        from steiger.web.cases import tasks  # noqa: F401
        from steiger.web.cases.interfaces import log_words  # noqa: F401
