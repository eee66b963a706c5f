"""The room of the API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.api"
    label = "api"

    def ready(self) -> None:
        """Say what the room's entries of the log mean."""
        from steiger.web.api.interfaces import log_words  # noqa: F401
