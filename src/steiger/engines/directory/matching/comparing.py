"""How alike two names are, by their words and how much each word says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from steiger.engines.directory.matching.pool import Pool
from steiger.engines.directory.matching.words import lexicon

#: Even a common word says this much: "University Hospital X" is not "Hospital X".
LEAST = 2.5
#: A word of the town's name that only one side has says little.
TOWN_SHARE = 0.25
ALIKE = 0.8
JOINED = 0.93
NUMBER_CAP = 0.6
#: Two words that differ and each say much: two things.
SPECIAL = 4.0


class Comparer:
    """Compares names by the weights of a pool's words."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.unknown = float(pool.rarity.max(initial=1.0))
        self._weights: dict[str, float] = {}

    def weight(self, word: str) -> float:
        """How much a word says; an unknown one as much as the rarest."""
        found = self._weights.get(word)
        if found is None:
            number = self.pool.number.get(word)
            rarity = self.unknown if number is None else float(self.pool.rarity[number])
            found = self._weights[word] = max(rarity, LEAST)
        return found

    def likeness(
        self, one: Sequence[str], other: Sequence[str], towns: frozenset[str] = frozenset()
    ) -> float:
        """0 to 1; symmetric; 1 for the same words in any order.

        Twice the weight of common words over the weight of all (Dice), where misspelt words count
        by their likeness and words of the towns that only one name has count a quarter.
        """
        if sorted(one) == sorted(other):
            return 1.0
        first, second = Counter(one), Counter(other)
        common = first & second
        left = sorted((first - common).elements())
        right = sorted((second - common).elements())
        shared = 2 * sum(self.weight(word) * count for word, count in common.items())
        total = shared
        pairs = self._near(left, right)
        for a, b, alike in pairs:
            left.remove(a)
            right.remove(b)
            both = self.weight(a) + self.weight(b)
            total += both
            shared += both * alike
        if left and right and fuzz.ratio("".join(left), "".join(right)) >= 100 * JOINED:
            both = sum(map(self.weight, left)) + sum(map(self.weight, right))
            shared, total, left, right = shared + both * JOINED, total + both, [], []
        rest = [self.weight(w) * (TOWN_SHARE if w in towns else 1.0) for w in (*left, *right)]
        score = shared / (total + sum(rest)) if total + sum(rest) else 0.0
        if self._differ(left, right, towns):
            score = min(score, NUMBER_CAP)
        elif score < JOINED:
            joined = fuzz.ratio("".join(sorted(one)), "".join(sorted(other))) / 100
            glued = fuzz.ratio("".join(one), "".join(other)) / 100
            if max(joined, glued) >= 0.96:
                score = max(score, max(joined, glued) * 0.97)
        return score

    def _near(self, left: Sequence[str], right: Sequence[str]) -> list[tuple[str, str, float]]:
        """Pairs of misspelt words, the most alike first, each word once."""
        found = []
        for a in left:
            for b in right:
                if min(len(a), len(b)) >= 4 and a.isalpha() and b.isalpha():
                    alike = OSA.normalized_similarity(a, b, score_cutoff=ALIKE)
                    if alike:
                        found.append((-alike, min(a, b), max(a, b), a, b))
        pairs, used_left, used_right = [], Counter(left), Counter(right)
        for alike, _, _, a, b in sorted(found):
            if used_left[a] and used_right[b]:
                used_left[a] -= 1
                used_right[b] -= 1
                pairs.append((a, b, -alike))
        return pairs

    def _differ(self, left: Sequence[str], right: Sequence[str], towns: frozenset[str]) -> bool:
        """Whether each side has something that tells them apart: numbers, or telling words."""
        numbers = [any(c.isdigit() for w in side for c in w) for side in (left, right)]
        if any(numbers):
            return True
        kinds = lexicon().kinds
        special = [
            any(w not in kinds and w not in towns and self.weight(w) >= SPECIAL for w in side)
            for side in (left, right)
        ]
        if all(special):
            return True
        return any(w in kinds for w in left) and any(w in kinds for w in right) and any(special)
