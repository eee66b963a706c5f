"""Two actors are one: folding them together, and bringing both back.

Values are told apart by source, so nothing has to be thrown away: the survivor holds what both
sources said, and where an editor wants another value to win than the sources' weight would give,
the editors state it themselves. A merger keeps both states before it, so that it can be undone
exactly; what was edited in between stays with the survivor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.actors import ActorError
from steiger.web.directory.domain.deltas import delta, note, stated
from steiger.web.directory.domain.index import queue
from steiger.web.directory.domain.reconcile import (
    content_of,
    reconcile,
    slot_of,
    write_statements,
)
from steiger.web.directory.domain.sources import MODERATION, get_source
from steiger.web.directory.domain.summary import refresh
from steiger.web.directory.domain.writing import key_of, lock, values_of
from steiger.web.directory.models import (
    Actor,
    FormerAddress,
    ImportedRecord,
    Merger,
    Relation,
    Role,
    Source,
    Sourced,
)

Kept = dict[str, Any]
#: Slot -> statements that shall be shown there after the merger.
Choice = Mapping[str, Iterable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Follower:
    """A room above this one that keeps something about actors.

    Attributes:
        join: moves it from the duplicate to the survivor; returns what is needed to undo that, as
            JSON.
        part: brings it back, given the same two and what ``join`` returned.
    """

    join: Callable[[Actor, Actor], Kept]
    part: Callable[[Actor, Actor, Kept], None]


_followers: dict[str, Follower] = {}


def follow(room: str, follower: Follower) -> None:
    """Let a room follow mergers; called when it is ready. The same room again replaces it."""
    _followers[room] = follower


@transaction.atomic
def merge_actors(
    *,
    duplicate: Actor,
    into: Actor,
    by: audit.Actor,
    reason: str,
    choose: Choice | None = None,
) -> Merger:
    """Fold a duplicate into another actor: its values move, its address redirects.

    A value that the survivor already has from the same source is not doubled.

    Args:
        choose: where the editor says which value wins; stated by the editors of the map.

    Raises:
        ActorError: an actor cannot be merged with itself, twice, or into one that is itself merged.
    """
    lock_with_merged(duplicate.pk, into.pk)
    duplicate.refresh_from_db()
    into.refresh_from_db()
    if duplicate.pk == into.pk:
        raise ActorError("An actor cannot be merged with itself.")
    if duplicate.state == Actor.State.MERGED:
        raise ActorError("This actor is merged already.")
    if into.state == Actor.State.MERGED:
        raise ActorError("The other actor is itself merged; choose the one that it points to.")
    kept: Kept = {
        "duplicate": all_statements(duplicate),
        "survivor": all_statements(into),
        "state": str(duplicate.state),
    }
    moved = _move_values(duplicate, into)
    kept["relations"] = _move_relations(duplicate, into)
    kept["records"] = _move(ImportedRecord.objects.filter(actor=duplicate), "actor", into, "digest")
    kept["merged"] = _move(Actor.objects.filter(merged_into=duplicate), "merged_into", into)
    kept["addresses"] = _move(FormerAddress.objects.filter(actor=duplicate), "actor", into)
    duplicate.state, duplicate.merged_into = Actor.State.MERGED, into
    duplicate.changed_at = timezone.now()
    duplicate.save(update_fields=["state", "merged_into", "changed_at"])
    refresh([into.pk])
    Actor.objects.filter(pk=into.pk).update(changed_at=timezone.now())
    into.refresh_from_db()
    _tell(duplicate, into, moved, by, reason)
    if choose:
        _choose(into, choose, by, reason)
    kept["after"] = all_statements(into)
    kept["rooms"] = {room: one.join(duplicate, into) for room, one in sorted(_followers.items())}
    queue([duplicate.pk, into.pk])
    return Merger.objects.create(duplicate=duplicate, survivor=into, kept=kept)


def lock_with_merged(one: int, other: int) -> None:
    """Lock two actors and those merged into them, all at once and in their order.

    Raises:
        ActorError: another merger came in between; try again.
    """
    family = _merged_into(one, other)
    lock(family)
    if not _merged_into(one, other) <= family:
        raise ActorError("Somebody else merged one of these a moment ago. Try again.")


def _merged_into(one: int, other: int) -> set[int]:
    merged = Actor.objects.filter(merged_into__in=(one, other)).values_list("pk", flat=True)
    return {one, other, *merged}


def all_statements(actor: Actor) -> dict[str, list[dict[str, Any]]]:
    """What each source says about an actor, by the source's key; silent sources are left out."""
    found = {
        source.key: stated(values_of(source, [actor.pk])[actor.pk])
        for source in Source.objects.order_by("key")
    }
    return {key: statements for key, statements in found.items() if statements}


def _move_values(duplicate: Actor, into: Actor) -> list[tuple[Source, list[Sourced]]]:
    moved = []
    for source in Source.objects.order_by("key"):
        pair = values_of(source, [duplicate.pk, into.pk])
        present = {key_of(value) for value in pair[into.pk]}
        roles = {value.term_id for value in pair[into.pk] if isinstance(value, Role)}
        rows = []
        for value in pair[duplicate.pk]:
            doubled = isinstance(value, Role) and value.term_id in roles
            if key_of(value) in present or doubled:
                continue
            value.actor = into
            value.save(update_fields=["actor"])
            rows.append(value)
        if rows:
            moved.append((source, rows))
    return moved


def _tell(
    duplicate: Actor,
    into: Actor,
    moved: list[tuple[Source, list[Sourced]]],
    by: audit.Actor,
    reason: str,
) -> None:
    """Write both log entries, and what they changed."""
    came: dict[str, list[Any]] = {}
    for _source, rows in moved:
        for value in rows:
            kind, slot, text = key_of(value)
            slot = f"{kind} {slot}".strip()
            came[slot] = [[], sorted([*came.get(slot, [[], []])[1], text])]
    change = {"merged_into": [None, into.slug]}
    went = audit.record(
        by=by, act="directory.actor.merge", on=duplicate, changes=change, reason=reason
    )
    took = audit.record(by=by, act="directory.actor.absorb", on=into, changes=came, reason=reason)
    for source, rows in moved:
        note(
            source,
            [(went, duplicate.pk, delta(rows, [])), (took, into.pk, delta([], rows))],
        )


def _choose(into: Actor, choose: Choice, by: audit.Actor, reason: str) -> None:
    """Let the editors of the map state what was chosen."""
    source = get_source(MODERATION)
    today = all_statements(into).get(source.key, [])
    slots = set(choose)
    result = [one for one in today if slot_of(one) not in slots]
    result += [dict(one) for statements in choose.values() for one in statements]
    write_statements(into, source, result, by=by, act="directory.actor.edit", reason=reason)


def _move(rows: Any, end: str, into: Actor, *also: str) -> list[list[Any]]:
    """Point rows at the survivor; returns their numbers (and more columns)."""
    found = [list(row) for row in rows.order_by("pk").values_list("pk", *also)]
    rows.model._default_manager.filter(pk__in=[row[0] for row in found]).update(**{end: into})
    return found


def _move_relations(duplicate: Actor, into: Actor) -> Kept:
    present = set(Relation.objects.filter(actor=into).values_list("kind", "other_id", "source_id"))
    out = []
    for relation in Relation.objects.filter(actor=duplicate).exclude(other=into).order_by("pk"):
        key = (relation.kind, relation.other_id, relation.source_id)
        if key not in present:
            present.add(key)
            out.append(relation.pk)
    Relation.objects.filter(pk__in=out).update(actor=into)
    present = set(Relation.objects.filter(other=into).values_list("kind", "actor_id", "source_id"))
    back = []
    for relation in Relation.objects.filter(other=duplicate).exclude(actor=into).order_by("pk"):
        key = (relation.kind, relation.actor_id, relation.source_id)
        if key not in present:
            present.add(key)
            back.append(relation.pk)
    Relation.objects.filter(pk__in=back).update(other=into)
    return {"out": out, "in": back}


# --- and back ------------------------------------------------------------------------------------
@transaction.atomic
def unmerge_actors(*, merger: Merger, by: audit.Actor, reason: str) -> list[str]:
    """Bring both actors back as they were.

    What was edited since the merger cannot be told apart, so it stays with the survivor. A later
    merger of the same survivor has to be undone first.

    Returns:
        The slots in which something was edited since, and stays with the survivor.

    Raises:
        ActorError: it is undone already, or a later merger has to be undone first.
    """
    mine = Merger.objects.select_related("duplicate", "survivor").get(pk=merger.pk)
    duplicate, survivor = mine.duplicate, mine.survivor
    lock_with_merged(duplicate.pk, survivor.pk)
    mine = Merger.objects.select_for_update().get(pk=merger.pk)
    if mine.undone_at:
        raise ActorError("This merger is undone already.")
    for one in (duplicate, survivor):
        one.refresh_from_db()
    if duplicate.merged_into_id != survivor.pk:
        raise ActorError("The entry was merged on; undo that merger first.")
    open_ones = Merger.objects.filter(undone_at=None, pk__gt=mine.pk)
    if open_ones.filter(survivor=survivor).exists():
        raise ActorError("Another entry was merged into this one later; undo that merger first.")
    kept = mine.kept
    _bring_back(duplicate, kept["state"])
    came = {row.pk: row.digest for row in _records(kept)}
    newer = {
        row.record_id for row in _records(kept) if dict(kept["records"])[row.pk] != came[row.pk]
    }
    stays = _part_values(duplicate, survivor, kept, newer, by=by, reason=reason)
    _part_rows(duplicate, survivor, kept)
    for room, follower in sorted(_followers.items()):
        if room in kept["rooms"]:
            follower.part(duplicate, survivor, kept["rooms"][room])
    try:
        refresh([duplicate.pk, survivor.pk])
    except ValueError as error:
        raise ActorError("One of the two would be left without a name.") from error
    for one in (duplicate, survivor):
        one.refresh_from_db()
    change = {"merged_into": [survivor.slug, None], "state": ["merged", kept["state"]]}
    audit.record(by=by, act="directory.actor.unmerge", on=duplicate, changes=change, reason=reason)
    mine.undone_at = timezone.now()
    mine.save(update_fields=["undone_at"])
    merger.undone_at = mine.undone_at
    queue([duplicate.pk, survivor.pk])
    return stays


def _bring_back(duplicate: Actor, state: str) -> None:
    duplicate.state, duplicate.merged_into = Actor.State(state), None
    duplicate.changed_at = timezone.now()
    duplicate.save(update_fields=["state", "merged_into", "changed_at"])


def _records(kept: Kept) -> Iterable[ImportedRecord]:
    return ImportedRecord.objects.filter(pk__in=[row[0] for row in kept["records"]])


def _part_values(
    duplicate: Actor,
    survivor: Actor,
    kept: Kept,
    newer: set[str],
    *,
    by: audit.Actor,
    reason: str,
) -> list[str]:
    """Give each its own values; ``newer`` are records of the duplicate imported since."""
    today = all_statements(survivor)
    stays: set[str] = set()
    keys = set(kept["duplicate"]) | set(kept["survivor"]) | set(kept["after"]) | set(today)
    act = "directory.actor.unmerge"
    for source in Source.objects.filter(key__in=keys).order_by("key"):
        mine, theirs = kept["survivor"].get(source.key, []), kept["duplicate"].get(source.key, [])
        after, now = kept["after"].get(source.key, []), today.get(source.key, [])
        fresh = [one for one in now if one["source_record"] in newer]
        if fresh and source.kind == Source.Kind.REGISTER:
            # What the register said since about the duplicate's own record goes back with it.
            theirs = [one for one in theirs if one["source_record"] not in newer] + fresh
            now = [one for one in now if one not in fresh]
            after = [one for one in after if one["source_record"] not in newer]
            mine = [one for one in mine if one["source_record"] not in newer]
        clash = {one.slot for one in reconcile(before=after, after=mine, today=now).conflicts}
        result = reconcile(before=after, after=mine, today=now, keep=clash).result
        said = {content_of(one) for one in after}
        stays |= clash | {slot_of(one) for one in now if content_of(one) not in said}
        how = {"by": by, "act": act, "reason": reason, "exact": True, "refreshing": False}
        write_statements(survivor, source, result, **how)  # type: ignore[arg-type]
        write_statements(duplicate, source, theirs, **how)  # type: ignore[arg-type]
    return sorted(stays)


def _part_rows(duplicate: Actor, survivor: Actor, kept: Kept) -> None:
    """What moved and still stands with the survivor goes back."""
    numbers = {key: [row[0] for row in kept[key]] for key in ("records", "merged", "addresses")}
    moved = kept["relations"]
    Relation.objects.filter(pk__in=moved["out"], actor=survivor).update(actor=duplicate)
    Relation.objects.filter(pk__in=moved["in"], other=survivor).update(other=duplicate)
    ImportedRecord.objects.filter(pk__in=numbers["records"], actor=survivor).update(actor=duplicate)
    Actor.objects.filter(pk__in=numbers["merged"], merged_into=survivor).update(
        merged_into=duplicate
    )
    FormerAddress.objects.filter(pk__in=numbers["addresses"], actor=survivor).update(
        actor=duplicate
    )
