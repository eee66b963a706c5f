"""Fields of one indicator, and its id as part of an address."""

from __future__ import annotations

from django import template
from django.forms import BoundField, Form

register = template.Library()


@register.filter
def fields_of(form: Form, indicator: str) -> list[BoundField]:
    """Level, reason and, where there are some, files of one indicator."""
    names = (f"{part}-{indicator}" for part in ("level", "reason", "files"))
    return [form[name] for name in names if name in form.fields]


@register.filter
def slug(indicator: str) -> str:
    """An id without dots."""
    return indicator.replace(".", "-").lower()
