"""The portal room."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.portal"
    label = "portal"
