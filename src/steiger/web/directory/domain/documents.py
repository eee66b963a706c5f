"""From rows of the database to what the search index knows about an actor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import QuerySet

from steiger.engines.directory.search import ActorDocument, IndexedName
from steiger.web.directory.domain.vocabulary_cache import Vocabulary, vocabulary
from steiger.web.directory.models import Actor, Classification, Description, Fact, Name, Role

CHUNK = 2_000
_COLUMNS = (
    "id",
    "name",
    "short_name",
    "sort_name",
    "town",
    "municipality",
    "district",
    "latitude",
    "longitude",
    "role_keys",
    "verified_on",
    "is_example",
    "changed_at",
)


def documents(numbers: Collection[int] | None = None) -> Iterator[ActorDocument]:
    """Documents of the published actors among ``numbers`` (None: of all), by number.

    Reads in chunks of 2,000 actors with one query per kind of value, so memory stays small and
    time linear.
    """
    words = vocabulary()
    if numbers is not None:
        ordered = sorted(set(numbers))
        for begin in range(0, len(ordered), CHUNK):
            part = ordered[begin : begin + CHUNK]
            yield from _chunk(words, {"id__in": part}, {"actor_id__in": part})
        return
    last = 0
    while True:
        published = Actor.objects.filter(state=Actor.State.PUBLISHED, id__gt=last).order_by("id")
        part = list(published.values_list("id", flat=True)[:CHUNK])
        if not part:
            return
        first, last_one = part[0], part[-1]
        yield from _chunk(
            words,
            {"id__gte": first, "id__lte": last_one},
            {"actor_id__gte": first, "actor_id__lte": last_one},
        )
        last = part[-1]


def _chunk(
    words: Vocabulary, actors: dict[str, Any], values: dict[str, Any]
) -> Iterator[ActorDocument]:
    names = _grouped(Name.objects.filter(hidden=False, **values), "kind", "text")
    texts = _grouped(Description.objects.filter(hidden=False, **values), "text")
    offers = _grouped(
        Role.objects.filter(hidden=False, state=Role.State.ACCEPTED, **values),
        "offer_de",
        "offer_en",
    )
    terms = _grouped(Classification.objects.filter(hidden=False, **values), "term_id")
    sizes = _grouped(
        Fact.objects.filter(hidden=False, key="size", **values).order_by("source__precedence"),
        "value",
    )
    published = Actor.objects.filter(state=Actor.State.PUBLISHED, **actors).order_by("id")
    for row in published.values(*_COLUMNS):
        number = row["id"]
        yield _document(
            words,
            row,
            names=names[number],
            texts=[*_flat(texts[number]), *_flat(offers[number])],
            terms=[key for (key,) in terms[number]],
            size=sizes[number][-1][0] if sizes[number] else "",
        )


def _grouped(rows: QuerySet[Any], *columns: str) -> defaultdict[int, list[tuple[Any, ...]]]:
    grouped: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for number, *values in rows.values_list("actor_id", *columns):
        grouped[number].append(tuple(values))
    return grouped


def _flat(rows: list[tuple[Any, ...]]) -> list[str]:
    return [text for row in rows for text in row if text]


def _document(
    words: Vocabulary,
    row: dict[str, Any],
    *,
    names: list[tuple[Any, ...]],
    texts: list[str],
    terms: list[int],
    size: str,
) -> ActorDocument:
    classified = [words.by_id[term] for term in terms if term in words.by_id]
    topics = [w for w in classified if w.vocabulary in {"method", "technology"}]
    sectors = [w for w in classified if w.vocabulary == "sector"]
    roles = [word for key in row["role_keys"] if (word := words.word("role", key))]
    labels = [
        label for word in (*topics, *sectors, *roles) for label in (word.label_de, word.label_en)
    ]
    known = [IndexedName(text, kind) for kind, text in names]
    if not any(name.text == row["name"] for name in known):
        known.insert(0, IndexedName(row["name"], "official"))
    placed = row["latitude"] is not None and row["longitude"] is not None
    return ActorDocument(
        id=row["id"],
        display_name=row["name"],
        names=tuple(known),
        town=row["town"],
        texts=tuple(dict.fromkeys((*texts, *labels))),
        facets={
            "category": tuple(dict.fromkeys(w.parent for w in roles if w.parent)),
            "role": tuple(row["role_keys"]),
            "topic": tuple(dict.fromkeys(w.key for w in topics)),
            "sector": tuple(dict.fromkeys(w.key for w in sectors)),
            "size": (str(size),) if size else (),
            "district": (row["district"],) if row["district"] else (),
            "municipality": (row["municipality"],) if row["municipality"] else (),
            "verified": ("yes" if row["verified_on"] else "no",),
            "example": ("yes" if row["is_example"] else "no",),
        },
        lat=row["latitude"] if placed else None,
        lon=row["longitude"] if placed else None,
        sort_name=row["sort_name"],
        changed=int(row["changed_at"].timestamp()),
    )
