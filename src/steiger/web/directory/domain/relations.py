"""Relations that a source states, as plain data, and the way back.

They are no values of one actor but name another one, so they are written apart from values; where
a change waits for a decision, both wait in one list of statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.index import queue
from steiger.web.directory.domain.queries import find_actor, target_of
from steiger.web.directory.domain.writing import write_values
from steiger.web.directory.models import Actor, Relation, Source

Statement = Mapping[str, Any]
IS = "relation"


def is_relation(one: Statement) -> bool:
    """Whether a statement is about another actor, too."""
    return bool(one["is"] == IS)


def relation(kind: str, other: str, note: str, stated_in: str, stated_on: date) -> dict[str, Any]:
    """One relation as a statement; ``other`` is a slug."""
    return {
        "is": IS,
        "kind": kind,
        "other": other,
        "note": note,
        "source_record": stated_in,
        "stated_on": stated_on.isoformat(),
    }


def in_order(statements: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """In a fixed order: equal relations give equal data."""
    return sorted(statements, key=lambda one: (one["kind"], one["other"]))


def relations_of(source: Source, numbers: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """What a source says about how these actors relate to others, by actor."""
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = Relation.objects.filter(source=source, actor_id__in=list(numbers))
    for row in rows.select_related("other"):
        found[row.actor_id].append(
            relation(row.kind, row.other.slug, row.note, row.source_record, row.stated_on)
        )
    return {number: in_order(said) for number, said in found.items()}


def write_relations(
    actor: Actor,
    source: Source,
    statements: Sequence[Statement],
    *,
    by: audit.Actor,
    act: str,
    reason: str,
) -> bool:
    """Make a source state exactly these relations of an actor; returns whether anything changed.

    One whose other end is not known any more, or is the actor itself since a merger, is left out.
    """
    before = relations_of(source, [actor.pk]).get(actor.pk, [])
    wanted: dict[tuple[str, int], Statement] = {}
    for one in statements:
        found = find_actor(str(one["other"]))
        other = target_of(found) if found else None
        if other is not None and other.pk != actor.pk:
            wanted[str(one["kind"]), other.pk] = one
    Relation.objects.filter(source=source, actor=actor).delete()
    write_values(
        Relation(
            actor=actor,
            source=source,
            kind=kind,
            other_id=other,
            note=str(one["note"]),
            source_record=str(one["source_record"]),
            stated_on=date.fromisoformat(str(one["stated_on"])),
        )
        for (kind, other), one in sorted(wanted.items(), key=lambda pair: pair[0])
    )
    after = relations_of(source, [actor.pk]).get(actor.pk, [])
    if after == before:
        return False
    old, new = _told(before), _told(after)
    changes = {
        kind: [old.get(kind, []), new.get(kind, [])]
        for kind in sorted(old.keys() | new.keys())
        if old.get(kind) != new.get(kind)
    }
    audit.record(by=by, act=act, on=actor, changes=changes, reason=reason)
    Actor.objects.filter(pk=actor.pk).update(changed_at=timezone.now())
    queue([actor.pk])
    return True


def _told(statements: Iterable[Statement]) -> dict[str, list[str]]:
    """Kind of relation → the others, as the log tells them."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in statements:
        found[f"relation {one['kind']}"].append(str(one["other"]))
    return dict(found)
