"""Two entries side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from steiger.web.curation.domain.duplicates import Side, merger_of, side_by_side
from steiger.web.curation.interfaces.desk_pages import likeness_words, tabs
from steiger.web.curation.models import Pair
from steiger.web.directory.domain.sources import source_label
from steiger.web.directory.interfaces.statement_words import all_words, slot_words


@dataclass(frozen=True, slots=True)
class Told:
    """One side of a slot in words."""

    texts: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Line:
    """A slot of both. ``choose``: they differ, and only one value can be shown."""

    key: str
    what: str
    first: Told
    second: Told
    choose: bool
    equal: bool
    second_wins: bool


def merge_context(pair: Pair) -> dict[str, Any]:
    """What the page shows; the older entry is proposed to stay."""
    merger = merger_of(pair)
    lines = []
    for one in side_by_side(pair.first, pair.second):
        both = bool(one.first.statements and one.second.statements)
        lines.append(
            Line(
                key=one.slot,
                what=slot_words(one.slot),
                first=_told(one.first),
                second=_told(one.second),
                choose=both and not one.equal and not one.many,
                equal=one.equal,
                second_wins=_weight(one.second) > _weight(one.first),
            )
        )
    lines.sort(key=lambda line: (not line.choose, line.equal, line.key))
    return {
        "tabs": tabs("duplicates"),
        "pair": pair,
        "reasons": likeness_words(pair.reasons),
        "lines": lines,
        "merger": merger,
    }


def _told(side: Side) -> Told:
    name = source_label(side.source) if side.source else ""
    return Told(tuple(all_words(side.statements)), name)


def _weight(side: Side) -> int:
    return side.source.precedence if side.source else -1
