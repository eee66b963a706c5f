"""Acts on the people of a firm: ask, confirm, remove; and what they agree to."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.cases.domain import mails
from steiger.web.cases.domain.cases import CaseError, locked_case
from steiger.web.cases.domain.record import touch
from steiger.web.cases.domain.retention import rules
from steiger.web.cases.domain.tokens import hash_of, new_token
from steiger.web.cases.models import Case, ConsentEvent, Contact, Firm, PendingContact


@transaction.atomic
def ask_contact(
    *, case: Case, name: str, email: str, language: str, by: audit.Actor
) -> PendingContact:
    """Note an address and send it the question whether it may become a contact.

    Raises:
        CaseError: ``known``: it is a contact of this firm already.
    """
    case = locked_case(case)
    email = email.strip().lower()
    if case.firm.contacts.filter(email=email).exists():
        raise CaseError("known")
    token, digest = new_token()
    case.firm.pending_contacts.filter(email=email).delete()
    pending = PendingContact.objects.create(
        firm=case.firm, name=name.strip(), email=email, language=language, token_hash=digest
    )
    mails.ask_to_confirm(email, language, token)
    audit.record(by=by, act="cases.contact.ask", on=pending)
    return pending


def pending_of(token: str) -> PendingContact | None:
    """Whose question a token answers; None if it is unknown or too old."""
    before = timezone.now() - timedelta(days=rules().unconfirmed_days)
    found = PendingContact.objects.select_related("firm")
    return found.filter(token_hash=hash_of(token), created_at__gte=before).first()


@transaction.atomic
def confirm_contact(*, token: str) -> Contact | None:
    """Make a pending address a contact; None if the question is gone."""
    pending = pending_of(token)
    if pending is None or not PendingContact.objects.filter(pk=pending.pk).delete()[0]:
        return None
    firm = Firm.objects.select_for_update(of=("self",)).get(pk=pending.firm_id)
    if firm.erased_at is not None:
        return None
    contact, _created = Contact.objects.get_or_create(
        firm=firm,
        email=pending.email,
        defaults={"name": pending.name, "language": pending.language},
    )
    audit.record(by=audit.VISITOR, act="cases.contact.confirm", on=contact)
    return contact


@transaction.atomic
def remove_contact(*, contact: Contact, by: audit.Actor) -> None:
    """Erase one person's name and address at once; the firm and its case stay."""
    audit.record(by=by, act="cases.contact.remove", on=contact)
    mails.forget_waiting([contact.email])
    contact.delete()


@transaction.atomic
def prune_pending() -> int:
    """Erase addresses that nobody confirmed in time; returns how many."""
    before = timezone.now() - timedelta(days=rules().unconfirmed_days)
    old = list(PendingContact.objects.filter(created_at__lt=before))
    for pending in old:
        audit.record(by=audit.SYSTEM, act="cases.contact.expire", on=pending)
    mails.forget_waiting([pending.email for pending in old])
    return PendingContact.objects.filter(pk__in=[p.pk for p in old]).delete()[0]


# --- what people agree to -------------------------------------------------------------------------
def agreed(contact: Contact) -> dict[str, ConsentEvent]:
    """Purpose → the latest event; later ones count more than earlier ones."""
    return {event.purpose: event for event in contact.consents.order_by("at", "pk")}


@transaction.atomic
def set_consents(*, contact: Contact, purposes: set[str], told: str, by: audit.Actor) -> list[str]:
    """Agree to exactly these purposes; returns those that changed."""
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    now = {key for key, event in agreed(contact).items() if event.given}
    changed = sorted((now ^ purposes) & set(ConsentEvent.Purpose.values))
    for purpose in changed:
        ConsentEvent.objects.create(
            contact=contact, purpose=purpose, given=purpose in purposes, told=told
        )
    if changed:
        changes = {purpose: [purpose in now, purpose in purposes] for purpose in changed}
        audit.record(by=by, act="cases.consent.change", on=contact, changes=changes)
    return changed


@transaction.atomic
def note_consents(
    *, case: Case, contact: Contact, purposes: set[str], by: audit.Actor
) -> list[str]:
    """What a person told an adviser about what she agrees to."""
    touch(locked_case(case))
    told = ConsentEvent.Told.SPOKEN
    return set_consents(contact=contact, purposes=purposes, told=told, by=by)
