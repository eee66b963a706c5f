"""Starts the product on a free port with data of its own, and ends it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STEIGER = str(Path(sys.executable).with_name("steiger"))

#: The first forecast of the region's simulated valley shows that the flood room has content.
VALLEY = "/hochwasser/daten/beispieltal/"


@dataclass(frozen=True, slots=True)
class Product:
    """A running product: where it is reached, and a link that signs its administrator in."""

    url: str
    link: str


@contextmanager
def product(base_url: str = "", demo: bool = True) -> Iterator[Product]:
    """A fresh product; ``base_url`` is the public address that it believes in."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="steiger-security-") as folder:
        settings = {
            "STEIGER_DATA_DIR": folder,
            "STEIGER_BASE_URL": base_url or url,
            "STEIGER_HOSTS": "127.0.0.1,localhost",
            "STEIGER_TRUSTED_PROXIES": "1" if base_url else "0",
            "STEIGER_LOG_LEVEL": "ERROR",
            "STEIGER_WEB_PROCESSES": "1",
            "PORT": str(port),
        }
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("STEIGER_")}
        env = inherited | settings
        migrate = [STEIGER, "django", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, env=env, check=True, stdout=sys.stderr)
        # With demo content also the worker runs, which makes the past of the simulated valley.
        command = [STEIGER, "run" if demo else "serve"]
        server = subprocess.Popen(command, env=env, stdout=sys.stderr)
        try:
            _wait(f"{url}/healthz", server)
            if demo:
                _wait(f"{url}{VALLEY}vorhersage", server)
            # Asked for now: the start has printed a link of its own, and only the latest works.
            link = subprocess.run(
                [STEIGER, "accounts", "link"],
                env=env,
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            ).stdout.strip()
            yield Product(url, link)
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(2400):
        if server.poll() is not None:
            raise SystemExit("The product ended before it answered; its message stands above.")
        try:
            urllib.request.urlopen(url, timeout=2)  # noqa: S310 -- our own address
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
        else:
            return
    raise SystemExit(f"The product does not answer at {url}.")
