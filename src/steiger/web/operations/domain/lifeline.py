"""A child that outlives its supervisor would hold the port and the locks: it ends instead."""

from __future__ import annotations

import os
import signal
import threading
import time

EVERY_S = 0.5
GRACE_S = 10.0


def end_with_parent() -> None:
    """Watch the parent process; when it is gone, end this one, first kindly, then surely.

    Done by looking, not by a signal of the kernel, because that works on every system and for
    children of children.
    """
    parent = os.getppid()
    watcher = threading.Thread(target=_watch, args=(parent,), daemon=True, name="lifeline")
    watcher.start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os._exit(1)
