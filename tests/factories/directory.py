"""Makes rows for tests: the region's vocabularies, sources, actors with what is said about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any

from django.utils.text import slugify

from steiger.lib.text import fold, one_line
from steiger.regions import load_region
from steiger.regions.types import Term as RegionTerm
from steiger.regions.vocabularies import PARENTS
from steiger.web.directory.domain.summary import OFFER_LENGTH
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary
from steiger.web.directory.models import (
    Actor,
    Classification,
    Description,
    Fact,
    Link,
    Name,
    Place,
    Relation,
    Role,
    Source,
    Term,
)

_numbers = count(1)


def make_terms() -> None:
    """All vocabularies of the region, once."""
    if Term.objects.exists():
        return
    made: dict[tuple[str, str], Term] = {}
    for has_parent in (False, True):  # parents first
        rows = [
            _term(vocabulary.key, term, made)
            for vocabulary in load_region("nrw").vocabularies.values()
            for term in vocabulary.terms
            if bool(term.parent) is has_parent
        ]
        made |= {(row.vocabulary, row.key): row for row in Term.objects.bulk_create(rows)}
    forget_vocabulary()  # what the last test knew went with its transaction


def _term(vocabulary: str, term: RegionTerm, made: Mapping[tuple[str, str], Term]) -> Term:
    return Term(
        vocabulary=vocabulary,
        key=term.key,
        label_de=term.label_de,
        label_en=term.label_en,
        description_de=term.description_de,
        description_en=term.description_en,
        parent=made.get((PARENTS.get(vocabulary, vocabulary), term.parent)),
        synonyms=list(term.synonyms),
        fields=[spec.as_json() for spec in term.fields],
        details=dict(term.details),
        position=term.order,
    )


def make_source(key: str = "region", precedence: int = 50, **fields: Any) -> Source:
    """A source; the same key gives the same source."""
    defaults = {
        "name": f"Quelle {key}",
        "kind": Source.Kind.REGION,
        "licence": "CC0 1.0",
        "precedence": precedence,
        **fields,
    }
    return Source.objects.get_or_create(key=key, defaults=defaults)[0]


def term(vocabulary: str, key: str) -> Term:
    """One term."""
    return Term.objects.get(vocabulary=vocabulary, key=key)


def make_actor(
    name: str = "",
    *,
    town: str = "Wuppertal",
    ags: str = "05124000",
    spot: tuple[float, float] | None = (51.2562, 7.1508),
    roles: dict[str, str] | None = None,
    former: tuple[str, ...] = (),
    short: str = "",
    topics: tuple[str, ...] = (),
    sectors: tuple[str, ...] = (),
    size: str = "",
    description: str = "",
    source: Source | None = None,
    **fields: Any,
) -> Actor:
    """A published actor with its values; ``roles`` maps keys of roles to German offers."""
    make_terms()
    number = next(_numbers)
    name = name or f"Beispiel Nr. {number}"
    source = source or make_source()
    offers = {"provider": "Bietet Beispiele an."} if roles is None else roles
    stated = {"source": source, "stated_on": date(2025, 6, 27)}
    lat, lon = spot or (None, None)
    website = fields.pop("website", "https://example.org/")
    actor = Actor.objects.create(
        **{
            "slug": slugify(fold(name)) or f"actor-{number}",
            "name": name,
            "short_name": short,
            "sort_name": fold(name),
            "town": town,
            "municipality": ags,
            "district": ags[:5],
            "latitude": lat,
            "longitude": lon,
            "website": website,
            "role_keys": list(offers),
            "offer_de": one_line(next(iter(offers.values()), "") or description, OFFER_LENGTH),
            **fields,
        }
    )
    Name.objects.create(actor=actor, kind="official", text=name, language="de", **stated)
    if short:
        Name.objects.create(actor=actor, kind="short", text=short, **stated)
    for text in former:
        Name.objects.create(actor=actor, kind="former", text=text, **stated)
    if town:
        Place.objects.create(
            actor=actor, town=town, municipality=ags, latitude=lat, longitude=lon, **stated
        )
    if website:
        Link.objects.create(actor=actor, kind="website", url=website, **stated)
    for key, offer in offers.items():
        Role.objects.create(actor=actor, term=term("role", key), offer_de=offer, **stated)
    for key in topics:
        found = Term.objects.get(vocabulary__in=("method", "technology"), key=key)
        Classification.objects.create(actor=actor, term=found, **stated)
    for key in sectors:
        Classification.objects.create(actor=actor, term=term("sector", key), **stated)
    if size:
        Fact.objects.create(actor=actor, key="size", value=size, **stated)
    if description:
        Description.objects.create(actor=actor, language="de", text=description, **stated)
    return actor


def relate(actor: Actor, kind: str, other: Actor, note: str = "") -> Relation:
    """A relation between two actors."""
    return Relation.objects.create(
        actor=actor, kind=kind, other=other, note=note, source=make_source()
    )
