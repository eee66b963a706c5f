"""A running product with data of its own, for the benchmarks of this folder."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

STEIGER = str(Path(sys.executable).with_name("steiger"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(prepare: Callable[[], None], settings: Mapping[str, str]) -> Iterator[str]:
    """Migrate, let `prepare` fill the database, start web and worker; yields the address.

    The database is that of DATABASE_URL, or SQLite in an empty folder.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="steiger-events-") as folder:
        os.environ.update(
            {
                "STEIGER_DATA_DIR": folder,
                "STEIGER_BASE_URL": url,
                "STEIGER_LOG_LEVEL": "ERROR",
                "DJANGO_SETTINGS_MODULE": "steiger.web.config.settings",
                "PORT": str(port),
                **settings,
            }
        )
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        prepare()
        connections.close_all()
        server = subprocess.Popen([STEIGER, "serve"], stdout=sys.stderr)
        worker = subprocess.Popen([STEIGER, "worker", "--after-web"], stdout=sys.stderr)
        try:
            _wait(f"{url}/healthz", server)
            yield url
        finally:
            for process in (worker, server):
                process.terminate()
            for process in (worker, server):
                process.wait(timeout=60)


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        if server.poll() is not None:
            raise SystemExit("The product ended before it answered; its message stands above.")
        try:
            urllib.request.urlopen(url, timeout=2)  # noqa: S310 -- our own address
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
        else:
            return
    raise SystemExit(f"The product does not answer at {url}.")
