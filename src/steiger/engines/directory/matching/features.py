"""What speaks for and against a candidate, as numbers."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from steiger.engines.directory.matching.candidates import Candidate, Numbered
from steiger.engines.directory.matching.context import Context, Mention
from steiger.engines.directory.matching.pool import TYPES, Pool
from steiger.engines.directory.matching.words import Words, lexicon

#: Names of the features, in the order of :func:`features`.
NAMES = (
    "covered",
    "exact",
    "extra",
    "missing",
    "weight",
    "rarest",
    "one_word",
    "two_words",
    "acronym",
    "acronym_short",
    "acronym_supported",
    "alias",
    "inactive",
    "corrected",
    "unordered",
    "crosses",
    "left_open",
    "right_open",
    "kind_after",
    "kind_before",
    "part_name",
    "generic",
    "university",
    "no_kind",
    "country_agrees",
    "country_differs",
    "town_agrees",
    "town_in_name",
    "region_agrees",
    "town_differs",
    "no_context",
    "namesakes",
    "rival",
    "inside_longer",
    "inside_longer_comma",
    "overlaps_longer",
    "same_organisation",
    "share",
    "whole_text",
    "loose_crosses",
    "loose_no_town",
    "right_open_short",
    "country_exact",
    "town_one_word",
    *(f"type_{name}" for name in TYPES),
    "names",
    "position",
    "place_follows",
    "other_finds",
    "full_part",
    "parts",
    "rare_before",
    "rare_after",
    "place_after",
    "hospital_beside",
    "kind_inside",
    "inside_count",
    "foreign_kind",
    "longest_here",
    "rival_by",
    "overlap_by",
    "unordered_crosses",
)
#: Leads beyond this make no difference.
LEAD = 6.0
_CARE = frozenset({"hospital", "clinic"})
_TOP = frozenset({"university", "college", "hochschule", "polytechnic", "academy"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the text says about where a candidate lies."""

    country: int  # 1 agrees, -1 differs, 0 unknown
    town: bool
    town_in_name: bool
    region: bool
    town_differs: bool

    @property
    def points(self) -> float:
        """For choosing between namesakes."""
        return 2.0 * self.country + 2.0 * self.town + self.region - self.town_differs


def surroundings(one: Candidate, text: Numbered, context: Context, pool: Pool) -> Surroundings:
    """Compare the candidate's seat with the places mentioned beside it."""
    words = text.text
    outside = [m for m in context.countries if m.end <= one.begin or m.begin >= one.end]
    group = words.groups[one.begin]
    near: Sequence[Mention] = [m for m in outside if m.group == group] or outside
    country = int(pool.country_of[one.organisation])
    agrees = 0
    if near and country >= 0:
        agrees = 1 if any(country in m.codes for m in near) else -1
    town, region = int(pool.town_of[one.organisation]), int(pool.region_of[one.organisation])
    beside = [m for m in context.places if m.end <= one.begin or m.begin >= one.end]
    has_town = any(m.place == town for m in beside) and town >= 0
    inside = town >= 0 and any(
        m.place == town and one.begin <= m.begin and m.end <= one.end for m in context.places
    )
    has_region = region >= 0 and any(m.place == region for m in beside)
    other = [m for m in beside if m.whole and m.group == group and m.place not in {town, region}]
    countries = {c for m in near for c in m.codes}
    differs = (
        bool(other) and not has_town and (not countries or any(m.codes & countries for m in other))
    )
    return Surroundings(agrees, has_town, inside, has_region, differs)


def features(
    candidates: Sequence[Candidate], text: Numbered, context: Context, pool: Pool
) -> list[list[float]]:
    """One row of numbers per candidate, in the order of ``NAMES``."""
    around = [surroundings(one, text, context, pool) for one in candidates]
    at: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, one in enumerate(candidates):
        at[one.begin, one.end].append(place)
    longer = _whole_names(candidates, text)
    standing = [_standing(o, a, text, pool) for o, a in zip(candidates, around, strict=True)]
    rows = []
    words = text.text
    for place, one in enumerate(candidates):
        rivals = [
            p for p in at[one.begin, one.end] if candidates[p].organisation != one.organisation
        ]
        overlapping = max(
            (
                standing[p]
                for p, other in enumerate(candidates)
                if other.begin < one.end
                and one.begin < other.end
                and other.organisation != one.organisation
            ),
            default=standing[place] - LEAD,
        )
        same = max((standing[p] for p in rivals), default=standing[place] - LEAD)
        row = _row(one, around[place], text, pool, rivals, candidates, around, longer, context)
        row += [
            max(min(same - standing[place], LEAD), -LEAD),
            max(min(overlapping - standing[place], LEAD), -LEAD),
            not one.ordered and words.segments[one.begin] != words.segments[one.end - 1],
        ]
        rows.append([float(value) for value in row])
    return rows


def _standing(one: Candidate, here: Surroundings, text: Numbered, pool: Pool) -> float:
    """A first rough order of candidates that claim the same words."""
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
    )


def _whole_names(candidates: Sequence[Candidate], text: Numbered) -> list[Candidate]:
    # What is found word for word and says more than its kind keeps others from its words.
    # "Graduate School of Science, University of Tokyo" holds no Tokyo University of Science.
    return [
        one
        for one in candidates
        if one.exact
        and one.end - one.begin >= 2
        and (one.ordered or text.text.segments[one.begin] == text.text.segments[one.end - 1])
    ]


def _row(  # noqa: PLR0917 - the surroundings of one candidate, called once
    one: Candidate,
    here: Surroundings,
    text: Numbered,
    pool: Pool,
    rivals: list[int],
    candidates: Sequence[Candidate],
    around: list[Surroundings],
    longer: list[Candidate],
    context: Context,
) -> list[float]:
    words, table = text.text, lexicon()
    ids = pool.words_of(one.name).tolist()
    names = words.words[one.begin : one.end]
    first, last = one.begin, one.end - 1
    length = one.end - one.begin
    left = first > 0 and words.segments[first - 1] == words.segments[first]
    right = one.end < len(words.words) and words.segments[one.end] == words.segments[last]
    before = words.words[first - 1] if left else ""
    after = words.words[one.end] if right else ""
    known = {i: pool.words[i] for i in set(ids)}
    special = [i for i in ids if known[i] not in table.kinds and not _is_place(pool, known[i])]
    single = len(ids) == 1
    acronym = single and words.capital[first] and pool.kind[one.name] == 2
    supported = single and any(
        other.organisation == one.organisation
        and other.end - other.begin > 1
        and other.covered > 0.8
        for other in candidates
    )
    crosses = words.segments[last] - words.segments[first]
    around_here = [
        c for c in longer if c.end - c.begin > length and c.organisation != one.organisation
    ]
    inside = [c for c in around_here if c.begin <= one.begin and one.end <= c.end]
    comma = any(
        (c.begin == one.begin or words.segments[one.begin] != words.segments[one.begin - 1])
        and (c.end == one.end or words.segments[one.end] != words.segments[one.end - 1])
        for c in inside
    )
    overlaps = not inside and any(c.begin < one.end and one.begin < c.end for c in around_here)
    better = [
        p
        for p in rivals
        if pool.active[candidates[p].organisation] or not pool.active[one.organisation]
    ]
    rival = max((around[p].points for p in better), default=-9.0) - here.points
    again = sum(c.organisation == one.organisation for c in candidates) > 1
    weight = min(float(pool.weight[one.name]), 40.0)
    top = bool(_TOP.intersection(names))
    follows = not right and _place_follows(one.end, words, context)
    others = len({c.organisation for c in longer if c.end <= one.begin or c.begin >= one.end})
    no_context = here.country == 0 and not here.town and not here.region
    return [
        one.covered,
        one.exact,
        min(one.extra, 2.0),
        one.missing / 10,
        weight / 20,
        max((float(pool.rarity[i]) for i in special), default=0.0) / 10,
        single,
        len(ids) == 2,
        acronym,
        acronym and len(names[0]) <= 4,
        supported,
        pool.kind[one.name] > 0,
        not pool.active[one.organisation],
        one.corrected,
        not one.ordered,
        min(crosses, 3),
        left,
        right,
        after in table.kinds and after not in table.parts,
        before in table.kinds and before not in table.parts,
        bool(table.parts.intersection(names)) and not top,
        not special,
        top,
        not table.kinds.intersection(names),
        here.country == 1,
        here.country == -1,
        here.town,
        here.town_in_name,
        here.region,
        here.town_differs,
        no_context,
        math.log1p(len({candidates[p].organisation for p in better})),
        bool(better) and rival >= 0,
        bool(inside) and not comma,
        comma,
        overlaps,
        again,
        length / max(len(words.words), 1),
        length == len(words.words),
        (not one.exact) * min(crosses, 3),
        not one.exact and not here.town and not here.town_in_name,
        right and len(ids) <= 2,
        one.exact and here.country == 1,
        single and here.town,
        *(bool(pool.types[one.organisation] & 1 << bit) for bit in range(len(TYPES))),
        math.log1p(len(pool.names_of(one.organisation))),
        first / max(len(words.words), 1),
        follows,
        min(others, 5),
        not left and not right,
        min(words.segments[-1] + 1, 12),
        _rarity(text, pool, first - 1) / 10 if left else 0.0,
        _rarity(text, pool, one.end) / 10 if right else 0.0,
        right and _other_place(one, words, context, pool),
        bool(_CARE.intersection((before, after, *names)) - set(known.values())),
        bool(table.kinds.intersection(names) - set(known.values())),
        max(length - len(ids), 0),
        bool(
            {before, after}.intersection({"technology", "medical", "state", "normal", "national"})
        ),
        len(ids) == max(len(pool.words_of(c.name)) for c in longer) if longer else True,
    ]


def _rarity(text: Numbered, pool: Pool, place: int) -> float:
    if text.text.words[place][0].isdigit():
        return 0.0
    number = int(text.numbers[place]) if place < len(text.numbers) else -1
    return float(pool.rarity[number]) if number >= 0 else 12.0


def hospital_follows(one: Candidate, words: Words) -> bool:
    """Whether it goes on like "X University Hospital", which is not X University."""
    after = tuple(
        word
        for word, segment in zip(
            words.words[one.end : one.end + 3], words.segments[one.end : one.end + 3], strict=True
        )
        if segment == words.segments[one.end - 1]
    )
    if not after or not _TOP.intersection(words.words[one.begin : one.end]):
        return False
    return (
        after[0] in _CARE
        or after[:2] in {("medical", "center"), ("cancer", "center"), ("health", "system")}
        or after == ("health", "science", "center")
    )


def _other_place(one: Candidate, words: Words, context: Context, pool: Pool) -> bool:
    """Whether the name runs on into a town that is not its own ("University of Missouri–Kansas
    City")."""
    seat = {int(pool.town_of[one.organisation]), int(pool.region_of[one.organisation])}
    return any(m.begin == one.end and m.place not in seat for m in context.places)


def _place_follows(end: int, words: Words, context: Context) -> bool:
    """Whether the next part is a town or country: this part then is what lies there."""
    return any(m.begin == end and m.whole for m in (*context.places, *context.countries))


def _is_place(pool: Pool, word: str) -> bool:
    return word in pool.place_number
