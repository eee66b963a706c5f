"""The web server: granian with a few processes and threads."""

from __future__ import annotations

import http.client
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

# See benchmarks/start/server_options.py for the figures behind this number.
THREADS = 2
APPLICATION = "steiger.web.operations.interfaces.wsgi:application"


def metrics_folder() -> Path:
    """Where the web processes of this installation put their counts together."""
    return Path(settings.DATA_DIR) / "metrics" / str(settings.ENV.port)


def prepare_metrics() -> None:
    """Forget the counts of an earlier start; must happen before prometheus_client is loaded."""
    folder = metrics_folder()
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink(missing_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def local_address() -> tuple[str, int]:
    """Host and port under which this machine itself reaches the server."""
    bind = settings.ENV.bind
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind), settings.ENV.port  # noqa: S104


def answers(timeout_s: float = 1.0) -> bool:
    """Whether the server on this machine answers, be it only to refuse this host name."""
    host, port = local_address()
    connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
    try:
        connection.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def wait_for_answer(seconds: float = 15.0) -> bool:
    """Wait until the server on this machine answers; whether it did."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answers():
            return True
        time.sleep(0.05)
    return False


def announce(say: Callable[[str], None], begin: float) -> None:
    """Say once when the first answer comes, and where."""
    if wait_for_answer(60.0):
        say(f"  ✓ {'Web and worker':<44} {time.monotonic() - begin:5.1f} s")
        say(f"Steiger answers at {settings.BASE_URL} – Ctrl-C ends it.")


def serve(*, say: Callable[[str], None]) -> None:
    """Answer requests until told to stop."""
    begin = time.monotonic()
    prepare_metrics()
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    env = settings.ENV
    # A forked process may inherit a lock that another thread holds just then, and wait for ever.
    multiprocessing.set_start_method("spawn")
    threading.Thread(target=announce, args=(say, begin), daemon=True).start()
    Granian(
        APPLICATION,
        address=env.bind,
        port=env.port,
        interface=Interfaces.WSGI,
        workers=env.web_processes,
        blocking_threads=THREADS,
        websockets=False,
        backlog=1024,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=5,
        log_level=LogLevels.warning,
    ).serve()
