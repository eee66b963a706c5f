"""Writing many actors at once, with their values, log entries and places in the index queue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.deltas import Delta, delta, note
from steiger.web.directory.domain.index import queue
from steiger.web.directory.domain.summary import refresh, summarise
from steiger.web.directory.models import (
    Actor,
    Classification,
    Description,
    Fact,
    Identifier,
    Link,
    Name,
    Place,
    Role,
    Source,
    Sourced,
)
from steiger.web.directory.models.values import VALUE_MODELS

BATCH = 500


@dataclass(slots=True)
class Draft:
    """An actor that is about to be written, with its values (none of them saved)."""

    actor: Actor
    values: Sequence[Sourced]


def create(drafts: Sequence[Draft], *, by: audit.Actor, act: str, reason: str = "") -> list[int]:
    """Write new actors; returns their numbers in the same order."""
    for draft in drafts:
        for column, value in summarise(*_parts(draft.values)).items():
            setattr(draft.actor, column, value)
    Actor.objects.bulk_create([draft.actor for draft in drafts], batch_size=BATCH)
    for draft in drafts:
        for value in draft.values:
            value.actor_id = draft.actor.pk
    write_values(value for draft in drafts for value in draft.values)
    audit.record_many(
        by=by,
        reason=reason,
        entries=[
            audit.Entry(act, "directory.actor", str(draft.actor.pk), draft.actor.name, {})
            for draft in drafts
        ],
    )
    numbers = [draft.actor.pk for draft in drafts]
    queue(numbers)
    return numbers


def write_values(values: Iterable[Sourced]) -> None:
    """Save values of any kind, one statement per kind and batch."""
    grouped: defaultdict[type[Sourced], list[Sourced]] = defaultdict(list)
    for value in values:
        grouped[type(value)].append(value)
    for model, rows in grouped.items():
        _insert(model, rows)


def _insert(model: type[Sourced], rows: Sequence[Sourced]) -> None:
    """Insert rows whose numbers nobody needs, in half the time of ``bulk_create``.

    One prepared statement for all rows: Django would compose its text anew for every batch, which
    was the largest part of a large import.
    """
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    connection = transaction.get_connection()
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of ours
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [
                [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
                for row in rows
            ],
        )


def replace_values(
    source: Source,
    wanted: Mapping[int, Sequence[Sourced]],
    *,
    by: audit.Actor,
    act: str,
    reason: str = "",
    exact: bool = False,
    refreshing: bool = True,
) -> list[int]:
    """Make the values of one source exactly those wanted; returns the actors that changed.

    Rows of other sources are not touched, so edits win; a value that a moderator hid stays hidden.
    With ``exact`` (undoing, restoring) dates and what is hidden become those wanted, too. Without
    ``refreshing`` the caller refreshes the summary once it has written several sources.
    """
    numbers = list(wanted)
    lock(numbers)
    before = values_of(source, numbers)
    entries: dict[int, tuple[dict[str, list[Any]], Delta]] = {}
    fresh: list[Sourced] = []
    for number, rows in wanted.items():
        difference = compare(before[number], rows)
        if not (difference or exact):
            continue
        hidden = {key_of(row) for row in before[number] if row.hidden}
        for row in rows:
            row.actor_id = number
            row.source = source
            row.hidden = row.hidden if exact else key_of(row) in hidden
        change = delta(before[number], rows)
        if change:
            fresh.extend(rows)
            entries[number] = (difference, change)
    changed = list(entries)
    for model in VALUE_MODELS:
        model._default_manager.filter(source=source, actor_id__in=changed).delete()
    write_values(fresh)
    if refreshing:
        refresh(changed)
    now = timezone.now()
    Actor.objects.filter(pk__in=changed).update(changed_at=now)
    names = dict(Actor.objects.filter(pk__in=changed).values_list("pk", "name"))
    written = audit.record_many(
        by=by,
        reason=reason,
        entries=[
            audit.Entry(act, "directory.actor", str(number), names[number], difference)
            for number, (difference, _change) in entries.items()
        ],
    )
    note(source, zip(written, entries, (change for _, change in entries.values()), strict=True))
    queue(changed)
    return changed


def lock(numbers: Iterable[int]) -> None:
    """Let nobody else change these actors until the transaction ends.

    Always in the same order, so that two of them cannot wait for each other. SQLite needs nothing:
    there a transaction that writes is alone.
    """
    if transaction.get_connection().features.has_select_for_update:
        rows = Actor.objects.select_for_update(no_key=True).filter(pk__in=numbers)
        list(rows.order_by("pk").values_list("pk"))


def values_of(source: Source, numbers: Sequence[int]) -> defaultdict[int, list[Sourced]]:
    """The values that a source states about these actors."""
    found: defaultdict[int, list[Sourced]] = defaultdict(list)
    for model in VALUE_MODELS:
        for row in model._default_manager.filter(source=source, actor_id__in=numbers):
            found[row.actor_id].append(row)
    return found


def key_of(value: Sourced) -> tuple[str, str, str]:  # noqa: PLR0911 - one line per kind
    """Kind of value, slot, and content, as text: equal for equal statements."""
    match value:
        case Name():
            return "name", f"{value.kind} {value.language}".strip(), value.text
        case Place():
            point = f"{value.latitude}, {value.longitude}" if value.latitude is not None else ""
            address = (value.street, value.postcode, value.town, point)
            return "place", value.kind, " · ".join(part for part in address if part)
        case Link():
            return "link", value.kind, value.url
        case Identifier():
            return "identifier", value.scheme, value.value
        case Fact():
            return "fact", value.key, str(value.value)
        case Description():
            return "description", value.language, value.text
        case Classification():
            return "topic", "", str(value.term_id)
        case Role():
            content = f"{value.offer_de} | {value.offer_en} | {value.url} | {value.values}"
            return "role", str(value.term_id), content
    raise TypeError(f"Unknown kind of value: {type(value).__name__}")


def compare(before: Iterable[Sourced], after: Iterable[Sourced]) -> dict[str, list[Any]]:
    """Slot -> [texts before, texts after], only where they differ."""
    old, new = _by_slot(before), _by_slot(after)
    return {
        slot: [old.get(slot, []), new.get(slot, [])]
        for slot in sorted(old.keys() | new.keys())
        if old.get(slot) != new.get(slot)
    }


def _by_slot(values: Iterable[Sourced]) -> dict[str, list[str]]:
    slots: defaultdict[str, list[str]] = defaultdict(list)
    for value in values:
        kind, slot, text = key_of(value)
        slots[f"{kind} {slot}".strip()].append(text)
    return {slot: sorted(texts) for slot, texts in slots.items()}


def _parts(
    values: Sequence[Sourced],
) -> tuple[list[Name], list[Place], list[Link], list[Role], list[Description]]:
    return (
        [v for v in values if isinstance(v, Name)],
        [v for v in values if isinstance(v, Place)],
        [v for v in values if isinstance(v, Link)],
        [v for v in values if isinstance(v, Role)],
        [v for v in values if isinstance(v, Description)],
    )
