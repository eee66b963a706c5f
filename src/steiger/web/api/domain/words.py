"""Vocabularies, facets and regions as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.conf import settings
from django.utils import translation

from steiger.engines.directory.search import FACETS, Query
from steiger.regions import District
from steiger.web.api.domain.actors import Json, absolute, both, label_of, point
from steiger.web.directory.domain.areas import AreaFigure, AreaPage, area_name, region
from steiger.web.directory.domain.index import search_index
from steiger.web.directory.domain.vocabulary_cache import Word, vocabulary

#: Who may be invented is a matter of the installation and no property to count by.
COUNTED = tuple(facet for facet in FACETS if facet != "example")


def vocabulary_names() -> dict[str, int]:
    """Vocabulary → number of its terms."""
    found: dict[str, int] = {}
    for name, _key in vocabulary().words:
        found[name] = found.get(name, 0) + 1
    return found


def terms(name: str) -> list[Json]:
    """The terms of one vocabulary in their order; none if there is no such vocabulary."""
    return [_term(word) for (kind, _), word in vocabulary().words.items() if kind == name]


def _term(word: Word) -> Json:
    return {
        "key": word.key,
        "vocabulary": word.vocabulary,
        "parent": word.parent,
        "label": both(word.label_de, word.label_en),
        "description": both(word.description_de, word.description_en),
        "synonyms": list(word.synonyms),
        "active": word.active,
        "fields": [dict(spec) for spec in word.fields],
    }


def counted(
    question: Query, chosen: Mapping[str, Iterable[str]], label: Callable[[str, str], str]
) -> Json:
    """How many entries carry each value of each facet.

    Args:
        label: facet and key → label in the language that is active.
    """
    found = search_index().search(question, relax=False)
    return {
        "total": found.total,
        "facets": {
            facet: [
                {
                    "key": key,
                    "label": _facet_label(facet, key, label),
                    "count": number,
                    "chosen": key in chosen.get(facet, ()),
                }
                for key, number in sorted(
                    found.facet_counts.get(facet, {}).items(), key=lambda pair: (-pair[1], pair[0])
                )
            ]
            for facet in COUNTED
        },
    }


def _facet_label(facet: str, key: str, label: Callable[[str, str], str]) -> Json:
    if facet in {"district", "municipality"}:
        return both(area_name(key), area_name(key))
    word = vocabulary().facet(facet).get(key)
    if word is not None:
        return label_of(word, key)
    texts = {}
    for language in ("de", "en"):
        with translation.override(language):
            texts[language] = label(facet, key)
    return texts


# --- regions --------------------------------------------------------------------------------------
def region_label() -> Json:
    """The region's name in both languages."""
    here = region()
    return both(here.name_de, here.name_en)


def figure(row: AreaFigure) -> Json:
    """One area with its figures."""
    with translation.override(settings.LANGUAGE_CODE):
        page = absolute(row.url)
    return {
        "key": row.ags,
        "name": row.name,
        "level": "district" if len(row.ags) == 5 else "municipality",
        "population": row.population,
        "actors": row.actors,
        "per_100k": round(row.per_100k, 2) if row.per_100k is not None else None,
        "page": page,
    }


def area(page: AreaPage) -> Json:
    """One area in full."""
    words = vocabulary().facet("category")
    return figure(page.figure) | {
        "level": "district" if isinstance(page.area, District) else "municipality",
        "location": point(page.area.lat, page.area.lon),
        "rank": page.rank,
        "ranked": page.ranked,
        "categories": [
            {"key": key, "label": label_of(words.get(key), key), "count": number}
            for key, number in page.categories
        ],
        "neighbours": [figure(row) for row in page.neighbours],
        "parts": [figure(row) for row in page.parts],
    }
