"""After the certificate: surveillance, complaints, suspension, withdrawal."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain.audit import Actor
from steiger.web.accounts.models import User
from steiger.web.audits.domain import clock
from steiger.web.audits.domain.chain import append, digest_of_text, locked
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.issuing import WATCHED_AFTER
from steiger.web.audits.domain.roles import check_independent
from steiger.web.audits.models import Audit, Certificate, Complaint

States = Certificate.State
#: State → from which others one gets there. Withdrawn is for good.
WAYS = {
    States.SUSPENDED: (States.VALID,),
    States.VALID: (States.SUSPENDED,),
    States.WITHDRAWN: (States.VALID, States.SUSPENDED),
}


@transaction.atomic
def set_state(*, certificate: Certificate, by: User, state: str, reason: str) -> Certificate:
    """Suspend, lift a suspension, or withdraw; readers of the register see the reason.

    Raises:
        RefusedError: not independent, no reason, or there is no way from here to there.
    """
    audit, found = _locked(certificate)
    check_independent(audit, by)
    words = _words(reason)
    if state not in WAYS or found.state not in WAYS[States(state)]:
        raise RefusedError("certificate_state", str(found.get_state_display()))
    found.state, found.state_reason, found.state_since = state, words[:500], clock.now()
    found.save(update_fields=["state", "state_reason", "state_since"])
    facts = {"state": str(state), "reason": digest_of_text(words)}
    append(audit=audit, by=Actor.of(by), act="certificate.state", facts=facts)
    return found


@transaction.atomic
def survey(*, certificate: Certificate, by: User, note: str) -> Certificate:
    """Surveillance is done, the system is still the one examined; the next day follows.

    Raises:
        RefusedError: not independent, nothing said, or the certificate is not valid.
    """
    audit, found = _locked(certificate)
    check_independent(audit, by)
    words = _words(note)
    if found.state != States.VALID or found.ended:
        raise RefusedError("certificate_state", str(found.get_state_display()))
    due = timezone.localdate(min(clock.now() + WATCHED_AFTER, found.valid_until))
    found.surveillance_due = due
    found.save(update_fields=["surveillance_due"])
    facts = {"next": due.isoformat(), "note": digest_of_text(words)}
    append(audit=audit, by=Actor.of(by), act="certificate.survey", facts=facts)
    return found


@transaction.atomic
def complain(*, certificate: Certificate, by: User, text: str) -> Complaint:
    """Object to a certificate; whoever is signed in may.

    Raises:
        RefusedError: nothing said.
    """
    audit, found = _locked(certificate)
    words = _words(text)
    made = Complaint.objects.create(certificate=found, by=by, text=words)
    facts = {"complaint": made.pk, "text": digest_of_text(words)}
    append(audit=audit, by=Actor.of(by), act="complaint.make", facts=facts)
    return made


@transaction.atomic
def answer(*, complaint: Complaint, by: User, text: str) -> Complaint:
    """Answer a complaint, once, by somebody independent who did not make it.

    Raises:
        RefusedError: not independent, nothing said, or answered already.
    """
    audit, _ = _locked(complaint.certificate)
    check_independent(audit, by)
    found = Complaint.objects.select_for_update().get(pk=complaint.pk)
    words = _words(text)
    if found.answered_at is not None or found.by_id == by.pk:
        raise RefusedError("complaint")
    found.answer, found.answered_at = words, timezone.now()
    found.save(update_fields=["answer", "answered_at"])
    facts = {"complaint": found.pk, "answer": digest_of_text(words)}
    append(audit=audit, by=Actor.of(by), act="complaint.answer", facts=facts)
    return found


def _locked(certificate: Certificate) -> tuple[Audit, Certificate]:
    audit = locked(Audit.objects.get(pk=certificate.audit_id))
    return audit, Certificate.objects.select_for_update().get(pk=certificate.pk)


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise RefusedError("words")
    return words
