"""Names as people shorten them: "Lamarr-Institut" for "Lamarr-Institut für Maschinelles Lernen"."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from steiger.engines.directory.matching.pool import Pool
from steiger.engines.directory.matching.words import Words, lexicon, read

#: What ends the part of a name that tells who it is; behind it stands what it is for.
_ENDS = re.compile(
    r"(?<=\w)(?:\s+(?:für|fuer|zur|zum|for|pour|para|per|voor|im|am|an der)\s+"
    r"|\s+[-–—|]\s+|\s*[,:;(/])"
)
#: So many organisations may share the rarest word of a short form of several words, and of one.
MOST_WITH_WORDS, MOST_WITH_WORD = 10, 2


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


def _holders(word: str, pool: Pool) -> int:
    number = pool.number.get(word)
    return 0 if number is None else len(np.unique(pool.owner[pool.names_with(number)]))
