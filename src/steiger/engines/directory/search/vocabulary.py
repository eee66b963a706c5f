"""All words of the index, in memory, to find those that a mistyped word may have meant."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from steiger.lib.text import sound

#: No more than this many words stand in for one mistyped word.
NEAREST = 16
#: Longer words are not looked up.
LONGEST = 60


def edits_allowed(word: str) -> int:
    """Typing mistakes forgiven: none up to 3 letters, one up to 6, two up to 13, then three.

    A transposition of neighbours counts as one mistake.
    """
    length = len(word)
    if length <= 3 or word.isdigit():
        return 0
    return 1 if length <= 6 else 2 if length <= 13 else 3


def mistakes(asked: str, said: str) -> int | None:
    """Typing mistakes that make the one word the other; None if they are too many.

    A word that sounds the same may be one letter further away ("lammar" for "lamarr").
    """
    allowed = edits_allowed(asked)
    if not allowed or abs(len(asked) - len(said)) > allowed + 1:
        return None
    distance = int(OSA.distance(asked, said, score_cutoff=allowed + 1))
    if distance <= allowed:
        return distance
    return allowed if distance == allowed + 1 and sound(asked) == sound(said) else None


def letters_of(word: str) -> int:
    """Which letters occur, as a bit set: one edit changes at most two bits."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


class Vocabulary:
    """Folded words with a sieve that leaves few of them to compare letter by letter.

    Two words at distance d differ in length by at most d and in the set of their letters by at
    most 2d bits; both are checked for all words at once.

    Args:
        words: any folded words; kept sorted by length, then alphabetically.
        letters: their bit sets, if the words are in that order already.
    """

    def __init__(self, words: Sequence[str], letters: NDArray[np.uint64] | None = None) -> None:
        if letters is None:
            words = sorted(set(words), key=_order)
            letters = np.fromiter((letters_of(word) for word in words), np.uint64, len(words))
        self.words = words
        self.letters = letters
        self._from = [bisect_left(words, (length, ""), key=_order) for length in range(LONGEST + 6)]
        self._near: dict[tuple[str, int], tuple[tuple[str, int], ...]] = {}

    def __contains__(self, word: str) -> bool:
        place = bisect_left(self.words, _order(word), key=_order)
        return place < len(self.words) and self.words[place] == word

    def with_words(self, words: Iterable[str]) -> Vocabulary:
        """A vocabulary that holds these words, too."""
        new = sorted({word for word in words if word not in self}, key=_order)
        places = [bisect_left(self.words, _order(word), key=_order) for word in new]
        together = list(self.words)
        for place, word in zip(reversed(places), reversed(new), strict=True):
            together.insert(place, word)
        letters = np.array([letters_of(word) for word in new], dtype=np.uint64)
        return Vocabulary(together, np.insert(self.letters, places, letters))

    def near(self, word: str, edits: int | None = None) -> tuple[tuple[str, int], ...]:
        """(word, distance) of the nearest other words, nearest first, at most ``NEAREST``.

        Args:
            word: folded.
            edits: greatest distance (optimal string alignment); by default as in :func:`mistakes`.
        """
        by_sound = edits is None
        edits = edits_allowed(word) if edits is None else edits
        if not edits or len(word) > LONGEST:
            return ()
        found = self._near.get((word, edits))
        if found is None:
            found = self._search(word, edits)
            if not found and by_sound:
                wider = self._search(word, edits + 1)
                found = tuple((text, edits) for text, _ in wider if sound(text) == sound(word))
            if len(self._near) > 4096:
                self._near.clear()
            self._near[word, edits] = found
        return found

    def _search(self, word: str, edits: int) -> tuple[tuple[str, int], ...]:
        begin = self._from[max(0, len(word) - edits)]
        end = self._from[len(word) + edits + 1]
        different = np.bitwise_count(self.letters[begin:end] ^ np.uint64(letters_of(word)))
        places = np.flatnonzero(different <= 2 * edits) + begin
        if not len(places):
            return ()
        candidates = [self.words[place] for place in places.tolist()]
        distances = cdist(
            [word], candidates, scorer=OSA.distance, score_cutoff=edits, dtype=np.int8
        )[0]
        hits = sorted(
            (int(distances[i]), candidates[i])
            for i in np.flatnonzero((distances <= edits) & (distances > 0)).tolist()
        )
        return tuple((text, distance) for distance, text in hits[:NEAREST])


def _order(word: str) -> tuple[int, str]:
    return len(word), word
