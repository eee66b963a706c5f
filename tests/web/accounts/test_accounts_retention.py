"""What accounts erase in time: sessions, failed sign-ins, accounts that nobody confirmed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.domain.retention import KEEP_FAILED, KEEP_UNPROVEN, prune
from steiger.web.accounts.models import LogEntry, User
from steiger.web.background.domain.policies import daily_tasks

pytestmark = pytest.mark.django_db


def test_it_is_done_every_day() -> None:
    paths = {task.module_path for task in daily_tasks()}
    assert "steiger.web.background.tasks.prune_accounts_task" in paths
    assert "steiger.web.background.tasks.empty_journal_task" in paths


def test_ended_sessions_go_and_others_stay() -> None:
    now = timezone.now()
    for key, ends in (("alt", now - timedelta(seconds=1)), ("neu", now + timedelta(hours=1))):
        data = SessionStore().encode({"account_login_code": {"email": "beispiel@example.org"}})
        Session.objects.create(session_key=key, session_data=data, expire_date=ends)
    assert prune(now)["sessions"] == 1
    assert Session.objects.get().session_key == "neu"


def test_failed_sign_ins_go_after_the_pause() -> None:
    AccessAttempt.objects.create(username="beispiel@example.org", failures_since_start=1)
    began = AccessAttempt.objects.get().attempt_time
    assert prune(began + KEEP_FAILED)["failed"] == 0
    assert prune(began + KEEP_FAILED + timedelta(seconds=1))["failed"] == 1
    assert not AccessAttempt.objects.exists()


def test_accounts_that_nobody_confirmed_go_and_all_others_stay() -> None:
    create_person(email="nie@example.org", by=audit.SYSTEM)
    create_person(email="bestaetigt@example.org", by=audit.SYSTEM, verified=True)
    invited = create_person(email="eingeladen@example.org", by=audit.SYSTEM)
    grant_role(user=invited, role="adviser", by=audit.SYSTEM, reason="test")
    seen = create_person(email="war-da@example.org", by=audit.SYSTEM)
    User.objects.filter(pk=seen.pk).update(last_login=timezone.now())
    joined = User.objects.get(email="nie@example.org").joined_at
    assert prune(joined + KEEP_UNPROVEN)["unproven"] == 0
    assert prune(joined + KEEP_UNPROVEN + timedelta(minutes=1))["unproven"] == 1
    left = User.objects.order_by("email").values_list("email", flat=True)
    assert list(left) == ["bestaetigt@example.org", "eingeladen@example.org", "war-da@example.org"]
    assert not EmailAddress.objects.filter(email="nie@example.org").exists()
    entry = LogEntry.objects.get(act="accounts.person.expire")
    assert "nie@" not in f"{entry.object_label}{entry.changes}"
