"""Names that differ by one slip of the finger: a letter dropped, doubled, swapped or wrong.

Comparing words cannot tell such a name from a new one where it is short ("Sipgaet"), or where the
word is one of a kind ("Universitt"). So a name is also looked up as a whole, by its letters: one
slip leaves the first half of them as it was, or the second.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import OSA

from steiger.engines.directory.matching.words import Words, key_of, letters

if TYPE_CHECKING:
    from steiger.engines.directory.matching.pool import Pool

#: In shorter names another letter is another name ("HSBC", "HSBI").
LEAST = 5


def spellings(name: str, reading: Words) -> tuple[str, ...]:
    """The letters of a name as written, and without its legal form."""
    found = dict.fromkeys((letters(name), reading.letters))
    return tuple(spelling for spelling in found if len(spelling) >= LEAST)


def half_keys(spelling: str) -> tuple[int, int]:
    """Keys of both halves; the letter between them belongs to none, so a swap harms only one."""
    return _half_keys(spelling, len(spelling))


def slipped(name: str, ways: Iterable[Words], pool: Pool) -> list[int]:
    """Readings of the pool that are at most one slip away from a typed name, in order.

    Who types only words that names have, means them: "Mangalore University" is no slip where a
    Mangalore is known. Other names of one word are mostly acronyms, and too much alike.
    """
    slips = [way for way in ways if any(word not in pool.number for word in way.words)]
    found: set[int] = set()
    for spelling in {one for way in slips for one in spellings(name, way)}:
        for other in _near(spelling, pool):
            reading = int(pool.spelt_name[other])
            if _is_telling(reading, pool) and _is_slip(spelling, pool.spelt[other]):
                found.add(reading)
    return sorted(found)


def _near(spelling: str, pool: Pool) -> set[int]:
    """Spellings of the pool that have a half in common with this one."""
    found: set[int] = set()
    for length in range(len(spelling) - 1, len(spelling) + 2):
        for key in map(np.uint64, _half_keys(spelling, length)):
            low, high = (np.searchsorted(pool.half_key, key, side) for side in ("left", "right"))
            found.update(pool.half_spelt[low:high].tolist())
    return found


def _is_telling(name: int, pool: Pool) -> bool:
    """Whether it is the name to show, or has several words."""
    shown = pool.labels[int(pool.label[name])] == pool.shown[int(pool.owner[name])]
    return shown or len(pool.words_of(name)) > 1


def is_correction(before: str, after: str) -> bool:
    """Whether a name only got another spelling: one letter in five differs, and two at most.

    >>> is_correction("Institut für Grubenlciht", "Institut für Grubenlicht")
    True
    """
    one, other = letters(before), letters(after)
    most = min(2, min(len(one), len(other)) // LEAST)
    return OSA.distance(one, other, score_cutoff=most) <= most and _digits(one) == _digits(other)


def _half_keys(spelling: str, length: int) -> tuple[int, int]:
    """Keys of the halves that a name of this length has if the spelling has its slip elsewhere."""
    half = length // 2
    behind = length - half - 1
    return key_of(f"{length}<{spelling[:half]}"), key_of(f"{length}>{spelling[-behind:]}")


def _is_slip(one: str, other: str) -> bool:
    # Numbers are no slips: they tell the first branch from the second.
    return OSA.distance(one, other, score_cutoff=1) <= 1 and _digits(one) == _digits(other)


def _digits(spelling: str) -> str:
    return "".join(filter(str.isdigit, spelling))
