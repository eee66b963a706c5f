"""The room of communities."""

from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.communities"
    label = "communities"
