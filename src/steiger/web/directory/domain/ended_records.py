"""What stays of an entry when a record about it ends: who vouches for it, what is still said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from steiger.web.directory.models import ImportedRecord, Link, Name, Role, Source, Sourced

BATCH = 1_000


def batched(numbers: Iterable[int]) -> Iterator[list[int]]:
    """In parts that a database takes at once."""
    iterator = iter(numbers)
    while part := list(islice(iterator, BATCH)):
        yield part


def listed(numbers: Collection[int]) -> set[int]:
    """Which of these actors some list still holds."""
    live = ImportedRecord.objects.filter(withdrawn=False)
    return {
        number
        for part in batched(numbers)
        for number in live.filter(actor_id__in=part).values_list("actor_id", flat=True)
    }


def kept_by_others(source: Source, numbers: Collection[int]) -> set[int]:
    """For which of these actors a weightier source says what they offer, or keeps the website."""
    return {
        number
        for model in (Role, Link)
        for part in batched(numbers)
        for number in model._default_manager.filter(
            actor_id__in=part, source__precedence__gt=source.precedence, hidden=False
        ).values_list("actor_id", flat=True)
    }


def named_by_others(source: Source, numbers: Collection[int]) -> set[int]:
    """Which of these actors have a name that another source states."""
    names = Name.objects.filter(actor_id__in=numbers, hidden=False).exclude(source=source)
    return set(names.values_list("actor_id", flat=True))


def still_said(
    values: Collection[Sourced],
    *,
    ended: Collection[str],
    is_listed: bool,
    is_named: bool,
) -> list[Sourced]:
    """What a source still says about an actor once some of its records have ended.

    Args:
        values: what it said until now.
        ended: these records.
        is_listed: whether the source still holds another record of the same actor.
        is_named: whether another source states a name; without one the names stay, because an
            entry on the map is called something.
    """
    rest = [value for value in values if _stays(value, ended=ended, is_listed=is_listed)]
    if not is_named and not any(isinstance(value, Name) and not value.hidden for value in rest):
        rest += [value for value in values if isinstance(value, Name) and value not in rest]
    return rest


def _stays(value: Sourced, *, ended: Collection[str], is_listed: bool) -> bool:
    if is_listed:
        return value.source_record not in ended
    # The source has not stated this for a while: it is what the entry was called before.
    return isinstance(value, Name) and value.kind == Name.Kind.FORMER and not value.source_record
