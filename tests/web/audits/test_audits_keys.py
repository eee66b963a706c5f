"""Keys change, old certificates stay valid; chains and register are checked as a whole."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from factories.audits import VALUES, certified, person
from steiger.cli import main
from steiger.web.accounts.models import LogEntry
from steiger.web.audits.domain import applying, issuing, retention
from steiger.web.audits.domain.chain_check import check_all
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.keys import installation_key, secret_file
from steiger.web.audits.domain.rotating import key_lines, rotate_key
from steiger.web.audits.models import Audit, Certificate
from steiger.web.operations.domain.checks import audits as look

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def test_old_certificates_stay_valid_after_the_key_was_changed(people: Any) -> None:
    old = certified(people.applicant, people.first, people.second)
    secret = secret_file(installation_key()[0].id)
    boss = person("leitung@amt.example", "administrator")
    browser = client_of(boss)
    page = browser.get(reverse("audits:keys")).content.decode()
    assert "key-1" in page
    assert "key-2" not in page
    page = browser.post(reverse("audits:rotate"), follow=True).content.decode()
    assert "key-2" in page
    assert not secret.exists()
    assert secret_file(installation_key()[0].id).stat().st_mode & 0o077 == 0
    new = certified(people.applicant, people.first, people.second)
    for certificate, name in ((old, "key-1"), (new, "key-2")):
        answer, ours = issuing.verified(bytes(certificate.content))
        assert answer.valid
        assert ours == certificate
        proof = json.loads(bytes(certificate.content))["proof"]
        assert proof["verificationMethod"].endswith(f"#{name}")
    assert [(k.name, k.signs, k.certificates) for k in key_lines()] == [
        ("key-2", True, 1),
        ("key-1", False, 1),
    ]
    register = Client().get(reverse("audits:register")).content.decode()
    assert register.count("key-1") == register.count("key-2") == 1
    upload = {"file": SimpleUploadedFile("c.json", bytes(old.content))}
    assert "Echt und gültig" in Client().post(reverse("audits:verify"), upload).content.decode()
    assert LogEntry.objects.filter(act="audits.key.rotate").count() == 1
    assert check_all().problems == ()


def test_genuine_stays_genuine_while_a_second_passes(
    people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists and heads signed on the way are never from the reader's future."""
    certificate = certified(people.applicant, people.first, people.second)
    begin, seconds = timezone.now(), count()
    monkeypatch.setattr(timezone, "now", lambda: begin + timedelta(seconds=next(seconds)))
    answer, _ = issuing.verified(bytes(certificate.content))
    assert answer.valid, answer.checks


def test_only_administrators_change_keys(people: Any) -> None:
    for user in (people.applicant, people.first):
        with pytest.raises(RefusedError, match="administrator"):
            rotate_key(by=user)
        assert client_of(user).post(reverse("audits:rotate")).status_code == 403
    assert key_lines() == []


def test_two_changes_at_once_leave_one_key(people: Any) -> None:
    boss = person("leitung@amt.example", "administrator")
    key, issuer = installation_key()
    other = secret_file(f"{issuer.id}#key-2")
    other.write_text("made by somebody else")
    with pytest.raises(RefusedError, match="key_busy"):
        rotate_key(by=boss)
    assert installation_key() == (key, issuer)


def test_whole_chain_and_register_are_whole(people: Any) -> None:
    certified(people.applicant, people.first, people.second)
    gone = applying.describe(by=people.applicant, values=VALUES)
    retention.erase(audit=gone)
    found = check_all()
    assert found.problems == ()
    assert (found.chains, found.certificates) == (2, 1)
    result = CliRunner().invoke(main, ["audit", "chain", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.output)["whole"] is True
    assert [one.state for one in look.look()] == ["ok"]


def texts() -> str:
    return " / ".join(one.text for one in check_all().problems)


def test_what_is_not_whole_is_named(people: Any) -> None:
    certificate = certified(people.applicant, people.first, people.second)
    file = certificate.audit.evidence.all()[0]
    with default_storage.open(file.path, "wb") as content:
        content.write(b"other")
    assert texts() == f"evidence is missing or changed: {file.name}"
    Audit.objects.update(chain_count=3)
    assert "entries at the end are missing" in texts()
    changed = bytes(certificate.content).replace(b"Risserkennung", b"Risserkennunk")
    Certificate.objects.update(content=changed, number=4)
    told = texts()
    for words in ("signature failed", "numbers of certificates", "is not the one that the chain"):
        assert words in told
    result = CliRunner().invoke(main, ["audit", "chain"])
    assert result.exit_code == 1
    assert "problems." in result.output
    (finding,) = look.look()
    assert (finding.state, bool(finding.todo)) == ("fail", True)
    secret_file("x#key-1").with_name("issuer.json").unlink()
    secret_file("x#key-1").unlink()
    assert "keys are missing" in texts()
    keys, others = look.look()
    assert (keys.state, others.state) == ("fail", "fail")
    assert "audit-keys" in keys.todo


def test_examination_that_vanished_is_noticed(people: Any) -> None:
    audit = applying.describe(by=people.applicant, values=VALUES)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audits_audit")
    assert "no entry says that it was erased" in texts()
    assert check_all().problems[0].where == str(audit.pk)
