"""Changes that a representative proposes by the link in a mail, without an account."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.curation.domain.reminders import reminder_of, use_link
from steiger.web.curation.models import Confirmation, Submission
from steiger.web.directory.domain.sources import OWNER, get_source
from steiger.web.directory.domain.statements import to_data
from steiger.web.directory.domain.writing import values_of
from steiger.web.directory.models import Actor, Description, Link, Sourced

LANGUAGES = ("de", "en")


def shown_values(actor: Actor) -> dict[str, str]:
    """What the form begins with: website, and the descriptions that count."""
    found = {"web": actor.website, "description_de": "", "description_en": ""}
    rows = Description.objects.filter(actor=actor, hidden=False, language__in=LANGUAGES)
    for row in rows.order_by("source__precedence", "stated_on", "pk"):
        found[f"description_{row.language}"] = row.text
    return found


@transaction.atomic
def propose(token: str, *, values: dict[str, str], words: str) -> Submission | None:
    """Confirm an entry and hand a change to the editors; the link works once.

    Returns:
        The submission; None if nothing differs from what is shown, then it is only confirmed.

    Raises:
        LinkError, FreshnessError: as with :func:`.reminders.use_link`.
    """
    reminder = reminder_of(token, lock=True)
    shown = shown_values(reminder.actor)
    changed = {key for key, text in values.items() if text != shown[key]}
    differs = bool(changed or words)
    how = Confirmation.How.EDIT if differs else Confirmation.How.LINK
    actor = use_link(token, how=how)
    if not differs:
        return None
    source, now = get_source(OWNER), timezone.now()
    before = values_of(source, [actor.pk])[actor.pk]
    after = [value for value in before if not _replaced(value, changed)]
    after += _fresh(values, changed)
    person = reminder.representation
    row = Submission.objects.create(
        kind=Submission.Kind.EDIT,
        state=Submission.State.WAITING,
        actor=actor,
        source=source,
        title=actor.name,
        before=to_data(before),
        after=to_data(after),
        user=person.user,
        email=person.user.email,
        words=words,
        language=person.language,
        confirmed_at=now,
    )
    by = audit.Actor(person.user_id, "representative")
    audit.record(by=by, act="curation.link.edit", on=actor, changes={"fields": sorted(changed)})
    return row


def _replaced(value: Sourced, changed: set[str]) -> bool:
    if isinstance(value, Link):
        return value.kind == "website" and "web" in changed
    return isinstance(value, Description) and f"description_{value.language}" in changed


def _fresh(values: dict[str, str], changed: set[str]) -> list[Sourced]:
    made: list[Sourced] = []
    if "web" in changed and values["web"]:
        made.append(Link(kind="website", url=values["web"]))
    made += [
        Description(language=language, text=values[f"description_{language}"])
        for language in LANGUAGES
        if f"description_{language}" in changed and values[f"description_{language}"]
    ]
    return made
