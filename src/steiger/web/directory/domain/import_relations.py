"""Relations between records of one list, written once both ends are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from steiger.web.directory.domain.relations import in_order, relation
from steiger.web.directory.domain.writing import write_values
from steiger.web.directory.models import Actor, Relation, Source

#: Actor, kind of relation, the other actor.
Key = tuple[int, str, int]
#: Relations as statements: stored, and said.
Pair = tuple[list[dict[str, Any]], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Said:
    """A relation as its record states it; ``record`` and ``other`` are ids of records."""

    record: str
    kind: str
    other: str
    note: str
    stated_in: str
    stated_on: date

    def statement(self) -> dict[str, Any]:
        """What the row holds beside its two ends."""
        return {
            "note": self.note,
            "source_record": self.stated_in,
            "stated_on": self.stated_on,
        }


def relate(
    source: Source,
    relations: Iterable[Said],
    *,
    actors: Mapping[str, int],
    speaking: Set[int],
    guarded: Set[int],
    news: Set[int],
) -> dict[int, Pair]:
    """Let the source say exactly these relations about some of its actors.

    Args:
        actors: record id → actor, of records that are not withdrawn.
        speaking: actors whose records were read; what was said about others stays.
        guarded: actors about which nothing is written.
        news: actors whose records came, went or changed.

    Returns:
        For guarded actors the relations stored and said, if they differ and this is new.
    """
    wanted = {
        (actors[said.record], said.kind, actors[said.other]): said
        for said in relations
        if said.record in actors and said.other in actors
    }
    present = {
        (row.actor_id, row.kind, row.other_id): row
        for row in Relation.objects.filter(source=source).select_related("other")
    }
    kept = _told_apart(present, wanted, guarded & speaking, news)
    wanted = {key: said for key, said in wanted.items() if key[0] not in guarded}
    speaking = speaking - guarded
    gone = [row.pk for key, row in present.items() if key[0] in speaking and key not in wanted]
    for begin in range(0, len(gone), 500):
        Relation.objects.filter(pk__in=gone[begin : begin + 500]).delete()
    write_values(
        Relation(actor_id=actor, kind=kind, other_id=other, source=source, **said.statement())
        for (actor, kind, other), said in sorted(wanted.items(), key=lambda pair: pair[0])
        if actor != other and (actor, kind, other) not in present
    )
    stale = []
    for key, row in present.items():
        said = wanted.get(key)
        if said and (row.source_record, row.note) != (said.stated_in, said.note):
            for name, value in said.statement().items():
                setattr(row, name, value)
            stale.append(row)
    fields = ["note", "source_record", "stated_on"]
    Relation.objects.bulk_update(stale, fields, batch_size=500)
    return kept


def _told_apart(
    present: Mapping[Key, Relation],
    wanted: Mapping[Key, Said],
    guarded: Set[int],
    news: Set[int],
) -> dict[int, Pair]:
    """What differs about guarded actors, if they or the others changed in this list.

    Otherwise it was offered before, and is not offered again.
    """
    old = {key: _content(row) for key, row in present.items() if key[0] in guarded}
    new = {
        key: (said.kind, said.note)
        for key, said in wanted.items()
        if key[0] in guarded and key[0] != key[2]
    }
    differing = [key for key in old.keys() | new.keys() if old.get(key) != new.get(key)]
    numbers = {actor for actor, _kind, other in differing if {actor, other} & news}
    slugs = dict(
        Actor.objects.filter(pk__in={key[2] for key in new if key[0] in numbers}).values_list(
            "pk", "slug"
        )
    )
    before: dict[int, list[dict[str, Any]]] = {number: [] for number in numbers}
    after: dict[int, list[dict[str, Any]]] = {number: [] for number in numbers}
    for key in old:
        if key[0] in numbers:
            row = present[key]
            before[key[0]].append(
                relation(row.kind, row.other.slug, row.note, row.source_record, row.stated_on)
            )
    for key in new:
        if key[0] in numbers:
            said = wanted[key]
            after[key[0]].append(
                relation(said.kind, slugs[key[2]], said.note, said.stated_in, said.stated_on)
            )
    return {number: (in_order(before[number]), in_order(after[number])) for number in numbers}


def _content(row: Relation) -> tuple[str, str]:
    return row.kind, row.note
