"""What speaks for and against a candidate, as numbers.

Each part below is a group of features: their names, and a function that gives their values for one
candidate of a scene, in the same order.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from steiger.engines.directory.matching.candidates import Candidate, Numbered
from steiger.engines.directory.matching.context import Context
from steiger.engines.directory.matching.pool import TYPES, Pool
from steiger.engines.directory.matching.surroundings import (
    UNKNOWN_KM,
    Surroundings,
    distances_km,
    surroundings,
)
from steiger.engines.directory.matching.words import Words, lexicon

#: Leads beyond this make no difference.
LEAD = 6.0
#: A candidate of this weight, found word for word, is a landmark for the others.
LANDMARK = 8.0
_CARE = frozenset({"hospital", "clinic"})
_TOP = frozenset({"university", "college", "hochschule", "polytechnic", "academy"})
_CENTERS = frozenset({("medical", "center"), ("cancer", "center"), ("health", "system")})
_BESIDE = frozenset({"technology", "medical", "state", "normal", "national"})
#: Kinds that editors of such lists treat differently.
_KINDS = ("institute", "center", "laboratory", "hospital", "school", "department", "ministry")


@dataclass(frozen=True)
class Scene:
    """A text with all its candidates."""

    candidates: Sequence[Candidate]
    text: Numbered
    context: Context
    pool: Pool

    @cached_property
    def words(self) -> Words:
        """The words of the text."""
        return self.text.text

    @cached_property
    def around(self) -> list[Surroundings]:
        """Places beside each candidate."""
        return [surroundings(one, self.text, self.context, self.pool) for one in self.candidates]

    @cached_property
    def standing(self) -> list[float]:
        """A first rough order of candidates that claim the same words."""
        return [
            _standing(one, here, self.text, self.pool)
            for one, here in zip(self.candidates, self.around, strict=True)
        ]

    @cached_property
    def at(self) -> dict[tuple[int, int], list[int]]:
        """Candidates by their stretch."""
        found: dict[tuple[int, int], list[int]] = defaultdict(list)
        for place, one in enumerate(self.candidates):
            found[one.begin, one.end].append(place)
        return found

    @cached_property
    def whole_names(self) -> list[Candidate]:
        """What is found word for word and says more than its kind keeps others from its words.

        "Graduate School of Science, University of Tokyo" holds no Tokyo University of Science.
        """
        segments = self.words.segments
        return [
            one
            for one in self.candidates
            if one.exact
            and not one.heir
            and one.end - one.begin >= 2
            and (one.ordered or segments[one.begin] == segments[one.end - 1])
        ]

    @cached_property
    def landmarks(self) -> list[Candidate]:
        """Candidates that are hardly in doubt."""
        return [
            one
            for one, here in zip(self.candidates, self.around, strict=True)
            if one.exact
            and one.ordered
            and not one.heir
            and here.country >= 0
            and self.pool.active[one.organisation]
            and float(self.pool.weight[one.name]) >= LANDMARK
        ]

    def rivals(self, place: int) -> list[int]:
        """Other organisations at the same words."""
        one = self.candidates[place]
        return [
            other
            for other in self.at[one.begin, one.end]
            if self.candidates[other].organisation != one.organisation
        ]

    def names(self, one: Candidate) -> tuple[str, ...]:
        """Words of the text where the candidate stands."""
        return self.words.words[one.begin : one.end]

    def left(self, one: Candidate) -> str:
        """The word before in the same part of the text, or ""; numbers part."""
        return self._beside(one.begin - 1, one.begin)

    def right(self, one: Candidate) -> str:
        """The word after in the same part of the text, or ""; numbers part."""
        return self._beside(one.end, one.end - 1)

    def _beside(self, place: int, own: int) -> str:
        words = self.words
        if not 0 <= place < len(words.words) or words.segments[place] != words.segments[own]:
            return ""
        return "" if words.words[place].isdigit() else words.words[place]


def features(scene: Scene) -> list[list[float]]:
    """One row of numbers per candidate, in the order of ``NAMES``."""
    return [
        [float(value) for _, values in _PARTS for value in values(place, scene)]
        for place in range(len(scene.candidates))
    ]


def _standing(one: Candidate, here: Surroundings, text: Numbered, pool: Pool) -> float:
    covered = one.covered - min(one.extra, 1.0)
    jumps = text.text.segments[one.begin] != text.text.segments[one.end - 1]
    return float(
        0.3 * covered * min(float(pool.weight[one.name]), 40.0)
        + here.points
        + one.ordered
        + 0.7 * (pool.kind[one.name] == 0)
        + 1.5 * one.exact
        - 3.0 * (not one.ordered and jumps)
        - 2.0 * (not pool.active[one.organisation])
        - 1.0 * one.heir
    )


# --- the name, and how much of it is there ------------------------------------------------------
_WORDING = (
    "covered", "exact", "extra", "missing", "weight", "rarest", "one_word", "two_words", "acronym",
    "acronym_short", "alias", "corrected", "unordered", "generic", "university", "no_kind",
    "part_name", "kind_inside", "inside_count", "elsewhere",
)  # fmt: skip


def _wording(place: int, scene: Scene) -> tuple[float, ...]:
    one, pool, table = scene.candidates[place], scene.pool, lexicon()
    ids = pool.words_of(one.name).tolist()
    names = scene.names(one)
    known = {number: pool.words[number] for number in set(ids)}
    special = [
        number
        for number in ids
        if known[number] not in table.kinds and known[number] not in pool.place_number
    ]
    single = len(ids) == 1
    acronym = single and scene.words.capital[one.begin] and pool.kind[one.name] == 2
    top = bool(_TOP.intersection(names))
    return (
        one.covered,
        one.exact,
        min(one.extra, 2.0),
        one.missing / 10,
        min(float(pool.weight[one.name]), 40.0) / 20,
        max((float(pool.rarity[number]) for number in special), default=0.0) / 10,
        single,
        len(ids) == 2,
        acronym,
        acronym and len(names[0]) <= 4,
        pool.kind[one.name] > 0,
        one.corrected,
        not one.ordered,
        not special,
        top,
        not table.kinds.intersection(names),
        bool(table.parts.intersection(names)) and not top,
        bool(table.kinds.intersection(names) - set(known.values())),
        max(one.end - one.begin - len(ids), 0),
        one.elsewhere,
    )


# --- where in the text, and what stands beside --------------------------------------------------
_EDGES = (
    "crosses", "left_open", "right_open", "full_part", "kind_after", "kind_before", "share",
    "whole_text", "loose_crosses", "right_open_short", "position", "parts", "unordered_crosses",
    "rare_before", "rare_after", "place_follows", "place_after", "foreign_kind", "hospital_beside",
    "center_follows", "and_before",
    "and_after", "form_after",
)  # fmt: skip


def _edges(place: int, scene: Scene) -> tuple[float, ...]:
    one, words, table = scene.candidates[place], scene.words, lexicon()
    before, after = scene.left(one), scene.right(one)
    crosses = words.segments[one.end - 1] - words.segments[one.begin]
    known = {scene.pool.words[number] for number in scene.pool.words_of(one.name).tolist()}
    count = max(len(words.words), 1)
    near = {before, after}
    return (
        min(crosses, 3),
        bool(before),
        bool(after),
        not before and not after,
        after in table.kinds and after not in table.parts,
        before in table.kinds and before not in table.parts,
        (one.end - one.begin) / count,
        one.end - one.begin == len(words.words),
        (not one.exact) * min(crosses, 3),
        bool(after) and len(scene.pool.words_of(one.name)) <= 2,
        one.begin / count,
        min(words.segments[-1] + 1, 12),
        not one.ordered and crosses > 0,
        _rarity(scene, one.begin - 1) / 10 if before else 0.0,
        _rarity(scene, one.end) / 10 if after else 0.0,
        not after and _place_follows(one.end, scene.context),
        bool(after) and _other_place(one, scene),
        bool(_CARE.intersection((*near, *scene.names(one))) - known),
        bool(near & _BESIDE),
        _center_follows(one, words),
        words.joined[one.begin],
        one.end < len(words.words) and words.joined[one.end],
        words.form[one.end - 1],
    )


def _rarity(scene: Scene, place: int) -> float:
    if scene.words.words[place][0].isdigit():
        return 0.0
    numbers = scene.text.numbers
    number = int(numbers[place]) if place < len(numbers) else -1
    return float(scene.pool.rarity[number]) if number >= 0 else 12.0


def _place_follows(end: int, context: Context) -> bool:
    """Whether the next part is a town or country: this part then is what lies there."""
    return any(m.begin == end and m.whole for m in (*context.places, *context.countries))


def _other_place(one: Candidate, scene: Scene) -> bool:
    """Whether the name runs on into a town that is not its own ("University of Missouri–Kansas
    City")."""
    pool = scene.pool
    seat = {int(pool.town_of[one.organisation]), int(pool.region_of[one.organisation])}
    return any(m.begin == one.end and m.place not in seat for m in scene.context.places)


def care_follows(one: Candidate, words: Words) -> bool:
    """Whether it goes on like "X University Hospital", which is not X University."""
    return bool(_CARE.intersection(_after(one, words)[:1])) and _is_top(one, words)


def _center_follows(one: Candidate, words: Words) -> bool:
    """Whether it goes on like "X University Medical Center", which is seldom X University."""
    after = _after(one, words)
    return _is_top(one, words) and (
        after[:2] in _CENTERS or after == ("health", "science", "center")
    )


def _is_top(one: Candidate, words: Words) -> bool:
    return bool(_TOP.intersection(words.words[one.begin : one.end]))


def _after(one: Candidate, words: Words) -> tuple[str, ...]:
    """The next three words of the same part."""
    segment = words.segments[one.end - 1]
    beyond = slice(one.end, one.end + 3)
    pairs = zip(words.words[beyond], words.segments[beyond], strict=True)
    return tuple(word for word, other in pairs if other == segment)


# --- where the organisation sits ----------------------------------------------------------------
_SEAT = (
    "country_agrees", "country_differs", "town_agrees", "town_in_name", "region_agrees",
    "town_differs", "no_context", "country_exact", "town_one_word", "loose_no_town", "town_km",
    "landmark_km", "domain_agrees", "domain_differs",
)  # fmt: skip


def _seat(place: int, scene: Scene) -> tuple[float, ...]:
    one, here, pool = scene.candidates[place], scene.around[place], scene.pool
    single = len(pool.words_of(one.name)) == 1
    domain = pool.domains[one.organisation]
    written = scene.context.domains
    return (
        here.country == 1,
        here.country == -1,
        here.town,
        here.town_in_name,
        here.region,
        here.town_differs,
        here.country == 0 and not here.town and not here.region,
        one.exact and here.country == 1,
        single and here.town,
        not one.exact and not here.town and not here.town_in_name,
        _far(here.town_km),
        _far(_landmark_km(one, scene)),
        domain in written,
        bool(written) and domain not in written,
    )


def _far(distance: float) -> float:
    return math.log1p(distance) if distance >= 0 else -1.0


def _landmark_km(one: Candidate, scene: Scene) -> float:
    """From the seat to the nearest organisation that is named for certain elsewhere."""
    seat = scene.pool.seat[one.organisation]
    others = [
        scene.pool.seat[other.organisation]
        for other in scene.landmarks
        if other.organisation != one.organisation and _apart(one, other)
    ]
    if not others or np.isnan(seat[0]):
        return UNKNOWN_KM
    found = distances_km(seat, np.array(others))
    return float(np.nanmin(found)) if not np.isnan(found).all() else UNKNOWN_KM


def _apart(one: Candidate, other: Candidate) -> bool:
    return other.end <= one.begin or one.end <= other.begin


# --- the organisation itself --------------------------------------------------------------------
_NATURE = (
    "inactive", "heir", *(f"type_{name}" for name in TYPES), "names", "head", "domain_entries",
    "no_website", *(f"kind_{name}" for name in _KINDS),
)  # fmt: skip


def _nature(place: int, scene: Scene) -> tuple[float, ...]:
    one, pool = scene.candidates[place], scene.pool
    domain = pool.domains[one.organisation]
    words = {pool.words[number] for number in pool.words_of(one.name).tolist()}
    return (
        not pool.active[one.organisation],
        one.heir,
        *(bool(pool.types[one.organisation] & 1 << bit) for bit in range(len(TYPES))),
        math.log1p(len(pool.names_of(one.organisation))),
        pool.is_head(one.organisation),
        math.log1p(len(pool.at_domain.get(domain, ()))),
        not domain,
        *(kind in words for kind in _KINDS),
    )


# --- other candidates ---------------------------------------------------------------------------
_OTHERS = (
    "namesakes", "rival", "rival_by", "overlap_by", "inside_longer", "inside_longer_comma",
    "overlaps_longer", "same_organisation", "acronym_supported", "other_finds", "longest_here",
    "part_of_other", "whole_of_other", "holds_relative", "inside_relative", "other_top",
)  # fmt: skip


def _others(place: int, scene: Scene) -> tuple[float, ...]:
    one, pool, candidates = scene.candidates[place], scene.pool, scene.candidates
    around, standing = scene.around, scene.standing
    rivals = scene.rivals(place)
    better = [
        other
        for other in rivals
        if pool.active[candidates[other].organisation] or not pool.active[one.organisation]
    ]
    rival = max((around[other].points for other in better), default=-9.0) - around[place].points
    overlapping = [
        standing[number]
        for number, other in enumerate(candidates)
        if other.organisation != one.organisation and not _apart(one, other)
    ]
    longer = [
        other
        for other in scene.whole_names
        if other.end - other.begin > one.end - one.begin and other.organisation != one.organisation
    ]
    inside = [c for c in longer if c.begin <= one.begin and one.end <= c.end]
    comma = _parted(one, inside, scene.words)
    own = len(pool.words_of(one.name))
    apart = [c for c in scene.whole_names if _apart(one, c)]
    again = [c for c in candidates if c.organisation == one.organisation]
    return (
        math.log1p(len({candidates[other].organisation for other in better})),
        bool(better) and rival >= 0,
        _lead([standing[other] for other in rivals], standing[place]),
        _lead(overlapping, standing[place]),
        bool(inside) and not comma,
        comma,
        not inside and any(not _apart(one, c) for c in longer),
        len(again) > 1,
        own == 1 and any(c.end - c.begin > 1 and c.covered > 0.8 for c in again),
        min(len({c.organisation for c in apart}), 5),
        own == max((len(pool.words_of(c.name)) for c in scene.whole_names), default=own),
        *_relatives(one, apart, scene),
        any(
            _TOP.intersection(scene.names(c)) and c.organisation != one.organisation for c in apart
        ),
    )


def _lead(others: Sequence[float], own: float) -> float:
    return max(min(max(others, default=own - LEAD) - own, LEAD), -LEAD)


def _parted(one: Candidate, inside: Sequence[Candidate], words: Words) -> bool:
    """Whether commas part the candidate from the rest of a longer name around it."""
    return any(
        (c.begin == one.begin or words.segments[one.begin] != words.segments[one.begin - 1])
        and (c.end == one.end or words.segments[one.end] != words.segments[one.end - 1])
        for c in inside
    )


def _relatives(
    one: Candidate, apart: Sequence[Candidate], scene: Scene
) -> tuple[bool, bool, bool, bool]:
    """Whether it and another one share a domain: as its part or whole, elsewhere or at the same
    words."""
    pool = scene.pool
    domain = pool.domains[one.organisation]
    if not domain:
        return False, False, False, False
    head = pool.is_head(one.organisation)

    def kin(other: Candidate) -> bool:
        return other.organisation != one.organisation and pool.domains[other.organisation] == domain

    heads = [pool.is_head(c.organisation) for c in apart if kin(c)]
    close = [c for c in scene.whole_names if kin(c) and not _apart(one, c)]
    length = one.end - one.begin
    return (
        not head and any(heads),
        head and not all(heads),
        any(c.end - c.begin < length for c in close),
        any(c.end - c.begin > length for c in close),
    )


_PARTS: tuple[tuple[tuple[str, ...], Callable[[int, Scene], tuple[float, ...]]], ...] = (
    (_WORDING, _wording),
    (_EDGES, _edges),
    (_SEAT, _seat),
    (_NATURE, _nature),
    (_OTHERS, _others),
)
#: Names of the features, in the order of :func:`features`.
NAMES: tuple[str, ...] = tuple(name for names, _ in _PARTS for name in names)
