"""The filters of the Landkarte as groups of options with counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from steiger.web.directory.domain.areas import area_name, district_names
from steiger.web.directory.domain.vocabulary_cache import Vocabulary, vocabulary
from steiger.web.directory.interfaces.filters import Filters

#: So many options are shown before "show all".
SHOWN = 8
GROUPS = ("category", "topic", "sector", "size", "district", "verified")

Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Option:
    """One checkbox."""

    facet: str
    key: str
    label: str
    count: int
    chosen: bool
    children: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Options of one facet; ``left_out`` more exist behind "show all"."""

    facet: str
    title: str
    options: tuple[Option, ...]
    left_out: int
    is_open: bool


def parameter_title(name: str) -> str:
    """What a parameter of an address is called."""
    names = {
        "view": _("View"),
        "sort": _("Order"),
        "page": _("Page"),
        "radius": _("Radius"),
        "examples": _("Examples"),
        "more": _("List of filters"),
        "bounds": _("Part of the map"),
    }
    return names.get(name) or facet_title(name)


def facet_title(facet: str) -> str:
    """What a facet is called."""
    titles: dict[str, Callable[[], str]] = {
        "category": lambda: _("Category"),
        "role": lambda: _("Sub-category"),
        "topic": lambda: _("Topic"),
        "sector": lambda: _("Sector"),
        "size": lambda: _("Size"),
        "district": lambda: _("District"),
        "municipality": lambda: _("Municipality"),
        "verified": lambda: _("Checked"),
        "example": lambda: _("Examples"),
    }
    return titles[facet]() if facet in titles else facet


def option_label(facet: str, key: str) -> str:
    """What a term of a facet is called."""
    if facet in {"district", "municipality"}:
        return area_name(key)
    if facet == "verified":
        return _("checked entries") if key == "yes" else _("not yet checked")
    word = vocabulary().facet(facet).get(key)
    return word.label if word else key


def known_keys(facet: str) -> frozenset[str]:
    """Keys that may stand in an address for a facet."""
    if facet == "verified":
        return frozenset({"yes", "no"})
    if facet == "district":
        return frozenset(district_names())
    if facet == "municipality":
        from steiger.web.directory.domain.areas import region

        return frozenset(region().municipalities)
    return frozenset(vocabulary().facet(facet))


def facet_groups(filters: Filters, counts: Counts, hidden: frozenset[str]) -> list[Group]:
    """Groups in their order; ``hidden`` facets are those that the page itself sets."""
    words = vocabulary()
    groups = []
    for facet in GROUPS:
        if facet in hidden:
            continue
        options = (
            _categories(words, filters, counts)
            if facet == "category"
            else _options(words, facet, filters, counts)
        )
        if not options:
            continue
        shown, left_out = _cap(facet, options, filters)
        has_choice = bool(filters.chosen.get(facet))
        is_open = facet in {"category", "topic"} or has_choice or filters.more == facet
        groups.append(Group(facet, facet_title(facet), shown, left_out, is_open))
    return groups


def _cap(
    facet: str, options: tuple[Option, ...], filters: Filters
) -> tuple[tuple[Option, ...], int]:
    if facet in {"category", "size"} or filters.more == facet or len(options) <= SHOWN + 2:
        return options, 0
    shown = tuple(o for i, o in enumerate(options) if i < SHOWN or o.chosen)
    return shown, len(options) - len(shown)


def _categories(words: Vocabulary, filters: Filters, counts: Counts) -> tuple[Option, ...]:
    by_category: dict[str, list[Option]] = {}
    numbers = counts.get("role", {})
    chosen = filters.chosen.get("role", ())
    for key, word in words.facet("role").items():
        count = numbers.get(key, 0)
        if count or key in chosen:
            option = Option("role", key, word.label, count, key in chosen)
            by_category.setdefault(word.parent, []).append(option)
    numbers = counts.get("category", {})
    chosen = filters.chosen.get("category", ())
    return tuple(
        Option(
            "category",
            key,
            word.label,
            numbers.get(key, 0),
            key in chosen,
            tuple(by_category.get(key, ())),
        )
        for key, word in words.facet("category").items()
        if word.active or numbers.get(key) or key in chosen
    )


def _options(words: Vocabulary, facet: str, filters: Filters, counts: Counts) -> tuple[Option, ...]:
    numbers = counts.get(facet, {})
    chosen = filters.chosen.get(facet, ())
    if facet == "verified":
        labels = {key: option_label(facet, key) for key in ("yes", "no")}
    elif facet == "district":
        labels = dict(district_names())
    else:
        labels = {key: word.label for key, word in words.facet(facet).items()}
    found = [
        Option(facet, key, label, numbers.get(key, 0), key in chosen)
        for key, label in labels.items()
        if numbers.get(key) or key in chosen
    ]
    if facet not in {"size", "verified"}:
        found.sort(key=lambda option: (-option.count, option.label))
    return tuple(found)
