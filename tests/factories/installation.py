"""Whole installations of their own, run as processes."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], Any], seconds: float = 90.0) -> Any:
    """The first true answer; fails if there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not true within {seconds} s: {condition}")


class Installation:
    """A data folder, a database, a port."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.folder = folder
        self.port = free_port()
        self.url = url
        self.processes: list[subprocess.Popen[str]] = []

    @property
    def env(self) -> dict[str, str]:
        """The environment of its processes."""
        outer = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith("STEIGER_")
            and k not in {"DATABASE_URL", "PORT", "DJANGO_SETTINGS_MODULE"}
        }
        own = {
            "STEIGER_DATA_DIR": str(self.folder),
            "PORT": str(self.port),
            "STEIGER_WEB_PROCESSES": "2",
            "PYTHONUNBUFFERED": "1",
        }
        return outer | own | ({"DATABASE_URL": self.url} if self.url else {})

    def steiger(
        self, *words: str, check: bool = True, **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        result = subprocess.run(
            [sys.executable, "-m", "steiger", *words],
            env=self.env | env,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert not check or result.returncode == 0, result.stdout + result.stderr
        return result

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command in a group of its own, with its output in a file."""
        log = (self.folder / "output.log").open("a")
        process = subprocess.Popen(
            [sys.executable, "-m", "steiger", *words],
            env=self.env,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def wait_until_ready(self) -> None:
        """Wait for the first answer that it is ready; fails with what it printed.

        The time is generous, because a first start makes the whole database, and may do so beside
        other tests on a slow machine. How long a start takes is what ``benchmarks/start`` measures.
        """
        end = time.monotonic() + 240
        while self.get("/readyz")[0] != 200:
            code = self.processes[-1].poll()
            if code is not None or time.monotonic() > end:
                what = "is not ready yet" if code is None else f"ended with {code}"
                raise AssertionError(f"{what}:\n{(self.folder / 'output.log').read_text()}")
            time.sleep(0.1)

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of an answer; 0 if nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        except OSError:
            return 0, ""
        finally:
            connection.close()

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of the database itself."""
        if self.url:
            import psycopg

            with psycopg.connect(self.url) as connection:
                return connection.execute(statement).fetchall()
        with contextlib.closing(sqlite3.connect(self.folder / "steiger.sqlite3", timeout=30)) as db:
            return db.execute(statement).fetchall()

    def execute(self, statement: str) -> None:
        """Change the database from outside."""
        if self.url:
            import psycopg

            with psycopg.connect(self.url) as connection:
                connection.execute(statement)
            return
        with contextlib.closing(sqlite3.connect(self.folder / "steiger.sqlite3", timeout=30)) as db:
            db.execute(statement)
            db.commit()

    def json(self, *words: str, check: bool = True) -> Any:
        """What a command prints as JSON."""
        return json.loads(self.steiger(*words, "--json", check=check).stdout)

    def stop(self) -> None:
        """End whatever still runs."""
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
