"""The room of communities."""

from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.communities"
    label = "communities"

    def ready(self) -> None:
        """Know the names of this room's tasks, and tell the log what its acts mean."""
        from steiger.web.communities import tasks  # noqa: F401
        from steiger.web.communities.interfaces import log_words  # noqa: F401
