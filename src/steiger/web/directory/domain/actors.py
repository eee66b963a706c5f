"""What can be done with one actor."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.deltas import delta, note
from steiger.web.directory.domain.index import queue
from steiger.web.directory.domain.slugs import SlugMaker
from steiger.web.directory.domain.sources import MODERATION, SourceInfo, get_source
from steiger.web.directory.domain.summary import refresh
from steiger.web.directory.domain.writing import (
    Draft,
    create,
    key_of,
    lock,
    replace_values,
)
from steiger.web.directory.models import Actor, Role, Sourced


class ActorError(ValueError):
    """The act makes no sense; the message says why."""


@transaction.atomic
def create_actor(
    *,
    values: Sequence[Sourced],
    by: audit.Actor,
    source: SourceInfo = MODERATION,
    kind: str = Actor.Kind.ORGANISATION,
    is_example: bool = False,
    reason: str = "",
) -> Actor:
    """Add one actor with its first values (unsaved rows; their source is set here).

    Raises:
        ValueError: there is no name.
    """
    row = get_source(source)
    for value in values:
        value.source = row
    name = next((v.text for v in values if hasattr(v, "text") and hasattr(v, "kind")), "")
    actor = Actor(slug=SlugMaker().make(name), kind=kind, is_example=is_example)
    create([Draft(actor, values)], by=by, act="directory.actor.create", reason=reason)
    return actor


@transaction.atomic
def edit_values(
    *,
    actor: Actor,
    values: Sequence[Sourced],
    by: audit.Actor,
    source: SourceInfo = MODERATION,
    reason: str = "",
) -> bool:
    """Make what one source (moderation, the actor itself) says about an actor exactly these values.

    Values of other sources stay beneath; the stronger source is shown. Returns whether anything
    changed.
    """
    row = get_source(source)
    for value in values:
        value.source = row
    changed = replace_values(
        row, {actor.pk: values}, by=by, act="directory.actor.edit", reason=reason
    )
    actor.refresh_from_db()
    return bool(changed)


@transaction.atomic
def hide_value(*, value: Sourced, hidden: bool, by: audit.Actor, reason: str) -> None:
    """Hide a value of any source, or show it again; imports keep it so.

    Raises:
        ActorError: no name would be left to show.
    """
    if value.hidden == hidden:
        return
    lock([value.actor_id])
    before = copy(value)
    value.hidden = hidden
    value.save(update_fields=["hidden"])
    try:
        refresh([value.actor_id])
    except ValueError as error:
        raise ActorError(str(error)) from error
    kind, slot, text = key_of(value)
    entry = audit.record(
        by=by,
        act="directory.value.hide" if hidden else "directory.value.show",
        on=value.actor,
        changes={f"{kind} {slot}".strip(): [text, "" if hidden else text]},
        reason=reason,
    )
    note(value.source, [(entry, value.actor_id, delta([before], [value]))])
    queue([value.actor_id])


@transaction.atomic
def review_role(*, role: Role, state: str, by: audit.Actor, reason: str) -> None:
    """Decide on a role: accept, reject or withdraw it.

    Raises:
        ActorError: the state is unknown.
    """
    if state not in Role.State.values:
        raise ActorError(f"Unknown state: {state}.")
    lock([role.actor_id])
    before, row = role.state, copy(role)
    role.state, role.reviewed_on = state, timezone.localdate()
    role.save(update_fields=["state", "reviewed_on"])
    refresh([role.actor_id])
    entry = audit.record(
        by=by,
        act="directory.role.review",
        on=role.actor,
        changes={f"role {role.term.key}": [before, state]},
        reason=reason,
    )
    note(role.source, [(entry, role.actor_id, delta([row], [role]))])
    queue([role.actor_id])


@transaction.atomic
def withdraw_actor(*, actor: Actor, by: audit.Actor, reason: str) -> None:
    """Take an actor off the map; its page says so."""
    _set_state(actor, Actor.State.WITHDRAWN, "directory.actor.withdraw", by, reason)


@transaction.atomic
def restore_actor(*, actor: Actor, by: audit.Actor, reason: str) -> None:
    """Put a withdrawn actor back on the map.

    Raises:
        ActorError: it was merged into another.
    """
    if actor.state == Actor.State.MERGED:
        raise ActorError("A merged actor comes back only by undoing the merge.")
    _set_state(actor, Actor.State.PUBLISHED, "directory.actor.restore", by, reason)


def _set_state(actor: Actor, state: str, act: str, by: audit.Actor, reason: str) -> None:
    row = Actor.objects.select_for_update().get(pk=actor.pk)
    if row.state == state:
        return
    changes = {"state": [str(row.state), str(state)]}
    row.state, row.changed_at = state, timezone.now()
    row.save(update_fields=["state", "changed_at"])
    actor.refresh_from_db()
    audit.record(by=by, act=act, on=row, changes=changes, reason=reason)
    queue([row.pk])
