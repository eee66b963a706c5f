"""How fast and in how much memory the whole map leaves it, over HTTP.

    python benchmarks/directory/export_speed.py [--data-dir FOLDER] [--database-url URL]

Fills an empty installation with 51,370 organisations (or takes one that is filled), starts the
product's web server with one process, and fetches the whole list in each form, the second time,
so that nothing is loaded first. Measured are the seconds until the first and the last byte, the
seconds of a processor that the web process took (on a busy machine the fairer figure), and the most
memory that the web process held: its own pages, and all that is resident, with programs and files
that are mapped into memory; the promise is about all. Prints JSON; exits 1 if a promise is broken.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil
from http_speed import FILE, environment, prepare, server

PROMISES = {"csv": 5.0, "xlsx": 20.0, "geojson": 5.0}
MOST_MB = 300.0
FORMS = ("csv", "geojson", "jsonld", "xlsx")


class Memory(threading.Thread):
    """Looks every 50 ms how much a process holds."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__(daemon=True)
        self.process, self.own, self.resident = process, 0, 0
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.05):
            info = self.process.memory_info()
            self.resident = max(self.resident, info.rss)
            self.own = max(self.own, info.rss - info.shared)


def workers() -> list[psutil.Process]:
    """The web processes below this one: the leaves of the tree."""
    below = psutil.Process().children(recursive=True)
    return [
        p for p in below if not p.children() and "resource_tracker" not in " ".join(p.cmdline())
    ]


def fetch(port: int, form: str) -> dict[str, Any]:
    """The whole list in one form."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    begin = time.perf_counter()
    connection.request("GET", f"/landkarte/daten.{form}")
    answer = connection.getresponse()
    first, octets, lines, last = 0.0, 0, 0, b""
    while piece := answer.read1(1 << 16):
        first = first or time.perf_counter() - begin
        octets += len(piece)
        lines += piece.count(b"\n")
        last = piece
    took = time.perf_counter() - begin
    connection.close()
    if answer.status != 200 or not last:
        sys.exit(f"{form}: status {answer.status}")
    return {
        "seconds": round(took, 2),
        "first_byte_s": round(first, 2),
        "megabytes": round(octets / 1e6, 1),
        "lines": lines,
        "streamed": answer.getheader("transfer-encoding") == "chunked",
    }


def cpu_s(watched: list[Memory]) -> float:
    """Seconds of a processor that these processes have taken."""
    return sum(sum(one.process.cpu_times()[:2]) for one in watched)


def measure(env: dict[str, str]) -> dict[str, Any]:
    """Each form twice; the second time counts."""
    with server(env, processes=1) as port:
        for form in FORMS:
            fetch(port, form)
        watched = [Memory(process) for process in workers()]
        for one in watched:
            one.start()
        figures: dict[str, Any] = {}
        for form in FORMS:
            before = cpu_s(watched)
            figures[form] = fetch(port, form)
            figures[form]["cpu_s"] = round(cpu_s(watched) - before, 2)
        for one in watched:
            one.ended.set()
            one.join()
    return figures | {
        "memory_mb": round(max(one.own for one in watched) / 1e6, 1),
        "memory_with_mapped_files_mb": round(max(one.resident for one in watched) / 1e6, 1),
    }


def main() -> int:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, default=FILE)
    parser.add_argument("--data-dir", type=Path, help="an installation that is already filled")
    parser.add_argument("--database-url", default="", help="an empty PostgreSQL instead of SQLite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="steiger-export-") as name:
        env = environment(options.data_dir or Path(name) / "data", options.database_url)
        took = {} if options.data_dir else prepare(env, options.file)
        figures = measure(env)
    kept = figures["memory_with_mapped_files_mb"] <= MOST_MB and all(
        figures[form]["seconds"] <= most for form, most in PROMISES.items()
    )
    result = {
        "benchmark": "directory/export_speed",
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "promises": {**PROMISES, "memory_mb": MOST_MB},
        **took,
        **figures,
        "kept": kept,
    }
    print(json.dumps(result, indent=2))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
