"""The worker: runs background tasks, sends mail, keeps the search index equal to the database."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db import close_old_connections, connections
from django.db.utils import DatabaseError
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker as TaskLoop
from django_tasks_db.models import DBTaskResult

from steiger.web.background.domain.runs import recover_lost_runs
from steiger.web.background.domain.workers import BEAT_S, beat, leave
from steiger.web.background.tasks import prune_runs_task
from steiger.web.directory.domain.index import drain

log = structlog.get_logger("steiger.worker")

INDEX_EVERY_S = 1.0
RECOVER_EVERY_S = 60.0
PRUNE_EVERY = timedelta(days=1)
MAIL_QUEUE = "mail"
LONGEST_PAUSE_S = 30.0


def task_loop(name: str, *, only: str = "*", without: str = "") -> TaskLoop:
    """A loop over queued tasks, claimed under the worker's name."""
    return TaskLoop(
        queue_names=[only],
        excluded_queue_names=[without] if without else [],
        interval=1.0,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
    )


def keep_running(loop: TaskLoop) -> None:
    """Run the loop; a database that is locked or away for a while only makes it pause."""
    pause = 1.0
    while loop.running:
        begin = time.monotonic()
        try:
            loop.run()
        except DatabaseError as error:
            connections.close_all()
            if time.monotonic() - begin > LONGEST_PAUSE_S:
                pause = 1.0
            log.warning("worker.database", problem=str(error).strip(), pause_s=pause)
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)


def every(seconds: float, work: Callable[[], object], stop: threading.Event) -> None:
    """Do ``work`` again and again until told to stop; a failure is logged, never the end."""
    pause = seconds
    while not stop.wait(pause):
        try:
            close_old_connections()
            work()
            pause = seconds
        except Exception:
            log.exception("worker.repeat", work=getattr(work, "__name__", "work"))
            pause = min(max(pause * 2, 1.0), LONGEST_PAUSE_S)
    connections.close_all()


def prune_daily() -> None:
    """Queue the daily clean-up, once for all workers."""
    since = timezone.now() - PRUNE_EVERY
    path = prune_runs_task.module_path
    if not DBTaskResult.objects.filter(task_path=path, enqueued_at__gte=since).exists():
        prune_runs_task.enqueue()


def housekeep() -> None:
    """What has to happen now and then, whoever does it first."""
    recover_lost_runs()
    prune_daily()


def run() -> None:
    """Work until told to stop; a running task may finish."""
    name = f"{socket.gethostname()[:32]}-{os.getpid()}-{secrets.token_hex(4)}"
    stop = threading.Event()
    main, mail = task_loop(name, without=MAIL_QUEUE), task_loop(name, only=MAIL_QUEUE)
    repeated = [
        (BEAT_S, lambda: beat(name)),
        (INDEX_EVERY_S, drain),
        (RECOVER_EVERY_S, housekeep),
    ]
    threads = [
        threading.Thread(target=every, args=(seconds, work, stop), daemon=True)
        for seconds, work in repeated
    ]
    mail_thread = threading.Thread(target=keep_running, args=(mail,), daemon=True)
    main.configure_signals()
    try:
        beat(name)
        for thread in [*threads, mail_thread]:
            thread.start()
        log.info("worker.start", name=name)
        keep_running(main)
    finally:
        # Ends also by SystemExit from the signal; whatever is on its way may arrive.
        mail.running = False
        stop.set()
        for thread in [*threads, mail_thread]:
            if thread.ident:
                thread.join(timeout=5.0)
        leave(name)
        log.info("worker.end", name=name)
