"""Countries and towns that a text mentions, and where."""

from __future__ import annotations

from dataclasses import dataclass

from steiger.engines.directory.matching.places import LONGEST, countries
from steiger.engines.directory.matching.pool import Pool
from steiger.engines.directory.matching.words import Words

#: Words that often follow a country or town in an address.
_LOOSE = frozenset({"republic", "cedex", "email", "pr", "p", "r"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text: words ``begin`` to ``end``, as a part of their own or at the end of one.

    Attributes:
        codes: numbers of countries in the pool; for a country that the pool lacks, (-2,).
        place: number of a town or region of the pool, or -1 for a country.
    """

    begin: int
    end: int
    group: int
    whole: bool
    codes: frozenset[int]
    place: int = -1


@dataclass(frozen=True, slots=True)
class Context:
    """All mentions in a text, and the domains of its e-mail and web addresses."""

    countries: tuple[Mention, ...]
    places: tuple[Mention, ...]
    domains: tuple[str, ...] = ()


def context_of(text: Words, pool: Pool, domains: tuple[str, ...] = ()) -> Context:
    """Find countries (at the end of parts) and the pool's towns and regions (anywhere)."""
    code_number = {code: place for place, code in enumerate(pool.codes.all())}
    found_countries: list[Mention] = []
    found_places: list[Mention] = []
    n = len(text.words)
    for end in range(n, 0, -1):
        for length in range(min(LONGEST, end), 0, -1):
            begin = end - length
            if text.segments[begin] != text.segments[end - 1]:
                continue
            words = text.words[begin:end]
            codes = countries().get(words)
            if codes is not None and _closes(text, end):
                numbers = frozenset(code_number.get(code, -2) for code in codes)
                found_countries.append(_mention(text, begin, end, numbers))
            if length <= 4:
                place = pool.place_number.get(" ".join(words))
                if place is not None:
                    lies = pool.place_countries.get(place, frozenset())
                    found_places.append(_mention(text, begin, end, lies, place))
    for code, after in text.hints:
        place = max(after - 1, 0)
        group = text.groups[place] if n else 0
        numbers = frozenset({code_number.get(code, -2)})
        found_countries.append(Mention(after, after, group, True, numbers))
    return Context(tuple(_longest(found_countries)), tuple(found_places), domains)


def _mention(text: Words, begin: int, end: int, codes: frozenset[int], place: int = -1) -> Mention:
    starts = begin == 0 or text.segments[begin - 1] != text.segments[begin]
    return Mention(begin, end, text.groups[begin], starts and _closes(text, end), codes, place)


def _closes(text: Words, end: int) -> bool:
    """Whether nothing but numbers follows in this part."""
    segment = text.segments[end - 1]
    for word, other in zip(text.words[end:], text.segments[end:], strict=False):
        if other != segment:
            return True
        if not word[0].isdigit() and word not in _LOOSE:
            return False
    return True


def _longest(found: list[Mention]) -> list[Mention]:
    """Without those that lie inside a longer one ("China" in "PR China")."""
    return [
        one
        for one in found
        if not any(
            other.begin <= one.begin
            and one.end <= other.end
            and other.end - other.begin > one.end - one.begin
            for other in found
        )
    ]
