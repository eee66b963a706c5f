"""What is erased when: words, files and names go; chain and register stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from steiger.web.accounts.domain.audit import SYSTEM
from steiger.web.audits.domain.chain import append, locked
from steiger.web.audits.domain.evidence import forget_file
from steiger.web.audits.domain.testing import forget_folder
from steiger.web.audits.models import Audit, Complaint

States = Audit.State
#: Counted from the last act; with a certificate, from the day when it ends.
KEEP_TAKEN_BACK = timedelta(days=90)
KEEP_DRAFT = timedelta(days=365)
KEEP_PROFILE = timedelta(days=730)
KEEP_REFUSED = timedelta(days=1095)
KEEP_CERTIFIED = timedelta(days=1825)

TIMES = (
    ((States.DROPPED,), KEEP_TAKEN_BACK),
    ((States.DESCRIBED, States.RATING), KEEP_DRAFT),
    ((States.PROFILE,), KEEP_PROFILE),
    ((States.FAILED,), KEEP_REFUSED),
)


def prune(*, now: datetime | None = None) -> int:
    """Erase what is past its time; returns how many examinations."""
    now = now or timezone.now()
    count = 0
    for states, span in TIMES:
        old = Audit.objects.filter(state__in=states, changed_at__lt=now - span)
        for audit in old:
            erase(audit=audit)
            count += 1
    ended = Audit.objects.filter(
        state=States.PASSED, certificate__valid_until__lt=now - KEEP_CERTIFIED
    ).exclude(description="")
    for audit in ended:
        empty(audit=audit)
        count += 1
    return count


@transaction.atomic
def erase(*, audit: Audit) -> None:
    """Erase an examination without certificate; its chain, which holds no words, stays."""
    found = locked(audit)
    append(audit=found, by=SYSTEM, act="audit.erase")
    for run in found.runs.all():
        forget_folder(run)
    for file in list(found.evidence.all()):
        forget_file(file)
    found.delete()


@transaction.atomic
def empty(*, audit: Audit) -> None:
    """Erase words and files behind a certificate that ended long ago; the register stays."""
    found = locked(audit)
    for file in list(found.evidence.all()):
        forget_file(file)
    found.ratings.all().delete()
    found.assignments.update(declaration="", examiner=None)
    Complaint.objects.filter(certificate__audit=found).update(text="", answer="", by=None)
    found.description = found.statement = ""
    found.answers, found.applicant = {}, None
    append(audit=found, by=SYSTEM, act="audit.empty")


@transaction.atomic
def erase_person(address: str) -> int:
    """Erase what a person began and did not hand in; returns how many examinations.

    What was handed in is evidence of the examination and keeps its own times (Art. 17(3) GDPR);
    without the account it leads to nobody.
    """
    begun = (States.DROPPED, States.DESCRIBED, States.RATING, States.PROFILE)
    found = list(Audit.objects.filter(applicant__email__iexact=address, state__in=begun))
    for audit in found:
        erase(audit=audit)
    return len(found)
