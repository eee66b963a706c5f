"""The chain: append-only, whole, without words; and what is erased when."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from factories.audits import VALUES, certified, rated
from steiger.web.accounts.models import LogEntry
from steiger.web.audits.domain import applying, chain, retention
from steiger.web.audits.models import Audit, Certificate, ChainEntry
from steiger.web.audits.models.protection import UNPROTECT

pytestmark = pytest.mark.django_db


def _changed(statement: str, *values: Any) -> None:
    """Somebody with the keys of the database takes the protection away and changes a row."""
    with connection.cursor() as cursor:
        for line in UNPROTECT[connection.vendor]:
            cursor.execute(line)
        cursor.execute(statement, values)


def test_every_act_is_in_the_chain_and_in_the_log(people: Any) -> None:
    audit = certified(people.applicant, people.first, people.second).audit
    acts = list(
        ChainEntry.objects.filter(audit_key=audit.pk)
        .order_by("number")
        .values_list("act", flat=True)
    )
    assert acts == [
        *("audit.describe", "need.answer", "rating.write", "evidence.add"),
        *("evidence.link", "audit.submit"),
        *("examiner.assign", "evidence.add", "rating.write", "examiner.finish", "audit.state"),
        *("examiner.assign", "audit.decide", "certificate.issue"),
    ]
    logged = LogEntry.objects.filter(object_type="audits.audit", object_id=str(audit.pk))
    assert [entry.act for entry in logged.order_by("id")] == [f"audits.{act}" for act in acts]
    audit.refresh_from_db()
    assert chain.check(audit).whole


def test_database_refuses_changes(people: Any) -> None:
    applying.describe(by=people.applicant, values=VALUES)
    for statement in (
        "UPDATE audits_chainentry SET act = 'x'",
        "DELETE FROM audits_chainentry",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audits_chainentry SET act = 'other' WHERE number = 2",
        "UPDATE audits_chainentry SET user_number = 99 WHERE number = 2",
        "UPDATE audits_chainentry SET facts = '{}' WHERE number = 2",
        "DELETE FROM audits_chainentry WHERE number = 2",
    ],
)
def test_changed_entry_breaks_the_chain(people: Any, change: str) -> None:
    audit = rated(people.applicant)
    _changed(change)
    assert chain.check(audit).broken_at == 2


def test_cut_tail_and_changed_file_are_noticed(people: Any) -> None:
    audit = rated(people.applicant)
    kept = audit.evidence.get()
    with default_storage.open(kept.path, "wb") as file:
        file.write(b"anders")
    assert chain.check(audit).files == ("beleg.txt",)
    _changed("DELETE FROM audits_chainentry WHERE number = 5")
    state = chain.check(audit)
    assert (state.cut, state.broken_at, state.whole) == (True, None, False)


def test_chain_and_log_hold_no_words(people: Any) -> None:
    audit = certified(people.applicant, people.first, people.second).audit
    entries = ChainEntry.objects.filter(audit_key=audit.pk)
    text = json.dumps([entry.facts for entry in entries], ensure_ascii=False)
    text += json.dumps(list(LogEntry.objects.values_list("object_label", "changes", "reason")))
    for word in ("Gießerei", "Risserkennung", "Gesehen", "Einverstanden", "Anteile", "beleg"):
        assert word not in text


def test_drafts_are_erased_and_the_register_stays(
    people: Any, django_capture_on_commit_callbacks: Any
) -> None:
    draft = rated(people.applicant, title="Entwurf")
    path = draft.evidence.get().path
    certificate = certified(people.applicant, people.first, people.second)
    assert retention.prune() == 0
    other = Audit.objects.exclude(pk=draft.pk).get()
    kept = {file.path for file in other.evidence.all()}
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.prune(now=timezone.now() + retention.KEEP_DRAFT + timedelta(1)) == 1
    assert not Audit.objects.filter(pk=draft.pk).exists()
    assert default_storage.exists(path) == (path in kept)
    assert chain.check_entries(draft.pk).broken_at is None
    later = certificate.valid_until + retention.KEEP_CERTIFIED + timedelta(1)
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.prune(now=later) == 1
        assert retention.prune(now=later) == 0
    emptied = Certificate.objects.get().audit
    assert (emptied.description, emptied.statement, emptied.applicant) == ("", "", None)
    assert not emptied.ratings.exists()
    assert not any(default_storage.exists(one) for one in kept)
    assert chain.check(emptied).whole
