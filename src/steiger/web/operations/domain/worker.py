"""The worker: runs background tasks, sends mail, keeps the search index equal to the database, and
advances the river networks.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import signal
import socket
import sys
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

from steiger.web.advice.tasks import ensure_calendars_read
from steiger.web.background.domain.policies import daily_tasks
from steiger.web.background.domain.runs import give_up_runs, recover_lost_runs, release_runs
from steiger.web.background.domain.workers import BEAT_S, beat, leave
from steiger.web.directory.domain.index import drain
from steiger.web.directory.tasks import ensure_network_laid_out
from steiger.web.events.tasks import keep_events
from steiger.web.flood.domain.cycle import run_due
from steiger.web.flood.tasks import ensure_collected, ensure_prepared

log = structlog.get_logger("steiger.worker")

INDEX_EVERY_S = 1.0
FLOOD_EVERY_S = 1.0
RECOVER_EVERY_S = 60.0
LOOK_EVERY_S = 0.2
PRUNE_EVERY = timedelta(days=1)
MAIL_QUEUE = "mail"
#: Work that takes minutes (training) and must not hold up the rest.
HEAVY_QUEUE = "heavy"
#: Messages to programs of others, which may take their time.
WEBHOOK_QUEUE = "webhooks"
#: Measurements from sources of others, which may be slow.
SOURCE_QUEUE = "sources"
COLLECT_EVERY_S = 15.0
LONGEST_PAUSE_S = 30.0
#: How long a running task may take to finish when the worker is told to end.
LAST_SECONDS = 5.0
#: How far heavy work, and the processes that it starts, stand back (0 is not at all, 19 most).
GENTLE = 10


def task_loop(name: str, *, only: str = "*", without: tuple[str, ...] = ()) -> TaskLoop:
    """A loop over queued tasks, claimed under the worker's name."""
    return TaskLoop(
        queue_names=[only],
        excluded_queue_names=list(without),
        interval=1.0,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
    )


def keep_running(loop: TaskLoop) -> None:
    """Run the loop; a database that is locked or away for a while only makes it pause."""
    pause, broken = 1.0, False
    while loop.running:
        begin = time.monotonic()
        try:
            if broken:
                _give_up(loop)
                broken = False
            loop.run()
        except DatabaseError as error:
            broken = True
            connections.close_all()
            if time.monotonic() - begin > LONGEST_PAUSE_S:
                pause = 1.0
            log.warning("worker.database", problem=str(error).strip(), pause_s=pause)
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)


def _give_up(loop: TaskLoop) -> None:
    """Fail the run from which the loop was cut off."""
    every = "*" in loop.queue_names
    only = () if every else loop.queue_names
    given_up = give_up_runs(loop.worker_id, only=only, without=loop.excluded_queue_names)
    if given_up:
        log.warning("worker.given_up", runs=given_up)


def keep_running_gently(loop: TaskLoop) -> None:
    """The same for heavy work: pages are served first where the system can tell threads apart."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), GENTLE)
    keep_running(loop)


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


def queue_daily() -> None:
    """Queue what every room wants done once a day, each once for all workers."""
    since = timezone.now() - PRUNE_EVERY
    for task in daily_tasks():
        path = task.module_path
        if not DBTaskResult.objects.filter(task_path=path, enqueued_at__gte=since).exists():
            task.enqueue()


def housekeep() -> None:
    """What has to happen now and then, whoever does it first."""
    recover_lost_runs()
    queue_daily()
    ensure_prepared()
    ensure_calendars_read()
    keep_events()
    ensure_network_laid_out()


def cut_off(status: int) -> None:
    """End at once, although heavy work runs on: its run was put back into the queue.

    Python would wait for the processes that the work has started, and it would hear of them as
    of a failure.
    """
    for child in multiprocessing.active_children():
        child.kill()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def run() -> None:
    """Work until told to stop; a running task may finish within some seconds.

    Raises:
        SystemExit: a loop broke down. The supervisor starts the worker again.
    """
    told: list[int] = []
    # Nothing is raised where a signal happens to arrive: amid a transaction it would stay open, and
    # nothing could be put back.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: told.append(number))
    name = f"{socket.gethostname()[:32]}-{os.getpid()}-{secrets.token_hex(4)}"
    stop = threading.Event()
    ways = {
        MAIL_QUEUE: keep_running,
        HEAVY_QUEUE: keep_running_gently,
        WEBHOOK_QUEUE: keep_running,
        SOURCE_QUEUE: keep_running,
    }
    loops = [
        (keep_running, task_loop(name, without=tuple(ways))),
        *((way, task_loop(name, only=queue)) for queue, way in ways.items()),
    ]
    repeated = [
        (BEAT_S, lambda: beat(name)),
        (INDEX_EVERY_S, drain),
        (FLOOD_EVERY_S, run_due),
        (COLLECT_EVERY_S, ensure_collected),
        (RECOVER_EVERY_S, housekeep),
    ]
    threads = [
        threading.Thread(target=every, args=(seconds, work, stop), daemon=True)
        for seconds, work in repeated
    ]
    threads += [threading.Thread(target=way, args=(loop,), daemon=True) for way, loop in loops]
    beat(name)
    for thread in threads:
        thread.start()
    log.info("worker.start", name=name)
    while not told and all(thread.is_alive() for thread in threads):
        time.sleep(LOOK_EVERY_S)

    for _, loop in loops:
        loop.running = False
    stop.set()
    end = time.monotonic() + LAST_SECONDS
    for thread in threads:
        thread.join(timeout=max(0.0, end - time.monotonic()))
    leave(name)
    released = release_runs(name)
    log.info("worker.end", name=name, put_back=released)
    status = 0 if told else 1
    if any(thread.is_alive() for thread in threads):
        cut_off(status)
    sys.exit(status)
