"""The operations room."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.operations"
    label = "operations"

    def ready(self) -> None:
        """Begin to listen for unforeseen errors."""
        from steiger.web.operations import signals  # noqa: F401
        from steiger.web.operations.interfaces import log_words  # noqa: F401
