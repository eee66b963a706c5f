"""What the home page and the search engines' list read from the directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, Max, Q

from steiger.web.directory.models import Actor, Role
from steiger.web.flood.models import GaugeWarning, Sensor

#: Seconds for which a web process remembers the figures.
FRESH_S = 30
#: Which roles answer which of the four questions with which firms come.
WAYS: Mapping[str, tuple[str, ...]] = {
    "try": ("demonstrator", "infrastructure", "learning_place"),
    "help": ("consulting", "support", "network"),
    "proof": ("testing",),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers for the home page; each of them is a number of published actors unless said.

    Attributes:
        examples: invented entries among them.
        changed_at: when an entry last changed; None without entries.
        districts, municipalities: by official key; areas without an actor are missing.
        categories: by key of the category; an actor counts once in each of its categories.
        ways: by key of ``WAYS``; an actor counts once.
        gauges, warned: gauges that are forecast, and those at which a flood warning is in force.
    """

    actors: int = 0
    examples: int = 0
    changed_at: datetime | None = None
    districts: Mapping[str, int] = field(default_factory=dict)
    municipalities: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, int] = field(default_factory=dict)
    ways: Mapping[str, int] = field(default_factory=dict)
    gauges: int = 0
    warned: int = 0

    @property
    def real(self) -> int:
        """Entries that are not invented."""
        return self.actors - self.examples


def figures() -> Figures:
    """Current figures, at most ``FRESH_S`` seconds old."""
    known = cache.get("portal.figures")
    if known is None:
        known = _count()
        cache.set("portal.figures", known, FRESH_S)
    return known


def _count() -> Figures:
    published = Actor.objects.filter(state=Actor.State.PUBLISHED).order_by()
    total = published.aggregate(
        actors=Count("id"), examples=Count("id", filter=Q(is_example=True)), last=Max("changed_at")
    )
    roles = Role.objects.filter(
        state=Role.State.ACCEPTED, hidden=False, actor__state=Actor.State.PUBLISHED
    ).order_by()
    actors = Count("actor", distinct=True)
    by_category = roles.values_list("term__parent__key").annotate(actors)
    return Figures(
        actors=total["actors"],
        examples=total["examples"],
        changed_at=total["last"],
        districts=_by(published, "district"),
        municipalities=_by(published, "municipality"),
        categories={key: number for key, number in by_category if key},
        ways={
            way: roles.filter(term__key__in=keys).aggregate(n=actors)["n"]
            for way, keys in WAYS.items()
        },
        gauges=Sensor.objects.filter(target=True).count(),
        warned=GaugeWarning.objects.filter(level__gt=0).count(),
    )


def _by(published: object, column: str) -> dict[str, int]:
    rows = published.exclude(**{column: ""}).values_list(column).annotate(Count("id"))  # type: ignore[attr-defined]
    return dict(rows)
