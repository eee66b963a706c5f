"""Names as people shorten them.

"Lamarr-Institut" for "Lamarr-Institut für Maschinelles Lernen", "Fraunhofer IAIS" for an institute
of which IAIS is the acronym, "MPI für Kohlenforschung" for "Max-Planck-Institut für
Kohlenforschung", "FZ Jülich" for "Forschungszentrum Jülich".
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from steiger.engines.directory.matching.pool import Pool
from steiger.engines.directory.matching.words import Words, canonical, lexicon, read
from steiger.lib.text import fold

#: What ends the part of a name that tells who it is; behind it stands what it is for.
_ENDS = re.compile(
    r"(?<=\w)(?:\s+(?:für|fuer|zur|zum|for|pour|para|per|voor|im|am|an der)\s+"
    r"|\s+[-–—|]\s+|\s*[,:;(/])"
)
#: So many organisations may share the rarest word of a short form of several words, and of one.
MOST_WITH_WORDS, MOST_WITH_WORD = 10, 2
#: Letters of an abbreviation that stands for the first words of a name.
LETTERS = range(2, 6)
_TOKEN = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=20_000)
def head(name: str) -> frozenset[str]:
    """The words before the first "for", dash or comma; all words if there is none."""
    found = _ENDS.search(name)
    return frozenset(read(name[: found.start()] if found else name).words)


def is_short_form(typed: Words, name: str, pool: Pool) -> bool:
    """Whether somebody who typed these words means the organisation with this name.

    They are all that stands before what it is for, or that without every kind ("institute"), and
    one of them hardly any other organisation has. "Ajman University" is not "City University
    Ajman": who names one kind names all.
    """
    kinds = lexicon().kinds
    said, whole = frozenset(typed.words), head(name)
    if said not in (whole, whole - kinds):
        return False
    most = MOST_WITH_WORDS if len(said) > 1 else MOST_WITH_WORD
    return any(word not in kinds and 0 < _holders(word, pool) <= most for word in said)


def is_acronym_with_more(typed: Words, organisation: int, acronym: str, pool: Pool) -> bool:
    """Whether somebody typed an organisation's acronym and words that lead to it.

    All further words stand in its names or are its town, and one of them says more than a kind:
    "Fraunhofer IAIS", "DLR Köln", but not "Institut ABC".
    """
    rest = [word for word in typed.words if word != acronym]
    if len(typed.words) != len(rest) + 1 or not typed.capital[typed.words.index(acronym)]:
        return False
    if all(word in lexicon().kinds for word in rest):
        return False
    return own_words(organisation, pool).issuperset(rest)


def own_words(organisation: int, pool: Pool) -> frozenset[str]:
    """The words of all names of an organisation and of its town."""
    place = int(pool.town_of[organisation])
    known = set(pool.places[place].split()) if place >= 0 else set()
    for reading in pool.names_of(organisation):
        known.update(pool.words[int(number)] for number in pool.words_of(reading))
    return frozenset(known)


def is_abbreviated(typed: Words, name: str) -> bool:
    """Whether the first word typed abbreviates the first words of a name, and the rest is its rest.

    It has the initials of several words ("MPI", "MHH"), or letters of one word that says what kind
    the organisation is ("FZ" for "Forschungszentrum", "HS" for "Hochschule").
    """
    short, rest = typed.words[0], frozenset(typed.words[1:])
    if not typed.capital[0] or len(short) not in LETTERS or rest <= lexicon().kinds:
        return False
    return any(
        after == rest and _stands_for(short, before)
        for before, after in _halves(name, len(short))
        if before
    )


@lru_cache(maxsize=20_000)
def _halves(name: str, count: int) -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
    """The name cut behind its first word and behind its first ``count`` ones: (words, rest)."""
    found = []
    tokens = [one for one in _TOKEN.finditer(name) if canonical(fold(one.group()))]
    for length in {1, count}:
        if length < len(tokens):
            words = tuple(fold(one.group()) for one in tokens[:length])
            found.append((words, frozenset(read(name[tokens[length].start() :]).words)))
    return tuple(found)


def _stands_for(short: str, words: tuple[str, ...]) -> bool:
    if len(words) > 1:
        return short == "".join(word[0] for word in words)
    letters = iter(words[0])
    is_kind = lexicon().kinds.issuperset(canonical(words[0]))
    return is_kind and words[0][0] == short[0] and all(letter in letters for letter in short)


def _holders(word: str, pool: Pool) -> int:
    number = pool.number.get(word)
    return 0 if number is None else len(np.unique(pool.owner[pool.names_with(number)]))
