"""The doctor sees what is broken and says what to do."""

from __future__ import annotations

import socket
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from factories.flood_room import make_network
from factories.installation import Installation
from steiger.engines.directory.search import SearchIndexError
from steiger.web.accounts.models import RoleGrant, User
from steiger.web.background.domain import workers
from steiger.web.background.models import OutgoingMail, Worker
from steiger.web.directory.models import IndexChange
from steiger.web.operations.domain import doctor
from steiger.web.operations.domain.checks import (
    address,
    clock,
    database,
    disk,
    files,
    index,
    mail,
    region,
)
from steiger.web.operations.domain.checks import flood as flood_check
from steiger.web.operations.domain.checks import workers as workers_check
from steiger.web.operations.domain.findings import Finding
from steiger.web.operations.interfaces.status import PARTS

pytestmark = pytest.mark.django_db
KNOWN = [
    "database",
    "index",
    "mail",
    "address",
    "clock",
    "disk",
    "workers",
    "files",
    "region",
    "flood",
    "audits",
]


def states(module: ModuleType) -> list[str]:
    """The states of a check's findings; each that is not ok says what to do."""
    with override("en"):
        return [finding.state for finding in module.look()]


def test_every_check_is_found_in_order_and_has_a_name() -> None:
    assert [module.PART for module in doctor.all_checks()] == KNOWN
    assert list(PARTS) == KNOWN


@pytest.mark.parametrize("name", KNOWN)
def test_check_speaks_both_languages(name: str) -> None:
    module = next(module for module in doctor.all_checks() if name == module.PART)
    texts = {}
    for language in ("de", "en"):
        with override(language):
            texts[language] = [finding.text for finding in module.look()]
    assert texts["de"]
    assert texts["de"] != texts["en"]


def test_finding_says_what_to_do_exactly_if_something_is_wrong() -> None:
    for state, todo in (("ok", "do"), ("warn", ""), ("fail", "")):
        with pytest.raises(ValueError, match="what to do"):
            Finding("x", state, "text", todo)  # type: ignore[arg-type]


def test_check_that_breaks_does_not_end_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode() -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(clock, "look", explode)
    findings = {finding.part: finding for finding in doctor.examine()}
    assert findings["clock"].text == "ZeroDivisionError: inside"
    assert set(KNOWN) <= set(findings)


def test_database_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise DatabaseError("connection refused")

    monkeypatch.setattr(database, "_version", away)
    monkeypatch.setattr(index, "compare", away)
    monkeypatch.setattr(clock, "database_time", away)
    monkeypatch.setattr(workers_check, "live_workers", away)
    assert states(database) == ["fail"]
    assert [states(module) for module in (index, clock, workers_check)] == [["warn"]] * 3


def test_missing_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "pending_migrations", lambda: 3)
    assert states(database)[0] == "fail"


def test_index_behind_or_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        index.Comparison(indexed=5, published=5, waiting=0, lag_s=0),
        index.Comparison(indexed=4, published=5, waiting=0, lag_s=0),
        index.Comparison(indexed=4, published=5, waiting=1, lag_s=1),
        index.Comparison(indexed=4, published=5, waiting=1, lag_s=31),
    ]
    results = []
    for state in found:
        monkeypatch.setattr(index, "compare", lambda state=state: state)
        results += states(index)
    assert results == ["ok", "fail", "ok", "warn"]

    def unreadable() -> None:
        raise SearchIndexError("no index")

    monkeypatch.setattr(index, "compare", unreadable)
    assert states(index) == ["fail"]


def test_index_lag_is_the_age_of_the_oldest_change() -> None:
    now = timezone.now()
    for seconds in (5, 90):
        IndexChange.objects.create(actor_number=1, at=now - timezone.timedelta(seconds=seconds))
    state = index.compare()
    assert state.waiting == 2
    assert 90 <= state.lag_s < 100


def test_mail_server_that_is_not_there(settings: Any) -> None:
    assert states(mail) == ["ok"]
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = closed.getsockname()
        assert states(mail) == ["fail"]


def test_mail_that_waits(settings: Any) -> None:
    long_ago = timezone.now() - timezone.timedelta(minutes=16)
    OutgoingMail.objects.create(message_id="<a>", created_at=long_ago)
    assert states(mail) == ["ok", "warn"]


def test_public_address_that_is_refused(settings: Any) -> None:
    assert states(address) == ["ok"]
    settings.BASE_URL = "https://ki.example.org:8443"
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    with override("en"):
        (finding,) = address.look()
    assert (finding.state, finding.todo) == ("fail", "Add ki.example.org to STEIGER_HOSTS.")
    settings.ALLOWED_HOSTS = [".example.org"]
    assert states(address) == ["ok"]


def test_clock_that_is_wrong(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    assert states(clock) == ["ok"]
    late = timezone.now() - timezone.timedelta(seconds=6)
    monkeypatch.setattr(clock, "database_time", lambda: late)
    assert states(clock) == ["fail"]
    with monkeypatch.context() as patch:
        patch.setattr(settings, "TIME_ZONE", "Etc/UTC")
        assert states(clock) == ["fail"]
        patch.setattr(settings, "TIME_ZONE", "Europe/Nirgendwo")
        assert states(clock) == ["fail"]


def test_disk_full_or_open_to_others(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    for free, state in ((5e9, "ok"), (0.5e9, "warn"), (0.1e9, "fail")):
        usage = type("Usage", (), {"free": free})()
        monkeypatch.setattr(disk.shutil, "disk_usage", lambda _, usage=usage: usage)
        assert states(disk) == [state]
    key = tmp_path / "secret_key"
    key.write_text("x")
    key.chmod(0o644)
    assert states(disk)[0] == "fail"
    key.chmod(0o600)
    assert states(disk) == ["fail"]
    settings.DATA_DIR = tmp_path / "none"
    assert states(disk) == ["fail"]


def test_workers_alive_silent_or_never_seen() -> None:
    assert states(workers_check) == ["warn"]
    workers.beat("one")
    assert states(workers_check) == ["ok"]
    Worker.objects.update(seen_at=timezone.now() - timezone.timedelta(minutes=5))
    assert states(workers_check) == ["fail"]


def test_missing_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files.finders, "find", lambda _: None)
    assert states(files) == ["fail"]


def test_unknown_region(settings: Any) -> None:
    assert states(region) == ["ok"]
    settings.REGION = "nirgendwo"
    assert states(region) == ["fail"]


def test_flood_files_that_are_missing_are_named(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    assert states(flood_check) == ["ok"]
    network = make_network("wupper", simulated=False)
    network.models.create(digest="ab12", folder="models/ab12", trained_until=timezone.now())
    needed = ["network.toml", "observations.parquet", "models/ab12/manifest.json"]
    with override("en"):
        (finding,) = flood_check.look()
    text = f"Files of the network wupper are missing: {', '.join(needed)}."
    assert (finding.state, finding.text) == ("fail", text)
    for name in needed:
        assert states(flood_check) == ["fail"]
        path = tmp_path / "flood/wupper" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert states(flood_check) == ["ok"]


def test_status_page_is_for_administrators() -> None:
    address = reverse("operations:status")
    answers = {}
    for role in ("moderator", "administrator"):
        person = User.objects.create(email=f"{role}@example.org")
        RoleGrant.objects.create(user=person, role=role)
        client = Client()
        client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
        answers[role] = client.get(address)
    assert Client().get(address).status_code == 302
    assert [answer.status_code for answer in answers.values()] == [403, 200]
    page = answers["administrator"].content.decode()
    assert "Europe/Berlin" in page
    assert "Suchindex" in page


def test_command_tells_by_its_exit_code(installation: Installation) -> None:
    findings = {finding["part"]: finding for finding in installation.json("doctor")}
    assert list(findings) == KNOWN
    assert findings["index"]["state"] == "ok"
    text = installation.steiger("doctor").stdout
    assert "→ Start web and worker with “steiger run”." in text
    installation.execute("UPDATE directory_actor SET state = 'withdrawn'")
    result = installation.steiger("doctor", check=False)
    assert result.returncode == 1
    assert "✗ index" in result.stdout
