"""A child that outlives its supervisor would hold the port and the locks: it ends instead."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time

EVERY_S = 0.5
GRACE_S = 10.0
#: Set by the supervisor's configuration for its children.
VARIABLE = "SUPERVISED_BY"


def expected_parent() -> int:
    """Who must live, as the parent itself has told; it may have died before we could look."""
    spawned = multiprocessing.parent_process()
    if spawned is not None and spawned.pid:
        return spawned.pid
    told = os.environ.get(VARIABLE, "")
    return int(told) if told.isdigit() else os.getppid()


def end_with_parent() -> None:
    """Watch the parent process; when it is gone, end this one, first kindly, then surely.

    Done by looking, not by a signal of the kernel, because that works on every system and for
    children of children.
    """
    watcher = threading.Thread(
        target=_watch, args=(expected_parent(),), daemon=True, name="lifeline"
    )
    watcher.start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os._exit(1)
