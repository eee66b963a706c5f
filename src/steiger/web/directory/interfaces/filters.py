"""The state of the Landkarte in its address: read, checked, written back the same.

The same parameters serve list, map, table, region pages and the map's data. What cannot be
understood is left out and named to the visitor; an address never leads to an error.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from steiger.engines.directory.search import Query
from steiger.engines.directory.search.types import Sort

FACETS = ("category", "role", "topic", "sector", "size", "district", "municipality", "verified")
VIEWS = ("list", "map", "table", "network")
SORTS: Mapping[str, Sort] = MappingProxyType(
    {"relevance": "relevance", "name": "name", "newest": "changed", "distance": "distance"}
)
RADII = (5, 10, 20, 40, 60, 100)
DEFAULT_RADIUS = 40
MAX_RADIUS = 300
MAX_TEXT = 200
MAX_PLACE = 80
MAX_PAGE = 100_000
MAX_VALUES = 60
#: From this many chosen values on, search engines are asked to leave the page out.
DEEP = 3
_NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Filters:
    """What the visitor asks for. Always in normal form, see :func:`clean_text`.

    Attributes:
        chosen: facet → sorted keys of terms, only facets with at least one.
        near: town or postcode as typed.
        radius: kilometres around ``near``; 0 means any distance; None the default.
        sort: empty means what fits best: distance with a place, relevance with words, else name.
        more: the facet whose whole list is shown.
        bounds: the visible part of the map to which the list is limited: west, south, east, north.
        examples: whether invented examples are shown.
    """

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)
    near: str = ""
    radius: int | None = None
    view: str = "list"
    sort: str = ""
    page: int = 1
    more: str = ""
    examples: bool = True
    bounds: tuple[float, float, float, float] | None = None

    @property
    def bounds_text(self) -> str:
        """The part of the map as it stands in an address, or nothing."""
        return ",".join(f"{degrees:.3f}" for degrees in self.bounds) if self.bounds else ""

    def pairs(self) -> list[tuple[str, str]]:
        """Parameters in a fixed order, without those that say nothing."""
        found: list[tuple[str, str]] = []
        if self.q:
            found.append(("q", self.q))
        found.extend((name, key) for name in FACETS for key in self.chosen.get(name, ()))
        if self.near:
            found.append(("near", self.near))
        if self.radius is not None:
            found.append(("radius", str(self.radius)))
        if not self.examples:
            found.append(("examples", "hide"))
        if self.bounds:
            found.append(("bounds", self.bounds_text))
        if self.view != "list":
            found.append(("view", self.view))
        if self.sort:
            found.append(("sort", self.sort))
        if self.more:
            found.append(("more", self.more))
        if self.page > 1:
            found.append(("page", str(self.page)))
        return found

    def query_string(self) -> str:
        """The address's query with its question mark, or nothing."""
        pairs = self.pairs()
        return f"?{urlencode(pairs)}" if pairs else ""

    def but(self, **changes: Any) -> Filters:
        """The same with changes; leads back to the first page unless a page is given."""
        return replace(self, **{"page": 1, **changes})

    def toggled(self, facet: str, key: str) -> Filters:
        """With a term chosen, or no longer chosen."""
        now = self.chosen.get(facet, ())
        return self.with_facet(facet, [k for k in now if k != key] if key in now else [*now, key])

    def with_facet(self, facet: str, keys: Iterable[str]) -> Filters:
        """With exactly these terms chosen in one facet."""
        chosen = {name: keys for name, keys in self.chosen.items() if name != facet}
        if wanted := tuple(sorted(set(keys))):
            chosen[facet] = wanted
        return self.but(chosen=MappingProxyType(chosen))

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but view, sort and page is set."""
        return bool(self.q or self.chosen or self.near or self.bounds or not self.examples)

    @property
    def is_deep(self) -> bool:
        """Whether this is one of the endless combinations that search engines need not read."""
        values = sum(len(keys) for keys in self.chosen.values())
        return bool(self.q or self.near or self.bounds or self.more or self.sort) or values >= DEEP

    @property
    def active_sort(self) -> str:
        """The order that applies."""
        if self.sort == "distance" and not self.near:
            return "relevance" if self.q else "name"
        if self.sort:
            return self.sort
        return "distance" if self.near and not self.q else "relevance" if self.q else "name"

    @property
    def active_radius(self) -> int | None:
        """Kilometres around the place, or None for any distance."""
        if not self.near or self.radius == 0:
            return None
        return DEFAULT_RADIUS if self.radius is None else self.radius


@dataclass(frozen=True, slots=True)
class Parsed:
    """Filters, and what was left out: (parameter, value) pairs."""

    filters: Filters
    ignored: tuple[tuple[str, str], ...] = ()


Known = Callable[[str], Collection[str]]


def clean_text(text: str, limit: int) -> str:
    """One line without control characters, single spaces, at most ``limit`` characters."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())[:limit].strip()


def parse(data: QueryDict, known: Known) -> Parsed:
    """Read the filters from an address.

    Args:
        data: the request's GET parameters.
        known: facet → the keys that exist.
    """
    ignored: list[tuple[str, str]] = []
    chosen: dict[str, tuple[str, ...]] = {}
    for name in FACETS:
        if name not in data:
            continue
        values = [value for value in data.getlist(name) if value][:MAX_VALUES]
        keys = known(name)
        good = tuple(sorted({value for value in values if value in keys}))
        ignored.extend((name, clean_text(v, 60)) for v in values if v not in keys)
        if good:
            chosen[name] = good

    def one_of(name: str, allowed: Collection[str], default: str = "") -> str:
        value = data.get(name, "")
        if not value or value in allowed:
            return value or default
        ignored.append((name, clean_text(value, 60)))
        return default

    def number(name: str, low: int, high: int) -> int | None:
        value = data.get(name, "").strip()
        if not value:
            return None
        if value.isascii() and value.isdigit() and len(value) < 10 and low <= int(value) <= high:
            return int(value)
        ignored.append((name, clean_text(value, 60)))
        return None

    near = clean_text(data.get("near", ""), MAX_PLACE)
    radius = number("radius", 0, MAX_RADIUS)
    filters = Filters(
        q=clean_text(data.get("q", ""), MAX_TEXT),
        chosen=MappingProxyType(chosen) if chosen else _NOTHING,
        near=near,
        # The form always sends its radius; without a place it says nothing.
        radius=radius if near and radius != DEFAULT_RADIUS else None,
        view=one_of("view", VIEWS, "list"),
        sort=one_of("sort", SORTS),
        page=number("page", 1, MAX_PAGE) or 1,
        more=one_of("more", FACETS),
        examples=one_of("examples", ("hide", "show")) != "hide",
        bounds=_box(data.get("bounds", ""), ignored),
    )
    return Parsed(filters, tuple(ignored))


def _box(text: str, ignored: list[tuple[str, str]]) -> tuple[float, float, float, float] | None:
    """Four degrees with a comma between them: west, south, east, north."""
    if not text.strip():
        return None
    try:
        west, south, east, north = (round(float(part), 3) for part in text[:80].split(","))
    except ValueError:
        ignored.append(("bounds", clean_text(text, 60)))
        return None
    # Also refuses what is not a number, which compares to nothing.
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        ignored.append(("bounds", clean_text(text, 60)))
        return None
    return west, south, east, north


def to_query(
    filters: Filters,
    *,
    near: tuple[float, float] | None = None,
    preset: Mapping[str, str] | None = None,
    per_page: int = 20,
) -> Query:
    """The search engine's question.

    Args:
        near: (latitude, longitude) of the place that ``filters.near`` was found to be.
        preset: facets that the page itself sets, for example its district.
    """
    facets = {name: frozenset(keys) for name, keys in filters.chosen.items()}
    facets |= {name: frozenset({key}) for name, key in (preset or {}).items()}
    if not filters.examples:
        facets["example"] = frozenset({"no"})
    sort = SORTS[filters.active_sort]
    if sort == "distance" and near is None:
        sort = "relevance" if filters.q else "name"
    return Query(
        text=filters.q,
        facets=facets,
        near=near,
        radius_km=float(filters.active_radius) if near and filters.active_radius else None,
        bounds=filters.bounds,
        sort=sort,
        offset=(filters.page - 1) * per_page,
        limit=per_page,
    )
