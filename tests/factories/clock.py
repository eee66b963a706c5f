"""A clock that stands where a test puts it, for the whole product and for defaults of fields."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone


class Clock:
    """What ``timezone.now`` says; each look moves it on a little, as time does."""

    def __init__(self, begin: datetime) -> None:
        self.at = begin

    def __call__(self) -> datetime:
        """Now."""
        self.at += timedelta(microseconds=100)
        return self.at

    def move(self, **span: float) -> datetime:
        """Move on by days, hours, minutes."""
        self.at += timedelta(**span)
        return self.at


@contextmanager
def moved(begin: datetime) -> Iterator[Clock]:
    """Let the product take its time from a clock that begins here."""
    true, clock = timezone.now, Clock(begin)
    fields: list[Any] = [
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.default is true
    ]
    timezone.now = clock  # type: ignore[assignment]
    for field in fields:
        field.default = clock
        field.__dict__["_get_default"] = clock
    try:
        yield clock
    finally:
        timezone.now = true
        for field in fields:
            field.default = true
            field.__dict__["_get_default"] = true
