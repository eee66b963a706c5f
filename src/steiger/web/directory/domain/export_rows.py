"""What leaves the map about an actor: per slot the value that its page shows.

Reads a thousand actors at a time with one query per kind of value, so that memory stays small and
time grows with the number of actors only. Whoever is not public is left out here, whatever the
search index still believes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection, models

from steiger.web.directory.domain.vocabulary_cache import Vocabulary, vocabulary
from steiger.web.directory.models import (
    Actor,
    Classification,
    Description,
    Fact,
    Identifier,
    Link,
    Name,
    Place,
    Role,
    Source,
    Sourced,
)

CHUNK = 1_000
#: What SQLite may map (bytes) and keep (KiB where negative) while a chunk is read.
_PAGES = {"mmap_size": 0, "cache_size": -8_192}
FACTS = ("founded", "size", "initiative")
DAYS = {"stated_on", "verified_on", "changed_at"}
#: Source, date and number of the row stand in front of what it says.
_SAID = 3
Said = Sequence[Any]
Grouped = defaultdict[int, list[Said]]


class OfferedRole(NamedTuple):
    """A role with what is offered in it."""

    key: str
    offer_de: str
    offer_en: str
    url: str


class ExportRow(NamedTuple):
    """One public actor.

    Attributes:
        slug: last part of the address of its page.
        former, others: names that it had, and further ones in any language.
        precision: ``address`` or ``town``; empty without a place.
        topics, sectors: keys in the order of the vocabularies.
        sources: keys of the sources of these values, weightiest first.
        verified_on, changed_on: days (ISO 8601, UTC), or empty.
        stated_on: day on which a source last said one of them.
    """

    slug: str
    kind: str
    name: str
    names_en: tuple[str, ...]
    short: tuple[str, ...]
    former: tuple[str, ...]
    others: tuple[str, ...]
    street: str
    postcode: str
    town: str
    municipality: str
    district: str
    country: str
    latitude: float | None
    longitude: float | None
    precision: str
    website: str
    wikipedia: str
    identifiers: tuple[tuple[str, str], ...]
    founded: int | None
    size: str
    initiative: str
    roles: tuple[OfferedRole, ...]
    topics: tuple[str, ...]
    sectors: tuple[str, ...]
    description_de: str
    description_en: str
    is_example: bool
    verified_on: str
    changed_on: str
    sources: tuple[str, ...]
    stated_on: str


def export_rows(numbers: Sequence[int]) -> Iterator[ExportRow]:
    """The public actors among these numbers, in this order."""
    reader = _Reader(vocabulary(), list(Source.objects.all()))
    for begin in range(0, len(numbers), CHUNK):
        part = numbers[begin : begin + CHUNK]
        found = reader.read(part)
        yield from (found[number] for number in part if number in found)


_ACTOR = (
    "id", "slug", "kind", "name", "town", "municipality", "district", "latitude",
    "longitude", "website", "is_example", "verified_on", "changed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Values:
    """Rows of one chunk by actor: (source, date, number of the row, what it says ...)."""

    names: Grouped
    seats: Grouped
    links: Grouped
    identifiers: Grouped
    facts: Grouped
    descriptions: Grouped
    terms: Grouped
    roles: Grouped


class _Reader:
    """Reads chunks; knows the vocabularies and whose word weighs more."""

    def __init__(self, words: Vocabulary, sources: Iterable[Source]) -> None:
        self.words = words
        ordered = sorted(sources, key=lambda source: (-source.precedence, source.key))
        self.weights = {source.pk: source.precedence for source in ordered}
        self.keys = {source.pk: source.key for source in ordered}
        self.places = {source.pk: place for place, source in enumerate(ordered)}

    def read(self, numbers: Sequence[int]) -> dict[int, ExportRow]:
        with _little_kept():
            actors = _select(Actor, _ACTOR, "id", numbers, f"state = '{Actor.State.PUBLISHED}'")
            values = _values([row[0] for row in actors])
        return {row[0]: self._row(row, values) for row in actors}

    def _row(self, row: tuple[Any, ...], values: _Values) -> ExportRow:
        number, slug, kind, name, town, municipality, district, *more = row
        latitude, longitude, website, is_example, verified_on, changed_at = more
        names = values.names[number]
        seat = self._seat(values.seats[number])
        links = self._winners(values.links[number])
        facts = self._winners(values.facts[number])
        texts = self._winners(values.descriptions[number])
        identifiers = self._winners(values.identifiers[number])
        roles = self._winners(values.roles[number])
        terms = values.terms[number]
        said = [*names, *links.values(), *facts.values(), *texts.values(), *identifiers.values()]
        said += [*roles.values(), *terms, *([seat] if seat else [])]
        sources = sorted({one[0] for one in said}, key=self.places.__getitem__)
        street, postcode, country, precision = seat[_SAID:] if seat else ("", "", "", "")
        by_kind = _names(names, name)
        topics, sectors = self._terms(terms)
        founded, size, initiative = (_json(facts, key) for key in FACTS)
        return ExportRow(
            slug=slug,
            kind=kind,
            name=name,
            names_en=by_kind["en"],
            short=by_kind["short"],
            former=by_kind["former"],
            others=by_kind["others"],
            street=street,
            postcode=postcode,
            town=town,
            municipality=municipality,
            district=district,
            country=country,
            latitude=latitude,
            longitude=longitude,
            precision=precision,
            website=website,
            wikipedia=links["wikipedia"][4] if "wikipedia" in links else "",
            identifiers=tuple((key, identifiers[key][4]) for key in sorted(identifiers)),
            founded=founded if isinstance(founded, int) else None,
            size=str(size or ""),
            initiative=str(initiative or ""),
            roles=self._roles(roles),
            topics=topics,
            sectors=sectors,
            description_de=texts["de"][4] if "de" in texts else "",
            description_en=texts["en"][4] if "en" in texts else "",
            is_example=bool(is_example),
            verified_on=verified_on or "",
            changed_on=changed_at[:10],
            sources=tuple(self.keys[source] for source in sources),
            stated_on=max((one[1] for one in said), default=""),
        )

    def _winners(self, rows: list[Said]) -> dict[Any, Said]:
        """Of each slot (the first thing said) the row that counts, as on the page of the actor."""
        best: dict[Any, Said] = {}
        for row in rows:
            held = best.get(row[_SAID])
            if held is None or self._weight(row) > self._weight(held):
                best[row[_SAID]] = row
        return best

    def _weight(self, row: Said) -> tuple[Any, ...]:
        return (self.weights[row[0]], row[1], row[2])

    def _seat(self, rows: list[Said]) -> Said | None:
        """The seat whose town and point stand in the summary, see domain.summary."""
        if len(rows) < 2:
            return rows[0] if rows else None
        return max(rows, key=lambda row: (self.weights[row[0]], row[1], -row[2]))

    def _roles(self, winners: dict[int, Said]) -> tuple[OfferedRole, ...]:
        known = [
            (word.position, OfferedRole(word.key, *row[_SAID + 1 :]))
            for term, row in winners.items()
            if (word := self.words.by_id.get(term))
        ]
        return tuple(role for _, role in sorted(known))

    def _terms(self, rows: list[Said]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if not rows:
            return (), ()
        numbers = {row[_SAID] for row in rows}
        known = [self.words.by_id[number] for number in numbers if number in self.words.by_id]
        ordered = sorted(known, key=lambda word: (word.vocabulary, word.position, word.key))
        topics = (word.key for word in ordered if word.vocabulary != "sector")
        sectors = (word.key for word in ordered if word.vocabulary == "sector")
        return tuple(topics), tuple(sectors)


def _json(facts: dict[Any, Said], key: str) -> Any:
    value = facts[key][4] if key in facts else None
    # SQLite keeps JSON as text, PostgreSQL gives the value itself or its text.
    return json.loads(value) if isinstance(value, str) else value


def _names(rows: list[Said], shown: str) -> dict[str, tuple[str, ...]]:
    """Texts of the names by column, without the one that heads the page; each text once."""
    found: dict[str, dict[str, None]] = {"en": {}, "short": {}, "former": {}, "others": {}}
    seen = {shown}
    for _source, _on, _row, kind, text, language in sorted(rows, key=_name_order):
        if text in seen:
            continue
        seen.add(text)
        if kind in {Name.Kind.SHORT, Name.Kind.ACRONYM}:
            column = "short"
        elif kind == Name.Kind.FORMER:
            column = "former"
        elif language == "en" and kind != Name.Kind.ALIAS:
            column = "en"
        else:
            column = "others"
        found[column][text] = None
    return {column: tuple(texts) for column, texts in found.items()}


#: A text that is a name of two kinds stands under the first of these, as an import reads it.
_NAME_ORDER = {
    Name.Kind.OFFICIAL.value: 0,
    Name.Kind.TRANSLATION.value: 1,
    Name.Kind.SHORT.value: 2,
    Name.Kind.ACRONYM.value: 3,
    Name.Kind.FORMER.value: 4,
    Name.Kind.ALIAS.value: 5,
}


def _name_order(row: Said) -> tuple[int, int]:
    return _NAME_ORDER.get(row[_SAID], 9), row[2]


def _values(numbers: Collection[int]) -> _Values:
    def grouped(model: type[Sourced], *columns: str, only: str = "") -> Grouped:
        found: Grouped = defaultdict(list)
        said = ("actor_id", "source_id", "stated_on", "id", *columns)
        where = f"NOT hidden AND {only}" if only else "NOT hidden"
        for number, *row in _select(model, said, "actor_id", numbers, where):
            found[number].append(row)
        return found

    return _Values(
        names=grouped(Name, "kind", "text", "language"),
        seats=grouped(
            Place, "street", "postcode", "country", "precision", only=f"kind = '{Place.Kind.SEAT}'"
        ),
        links=grouped(Link, "kind", "url", only="kind IN ('website', 'wikipedia')"),
        identifiers=grouped(Identifier, "scheme", "value"),
        facts=grouped(Fact, "key", "value", only=f"key IN {FACTS}"),
        descriptions=grouped(Description, "language", "text", only="language IN ('de', 'en')"),
        terms=grouped(Classification, "term_id"),
        roles=grouped(
            Role, "term_id", "offer_de", "offer_en", "url", only=f"state = '{Role.State.ACCEPTED}'"
        ),
    )


@contextmanager
def _little_kept() -> Iterator[None]:
    """Keep and map hardly any pages of an SQLite file: an export reads each about once.

    Else a web process that gave away the whole map would hold the whole file besides.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = {key: cursor.execute(f"PRAGMA {key}").fetchone() for key in _PAGES}
        for key, value in _PAGES.items():
            cursor.execute(f"PRAGMA {key}={value}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            # A database in memory maps nothing and has no such size.
            for key, row in before.items():
                if row is not None:
                    cursor.execute(f"PRAGMA {key}={int(row[0])}")


def _select(
    model: type[models.Model],
    columns: Sequence[str],
    key: str,
    numbers: Collection[int],
    where: str,
) -> list[tuple[Any, ...]]:
    """Rows of a table as the database gives them, in a third of the time that models take.

    Days and times come as text in both databases.
    """
    if not numbers:
        return []
    quote = connection.ops.quote_name
    table, wanted = quote(model._meta.db_table), ", ".join(_column(quote(c)) for c in columns)
    # Numbers of rows, written out: thousands of parameters cost more than the answer.
    within = ",".join(str(int(number)) for number in numbers)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {wanted} FROM {table} WHERE {quote(key)} IN ({within}) AND {where}"  # noqa: S608
        )
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _column(name: str) -> str:
    return f"CAST({name} AS text)" if name.strip('"') in DAYS else name
