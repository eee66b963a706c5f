"""What the pages show on which representatives tend their entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy

from steiger.web.accounts.models import User
from steiger.web.curation.domain import editing, representing
from steiger.web.curation.domain.links import STATUS, path_for
from steiger.web.curation.interfaces.entry_values import Entry, read_entry
from steiger.web.curation.models import Invitation, Submission
from steiger.web.directory.domain.reconcile import by_slot, has_many
from steiger.web.directory.domain.statements import StatementError, to_data
from steiger.web.directory.interfaces.statement_words import all_words, slot_words
from steiger.web.directory.models import Actor, Sourced

ERRORS = {
    "not_responsible": gettext_lazy(
        "Only the person responsible for this entry does that. Meanwhile it is somebody else."
    ),
    "not_active": gettext_lazy("This person does not speak for the entry any more."),
    "many": gettext_lazy(
        "%(n)d invitations are open already. Withdraw one, or wait until one is answered."
    ),
    "there": gettext_lazy("This person speaks for the entry already."),
    "own": gettext_lazy("Yourself you do not remove: you leave, below."),
    "gone": gettext_lazy("This entry is not on the map any more."),
    "closed": gettext_lazy("Meanwhile somebody has decided on this."),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the preview: what, before, after."""

    what: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def error_words(error: representing.RepresentationError) -> str:
    """What went wrong, and the way out."""
    return str(ERRORS[error.code]) % {"n": representing.MOST_INVITATIONS}


def resumed_fields(actor: Actor, user: User, entry: Entry) -> tuple[Submission | None, Any]:
    """The person's change that waits, and the fields of the form with it; both may be None."""
    pending = editing.pending_of(actor, user)
    if pending is None:
        return None, None
    try:
        return pending, read_entry(actor, editing.resumed(pending, entry.own)).fields
    except StatementError:  # a word of the vocabularies is gone: the change is as good as gone
        return pending, None


def mine_context(user: User, language: str) -> dict[str, Any]:
    """The entries for which a person speaks, and what of hers waits."""
    asking = Count(
        "actor__submissions",
        filter=Q(
            actor__submissions__kind=Submission.Kind.CLAIM,
            actor__submissions__state__in=Submission.OPEN,
        ),
        distinct=True,
    )
    people = Count(
        "actor__representations", filter=Q(actor__representations__state="active"), distinct=True
    )
    rows = representing.of_person(user).annotate(asking=asking, people=people)
    waiting = list(
        Submission.objects.filter(user=user, state__in=Submission.OPEN).order_by("-created_at")
    )
    for row in waiting:
        row.status_url = path_for(row.pk, STATUS, language)  # type: ignore[attr-defined]
    return {"rows": rows, "waiting": waiting}


def people_context(actor: Actor, user: User) -> dict[str, Any]:
    """Who speaks for an entry, who is invited, who asks."""
    rows = list(representing.of_actor(actor))
    mine = next(row for row in rows if row.user_id == user.pk)
    return {
        "actor": actor,
        "rows": rows,
        "mine": mine,
        "invitations": Invitation.objects.filter(actor=actor).select_related("invited_by"),
        "asking": representing.asking(actor),
    }


def preview(
    entry: Entry, wanted: Sequence[Sourced], *, forget_name: bool
) -> tuple[list[Difference], list[Difference]]:
    """What goes live at once, and what waits for the editors."""
    parts = editing.split(entry.actor, entry.own, wanted, forget_name=forget_name)
    live = to_data(parts.live)
    return (
        _differences(entry, to_data(entry.own), live),
        _differences(entry, live, to_data(parts.wanted)),
    )


def _differences(entry: Entry, before: Any, after: Any) -> list[Difference]:
    old, new = by_slot(before), by_slot(after)
    below = by_slot(to_data(entry.others.values()))
    found = []
    for slot in sorted(old.keys() | new.keys()):
        # Where the actor itself says nothing, the page shows what other sources say.
        rest = [] if has_many(slot) else below[slot]
        first, second = (tuple(all_words(side[slot] or rest)) for side in (old, new))
        if first != second:
            found.append(Difference(slot_words(slot), first, second))
    return found
