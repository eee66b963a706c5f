"""The room of advice (Sprechstunde)."""

from django.apps import AppConfig


class AdviceConfig(AppConfig):
    """See README.md in this folder."""

    name = "steiger.web.advice"
    label = "advice"
