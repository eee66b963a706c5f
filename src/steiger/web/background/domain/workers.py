"""Signs of life of the processes that do background work."""

from __future__ import annotations

import os
import socket
from datetime import timedelta

from django.utils import timezone

from steiger.web.background.models import Worker

#: A worker writes a sign of life this often …
BEAT_S = 10.0
#: … and counts as gone after this long.
STALE = timedelta(seconds=45)


def beat(name: str) -> None:
    """Say that this process lives."""
    now = timezone.now()
    if Worker.objects.filter(name=name).update(seen_at=now):
        return
    Worker.objects.create(
        name=name, host=socket.gethostname()[:255], pid=os.getpid(), started_at=now, seen_at=now
    )
    Worker.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()


def leave(name: str) -> None:
    """Say that this process ends in good order."""
    Worker.objects.filter(name=name).delete()


def live_workers() -> frozenset[str]:
    """Names of the workers that gave a sign of life lately."""
    fresh = Worker.objects.filter(seen_at__gte=timezone.now() - STALE)
    return frozenset(fresh.values_list("name", flat=True))


def last_sign_s() -> float | None:
    """Seconds since any worker was last heard of; None if none is known."""
    newest = Worker.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    return None if newest is None else max(0.0, (timezone.now() - newest).total_seconds())
