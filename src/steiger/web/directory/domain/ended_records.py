"""What stays of an entry when a record about it ends: who vouches for it, what is still said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice

from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.deltas import stated
from steiger.web.directory.domain.off_the_map import take_off
from steiger.web.directory.domain.offers import Offer, protected
from steiger.web.directory.domain.writing import replace_values, values_of
from steiger.web.directory.models import ImportedRecord, Link, Name, Role, Source, Sourced

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of the records that ended.

    Attributes:
        offered: records about actors for whom somebody speaks.
        silent: actors on the map about which the source says nothing more.
    """

    offered: int
    silent: frozenset[int]


def end_records(
    source: Source,
    ended: Mapping[int, Collection[str]],
    *,
    live: Set[int],
    offers: dict[int, Offer],
    by: audit.Actor,
) -> Ending:
    """Withdraw actors for which nobody else vouches; others lose what the source said.

    Args:
        ended: actor → its records that ended; they count as withdrawn already.
        live: actors with other records of this source.
        offers: what is offered about actors for whom somebody speaks; is added to.
    """
    on_lists, guarded = listed(ended), protected(list(ended))
    asked = guarded - on_lists
    present = values_of(source, sorted(asked))
    for number in sorted(asked):
        said = stated(present[number])
        offers[number] = Offer(number, min(ended[number]), said, said, withdraw=True)
    alone = ended.keys() - on_lists - kept_by_others(source, ended) - guarded
    take_off(alone, by=by, source=source)
    stay = {number: ended[number] for number in ended.keys() - alone - asked}
    for part in batched(stay):
        present, named = values_of(source, part), named_by_others(source, part)
        rest = {
            number: still_said(
                present[number],
                ended=stay[number],
                is_listed=number in live,
                is_named=number in named,
            )
            for number in part
        }
        free = {number: rows for number, rows in rest.items() if number not in guarded}
        for number in rest.keys() - free.keys():
            held = offers.get(number)
            offers[number] = _less(held, number, stay[number], present[number], rest[number])
        replace_values(source, free, by=by, act="directory.actor.reimport", reason=source.key)
    offered = sum(len(ended[number]) for number in guarded)
    return Ending(offered, frozenset(stay.keys() - live))


def _less(
    held: Offer | None,
    number: int,
    ended: Collection[str],
    present: Sequence[Sourced],
    rest: Sequence[Sourced],
) -> Offer:
    """Offer to take back what ended records said, beside what others of this list say anew."""
    if held is None:
        return Offer(number, min(ended), stated(present), stated(rest))
    return replace(held, after=[one for one in held.after if one["source_record"] not in ended])


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
