"""A year of a hub's life for reports: firms, what happened in their cases, entries on the map."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import cycle

from factories.directory import make_terms
from steiger.regions import load_region
from steiger.web.cases.models import Case, CaseEntry, Firm
from steiger.web.directory.models import Actor, Term

KINDS = {
    "enquiry": 8,
    "talk": 20,
    "partner": 4,
    "use_case": 3,
    "funding": 2,
    "trial": 2,
    "outcome": 2,
}
#: What entries of the kind "outcome" say, by turns.
RESULTS = ("in_use", "trying", "in_use", "not_begun", "decided_against", "in_use", "planned", "")
SIZES = ("micro", "small", "medium", "large", "")
SECTORS = ("wz10", "wz25", "wz28", "wz47", "wz62", "wz86", "c", "f", "")


def make_life(
    seed: int = 1, *, entries: int = 300, actors: int = 60, years: tuple[int, ...] = (2025, 2026)
) -> None:
    """Entries of all kinds in these years, and actors created in them; the same seed, the same
    life, save for keys that the database gives.
    """
    make_terms()
    _sections()
    rng = random.Random(seed)
    towns = list(load_region("nrw").municipalities)
    rng.shuffle(towns)
    towns = towns[:40]
    firms = [
        Firm(
            name=f"Betrieb Beispiel {number}",
            size=rng.choices(SIZES, (9, 6, 4, 1, 1))[0],
            sector=rng.choices(SECTORS, (6, 4, 3, 4, 5, 2, 1, 1, 1))[0],
            municipality=towns[min(len(towns) - 1, int(rng.expovariate(0.12)))],
            example=True,
        )
        for number in range(max(3, entries // 3))
    ]
    Firm.objects.bulk_create(firms)
    cases = [Case(firm=firm) for firm in firms]
    Case.objects.bulk_create(cases)
    happened = [
        CaseEntry(
            case=rng.choice(cases),
            kind=rng.choices(list(KINDS), list(KINDS.values()))[0],
            happened_at=_moment(rng, years),
            title=f"Anlass {number}",
            room="test",
            source=f"{seed}/{number}",
        )
        for number in range(entries)
    ]
    for entry, result in zip((e for e in happened if e.kind == "outcome"), cycle(RESULTS)):
        entry.result = result
    CaseEntry.objects.bulk_create(happened)
    roles = ["provider", "institute", "degree", "chamber", "startup"]
    known = [r for r in roles if r in load_region("nrw").vocabularies["role"]] or ["provider"]
    Actor.objects.bulk_create(
        _actor(rng, number, seed, years, known, rng.choice(towns)) for number in range(actors)
    )
    # Some firms are on the map, and only the map knows where they are.
    for firm, actor in zip(firms[::6], Actor.objects.order_by("pk"), strict=False):
        firm.actor, firm.municipality = actor, ""
    Firm.objects.bulk_update(firms[::6], ["actor", "municipality"])


def _sections() -> None:
    """Sectors below their sections, as the product reads them from the region."""
    known = {term.key: term for term in Term.objects.filter(vocabulary="sector")}
    for term in load_region("nrw").vocabularies["sector"]:
        known[term.key].parent = known.get(term.parent)
    Term.objects.bulk_update(known.values(), ["parent"])


def _moment(rng: random.Random, years: tuple[int, ...]) -> datetime:
    """Any minute, at the turn of the years too, where days differ between time zones."""
    begin = datetime(min(years), 1, 1, tzinfo=UTC)
    if rng.random() < 0.05:
        return datetime(rng.choice(years), 12, 31, 23, rng.randrange(60), tzinfo=UTC)
    return begin + timedelta(minutes=rng.randrange(525_600 * len(years)))


def _actor(  # noqa: PLR0917 - a row of a factory
    rng: random.Random, number: int, seed: int, years: tuple[int, ...], roles: list[str], town: str
) -> Actor:
    return Actor(
        slug=f"beispiel-{seed}-{number}",
        name=f"Beispiel {number}",
        sort_name=f"beispiel {number:04d}",
        state=rng.choices(["published", "withdrawn", "draft"], (8, 1, 1))[0],
        municipality=town,
        district=town[:5],
        role_keys=rng.sample(roles, k=rng.choice((1, 1, 2)) if len(roles) > 1 else 1),
        created_at=_moment(rng, years),
        is_example=True,
    )
