"""How fast the Landkarte answers over HTTP with 51,370 actors, on both databases.

    python benchmarks/directory/http_speed.py [--database sqlite|postgres|both] [--seconds 20]

Prepares an empty data folder (and an empty PostgreSQL, started from the system's package where no
``--postgres-url`` is given), imports the file with the product's own command, starts the product's
web server with two processes, and asks questions that are never the same twice: names with and
without typing mistakes, filters, places with radius, pages of the list, table. The client runs on
the same machine and its cost is included. Prints JSON; exits 1 if a promise is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import gzip
import json
import os
import platform
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT.parent / "shared/data/directory/organisations_world.csv.gz"
STEIGER = Path(sys.executable).with_name("steiger")
GRANIAN = Path(sys.executable).with_name("granian")
TOWNS = (
    "Hagen",
    "Köln",
    "Bonn",
    "Aachen",
    "Münster",
    "Dortmund",
    "Essen",
    "42103",
    "Bielefeld",
    "Siegen",
)
PROMISES = {"search_p95_ms": 50.0, "suggest_p95_ms": 20.0, "requests_per_s": 150.0}


# --- questions ------------------------------------------------------------------------------------
def names(file: Path) -> list[str]:
    """Names of the organisations, as material for questions."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return [row["name"] for row in csv.DictReader(lines) if row["name"]]


def mistyped(word: str, rng: random.Random) -> str:
    """The word with two letters swapped."""
    if len(word) < 5:
        return word
    i = rng.randrange(1, len(word) - 2)
    return word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def search_addresses(words: list[str], keys: dict[str, list[str]], seed: int) -> Iterator[str]:
    """Endless different questions to the list and the table."""
    rng = random.Random(seed)
    seen: set[str] = set()
    while True:
        pairs: list[tuple[str, str]] = []
        kind = rng.random()
        name = rng.choice(words).split()
        if kind < 0.35:
            begin = rng.randrange(len(name))
            pairs.append(("q", " ".join(name[begin : begin + rng.choice((1, 2, 2, 3))])))
        elif kind < 0.5:
            pairs.append(("q", " ".join(mistyped(word, rng) for word in name[:2])))
        elif kind < 0.65:
            pairs.append(("near", rng.choice(TOWNS)))
            pairs.append(("radius", str(rng.randrange(3, 120))))
        if kind >= 0.6 or rng.random() < 0.3:
            for facet in rng.sample(sorted(keys), rng.choice((1, 1, 2))):
                pairs += [
                    (facet, key)
                    for key in rng.sample(keys[facet], min(rng.choice((1, 1, 2)), len(keys[facet])))
                ]
        if rng.random() < 0.25:
            pairs.append(("page", str(rng.randrange(2, 40))))
        if rng.random() < 0.1:
            pairs.append(("view", "table"))
        if rng.random() < 0.1:
            pairs.append(("sort", rng.choice(("name", "newest"))))
        address = f"/landkarte/?{urlencode(pairs)}"
        if address not in seen:
            seen.add(address)
            yield address


def suggest_addresses(words: list[str], seed: int) -> Iterator[str]:
    """Endless different beginnings of names, as they are typed."""
    rng = random.Random(seed)
    seen: set[str] = set()
    while True:
        name = rng.choice(words)
        text = name[: rng.randrange(2, max(3, min(len(name), 24)))]
        if rng.random() < 0.2:
            text = mistyped(text, rng)
        address = f"/landkarte/vorschlaege?{urlencode({'q': text})}"
        if address not in seen:
            seen.add(address)
            yield address


# --- client ---------------------------------------------------------------------------------------
@dataclass
class Figures:
    """What one run measured."""

    milliseconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    octets: int = 0
    seconds: float = 0.0

    def as_json(self) -> dict[str, object]:
        """Percentiles and rates."""
        ordered = sorted(self.milliseconds) or [0.0]
        return {
            "requests": len(self.milliseconds),
            "errors": len(self.errors),
            "first_errors": self.errors[:3],
            "requests_per_s": round(len(self.milliseconds) / max(self.seconds, 1e-9), 1),
            "median_ms": round(statistics.median(ordered), 2),
            "p95_ms": round(ordered[int(len(ordered) * 0.95) - 1], 2),
            "p99_ms": round(ordered[int(len(ordered) * 0.99) - 1], 2),
            "max_ms": round(ordered[-1], 2),
            "kilobytes_each": round(self.octets / 1000 / max(1, len(self.milliseconds)), 1),
        }


async def one_client(port: int, addresses: Iterator[str], end: float, out: Figures) -> None:
    """Ask one question after the other over one connection that stays open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while time.perf_counter() < end:
            address = next(addresses)
            begin = time.perf_counter()
            writer.write(
                f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"
                "Accept: text/html\r\nAccept-Language: de\r\n\r\n".encode()
            )
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            length = await _body(reader, head)
            out.milliseconds.append((time.perf_counter() - begin) * 1000)
            out.octets += length
            status = head.split(" ", 2)[1]
            if status != "200":
                out.errors.append(f"{status} {address}")
    finally:
        writer.close()


async def _body(reader: asyncio.StreamReader, head: str) -> int:
    headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    if "content-length" in headers:
        length = int(headers["content-length"])
        await reader.readexactly(length)
        return length
    total = 0
    while True:
        size = int((await reader.readline()).strip() or b"0", 16)
        await reader.readexactly(size + 2)
        total += size
        if size == 0:
            return total


async def load(port: int, addresses: Iterator[str], clients: int, seconds: float) -> Figures:
    """Let several clients ask at once."""
    out = Figures()
    begin = time.perf_counter()
    jobs = [one_client(port, addresses, begin + seconds, out) for _ in range(clients)]
    for result in await asyncio.gather(*jobs, return_exceptions=True):
        if isinstance(result, BaseException):
            out.errors.append(repr(result))
    out.seconds = time.perf_counter() - begin
    return out


# --- server ---------------------------------------------------------------------------------------
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, database_url: str) -> dict[str, str]:
    """Settings of the measured installation."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("STEIGER_")}
    env.pop("DATABASE_URL", None)
    env |= {
        "STEIGER_DATA_DIR": str(folder),
        "STEIGER_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "steiger.web.config.settings",
    }
    return env | ({"DATABASE_URL": database_url} if database_url else {})


def prepare(env: dict[str, str], file: Path) -> dict[str, float]:
    """Empty database and import; returns the seconds each took."""
    took = {}
    steps = {
        "migrate": [str(STEIGER), "django", "migrate", "-v0"],
        "import": [str(STEIGER), "directory", "import", "csv", str(file)],
        "index": [str(STEIGER), "index", "rebuild"],
    }
    for name, command in steps.items():
        begin = time.perf_counter()
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        took[f"{name}_s"] = round(time.perf_counter() - begin, 1)
    return took


@contextmanager
def server(env: dict[str, str], processes: int) -> Iterator[int]:
    """The product's web server, until the block ends; gives its port."""
    port = free_port()
    command = [
        *(str(GRANIAN), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(processes), "--blocking-threads", "1", "--no-access-log"),
        "steiger.web.config.wsgi:application",
    ]
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
                break
            except OSError:
                time.sleep(0.1)
        time.sleep(1.0)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """An empty PostgreSQL from the system's package; gives its address."""
    binaries = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
    if binaries is None:
        sys.exit("PostgreSQL is not installed here; give --postgres-url or --database sqlite.")
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    cluster, port = folder / "pg", free_port()
    folder.chmod(0o755)
    cluster.mkdir()
    if prefix:
        shutil.chown(cluster, "postgres")
    command = [
        str(binaries / "initdb"),
        "-D",
        str(cluster),
        "-U",
        "steiger",
        "--auth=trust",
        "-E",
        "UTF8",
    ]
    subprocess.run([*prefix, *command], check=True, capture_output=True)
    options = f"-p {port} -k {cluster} -c listen_addresses=127.0.0.1"
    start = [
        str(binaries / "pg_ctl"),
        "-D",
        str(cluster),
        "-o",
        options,
        "-l",
        str(cluster / "log"),
        "-w",
        "start",
    ]
    subprocess.run([*prefix, *start], check=True, capture_output=True)
    try:
        yield f"postgres://steiger@127.0.0.1:{port}/postgres"
    finally:
        stop = [str(binaries / "pg_ctl"), "-D", str(cluster), "-m", "fast", "-w", "stop"]
        subprocess.run([*prefix, *stop], check=True, capture_output=True)


# --- runs -----------------------------------------------------------------------------------------
def vocabulary(env: dict[str, str]) -> dict[str, list[str]]:
    """Keys of terms that the actors of the file carry, by facet."""
    code = (
        "import django, json; django.setup(); from steiger.engines.directory.search import Query; "
        "from steiger.web.directory.domain.index import search_index as s; "
        "print(json.dumps({f: sorted(c) for f, c in s().search(Query()).facet_counts.items() "
        "if c and f not in ('example', 'municipality')}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(env: dict[str, str], file: Path, seconds: float, processes: int) -> dict[str, object]:
    """One client, sixteen clients, suggestions."""
    words, keys = names(file), vocabulary(env)
    figures: dict[str, object] = {}
    with server(env, processes) as port:
        asyncio.run(
            load(port, search_addresses(words, keys, seed=1), 4, 2.0)
        )  # open files, imports
        for name, addresses, clients in (
            ("search_1_client", search_addresses(words, keys, seed=2), 1),
            ("search_16_clients", search_addresses(words, keys, seed=3), 16),
            ("suggest_1_client", suggest_addresses(words, seed=4), 1),
            ("suggest_16_clients", suggest_addresses(words, seed=5), 16),
        ):
            figures[name] = asyncio.run(load(port, addresses, clients, seconds)).as_json()
    return figures


def kept(figures: dict[str, dict[str, float]]) -> bool:
    """Whether the README's promises hold."""
    return (
        figures["search_1_client"]["p95_ms"] <= PROMISES["search_p95_ms"]
        and figures["search_16_clients"]["requests_per_s"] >= PROMISES["requests_per_s"]
        and figures["suggest_1_client"]["p95_ms"] <= PROMISES["suggest_p95_ms"]
        and not any(part["errors"] for part in figures.values())
    )


def main() -> int:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--postgres-url", default="", help="an empty database to use instead")
    parser.add_argument("--file", type=Path, default=FILE)
    parser.add_argument("--data-dir", type=Path, help="an installation that is already filled")
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    result: dict[str, object] = {
        "benchmark": "directory/http_speed",
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "promises": PROMISES,
    }
    good = True
    for database in ("sqlite", "postgres") if options.database == "both" else (options.database,):
        with tempfile.TemporaryDirectory(prefix="steiger-http-") as name:
            folder = Path(name)
            if database == "sqlite":
                env = environment(options.data_dir or folder / "data", "")
                took = {} if options.data_dir else prepare(env, options.file)
                figures = measure(env, options.file, options.seconds, options.processes)
            elif options.postgres_url:
                env = environment(folder / "data", options.postgres_url)
                took = prepare(env, options.file)
                figures = measure(env, options.file, options.seconds, options.processes)
            else:
                with postgres(folder) as url:
                    env = environment(folder / "data", url)
                    took = prepare(env, options.file)
                    figures = measure(env, options.file, options.seconds, options.processes)
        result[database] = {**took, **figures}
        good &= kept(figures)  # type: ignore[arg-type]
    print(json.dumps({**result, "kept": good}, indent=2))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
