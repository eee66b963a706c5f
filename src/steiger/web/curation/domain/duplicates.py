"""Actors that may be the same: found by the engine, decided once by an editor.

"Not the same" is remembered for ever; a pair that no longer looks alike is taken off the list.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.curation.models import Pair
from steiger.web.directory.domain.likeness import duplicate_pairs
from steiger.web.directory.domain.merging import (
    all_statements,
    lock_with_merged,
    merge_actors,
    unmerge_actors,
)
from steiger.web.directory.domain.reconcile import by_slot, content_of, has_many
from steiger.web.directory.models import Actor, Merger, Source

#: Actor, actor, score 0 to 1, reasons.
Found = tuple[int, int, float, Sequence[str]]
Progress = Callable[[int, int], None]


class PairError(ValueError):
    """``code``: decided (somebody was quicker), foreign (not one of the two), value (no such)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Cluster:
    """Actors that hang together by open pairs, the likeliest pair first."""

    actors: tuple[Actor, ...]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """What one of two actors says in a slot: its weightiest source, and all statements there."""

    source: Source | None
    statements: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """A slot side by side. ``many``: both values stay, there is nothing to choose."""

    slot: str
    first: Side
    second: Side
    equal: bool
    many: bool


def search(progress: Progress | None = None) -> dict[str, int]:
    """Look through the whole map; returns how many pairs are new, seen again and gone."""
    return keep_pairs(duplicate_pairs(progress))


@transaction.atomic
def keep_pairs(found: Iterable[Found]) -> dict[str, int]:
    """Keep what was found, as new questions where they were never decided."""
    run, now = uuid.uuid4(), timezone.now()
    known = {(row.first_id, row.second_id): row for row in Pair.objects.select_for_update()}
    fresh, again = [], []
    seen: set[tuple[int, int]] = set()
    for one, other, score, reasons in found:
        key = (min(one, other), max(one, other))
        if one == other or key in seen:
            continue
        seen.add(key)
        row = known.get(key)
        if row is None:
            first, second = key
            fresh.append(
                Pair(first_id=first, second_id=second, score=score, reasons=list(reasons), run=run)
            )
        elif row.state in {Pair.State.OPEN, Pair.State.GONE}:
            row.score, row.reasons, row.run, row.state = score, list(reasons), run, Pair.State.OPEN
            again.append(row)
    Pair.objects.bulk_create(fresh, batch_size=500)
    Pair.objects.bulk_update(again, ["score", "reasons", "run", "state"], batch_size=200)
    gone = Pair.objects.filter(state=Pair.State.OPEN).exclude(run=run)
    counts = {"new": len(fresh), "again": len(again), "gone": gone.count()}
    gone.update(state=Pair.State.GONE, decided_at=now)
    return counts


def open_pairs() -> Any:
    """Pairs to decide on, both still on the map, the likeliest first."""
    shown = Actor.State.PUBLISHED
    return Pair.objects.filter(
        state=Pair.State.OPEN, first__state=shown, second__state=shown
    ).select_related("first", "second")


def clusters(limit: int = 500) -> list[Cluster]:
    """Open pairs, those that hang together in one cluster; the likeliest first."""
    pairs = list(open_pairs()[:limit])
    root: dict[int, int] = {}

    def find(number: int) -> int:
        while root.setdefault(number, number) != number:
            root[number] = root[root[number]]
            number = root[number]
        return number

    for pair in pairs:
        root[find(pair.first_id)] = find(pair.second_id)
    grouped: defaultdict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        grouped[find(pair.first_id)].append(pair)
    return [
        Cluster(
            tuple({a.pk: a for p in members for a in (p.first, p.second)}.values()), tuple(members)
        )
        for members in grouped.values()
    ]


@transaction.atomic
def not_the_same(*, pair: Pair, by: audit.Actor) -> None:
    """Remember that these are two.

    Raises:
        PairError: it is decided already.
    """
    _settle(pair, Pair.State.DIFFERENT)
    for one in (pair.first, pair.second):
        audit.record(
            by=by,
            act="curation.pair.different",
            on=one,
            changes={
                "not_the_same": [None, (pair.second if one == pair.first else pair.first).slug]
            },
        )


@transaction.atomic
def merge_pair(
    *, pair: Pair, survivor: Actor, by: audit.Actor, reason: str, chosen: Iterable[str] = ()
) -> Merger:
    """Merge the two of a pair.

    Args:
        chosen: slots in which the duplicate's value shall be shown (``side_by_side``).

    Raises:
        PairError: decided already, or the survivor is none of the two.
        directory.domain.actors.ActorError: they cannot be merged.
    """
    _settle(pair, Pair.State.MERGED)
    if survivor.pk not in {pair.first_id, pair.second_id}:
        raise PairError("foreign")
    duplicate = pair.second if survivor.pk == pair.first_id else pair.first
    return merge_actors(
        duplicate=duplicate,
        into=survivor,
        by=by,
        reason=reason,
        choose=_choice(survivor, duplicate, set(chosen)),
    )


@transaction.atomic
def unmerge(*, merger: Merger, by: audit.Actor, reason: str) -> list[str]:
    """Bring both back; the question whether they are the same is open again.

    Raises:
        directory.domain.actors.ActorError: it is undone, or a later merger stands in the way.
    """
    stays = unmerge_actors(merger=merger, by=by, reason=reason)
    low, high = sorted((merger.duplicate_id, merger.survivor_id))
    Pair.objects.filter(first=low, second=high, state=Pair.State.MERGED).update(
        state=Pair.State.OPEN, decided_at=None
    )
    return stays


def merger_of(pair: Pair) -> Merger | None:
    """The merger that a pair led to, unless it is undone."""
    both = (pair.first_id, pair.second_id)
    return Merger.objects.filter(
        Q(duplicate__in=both) & Q(survivor__in=both), undone_at=None
    ).first()


def side_by_side(first: Actor, second: Actor) -> list[SlotChoice]:
    """What both say, slot by slot, each with its weightiest source."""
    sources = {source.key: source for source in Source.objects.all()}
    left, right = _sides(first, sources), _sides(second, sources)
    nothing = Side(None, ())
    choices = []
    for slot in sorted(left.keys() | right.keys()):
        one, two = left.get(slot, nothing), right.get(slot, nothing)
        choices.append(
            SlotChoice(
                slot=slot,
                first=one,
                second=two,
                equal={content_of(s) for s in one.statements}
                == {content_of(s) for s in two.statements},
                many=has_many(slot),
            )
        )
    return choices


def _sides(actor: Actor, sources: Mapping[str, Source]) -> dict[str, Side]:
    found: dict[str, Side] = {}
    for key, said in all_statements(actor).items():
        source = sources[key]
        for slot, statements in by_slot(s for s in said if not s["hidden"]).items():
            held = found.get(slot)
            if held is None or held.source is None or held.source.precedence < source.precedence:
                found[slot] = Side(source, tuple(statements))
            elif has_many(slot):
                known = {content_of(s) for s in held.statements}
                more = tuple(s for s in statements if content_of(s) not in known)
                found[slot] = Side(held.source, held.statements + more)
    return found


def _choice(
    survivor: Actor, duplicate: Actor, chosen: set[str]
) -> dict[str, list[Mapping[str, Any]]]:
    """Slot by slot what shall be shown; where the choice agrees with today's value, nothing."""
    wanted: dict[str, list[Mapping[str, Any]]] = {}
    for one in side_by_side(survivor, duplicate):
        if one.equal or one.many or not (one.first.statements and one.second.statements):
            continue
        side = one.second if one.slot in chosen else one.first
        other = one.first if one.slot in chosen else one.second
        assert side.source is not None  # noqa: S101 - both sides say something
        assert other.source is not None  # noqa: S101
        if side.source.precedence <= other.source.precedence:
            wanted[one.slot] = [dict(side.statements[0])]
    return wanted


def _settle(pair: Pair, state: str) -> None:
    lock_with_merged(pair.first_id, pair.second_id)
    row = Pair.objects.select_for_update().get(pk=pair.pk)
    if row.state != Pair.State.OPEN:
        raise PairError("decided")
    row.state, row.decided_at = Pair.State(state), timezone.now()
    row.save(update_fields=["state", "decided_at"])
    pair.state = row.state
