"""The room of curation."""

from django.apps import AppConfig


class CurationConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.curation"
    label = "curation"
