"""Actors by what people call them, for forms of other rooms."""

from __future__ import annotations

from steiger.lib.text import fold
from steiger.web.directory.models import Actor


def actor_called(name: str) -> Actor | None:
    """The one published actor with exactly this name or short name, spelling aside; else None."""
    wanted = " ".join(name.split())
    if not wanted:
        return None
    published = Actor.objects.filter(state=Actor.State.PUBLISHED)
    found = list(published.filter(sort_name=fold(wanted))[:2])
    if not found:
        found = list(published.filter(short_name__iexact=wanted)[:2])
    return found[0] if len(found) == 1 else None


def actors_like(name: str, limit: int = 5) -> list[Actor]:
    """Published actors whose names contain the words."""
    wanted = fold(" ".join(name.split()))
    if len(wanted) < 3:
        return []
    published = Actor.objects.filter(state=Actor.State.PUBLISHED)
    return list(published.filter(sort_name__contains=wanted)[:limit])
