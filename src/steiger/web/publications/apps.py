"""The room of publications."""

from django.apps import AppConfig


class PublicationsConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.publications"
    label = "publications"

    def ready(self) -> None:
        """Know the names of this room's tasks, and tell log and search what it has."""
        from steiger.web.publications import tasks  # noqa: F401
        from steiger.web.publications.interfaces import finding, log_words  # noqa: F401
