"""The overview of all districts: figures, order, and the drawing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from steiger.web.directory.domain.areas import (
    AreaFigure,
    AreaPage,
    area_name,
    area_url,
    figures,
    map_name,
)
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.interfaces.outline import Outline, outline

CLASSES = 5
_SORTS: dict[str, Callable[[AreaFigure], Any]] = {
    "name": lambda figure: figure.name,
    "actors": lambda figure: (-figure.actors, figure.name),
    "rate": lambda figure: (-(figure.per_100k or 0.0), figure.name),
    "population": lambda figure: (-(figure.population or 0), figure.name),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """One district of the drawing: its figure, its path and its class (0 fewest, 4 most)."""

    figure: AreaFigure
    path: str
    level: int


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table with the address that sorts by it."""

    key: str
    label: str
    url: str
    active: bool


@dataclass(frozen=True)
class Overview:
    """All districts."""

    rows: tuple[AreaFigure, ...]
    shapes: tuple[Shape, ...]
    canvas: Outline
    limits: tuple[tuple[float, float], ...]
    columns: tuple[Column, ...]
    total: int

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """The way to this page."""
        return [(map_name(), reverse("directory:map")), (_("Districts"), "")]


@dataclass(frozen=True, slots=True)
class Share:
    """How many actors of an area are in one category; ``largest`` is the scale's end."""

    key: str
    label: str
    count: int
    largest: int


@dataclass(frozen=True)
class AreaView:
    """The page of one district or municipality, as the template reads it."""

    page: AreaPage

    def __getattr__(self, name: str) -> Any:
        """Everything of the domain's page is a part of this one."""
        return getattr(self.page, name)

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """From the Landkarte through the districts to this area."""
        crumbs = [
            (map_name(), reverse("directory:map")),
            (_("Districts"), reverse("directory:regions")),
        ]
        ags = self.page.area.ags
        if not self.page.is_district and area_name(ags[:5]) != self.page.figure.name:
            crumbs.append((area_name(ags[:5]), area_url(ags[:5])))
        return [*crumbs, (self.page.figure.name, "")]

    @property
    def shares(self) -> list[Share]:
        """Actors by category, in the order of the vocabulary."""
        counts = dict(self.page.categories)
        largest = max(counts.values(), default=0)
        return [
            Share(key, word.label, counts[key], largest)
            for key, word in vocabulary().facet("category").items()
            if counts.get(key)
        ]

    @property
    def shape(self) -> str:
        """Key of the district to mark on the drawing."""
        return self.page.area.ags[:5]

    @property
    def spot(self) -> tuple[int, int] | None:
        """Where a municipality lies on the drawing."""
        if self.page.is_district:
            return None
        return outline().point(self.page.area.lat, self.page.area.lon)


def overview(data: QueryDict) -> Overview:
    """Figures of all districts in the order that the address asks for."""
    sort = data.get("sort", "")
    sort = sort if sort in _SORTS else "name"
    rows = figures("district")
    limits = class_limits([row.per_100k for row in rows if row.per_100k])
    canvas = outline()
    shapes = tuple(
        Shape(row, canvas.districts[row.ags], level(row.per_100k, limits)) for row in rows
    )
    labels = {
        "name": _("District"),
        "actors": _("Entries"),
        "rate": _("per 100,000 inhabitants"),
        "population": _("Inhabitants"),
    }
    return Overview(
        rows=tuple(sorted(rows, key=_SORTS[sort])),
        shapes=shapes,
        canvas=canvas,
        limits=limits,
        columns=tuple(
            Column(key, label, f"?sort={key}", key == sort) for key, label in labels.items()
        ),
        total=sum(row.actors for row in rows),
    )


def class_limits(rates: list[float]) -> tuple[tuple[float, float], ...]:
    """(lowest, highest) of up to five classes of equal size (quantiles), fewest first."""
    ordered = sorted(rates)
    if not ordered:
        return ()
    count = min(CLASSES, len(set(ordered)))
    edges = [ordered[(len(ordered) * i) // count] for i in range(count)] + [ordered[-1]]
    return tuple(pairwise(edges))


def level(rate: float | None, limits: tuple[tuple[float, float], ...]) -> int:
    """The class of a rate: 0 for none, else 1 (fewest) up to the number of classes."""
    if not rate:
        return 0
    return max(1, sum(rate >= low for low, _high in limits))
