"""Everyone who passes the filters of an address, in the order in which the list shows them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from steiger.engines.directory.search import Query
from steiger.web.directory.domain.areas import PlaceAnswer, map_name, resolve_place
from steiger.web.directory.domain.index import search_index
from steiger.web.directory.interfaces.facets import known_keys, option_label, parameter_title
from steiger.web.directory.interfaces.filters import FACETS, Filters, parse, to_query

#: Parameters that make a selection smaller.
NARROWING = frozenset({*FACETS, "bounds", "radius", "examples"})


@dataclass(frozen=True)
class Selection:
    """A filtered view of the map as a whole, without its pages.

    Attributes:
        generation: of the search index, changes with any entry.
        unknown: filters of the address, (parameter, value), that mean nothing here.
    """

    filters: Filters
    place: PlaceAnswer
    query: Query
    generation: str
    unknown: tuple[tuple[str, str], ...] = ()

    @cached_property
    def numbers(self) -> list[int]:
        """Numbers of the actors, as ordered in the list."""
        found = search_index().search(self.query, relax=False)
        return [hit.id for hit in found.hits]

    def newest(self, limit: int) -> list[int]:
        """The latest entries: numbers rise with every new one."""
        return [int(number) for number in search_index().ids(self.query)[-limit:][::-1]]

    @property
    def view_url(self) -> str:
        """The full address of the view on the map."""
        return f"{settings.BASE_URL}{reverse('directory:map')}{self.filters.query_string()}"

    @property
    def query_string(self) -> str:
        """The filters and the order, for addresses of the same selection in another form."""
        return self.filters.but(view="list", more="").query_string()

    def tag(self, *more: object) -> str:
        """Changes when the content or the question changes (for ETags)."""
        facets = sorted((name, sorted(keys)) for name, keys in self.query.facets.items())
        parts = (self.generation, facets, self.filters.pairs(), self.query.near, *more)
        return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:20]}"'

    @property
    def words(self) -> list[str]:
        """The filters in the reader's language."""
        f = self.filters
        words = [_("“%(text)s”") % {"text": f.q}] if f.q else []
        words += [option_label(facet, key) for facet, keys in f.chosen.items() for key in keys]
        if f.near and self.place.place:
            label = self.place.place.label
            around = _("%(km)s km around %(place)s") % {"km": f.active_radius, "place": label}
            words.append(around if f.active_radius else label)
        if f.bounds:
            words.append(_("visible part of the map"))
        if not f.examples:
            words.append(_("without examples"))
        return words

    @property
    def problems(self) -> list[str]:
        """What is wrong with the filters, in sentences; without them the selection would be wider
        than was asked for."""
        told = _("“%(value)s” is not known under “%(name)s”.")
        found = [
            told % {"value": value, "name": parameter_title(name)} for name, value in self.unknown
        ]
        if self.place.choices:
            places = "; ".join(place.label for place in self.place.choices)
            values = {"place": self.filters.near, "places": places}
            found.append(_("“%(place)s” may mean: %(places)s. Name one of them.") % values)
        elif self.filters.near and self.place.place is None:
            found.append(told % {"value": self.filters.near, "name": _("Place")})
        return found

    @property
    def title(self) -> str:
        """What the selection is called."""
        return f"{map_name()}: {', '.join(self.words)}" if self.words else map_name()


def select(data: QueryDict, preset: Mapping[str, str] | None = None, sort: str = "") -> Selection:
    """Read the filters of an address.

    Args:
        preset: facets that the page itself sets.
        sort: an order instead of the address's.
    """
    parsed = parse(data, known_keys)
    filters = parsed.filters.but(more="")
    unknown = tuple(pair for pair in parsed.ignored if pair[0] in NARROWING)
    for facet, key in (preset or {}).items():
        filters = filters.with_facet(facet, [key])
    if sort:
        filters = filters.but(sort=sort)
    answer = resolve_place(filters.near)
    spot = (answer.place.lat, answer.place.lon) if answer.place else None
    index = search_index()
    query = to_query(filters, near=spot, per_page=max(1, len(index)))
    return Selection(filters, answer, query, index.generation, unknown)
