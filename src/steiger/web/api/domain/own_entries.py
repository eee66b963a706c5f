"""Entries of the person behind an access key: what she states herself, and what of it waits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from steiger.regions import load_curation_rules
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import AccessKey, RoleName, User
from steiger.web.api.domain.actors import Json, absolute, both, full, point
from steiger.web.curation.domain.editing import (
    EditResult,
    pending_of,
    remembered,
    stated,
    submit_edit,
)
from steiger.web.curation.domain.links import STATUS, path_for
from steiger.web.curation.models import Representation, Submission
from steiger.web.directory.domain.deltas import Statement
from steiger.web.directory.domain.queries import find_actor, target_of
from steiger.web.directory.domain.reconcile import by_slot, content_of, reconcile
from steiger.web.directory.domain.statements import StatementError, from_data, to_data
from steiger.web.directory.domain.vocabulary_cache import Vocabulary, vocabulary
from steiger.web.directory.domain.writing import compare, lock
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
    Sourced,
)

#: Member of the answer → kind of value.
GROUPS: Mapping[str, str] = {
    "names": "name",
    "descriptions": "description",
    "role_values": "role",
    "places": "place",
    "links": "link",
    "identifiers": "identifier",
    "facts": "fact",
    "terms": "classification",
}


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """An entry for which a person speaks.

    Attributes:
        now: what the actor itself states on the map.
        wanted: the same as it will be if what waits is accepted.
        waiting: the person's own change on which nobody has decided yet.
    """

    actor: Actor
    responsible: bool
    now: Sequence[Sourced]
    wanted: Sequence[Sourced]
    waiting: Submission | None


def own_entry(user: User, slug: str, *, to_write: bool = False) -> OwnEntry | None:
    """The published entry with this or a former id; None where the person does not speak for it.

    Args:
        to_write: nobody else changes the entry until the caller's transaction ends.
    """
    found = find_actor(slug)
    if found is None:
        return None
    actor = target_of(found)
    if to_write:
        lock([actor.pk])
        actor = Actor.objects.get(pk=actor.pk)
    mine = Representation.objects.filter(
        actor=actor, user=user, state=Representation.State.ACTIVE
    ).first()
    if mine is None or actor.state != Actor.State.PUBLISHED:
        return None
    now, waiting = stated(actor), pending_of(actor, user)
    wanted = _as_wanted(now, waiting) if waiting else now
    return OwnEntry(actor, mine.responsible, now, wanted, waiting)


def _as_wanted(now: Sequence[Sourced], waiting: Submission) -> list[Sourced]:
    """What waits, brought together with what was changed since it was sent."""
    found = reconcile(before=waiting.before, after=waiting.after, today=to_data(now))
    readable = []
    for one in found.result:
        try:
            readable += from_data([one])
        except StatementError:  # its word was taken out of the vocabulary meanwhile
            continue
    return readable


def told(entry: OwnEntry) -> Json:
    """The entry as the API answers it."""
    return full(entry.actor) | {
        "responsible": entry.responsible,
        "own": {name: _group(kind, entry.wanted) for name, kind in GROUPS.items()},
        "waiting": submission(entry.waiting) if entry.waiting else None,
    }


def tag_of(body: Json) -> str:
    """A mark of an answer: another one as soon as anything in it differs.

    But for the link for people, which is signed anew every second and means the same.
    """
    steady = body | {"waiting": steady_link(body["waiting"])} if body.get("waiting") else body
    text = json.dumps(steady, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def steady_link(told: Json) -> Json:
    """A submission without its signed link."""
    return told | {"page": ""}


def submission(row: Submission) -> Json:
    """How far something is that the person sent."""
    rules = load_curation_rules(settings.REGION)
    reason = next((one for one in rules.reasons if one.key == row.reason), None)
    return {
        "id": str(row.pk),
        "kind": row.kind,
        "state": row.state,
        "version": row.version,
        "actor": row.actor.slug if row.actor else "",
        "slots": _slots(row.before, row.after),
        "reason": row.reason,
        "reason_text": both(reason.text_de, reason.text_en) if reason else None,
        "words": row.reason_words,
        "created_at": row.created_at,
        "decided_at": row.decided_at,
        "page": absolute(path_for(row.pk, STATUS, settings.LANGUAGE_CODE)),
        "url": submission_url(row),
    }


def submission_url(row: Submission) -> str:
    """Where the API tells how far a submission is."""
    return absolute(reverse("api:my_submission", kwargs={"submission": row.pk}))


def _slots(before: Iterable[Statement], after: Iterable[Statement]) -> list[str]:
    """Which statements differ, e.g. ``name official de`` or ``link website``."""
    old, new = by_slot(before), by_slot(after)
    return [
        slot
        for slot in sorted(old.keys() | new.keys())
        if sorted(map(content_of, old[slot])) != sorted(map(content_of, new[slot]))
    ]


@transaction.atomic
def change(
    entry: OwnEntry,
    wanted: Sequence[Sourced],
    *,
    key: AccessKey,
    forget_name: bool,
    words: str,
    language: str,
) -> EditResult:
    """Make ``wanted`` what the actor itself states, by the rules of every edit.

    Raises:
        curation.domain.editing.EditError: it is not possible.
    """
    acting = audit.Actor.of(key.user, str(RoleName.REPRESENTATIVE))
    # Which of her programs it was: what changes is logged by the edit itself.
    audit.record(
        by=acting, act="api.entry.change", on=entry.actor, changes={"key": [None, key.hint]}
    )
    return submit_edit(
        actor=entry.actor,
        values=wanted,
        by=key.user,
        via="api",
        forget_name=forget_name,
        words=words,
        language=language,
    )


def is_new(entry: OwnEntry, wanted: Sequence[Sourced], *, forget_name: bool) -> bool:
    """Whether a wish differs from what is stated or waits already."""
    kept = wanted if forget_name else remembered(entry.actor, entry.now, wanted)
    return bool(compare(entry.wanted, kept))


# --- the actor's own statements as plain data -----------------------------------------------------
def _group(kind: str, values: Iterable[Sourced]) -> list[Json]:
    words = vocabulary()
    found = [_plain(v, words) for v in values if v._meta.model_name == kind]
    return sorted(found, key=lambda one: json.dumps(one, sort_keys=True, default=str))


def _plain(value: Sourced, words: Vocabulary) -> Json:  # noqa: PLR0911 -- one line per kind
    match value:
        case Name():
            return _of(value, "kind", "text", "language")
        case Description():
            return _of(value, "language", "text")
        case Place():
            names = ("kind", "street", "postcode", "town", "municipality", "country")
            return _of(value, *names) | {"location": point(value.latitude, value.longitude)}
        case Link():
            return _of(value, "kind", "url")
        case Identifier():
            return _of(value, "scheme", "value")
        case Fact():
            return _of(value, "key", "value")
        case Classification():
            word = words.by_id[value.term_id]
            return {"key": word.key, "vocabulary": word.vocabulary}
        case Role():
            offer = {"de": value.offer_de, "en": value.offer_en}
            key = words.by_id[value.term_id].key
            return {"key": key, "offer": offer, **_of(value, "url", "values")}
    raise TypeError(f"Unknown kind of value: {type(value).__name__}")


def _of(value: Sourced, *names: str) -> Json:
    return {name: getattr(value, name) for name in names}
