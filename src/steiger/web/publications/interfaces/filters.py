"""The state of the list in its address: read, checked, written back the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

FACETS = ("kind", "topic", "language", "year", "community")
MOST_TEXT, MOST_VALUES = 200, 40
_NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Filters:
    """What the visitor asks for."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)
    page: int = 1

    def query_string(self) -> str:
        """The address's query with its question mark, or nothing; always in the same order."""
        pairs = [("q", self.q)] if self.q else []
        pairs += [(name, key) for name in FACETS for key in self.chosen.get(name, ())]
        pairs += [("page", str(self.page))] if self.page > 1 else []
        return f"?{urlencode(pairs)}" if pairs else ""

    def but(self, **changes: Any) -> Filters:
        """The same with changes, on its first page."""
        return replace(self, **{"page": 1, **changes})

    def with_facet(self, facet: str, keys: Iterable[str]) -> Filters:
        """With exactly these values chosen in one facet."""
        chosen = {name: values for name, values in self.chosen.items() if name != facet}
        if wanted := tuple(sorted(set(keys))):
            chosen[facet] = wanted
        return self.but(chosen=MappingProxyType(chosen))

    def without(self, facet: str, key: str) -> Filters:
        """With one value no longer chosen."""
        return self.with_facet(facet, [k for k in self.chosen.get(facet, ()) if k != key])

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.q or self.chosen)


def parse(data: QueryDict, known: Mapping[str, Collection[str]]) -> Filters:
    """Read the filters from an address; what nobody knows is left out.

    Args:
        data: the request's GET parameters.
        known: facet → the values that exist.
    """
    chosen = {}
    for name in FACETS:
        values = [v for v in data.getlist(name)[:MOST_VALUES] if v in known.get(name, ())]
        if values:
            chosen[name] = tuple(sorted(set(values)))
    text = "".join(c if c.isprintable() else " " for c in data.get("q", ""))
    page = data.get("page", "")
    return Filters(
        q=" ".join(text.split())[:MOST_TEXT].strip(),
        chosen=MappingProxyType(chosen),
        page=int(page) if page.isascii() and page.isdigit() and int(page[:6]) > 0 else 1,
    )
