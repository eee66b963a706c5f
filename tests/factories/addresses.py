"""Every address of the product, and who may enter (tests/web/security/access.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

FILE = Path(__file__).resolve().parents[1] / "web/security/access.toml"
TABLE = tomllib.loads(FILE.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Address:
    """One address: its full name (or route, if it has none), and the names of its parts."""

    name: str
    arguments: tuple[str, ...]
    route: str

    def path(self, values: Mapping[str, Any] = TABLE["arguments"]) -> str:
        """The address with its parts filled in."""
        if self.name == self.route:
            return f"/{self.route}"
        return reverse(self.name, kwargs={part: values[part] for part in self.arguments})


def addresses() -> list[Address]:
    """Every address of the product, by name."""
    found = {address.name: address for address in _walk(get_resolver(), "", "", ())}
    return [found[name] for name in sorted(found)]


def _walk(
    resolver: URLResolver, space: str, route: str, arguments: tuple[str, ...]
) -> Iterator[Address]:
    for item in resolver.url_patterns:
        here = route + str(item.pattern)
        parts = (*arguments, *item.pattern.converters, *item.pattern.regex.groupindex)
        if isinstance(item, URLPattern):
            name = f"{space}{item.name}" if item.name else here
            yield Address(name, tuple(dict.fromkeys(parts)), here)
        else:
            inner = f"{space}{item.namespace}:" if item.namespace else space
            yield from _walk(item, inner, here, parts)
