"""Relations between records of one list, written once both ends are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from steiger.web.directory.domain.writing import write_values
from steiger.web.directory.models import Relation, Source


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
    source: Source, relations: Iterable[Said], *, actors: Mapping[str, int], speaking: Set[int]
) -> None:
    """Let the source say exactly these relations about some of its actors.

    Args:
        actors: record id → actor, of records that are not withdrawn.
        speaking: actors whose records were read; what was said about others stays.
    """
    wanted = {
        (actors[said.record], said.kind, actors[said.other]): said
        for said in relations
        if said.record in actors and said.other in actors
    }
    present = {
        (row.actor_id, row.kind, row.other_id): row
        for row in Relation.objects.filter(source=source)
    }
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
