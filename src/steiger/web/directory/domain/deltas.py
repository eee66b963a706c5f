"""The difference that one act makes in what a source says, kept beside its log entry."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steiger.web.accounts.models import LogEntry
from steiger.web.directory.domain.statements import to_data
from steiger.web.directory.models import Change, Source, Sourced, Term

Statement = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Delta:
    """Statements that went and statements that came."""

    removed: tuple[Statement, ...]
    added: tuple[Statement, ...]

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)


def stated(values: Iterable[Sourced]) -> list[dict[str, Any]]:
    """Values as statements; their terms are read at once, not one by one."""
    rows = list(values)
    numbers = {row.term_id for row in rows if hasattr(row, "term_id")}
    if numbers:
        terms = Term.objects.in_bulk(numbers)
        for row in rows:
            if hasattr(row, "term_id"):
                row.term = terms[row.term_id]  # type: ignore[attr-defined]
    return to_data(rows)


def delta(before: Iterable[Sourced], after: Iterable[Sourced]) -> Delta:
    """What has to be taken away from ``before`` and added to it to get ``after``."""
    return difference(stated(before), stated(after))


def difference(before: Iterable[Statement], after: Iterable[Statement]) -> Delta:
    """The same for statements; equal ones are counted, so that nothing is lost or doubled."""
    old, new = list(before), list(after)
    return Delta(tuple(without(old, new)), tuple(without(new, old)))


def without(statements: Sequence[Statement], taken: Iterable[Statement]) -> list[Statement]:
    """The statements less those taken, each as often as it is named."""
    left = Counter(as_text(one) for one in taken)
    kept = []
    for one in statements:
        text = as_text(one)
        if left[text]:
            left[text] -= 1
        else:
            kept.append(one)
    return kept


def as_text(statement: Statement) -> str:
    """A statement as text: equal for equal statements."""
    return json.dumps(statement, sort_keys=True, ensure_ascii=False)


def note(source: Source, changes: Iterable[tuple[LogEntry, int, Delta]]) -> None:
    """Keep what was changed, within the transaction of the change.

    Args:
        changes: log entry, number of the actor, difference; empty differences are left out.
    """
    Change.objects.bulk_create(
        [
            Change(
                actor_id=number,
                source=source,
                entry=entry,
                removed=list(change.removed),
                added=list(change.added),
            )
            for entry, number, change in changes
            if change
        ],
        batch_size=500,
    )
