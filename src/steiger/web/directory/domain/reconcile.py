"""Three states of what a source says, brought together so that no change is lost.

Somebody saw ``before`` and wants ``after``; meanwhile it became ``today``. What only one side
changed is taken from that side. Where both changed the same single value, that is a conflict: it
is shown, and whoever decides says which one stands.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.deltas import Statement, as_text, stated
from steiger.web.directory.domain.relations import is_relation, relations_of, write_relations
from steiger.web.directory.domain.statements import from_data
from steiger.web.directory.domain.writing import lock, replace_values, values_of
from steiger.web.directory.models import Actor, Source

#: Columns that say how a value is known, not what it says.
FRAME = frozenset({"stated_on", "source_record", "hidden", "reviewed_on"})
#: Which column tells the slots of one kind apart.
_WHICH = {
    "name": "kind",
    "place": "kind",
    "link": "kind",
    "identifier": "scheme",
    "fact": "key",
    "description": "language",
    "role": "term",
    "relation": "kind",
}


class ChangedError(ValueError):
    """Meanwhile the actor changed in a way that has to be looked at first.

    Attributes:
        conflicts: what both sides changed.
    """

    def __init__(self, conflicts: Sequence[Conflict] = ()) -> None:
        super().__init__("Meanwhile the entry was changed. Look at it again.")
        self.conflicts = tuple(conflicts)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A single value that both sides changed, in three states."""

    slot: str
    before: tuple[Statement, ...]
    today: tuple[Statement, ...]
    after: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What comes out, and what both sides changed."""

    result: list[Statement]
    conflicts: tuple[Conflict, ...] = field(default=())


def slot_of(one: Statement) -> str:
    """Which question a statement answers, e.g. ``description de`` or ``link website``."""
    kind = str(one["is"])
    which = "" if kind == "classification" else str(one[_WHICH[kind]])
    if kind == "name" and which == "official":
        which = f"official {one['language']}"
    return f"{kind} {which}".strip()


def has_many(slot: str) -> bool:
    """Whether several values stand side by side: topics, sites, relations, most names."""
    kind, _gap, which = slot.partition(" ")
    if kind == "name":
        return not which.startswith("official")
    return kind == "relation" or slot in {"place site", "classification"}


def content_of(one: Statement) -> str:
    """What a statement says, without how it is known: equal for equal content."""
    return as_text({name: value for name, value in one.items() if name not in FRAME})


def by_slot(statements: Iterable[Statement]) -> defaultdict[str, list[Statement]]:
    """Statements by slot, each slot in a fixed order."""
    found: defaultdict[str, list[Statement]] = defaultdict(list)
    for one in sorted(statements, key=as_text):
        found[slot_of(one)].append(one)
    return found


def reconcile(
    *,
    before: Iterable[Statement],
    after: Iterable[Statement],
    today: Iterable[Statement],
    keep: Collection[str] = (),
) -> Reconciled:
    """Bring three states together.

    Args:
        keep: slots in which today's value stays even where only the other side changed.

    Laws: with ``today == before`` the result is ``after``; with ``after == before`` it is
    ``today``; a value that somebody added is in the result or in a conflict.
    """
    old, new, now = by_slot(before), by_slot(after), by_slot(today)
    result: list[Statement] = []
    conflicts: list[Conflict] = []
    for slot in sorted(old.keys() | new.keys() | now.keys()):
        was, wanted, held = old[slot], new[slot], now[slot]
        if slot in keep or wanted == was:
            result += held
        elif held == was:
            result += wanted
        elif has_many(slot):
            result += _sets(was, wanted, held)
        else:
            one, clash = _single(slot, was, wanted, held)
            result += one
            conflicts += [clash] if clash else []
    return Reconciled(result, tuple(conflicts))


def _contents(statements: Iterable[Statement]) -> list[str]:
    return sorted(content_of(one) for one in statements)


def _sets(
    was: Sequence[Statement], wanted: Sequence[Statement], held: Sequence[Statement]
) -> list[Statement]:
    before, after, today = set(_contents(was)), set(_contents(wanted)), set(_contents(held))
    stays = [one for one in held if content_of(one) in after or content_of(one) not in before]
    comes = [o for o in wanted if content_of(o) not in before and content_of(o) not in today]
    return stays + comes


def _single(
    slot: str, was: Sequence[Statement], wanted: Sequence[Statement], held: Sequence[Statement]
) -> tuple[Sequence[Statement], Conflict | None]:
    before, after, today = _contents(was), _contents(wanted), _contents(held)
    if after in (before, today):
        return held, None
    if today == before:
        return wanted, None
    return wanted, Conflict(slot, tuple(was), tuple(held), tuple(wanted))


def seal(statements: Iterable[Statement]) -> str:
    """A short mark of what somebody saw; another one as soon as a word differs."""
    text = "\n".join(sorted(as_text(one) for one in statements))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def today_of(actor: Actor, source: Source) -> list[dict[str, Any]]:
    """What a source says about an actor now, relations last."""
    said = stated(values_of(source, [actor.pk])[actor.pk])
    return said + relations_of(source, [actor.pk]).get(actor.pk, [])


@transaction.atomic
def apply_change(
    *,
    actor: Actor,
    source: Source,
    before: Iterable[Statement],
    after: Iterable[Statement],
    by: audit.Actor,
    act: str = "directory.actor.edit",
    reason: str = "",
    seen: str = "",
    keep: Collection[str] = (),
    exact: bool = False,
) -> list[dict[str, Any]]:
    """Take a change over into what a source says today; returns what it said before.

    Args:
        seen: :func:`seal` of today's statements as they were looked at; conflicts are then settled
            by ``keep`` (today's value stays) or else by the change.
        exact: dates and what is hidden are taken over, too (undoing).

    Raises:
        ChangedError: both sides changed the same value, and whoever decides has not seen it.
        StatementError: a statement cannot be read.
        ValueError: no name would be left.
    """
    lock([actor.pk])
    today = today_of(actor, source)
    found = reconcile(before=before, after=after, today=today, keep=keep)
    if seen and seen != seal(today):
        raise ChangedError(found.conflicts)
    open_ones = [one for one in found.conflicts if one.slot not in keep]
    if open_ones and not seen:
        raise ChangedError(open_ones)
    write_all(actor, source, found.result, by=by, act=act, reason=reason, exact=exact)
    return today


def write_all(
    actor: Actor,
    source: Source,
    statements: Sequence[Statement],
    *,
    by: audit.Actor,
    act: str,
    reason: str,
    exact: bool = False,
) -> None:
    """Make a source say exactly this, relations included."""
    values = [one for one in statements if not is_relation(one)]
    write_statements(actor, source, values, by=by, act=act, reason=reason, exact=exact)
    relations = [one for one in statements if is_relation(one)]
    write_relations(actor, source, relations, by=by, act=act, reason=reason)


def write_statements(
    actor: Actor,
    source: Source,
    statements: Iterable[Mapping[str, Any]],
    *,
    by: audit.Actor,
    act: str,
    reason: str = "",
    exact: bool = False,
    refreshing: bool = True,
) -> bool:
    """Make a source's values exactly these; returns whether anything changed.

    Its relations stay as they are.
    """
    values = from_data(statements)
    changed = replace_values(
        source,
        {actor.pk: values},
        by=by,
        act=act,
        reason=reason,
        exact=exact,
        refreshing=refreshing,
    )
    actor.refresh_from_db()
    return bool(changed)
