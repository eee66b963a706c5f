"""Which organisations a new entry may be: the warning while someone types."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from steiger.engines.directory.matching.comparing import Comparer
from steiger.engines.directory.matching.host import PLATFORMS, host
from steiger.engines.directory.matching.pool import Pool, country_in_brackets, readings
from steiger.engines.directory.matching.short_forms import (
    is_abbreviated,
    is_acronym_with_more,
    is_short_form,
)
from steiger.engines.directory.matching.slips import slipped
from steiger.engines.directory.matching.spelling import Speller
from steiger.engines.directory.matching.types import Suggestion
from steiger.engines.directory.matching.words import Words, lexicon, read

__all__ = ["Comparer", "suggest"]

#: From this likeness on it is worth asking.
FLOOR = 0.92
#: Where many share a website, a name that is so little like says nothing.
FLOOR_DOMAIN = 0.35
#: More entries at one website share it.
MOST_AT_HOST = 3
#: A less like name is no reason to name.
ALIKE = 0.7
#: In a town that the new entry does not give, a name must be nearly the same.
FLOOR_ELSEWHERE = 0.95
#: A country in brackets that differs ("Example (Japan)") tells two entries apart.
OTHER_COUNTRY = 0.85
#: Such a name is never nearly the same, wherever the seat is.
SHORT = frozenset({"acronym", "short_form"})
MOST = 60
MAX_NAME = 300
ACRONYM = 0.92
SHORT_FORM = 0.92
#: A name with one typing mistake is nearly the same.
SLIP = 0.96


@dataclass(frozen=True, slots=True)
class _Asked:
    """The new entry: ways to read its name, words of its town, host of its website."""

    names: list[Words]
    town: frozenset[str]
    host: str
    countries: frozenset[str]
    typed: str


def suggest(
    name: str,
    *,
    town: str,
    website: str,
    limit: int,
    comparer: Comparer,
    speller: Speller,
) -> list[Suggestion]:
    """See :meth:`.matcher.Matcher.suggest`."""
    pool = comparer.pool
    asked = _Asked(
        _ways(name[:MAX_NAME]),
        frozenset(read(town).words),
        host(website),
        country_in_brackets(name),
        name.strip().casefold(),
    )
    if not (asked.names or asked.host) or not len(pool):
        return []
    found: dict[int, tuple[float, set[str]]] = {}
    for reading in _candidates(asked, pool, speller):
        organisation = int(pool.owner[reading])
        score, reasons = _compare(reading, asked, comparer)
        before = found.get(organisation)
        if before is None or score > before[0]:
            found[organisation] = (score, reasons)
    for reading in slipped(name[:MAX_NAME], asked.names, pool):
        organisation = int(pool.owner[reading])
        score = SLIP * (OTHER_COUNTRY if _is_abroad(organisation, asked, pool) else 1)
        if score > found.get(organisation, (0.0,))[0]:
            found[organisation] = (score, {"similar_name"})
    _add_hosted(found, asked, comparer)
    return _ranked(found, asked, pool)[:limit]


def _add_hosted(
    found: dict[int, tuple[float, set[str]]], asked: _Asked, comparer: Comparer
) -> None:
    """Add who has the website, whatever the name; where many share it, names must be like."""
    hosted = comparer.pool.at_host(asked.host)
    is_shared = asked.host in PLATFORMS or len(hosted) > MOST_AT_HOST
    for organisation in hosted:
        score, reasons = found.get(organisation, (0.0, set()))
        if score < FLOOR_DOMAIN:
            score, reasons = _best(organisation, asked, comparer)
        if score < ALIKE:
            reasons = set()
        if not is_shared:
            found[organisation] = (max(FLOOR, 0.6 + 0.4 * score), reasons | {"same_domain"})
        elif score >= FLOOR_DOMAIN:
            found[organisation] = (score, reasons | {"same_domain"})


def _ranked(
    found: dict[int, tuple[float, set[str]]], asked: _Asked, pool: Pool
) -> list[Suggestion]:
    rows = []
    for organisation, (score, reasons) in found.items():
        seat = _town(organisation, pool)
        same_town = bool(asked.town) and asked.town == seat
        elsewhere = bool(asked.town and seat) and not same_town and "same_domain" not in reasons
        if score < (FLOOR_ELSEWHERE if elsewhere and not reasons & SHORT else FLOOR):
            continue
        if same_town:
            found[organisation] = (score, reasons | {"same_town"})
        rows.append(
            (
                -round(score, 4),
                not same_town,
                "same_domain" not in reasons,
                not pool.active[organisation],
                pool.ids[organisation],
                organisation,
                found[organisation][1],
            )
        )
    rows.sort(key=lambda row: row[:5])
    return [Suggestion(row[4], pool.shown[row[5]], -row[0], tuple(sorted(row[6]))) for row in rows]


def _ways(name: str) -> list[Words]:
    """Ways to read what was typed, also without an acronym that only repeats the rest."""
    ways = readings(name)
    for one in list(ways):
        for place, capital in enumerate(one.capital):
            rest = one.words[:place] + one.words[place + 1 :]
            if not capital or len(rest) < 2 or one.words[place] in lexicon().same:
                continue
            keep = [i for i in range(len(one.words)) if i != place]
            ways.append(
                replace(
                    one,
                    words=rest,
                    segments=tuple(one.segments[i] for i in keep),
                    groups=tuple(one.groups[i] for i in keep),
                    capital=tuple(one.capital[i] for i in keep),
                    joined=tuple(one.joined[i] for i in keep),
                    form=tuple(one.form[i] for i in keep),
                )
            )
    return ways


def _candidates(asked: _Asked, pool: Pool, speller: Speller) -> list[int]:
    """Readings that share much weight with what was typed."""
    chosen: dict[int, None] = {}
    for way in asked.names:
        lists, weights, total = [], [], 0.0
        for word in set(way.words):
            number = pool.number.get(word)
            rarity = float(pool.rarity[number]) if number is not None else 8.0
            total += rarity
            if number is not None:
                lists.append(pool.names_with(number))
                weights.append(float(pool.rarity[number]))
            for other, distance in speller.alike(word):
                if distance:
                    near = pool.number[other]
                    lists.append(pool.names_with(near))
                    weights.append(0.8 * min(rarity, float(pool.rarity[near])))
        glued = ("".join(pair) for pair in zip(way.words, way.words[1:], strict=False))
        for word in glued:
            number = pool.number.get(word)
            if number is not None:
                lists.append(pool.names_with(number))
                weights.append(float(pool.rarity[number]))
        if not lists:
            continue
        spread = np.repeat(np.array(weights), [len(one) for one in lists])
        shared = np.bincount(np.concatenate(lists), spread, minlength=len(pool.owner))
        worth = 2 * shared / (total + np.maximum(pool.weight, 1.0))
        most = min(MOST, len(worth))
        top = np.argpartition(-worth, most - 1)[:most]
        top = top[worth[top] > 0.3]
        chosen.update(dict.fromkeys(sorted(top.tolist(), key=lambda n: (-worth[n], n))))
    return list(chosen)


def _compare(reading: int, asked: _Asked, comparer: Comparer) -> tuple[float, set[str]]:
    pool = comparer.pool
    words = [pool.words[int(number)] for number in pool.words_of(reading)]
    organisation = int(pool.owner[reading])
    seat = _town(organisation, pool)
    towns = asked.town & seat if asked.town else seat
    abroad = _is_abroad(organisation, asked, pool)
    label = pool.labels[int(pool.label[reading])]
    best, reasons = 0.0, set[str]()
    for place, way in enumerate(asked.names):
        score = comparer.likeness(way.words, words, towns)
        if place and score > 0.98:
            score = 0.98  # one way among several
        if pool.kind[reading] == 2:
            # An acronym is enough only in capitals, alone or with what leads to it.
            typed = label.casefold() == asked.typed
            alone = len(way.words) == 1 and score >= 1 and way.capital[0]
            if way.legal and not typed:
                continue
            if not (alone or _leads_to(way, words, organisation, pool)):
                continue
            score = ACRONYM
        short = score < FLOOR and (is_short_form(way, label, pool) or is_abbreviated(way, label))
        if short:
            score = SHORT_FORM
        if abroad:
            score *= OTHER_COUNTRY
        if score > best:
            best = score
            reasons = {_reason(int(pool.kind[reading]), score, short=short)}
    return best, reasons


def _is_abroad(organisation: int, asked: _Asked, pool: Pool) -> bool:
    """Whether another country was typed in brackets than that of the organisation."""
    country = int(pool.country_of[organisation])
    return bool(asked.countries) and country >= 0 and pool.codes[country] not in asked.countries


def _leads_to(way: Words, acronym: list[str], organisation: int, pool: Pool) -> bool:
    """Whether an acronym and more was typed, and the more fits the organisation."""
    return (
        len(acronym) == 1
        and acronym[0] in way.words
        and is_acronym_with_more(way, organisation, acronym[0], pool)
    )


def _reason(kind: int, score: float, *, short: bool) -> str:
    if short:
        return "short_form"
    if kind == 2:
        return "acronym"
    return "same_name" if score >= 0.999 else "similar_name"


def _best(organisation: int, asked: _Asked, comparer: Comparer) -> tuple[float, set[str]]:
    return max(
        (_compare(reading, asked, comparer) for reading in comparer.pool.names_of(organisation)),
        key=lambda found: found[0],
        default=(0.0, set()),
    )


def _town(organisation: int, pool: Pool) -> frozenset[str]:
    place = int(pool.town_of[organisation])
    return frozenset(pool.places[place].split()) if place >= 0 else frozenset()
