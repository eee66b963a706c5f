"""What communities are called, for rooms that file events and publications under one.

The room of communities stands above them, so it registers when it is ready. Elsewhere a community
is known by the slug in its address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from steiger.web.directory.domain.queries import in_language


@dataclass(frozen=True, slots=True)
class CommunityName:
    """One community. ``is_open`` says whether something new may be filed under it."""

    slug: str
    name_de: str
    name_en: str
    is_open: bool

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_de, self.name_en)


_sources: list[Callable[[], Iterable[CommunityName]]] = []


def register(source: Callable[[], Iterable[CommunityName]]) -> None:
    """Tell where the names are read."""
    _sources[:] = [source]


def community_labels() -> Callable[[str], str]:
    """What communities are called; one that is not there any more, by its slug.

    The names are read once, when the first is asked for.
    """

    @cache
    def names() -> dict[str, str]:
        return {one.slug: one.label for source in _sources for one in source()}

    return lambda slug: names().get(slug) or slug.replace("-", " ").capitalize()


def community_choices(now: str, none: str) -> list[tuple[str, str]]:
    """What a form offers: none, the open ones, and the one that is chosen now.

    Args:
        now: slug of the one that is chosen, or "".
        none: what the empty choice is called.
    """
    known = [one for source in _sources for one in source()]
    choices = [(one.slug, one.label) for one in known if one.is_open or one.slug == now]
    if now and now not in dict(choices):
        choices.append((now, community_labels()(now)))
    return [("", none), *sorted(choices, key=lambda pair: pair[1].casefold())]
