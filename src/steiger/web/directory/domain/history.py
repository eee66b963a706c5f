"""Every change of an actor: when, in which role, what and why; and the way back to any state.

Log entries say who, when and why; ``Change`` rows beside them say exactly what. An earlier state
comes from going back from today, change by change (see docs/decisions/0029).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry
from steiger.web.directory.domain.actors import ActorError
from steiger.web.directory.domain.deltas import Statement, as_text, without
from steiger.web.directory.domain.merging import all_statements
from steiger.web.directory.domain.reconcile import by_slot, content_of, write_statements
from steiger.web.directory.domain.summary import refresh
from steiger.web.directory.domain.writing import lock
from steiger.web.directory.models import Actor, Change, Source

#: Source's key -> what it says.
State = Mapping[str, Sequence[Statement]]
#: From the key of a reason to its words in the reader's language; "" for none.
Words = Callable[[str], str]
_reasons: list[Words] = []


def register_reasons(words: Words) -> None:
    """Let a room put its public reasons into words; other reasons stay between colleagues."""
    if words not in _reasons:
        _reasons.append(words)


def public_reason(key: str) -> str:
    """A reason that everyone may read; "" for what editors wrote for each other."""
    return next((text for words in _reasons if (text := words(key))), "")


@dataclass(frozen=True, slots=True)
class Step:
    """One act on an actor.

    Attributes:
        number: of the log entry; names the state right after the act.
        role: in which somebody acted; never who.
        reason: as it stands in the log, for colleagues.
        changes: what it changed, by source; empty for acts on the entry as a whole.
    """

    number: int
    at: datetime
    role: str
    act: str
    reason: str
    entry: LogEntry
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One slot in which two states differ."""

    slot: str
    before: tuple[Statement, ...]
    after: tuple[Statement, ...]


def steps(actor: Actor) -> list[Step]:
    """Everything that was done to an actor, newest first."""
    entries = LogEntry.objects.filter(object_type="directory.actor", object_id=str(actor.pk))
    changes: defaultdict[int, list[Change]] = defaultdict(list)
    for change in Change.objects.filter(actor=actor).select_related("source"):
        changes[change.entry_id].append(change)
    return [
        Step(
            number=entry.pk,
            at=entry.at,
            role=entry.as_role,
            act=entry.act,
            reason=entry.reason,
            entry=entry,
            changes=tuple(changes[entry.pk]),
        )
        for entry in entries.order_by("-id").defer("user_number", "request_id")
    ]


def state_after(actor: Actor, number: int) -> dict[str, list[Statement]]:
    """What every source said right after the act with this number; 0 for before the first one.

    Raises:
        ActorError: there is no such act on this actor.
    """
    known = LogEntry.objects.filter(
        object_type="directory.actor", object_id=str(actor.pk), pk=number
    )
    if number and not known.exists():
        raise ActorError("There is no such state of this entry.")
    state: dict[str, list[Statement]] = {
        key: list(said) for key, said in all_statements(actor).items()
    }
    later = Change.objects.filter(actor=actor, entry_id__gt=number)
    for change in later.select_related("source").order_by("-id"):
        key = change.source.key
        state[key] = without(state.get(key, []), change.added) + list(change.removed)
    return {
        key: sorted(said, key=lambda one: repr(sorted(one.items())))
        for key, said in sorted(state.items())
        if said
    }


def compare_states(one: State, other: State) -> list[Difference]:
    """Where two states differ in what they say, slot by slot, whoever says it."""
    old = by_slot(_distinct(one))
    new = by_slot(_distinct(other))
    return [
        Difference(slot, tuple(old[slot]), tuple(new[slot]))
        for slot in sorted(old.keys() | new.keys())
        if [content_of(s) for s in old[slot]] != [content_of(s) for s in new[slot]]
    ]


def _distinct(state: State) -> list[Statement]:
    found = {content_of(one): one for said in state.values() for one in said}
    return list(found.values())


def public_difference(
    actor: Actor, one: State, other: State, secret: frozenset[str] | None = None
) -> list[Difference]:
    """Where two states differ, as far as everybody may read it."""
    secret = hidden_contents(actor) if secret is None else secret

    def shown(state: State) -> dict[str, list[Statement]]:
        return {
            key: [s for s in said if content_of(s) not in secret and _is_public(s)]
            for key, said in state.items()
        }

    return compare_states(shown(one), shown(other))


def hidden_contents(actor: Actor) -> frozenset[str]:
    """Contents whose latest mention is hidden: they stay out of the public history, too."""
    latest: dict[str, bool] = {}
    for change in Change.objects.filter(actor=actor).order_by("id"):
        for one in (*change.removed, *change.added):
            latest[content_of(one)] = bool(one["hidden"])
    now: defaultdict[str, list[bool]] = defaultdict(list)
    for said in all_statements(actor).values():
        for one in said:
            now[content_of(one)].append(bool(one["hidden"]))
    latest |= {content: any(marks) for content, marks in now.items()}
    return frozenset(content for content, hidden in latest.items() if hidden)


def _is_public(one: Statement) -> bool:
    return not one["hidden"] and one.get("state", "accepted") == "accepted"


def step_states(changes: Iterable[Change]) -> tuple[State, State]:
    """What one act took away and added, as two states."""
    removed: dict[str, list[Statement]] = {}
    added: dict[str, list[Statement]] = {}
    for change in changes:
        removed.setdefault(change.source.key, []).extend(change.removed)
        added.setdefault(change.source.key, []).extend(change.added)
    return removed, added


@transaction.atomic
def restore_state(*, actor: Actor, number: int, by: audit.Actor, reason: str) -> bool:
    """Bring back what every source said after an act, as a new change; returns if anything did.

    The entry's own state (published, withdrawn) and its address stay. An import changes the word
    of a register again only once the register says something new.

    Raises:
        ActorError: there is no such state, it has no name, or the entry is merged.
    """
    lock([actor.pk])
    actor.refresh_from_db()
    if actor.state == Actor.State.MERGED:
        raise ActorError("A merged entry has no values of its own; undo the merger first.")
    wanted = state_after(actor, number)
    if not any(s["is"] == "name" and not s["hidden"] for said in wanted.values() for s in said):
        raise ActorError("In this state the entry had no name.")
    keys = wanted.keys() | all_statements(actor).keys()
    changed = False
    for source in Source.objects.filter(key__in=keys).order_by("key"):
        changed |= write_statements(
            actor,
            source,
            wanted.get(source.key, []),
            by=by,
            act="directory.actor.bring_back",
            reason=reason,
            exact=True,
            refreshing=False,
        )
    refresh([actor.pk])
    actor.refresh_from_db()
    return changed


def is_whole(actor: Actor) -> bool:
    """Whether going back from today meets every change exactly: nothing was written past it."""
    state: dict[str, list[Statement]] = {
        key: list(said) for key, said in all_statements(actor).items()
    }
    for change in Change.objects.filter(actor=actor).select_related("source").order_by("-id"):
        said = state.get(change.source.key, [])
        left = without(said, change.added)
        if len(left) != len(said) - len(change.added):
            return False
        state[change.source.key] = left + list(change.removed)
    return True


def states_equal(one: State, other: State) -> bool:
    """Whether two states are the same to the letter."""
    return _texts(one) == _texts(other)


def _texts(state: State) -> dict[str, list[str]]:
    return {key: sorted(as_text(s) for s in said) for key, said in state.items() if said}
