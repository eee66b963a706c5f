"""Fields of one indicator, and its id as part of an address."""

from __future__ import annotations

from django import template
from django.forms import BoundField, Form

register = template.Library()


@register.filter
def fields_of(form: Form, indicator: str) -> list[BoundField]:
    """Level and reason of one indicator."""
    return [form[f"level-{indicator}"], form[f"reason-{indicator}"]]


@register.filter
def slug(indicator: str) -> str:
    """An id without dots."""
    return indicator.replace(".", "-").lower()
