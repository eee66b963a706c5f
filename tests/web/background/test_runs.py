"""Runs: tried again, taken from dead workers, forgotten in time, and shown in words."""

from __future__ import annotations

import sys
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.mail.message import BadHeaderError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django_tasks import task
from django_tasks_db.management.commands.db_worker import Worker as TaskLoop
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st

from steiger.web.accounts.domain.audit import SYSTEM, Actor
from steiger.web.accounts.models import LogEntry, RoleGrant, User
from steiger.web.background.domain import policies, workers
from steiger.web.background.domain.policies import (
    LONGEST_WAIT,
    GiveUpError,
    Policy,
    described,
    policy_of,
)
from steiger.web.background.domain.progress import progress
from steiger.web.background.domain.queries import counts_by_state, find_runs
from steiger.web.background.domain.runs import (
    RunError,
    give_up_runs,
    prune_runs,
    recover_lost_runs,
    retry_run,
)
from steiger.web.background.interfaces.runs import duration_text, failure_reason, run_rows
from steiger.web.background.models import OutgoingMail, TaskProgress, Worker
from steiger.web.background.tasks import prune_runs_task

pytestmark = pytest.mark.django_db
PATH = "steiger.web.background.tasks.send_mail_task"
fails: list[Exception] = []


@described("Stubborn", attempts=3, first_wait_s=10)
@task()
def stubborn(word: str = "") -> str:
    """Fails as long as something is in ``fails``."""
    if fails:
        raise fails.pop(0)
    return word


#: The worker closes connections between tasks, which ends the transaction of an ordinary test.
works = pytest.mark.django_db(transaction=True)


def work(name: str = "worker-1") -> None:
    """Do everything that is ready now, as the worker does."""
    TaskLoop(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
    ).run()


def make_run(**values: Any) -> DBTaskResult:
    """A run in whatever state; ``enqueued_at`` cannot be given."""
    fields = {
        "args_kwargs": {"args": [], "kwargs": {}},
        "task_path": PATH,
        "backend_name": "default",
        "run_after": timezone.now(),
    }
    return DBTaskResult.objects.create(**(fields | values))


def staff(role: str) -> Client:
    """A client of somebody with this role."""
    person = User.objects.create(email=f"{role}@example.org")
    RoleGrant.objects.create(user=person, role=role)
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@works
def test_failed_run_waits_and_succeeds_under_the_same_id() -> None:
    fails[:] = [ConnectionRefusedError("no"), ValueError("no")]
    result = stubborn.enqueue("Beispiel")
    waits = []
    for _ in range(2):
        work()
        run = DBTaskResult.objects.get(id=result.id)
        waits.append((run.run_after - timezone.now()).total_seconds())
        assert run.status == "READY"
        DBTaskResult.objects.update(run_after=timezone.now())
    work()
    run = DBTaskResult.objects.get(id=result.id)
    assert 5 < waits[0] <= 10
    assert 15 < waits[1] <= 20
    assert (run.status, run.return_value, len(run.worker_ids)) == ("SUCCESSFUL", "Beispiel", 3)


@works
def test_run_fails_for_good_after_its_last_attempt() -> None:
    fails[:] = [ValueError(str(n)) for n in range(5)]
    result = stubborn.enqueue()
    for _ in range(5):
        work()
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    run = DBTaskResult.objects.get(id=result.id)
    assert (run.status, len(run.worker_ids), len(fails)) == ("FAILED", 3, 2)


@works
def test_giving_up_is_not_tried_again() -> None:
    fails[:] = [GiveUpError("The file is gone.")]
    result = stubborn.enqueue()
    work()
    run = DBTaskResult.objects.get(id=result.id)
    assert run.status == "FAILED"
    assert failure_reason(run.exception_class_path, run.traceback) == "The file is gone."


@given(st.integers(1, 50), st.floats(0.1, 10_000), st.integers(1, 60))
def test_pauses_grow_up_to_the_longest(attempts: int, first: float, made: int) -> None:
    policy = Policy("x", attempts, first)
    wait, following = policy.wait(made), policy.wait(made + 1)
    assert (wait is None) == (made >= attempts)
    if wait and following:
        assert timedelta(0) < wait <= following <= LONGEST_WAIT


def test_run_of_a_dead_worker_goes_back_into_the_queue() -> None:
    workers.beat("alive")
    long_ago = timezone.now() - timedelta(hours=1)
    taken = {"status": "RUNNING", "started_at": long_ago}
    lost = make_run(worker_ids=["dead"], **taken)
    kept = make_run(worker_ids=["alive"], **taken)
    fresh = make_run(status="RUNNING", started_at=timezone.now(), worker_ids=["dead"])
    assert recover_lost_runs() == 1
    states = [DBTaskResult.objects.get(id=run.id).status for run in (lost, kept, fresh)]
    assert states == ["READY", "RUNNING", "RUNNING"]


def test_retry_is_logged_and_only_for_failed_runs() -> None:
    run = make_run(status="FAILED", finished_at=timezone.now())
    retry_run(run_id=run.id, by=Actor(7, "administrator"))
    entry = LogEntry.objects.get(act="background.run.retry")
    assert (entry.user_number, entry.object_id) == (7, str(run.id))
    assert DBTaskResult.objects.get(id=run.id).status == "READY"
    with pytest.raises(RunError, match="failed"):
        retry_run(run_id=run.id, by=SYSTEM)
    with pytest.raises(RunError, match="no longer kept"):
        retry_run(run_id=uuid.uuid4(), by=SYSTEM)
    assert LogEntry.objects.filter(act="background.run.retry").count() == 1


def test_old_runs_are_forgotten_by_state() -> None:
    now = timezone.now()
    ages = {"SUCCESSFUL": (13, 15), "FAILED": (59, 61)}
    for status, days in ages.items():
        for age in days:
            make_run(status=status, finished_at=now - timedelta(days=age))
    waiting = make_run()
    old_mail = OutgoingMail.objects.create(message_id="<a>", created_at=now - timedelta(days=8))
    OutgoingMail.objects.create(message_id="<b>")
    orphan = TaskProgress.objects.create(run=uuid.uuid4())
    TaskProgress.objects.filter(run=orphan.run).update(updated_at=now - timedelta(days=15))
    assert prune_runs() == {"runs": 2, "progress": 1, "mails": 1}
    assert DBTaskResult.objects.filter(id=waiting.id).exists()
    assert not OutgoingMail.objects.filter(id=old_mail.id).exists()


def test_progress_is_written_at_once_then_sparingly_and_at_the_end() -> None:
    run = uuid.uuid4()
    for done in range(1, 101):
        progress(run, done, 100, f"step {done}")
    row = TaskProgress.objects.get(run=run)
    assert (row.done, row.total, row.message) == (100, 100, "step 100")


def test_worker_is_alive_until_it_leaves_or_falls_silent() -> None:
    workers.beat("one")
    workers.beat("two")
    workers.beat("one")
    assert workers.live_workers() == {"one", "two"}
    Worker.objects.filter(name="two").update(seen_at=timezone.now() - timedelta(minutes=2))
    assert workers.live_workers() == {"one"}
    workers.leave("one")
    assert workers.live_workers() == frozenset()
    assert 119 < (workers.last_sign_s() or 0) < 130


@pytest.mark.parametrize(
    ("path", "traceback", "reason"),
    [
        ("", "", ""),
        (
            "django.db.utils.OperationalError",
            "",
            "The database was locked or could not be reached.",
        ),
        ("smtplib.SMTPAuthenticationError", "", "The mail server refused user or password."),
        ("builtins.KeyError", "…\nKeyError: 'x'", "Unforeseen error (KeyError)."),
        (
            "steiger.lib.errors.FileError",
            "…\nsteiger.lib.errors.FileError: Row 3: no name.",
            "Row 3: no name.",
        ),
    ],
)
def test_failure_is_told_in_words(path: str, traceback: str, reason: str) -> None:
    with override("en"):
        assert failure_reason(path, traceback) == reason


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "under 1 second"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (7200, "2 hours"),
    ],
)
def test_duration_in_words(seconds: int, text: str) -> None:
    begin = timezone.now()
    with override("en"):
        assert duration_text(begin, begin + timedelta(seconds=seconds)) == text


def test_runs_by_state_and_task() -> None:
    failed = make_run(status="FAILED", finished_at=timezone.now())
    make_run()
    make_run(task_path=prune_runs_task.module_path)
    assert counts_by_state() == {"running": 0, "waiting": 2, "failed": 1, "successful": 0}
    assert [run.id for run in find_runs("failed")] == [failed.id]
    assert find_runs("", prune_runs_task.module_path).count() == 1
    assert find_runs("nonsense").count() == 0


def test_task_without_policy_keeps_its_name() -> None:
    assert policy_of("a.b.some_task") == Policy("some task")


def test_task_is_known_by_name_where_nobody_has_queued_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "_policies", {})
    monkeypatch.delitem(sys.modules, "steiger.web.directory.tasks", raising=False)
    label = policy_of("steiger.web.directory.tasks.lay_out_network_task").label
    with override("en"):
        assert str(label) == "Lay out the network of entries"
    assert policy_of("steiger.web.nowhere.tasks.some_task") == Policy("some task")


def test_page_shows_traceback_and_retry_to_administrators_only() -> None:
    run = make_run(
        status="FAILED",
        finished_at=timezone.now(),
        exception_class_path="builtins.KeyError",
        traceback="Traceback (most recent call last)\nKeyError: 'geheim'",
    )
    TaskProgress.objects.create(run=run.id, done=30, total=120, message="Zeile 30")
    address, again = reverse("background:runs"), reverse("background:retry", args=[run.id])
    pages = {
        role: staff(role).get(address).content.decode() for role in ("moderator", "administrator")
    }
    for page in pages.values():
        assert "Unvorhergesehener Fehler (KeyError)." in page
        assert 'value="25"' in page
        assert "Zeile 30" in page
    assert [("geheim" in page, again in page) for page in pages.values()] == [
        (False, False),
        (True, True),
    ]


def test_page_is_for_staff_and_retry_for_administrators() -> None:
    run = make_run(status="FAILED", finished_at=timezone.now())
    address, again = reverse("background:runs"), reverse("background:retry", args=[run.id])
    assert Client().get(address).status_code == 302
    assert staff("representative").get(address).status_code == 403
    assert staff("moderator").post(again).status_code == 403
    administrator = staff("administrator")
    assert administrator.get(again).status_code == 405
    assert administrator.post(again, follow=True).status_code == 200
    assert DBTaskResult.objects.get(id=run.id).status == "READY"


def test_page_renews_itself_only_while_something_goes_on() -> None:
    client = staff("moderator")
    make_run(status="SUCCESSFUL", finished_at=timezone.now())
    assert "every 3s" not in client.get(reverse("background:runs")).content.decode()
    make_run()
    page = client.get(reverse("background:runs"), {"state": "waiting", "page": "99"})
    assert "every 3s" in page.content.decode()
    assert len(page.context["rows"]) == 1


def test_page_needs_few_queries(django_assert_max_num_queries: Any) -> None:
    client = staff("moderator")
    for number in range(40):
        make_run(status="SUCCESSFUL", finished_at=timezone.now(), return_value=number)
    client.get(reverse("background:runs"))
    with django_assert_max_num_queries(10):
        client.get(reverse("background:runs"))


def test_rows_of_waiting_runs_tell_the_next_attempt() -> None:
    later = timezone.now() + timedelta(minutes=5)
    row = run_rows([make_run(run_after=later, exception_class_path="builtins.TimeoutError")])[0]
    assert (row.state, row.next_attempt, row.percent) == ("waiting", later, None)
    assert row.reason


def test_unusable_addresses_and_headers_are_refused_at_once() -> None:
    from steiger.web.background.domain.mail import queue_mail

    with pytest.raises(ValidationError):
        queue_mail(to=["kein Empfänger"], subject="x", text="x")
    with pytest.raises(ValueError, match="recipient"):
        queue_mail(to=[], subject="x", text="x")
    with pytest.raises(BadHeaderError):
        queue_mail(to=["a@example.org"], subject="x\nBcc: b@example.org", text="x")
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize(
    ("queue", "only", "without", "given_up"),
    [
        ("mail", ["mail"], [], 1),
        ("default", ["mail"], [], 0),
        ("default", [], ["mail", "heavy"], 1),
        ("mail", [], ["mail", "heavy"], 0),
    ],
)
def test_loop_gives_up_what_a_lost_database_cut_off(
    queue: str, only: list[str], without: list[str], given_up: int
) -> None:
    prune_runs_task.enqueue()
    fields = {"status": "RUNNING", "started_at": timezone.now(), "queue_name": queue}
    DBTaskResult.objects.update(worker_ids=["lives"], **fields)
    assert give_up_runs("another", only=only, without=without) == 0
    assert give_up_runs("lives", only=only, without=without) == given_up
    assert DBTaskResult.objects.get().status == ("FAILED" if given_up else "RUNNING")
