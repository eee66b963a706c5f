"""The room of events."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.events"
    label = "events"
