"""Which words and lights stand on the preview picture of a page."""

from __future__ import annotations

from steiger.web.directory.models import Actor
from steiger.web.portal.domain.overview import overview, point_of
from steiger.web.portal.domain.pictures import preview
from steiger.web.portal.domain.queries import figures
from steiger.web.portal.domain.region import region


def picture(kind: str, slug: str) -> bytes | None:
    """The picture for a page, or None if there is no such page.

    Args:
        kind: "seite" (every page of the portal), "eintrag" (an actor), "region" (by official key).
        slug: the page's own name in its address.
    """
    if kind == "eintrag":
        return _actor(slug)
    if kind == "region":
        return _area(slug)
    if kind == "seite" and slug == "start":
        return preview(region().map_name_de, f"Wer in {region().name_de} mit KI arbeitet", _all())
    return None


def _all() -> dict[tuple[int, int], float]:
    numbers = figures()
    # Steps of ten percent: the picture stays the same while single entries come and go.
    lights = overview(numbers.districts, numbers.municipalities).lights
    return {(light.x, light.y): round(light.radius) for light in lights}


def _actor(slug: str) -> bytes | None:
    actor = Actor.objects.filter(slug=slug, state=Actor.State.PUBLISHED).first()
    if actor is None:
        return None
    place = ", ".join(part for part in (actor.town, region().map_name_de) if part)
    point = point_of(actor.municipality)
    return preview(actor.name, place, {point: 16} if point else {})


def _area(ags: str) -> bytes | None:
    area = region().area(ags)
    if area is None:
        return None
    name = getattr(area, "display_name", area.name)
    inside = getattr(area, "municipalities", (area.ags,))
    points = [point for key in inside if (point := point_of(key))]
    return preview(name, region().map_name_de, dict.fromkeys(points, 7.0))
