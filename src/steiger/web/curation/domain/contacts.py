"""Contact persons: proposed by a representative, shown only when the person herself agrees."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.curation.domain import letters
from steiger.web.curation.domain.freshness import rules
from steiger.web.curation.domain.tokens import CONTACT, link_for
from steiger.web.curation.models import ContactConsent, ContactPerson
from steiger.web.directory.models import Actor

MOST = 5
#: After an entry has left the map its contact persons have no purpose any more.
KEEP_OF_WITHDRAWN = timedelta(days=30)


class ContactError(ValueError):
    """The act would break a rule; ``code`` says which: many, there."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def propose(
    *,
    actor: Actor,
    name: str,
    function: str,
    email: str,
    phone: str,
    language: str,
    by: audit.Actor,
) -> ContactPerson:
    """Note somebody and ask her by mail; nothing is shown before she agrees.

    Raises:
        ContactError: many: there are five already; there: this address is one of them.
    """
    Actor.objects.select_for_update().get(pk=actor.pk)
    rows, email = ContactPerson.objects.filter(actor=actor), email.lower()
    if rows.filter(email=email).exists():
        raise ContactError("there")
    if rows.count() >= MOST:
        raise ContactError("many")
    row = ContactPerson.objects.create(
        actor=actor, name=name, function=function, email=email, phone=phone, language=language
    )
    _log("propose", row, by)
    days = rules().link_days
    context = {
        "name": actor.name,
        "url": link_for(row.pk, CONTACT, language),
        "until": timezone.now() + timedelta(days=days),
    }
    letters.write("contact", to=email, language=language, context=context)
    return row


@transaction.atomic
def decide(
    *, contact_id: UUID, shown: bool, show_email: bool, show_phone: bool, wording: str
) -> ContactPerson | None:
    """The person herself says whether and how she is shown; None if she is gone.

    Args:
        wording: the words to which she agreed, as the page showed them.
    """
    row = ContactPerson.objects.select_for_update().filter(pk=contact_id).first()
    if row is None:
        return None
    row.shown, row.show_email, row.show_phone = shown, shown and show_email, shown and show_phone
    row.save(update_fields=["shown", "show_email", "show_phone"])
    ContactConsent.objects.create(
        contact=row,
        wording=wording,
        shown=row.shown,
        show_email=row.show_email,
        show_phone=row.show_phone,
    )
    _log("agree" if shown else "hide", row, audit.VISITOR)
    return row


@transaction.atomic
def correct(*, contact_id: UUID, name: str, function: str, phone: str) -> ContactPerson | None:
    """The person herself corrects what stands there."""
    row = ContactPerson.objects.select_for_update().filter(pk=contact_id).first()
    if row is None:
        return None
    row.name, row.function, row.phone = name, function, phone
    row.save(update_fields=["name", "function", "phone"])
    _log("correct", row, audit.VISITOR)
    return row


@transaction.atomic
def erase(*, contact_id: UUID, by: audit.Actor, act: str = "erase") -> bool:
    """Forget a contact person with her consents; the log keeps that there was one."""
    row = ContactPerson.objects.select_for_update().filter(pk=contact_id).first()
    if row is None:
        return False
    _log(act, row, by)
    row.delete()
    return True


def shown_of(actor_id: int) -> QuerySet[ContactPerson]:
    """Contact persons who agreed to be shown."""
    return ContactPerson.objects.filter(actor_id=actor_id, shown=True)


def prune(now: datetime) -> int:
    """Erase whoever never answered or does not want to be shown, and those of withdrawn entries."""
    late = Q(shown=False, created_at__lt=now - timedelta(days=rules().link_days))
    gone = Q(
        actor__state__in=(Actor.State.WITHDRAWN, Actor.State.MERGED),
        actor__changed_at__lt=now - KEEP_OF_WITHDRAWN,
    )
    found = list(ContactPerson.objects.filter(late | gone).values_list("pk", flat=True))
    return sum(erase(contact_id=pk, by=audit.SYSTEM, act="expire") for pk in found)


def _log(act: str, row: ContactPerson, by: audit.Actor) -> None:
    # The label stays empty: a name in the log could never be erased.
    entry = audit.Entry(f"curation.contact.{act}", "curation.contactperson", str(row.pk))
    audit.record_many(by=by, entries=[entry])
