"""Erasing in time: failed sign-ins, ended sessions, accounts whose address nobody proved."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import AccessKey, User

#: Somebody signed up and never proved the address; it may be somebody else's.
KEEP_UNPROVEN = timedelta(days=2)
#: A person sees for so long which of their keys have ended.
KEEP_ENDED_KEYS = timedelta(days=90)
#: Failed sign-ins count for so long; afterwards nobody needs them.
KEEP_FAILED = timedelta(hours=settings.AXES_COOLOFF_TIME)


def prune(now: datetime | None = None) -> dict[str, int]:
    """Erase what is past its time; returns how much of what."""
    now = now or timezone.now()
    return {
        "sessions": Session.objects.filter(expire_date__lt=now).delete()[0],
        "failed": AccessAttempt.objects.filter(attempt_time__lt=now - KEEP_FAILED).delete()[0],
        "access_keys": _ended_keys(now),
        "unproven": _unproven(now),
    }


def _ended_keys(now: datetime) -> int:
    """Keys that ended long ago; that they existed stands in the log."""
    until = now - KEEP_ENDED_KEYS
    ended = AccessKey.objects.filter(Q(expires_at__lt=until) | Q(revoked_at__lt=until))
    return ended.delete()[0]


@transaction.atomic
def _unproven(now: datetime) -> int:
    """Whoever was invited holds a role, and whoever came by a provider has proved the address."""
    proven = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    old = User.objects.filter(
        joined_at__lt=now - KEEP_UNPROVEN, last_login=None, grants=None, socialaccount=None
    ).exclude(Exists(proven))
    found = list(old.exclude(is_superuser=True))
    entries = [audit.Entry("accounts.person.expire", "accounts.user", str(u.pk)) for u in found]
    audit.record_many(by=audit.SYSTEM, entries=entries)
    for user in found:
        user.delete()
    return len(found)
