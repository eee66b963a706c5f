"""The room of curation."""

from django.apps import AppConfig


class CurationConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.curation"
    label = "curation"

    def ready(self) -> None:
        """Know the names of this room's tasks, keep roles fitting, and tell the log its words."""
        from steiger.web.curation import signals, tasks  # noqa: F401
        from steiger.web.curation.interfaces import self_log_words  # noqa: F401
