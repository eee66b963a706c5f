"""What a representative changes in an entry: harmless statements go live, others wait.

A representative writes only what the actor itself states (source "owner"); values of registers and
editors stay beneath. Guarded are the statements by which others recognise the actor, or by which
somebody may represent it: names, places, identifiers, the website, and roles that it does not hold.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import RoleName, User
from steiger.web.curation.domain import freshness
from steiger.web.curation.domain.representing import represents
from steiger.web.curation.models import Confirmation, Submission
from steiger.web.directory.domain.actors import edit_values
from steiger.web.directory.domain.former_names import former_names, heading
from steiger.web.directory.domain.reconcile import reconcile
from steiger.web.directory.domain.sources import OWNER, get_source
from steiger.web.directory.domain.statements import from_data, to_data
from steiger.web.directory.domain.writing import compare, key_of, values_of
from steiger.web.directory.models import (
    Actor,
    Classification,
    Description,
    Fact,
    Link,
    Name,
    Role,
    Sourced,
    Term,
)

WEBSITE = "website"
VIA = ("page", "api", "link")


class EditError(ValueError):
    """The edit is not possible. ``code``: not_entitled, gone, no_name."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MeanwhileError(Exception):
    """Somebody else changed the actor's statements since they were read.

    Attributes:
        mark: of today's statements; with it the edit can be sent again.
        slots: slot → [texts as they are today, texts as they were sent], where the two differ.
    """

    def __init__(self, mark: str, slots: Mapping[str, list[Any]]) -> None:
        super().__init__("The entry changed meanwhile.")
        self.mark, self.slots = mark, slots


@dataclass(frozen=True, slots=True)
class Split:
    """What of an edit may go live at once.

    Attributes:
        wanted: everything that the actor states once all is decided, with names given up.
        live: everything that the actor states once the harmless part is live.
        live_changes, waiting_changes: slot → [texts before, texts after].
    """

    wanted: tuple[Sourced, ...]
    live: tuple[Sourced, ...]
    live_changes: Mapping[str, list[Any]]
    waiting_changes: Mapping[str, list[Any]]


@dataclass(frozen=True, slots=True)
class EditResult:
    """What came of an edit.

    Attributes:
        live: whether something is on the map now.
        submission: what waits for the editors, if anything does.
        live_changes, waiting_changes: slot → [texts before, texts after].
    """

    live: bool
    submission: Submission | None
    live_changes: Mapping[str, list[Any]]
    waiting_changes: Mapping[str, list[Any]]


def stated(actor: Actor) -> list[Sourced]:
    """What the actor itself states now."""
    return values_of(get_source(OWNER), [actor.pk])[actor.pk]


def mark_of(values: Iterable[Sourced]) -> str:
    """A mark of statements: equal for equal ones, whatever their order and date."""
    content = sorted(key_of(value) for value in values)
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]


def pending_of(actor: Actor, user: User) -> Submission | None:
    """The person's own change that still waits; a new one takes its place."""
    mine = Submission.objects.filter(
        kind=Submission.Kind.EDIT, actor=actor, user=user, state__in=Submission.OPEN
    )
    return mine.order_by("-created_at").first()


def resumed(pending: Submission, now: Sequence[Sourced]) -> list[Sourced]:
    """What the actor would state if a change that waits were accepted today.

    Raises:
        StatementError: a word in it is not known any more.
    """
    both = reconcile(before=pending.before, after=pending.after, today=to_data(now))
    return from_data(both.result)


def remembered(actor: Actor, now: Sequence[Sourced], wanted: Sequence[Sourced]) -> list[Sourced]:
    """What is wanted, with the names that the actor gives up by it as former ones."""
    source = get_source(OWNER)
    for value in (*now, *wanted):
        value.source = source
    others = Name.objects.filter(actor=actor).exclude(source=source).select_related("source")
    beside = list(others)
    head = heading([*(v for v in wanted if isinstance(v, Name)), *beside])
    # What an entry is called again, it was not only called formerly.
    found = [value for value in wanted if not (head and _was(value, head.text))]
    return [*found, *former_names(now, found, beside=beside)]


def _was(value: Sourced, text: str) -> bool:
    return isinstance(value, Name) and value.kind == Name.Kind.FORMER and value.text == text


def split(
    actor: Actor,
    now: Sequence[Sourced],
    wanted: Sequence[Sourced],
    *,
    forget_name: bool = False,
) -> Split:
    """Part an edit; harmless values come from ``wanted``, guarded ones stay as they are ``now``."""
    if not forget_name:
        wanted = remembered(actor, now, wanted)
    held = _held_roles(actor)
    live = [value for value in wanted if _harmless(value, held)]
    live += [value for value in now if not _harmless(value, held)]
    # A role that the actor holds goes only by a decision, even if it alone states it.
    kept = {value.term_id for value in wanted if isinstance(value, Role)}
    live += [
        value
        for value in now
        if isinstance(value, Role) and value.term_id in held and value.term_id not in kept
    ]
    return Split(tuple(wanted), tuple(live), compare(now, live), compare(live, wanted))


def _held_roles(actor: Actor) -> set[int]:
    roles = Term.objects.filter(vocabulary="role", key__in=actor.role_keys)
    return set(roles.values_list("pk", flat=True))


def _harmless(value: Sourced, held: set[int]) -> bool:
    match value:
        case Role():
            return value.term_id in held
        case Link():
            return value.kind != WEBSITE
        case Description() | Classification() | Fact():
            return True
    return False


@transaction.atomic
def submit_edit(
    *,
    actor: Actor,
    values: Sequence[Sourced],
    by: User,
    via: str,
    forget_name: bool = False,
    seen: str = "",
    words: str = "",
    language: str = "de",
) -> EditResult:
    """Make ``values`` what the actor itself states: the harmless part now, the rest when decided.

    Args:
        values: all statements of the actor itself, unsaved, without source.
        by: the person; her own change that still waits is replaced by this one.
        via: page, api or link; stands in the submission.
        forget_name: names that the actor gives up were wrong, so they are not kept as former ones.
        seen: :func:`mark_of` what was stated when the person began; empty: whatever it is.
        words: for the editors; they wait even if nothing else does.

    Raises:
        EditError: the person does not speak for the actor, or it is not on the map.
        MeanwhileError: what was ``seen`` has changed.
    """
    actor = Actor.objects.select_for_update().get(pk=actor.pk)
    if via not in VIA:
        raise ValueError(f"{via!r} is none of {', '.join(VIA)}.")
    if not represents(by, actor):
        raise EditError("not_entitled")
    if actor.state != Actor.State.PUBLISHED:
        raise EditError("gone")
    now = stated(actor)
    if seen and seen != mark_of(now):
        raise MeanwhileError(mark_of(now), compare(now, values))
    _keep_dates(now, values)
    parts = split(actor, now, values, forget_name=forget_name)
    acting = audit.Actor.of(by, str(RoleName.REPRESENTATIVE))
    if parts.live_changes:
        try:
            edit_values(actor=actor, values=_copies(parts.live), by=acting, source=OWNER)
        except ValueError as error:
            raise EditError("no_name") from error
        # Whoever changes an entry has looked at it, which is worth as much as a click on a link.
        freshness.confirm(
            actor=actor, role=RoleName.REPRESENTATIVE, how=Confirmation.How.EDIT, by=acting
        )
    _replace_pending(actor, by, acting)
    row = (
        _wait(actor, parts, by, {"via": via, "words": words, "language": language})
        if parts.waiting_changes or words.strip()
        else None
    )
    if row is not None:
        audit.record(by=acting, act="curation.edit.propose", on=row)
    return EditResult(bool(parts.live_changes), row, parts.live_changes, parts.waiting_changes)


def _wait(
    actor: Actor,
    parts: Split,
    by: User,
    how: Mapping[str, str],
) -> Submission:
    return Submission.objects.create(
        kind=Submission.Kind.EDIT,
        state=Submission.State.WAITING,
        actor=actor,
        source=get_source(OWNER),
        title=actor.name,
        before=to_data(parts.live),
        after=to_data(parts.wanted),
        details={"via": how["via"]},
        email=by.email,
        person_name=by.display_name,
        user=by,
        words=how["words"].strip(),
        language=how["language"],
        confirmed_at=timezone.now(),
    )


def _replace_pending(actor: Actor, by: User, acting: audit.Actor) -> None:
    old = Submission.objects.select_for_update(of=("self",)).filter(
        kind=Submission.Kind.EDIT, actor=actor, user=by, state__in=Submission.OPEN
    )
    for row in old:
        row.state, row.decided_at = Submission.State.TAKEN_BACK, timezone.now()
        row.version += 1
        row.save(update_fields=["state", "decided_at", "version"])
        audit.record(by=acting, act="curation.edit.replace", on=row)


def _keep_dates(now: Iterable[Sourced], values: Iterable[Sourced]) -> None:
    """What is stated again as before keeps its date and place of proof."""
    known = {key_of(value): value for value in now}
    for value in values:
        if same := known.get(key_of(value)):
            value.stated_on, value.source_record = same.stated_on, same.source_record
            value.hidden = same.hidden


def _copies(values: Iterable[Sourced]) -> list[Sourced]:
    """Unsaved rows of the same content: those of today are deleted before they are written."""
    copies = []
    for value in values:
        fields = {f.attname: getattr(value, f.attname) for f in value._meta.concrete_fields}
        copies.append(type(value)(**{**fields, "id": None}))
    return copies
