"""What time it is for an act of this room: now, except where an invented past is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_MOMENT: ContextVar[datetime | None] = ContextVar("audits_moment", default=None)


def now() -> datetime:
    """The moment of an act, with its zone."""
    return _MOMENT.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Acts inside happen at this moment; for invented examinations only."""
    token = _MOMENT.set(moment)
    try:
        yield
    finally:
        _MOMENT.reset(token)
