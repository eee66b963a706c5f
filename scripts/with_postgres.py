"""Runs a command on a real, throw-away PostgreSQL: `python scripts/with_postgres.py make check`.

Finds PostgreSQL (as root on Debian it installs it), starts a cluster of its own on a free port as
an unprivileged user, sets DATABASE_URL, runs the command, and removes everything. Standard library
only; ends with the command's exit code.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt")
# Nothing here has to survive a power cut, so nothing waits for the disk.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=256MB")
WAIT_S = 60


def stop(line: str) -> None:
    """End with one clear line."""
    print(f"with_postgres: {line}", file=sys.stderr)
    sys.exit(1)


def programs() -> Path | None:
    """Folder with initdb and postgres; the newest one if there are several."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    candidates = [path for place in PLACES for path in Path(place).glob("*/bin/initdb")]
    newest = sorted(candidates, key=lambda path: [int(x) for x in path.parts[-3] if x.isdigit()])
    return newest[-1].parent if newest else None


def install() -> Path:
    """Install PostgreSQL from the system's packages, if we may."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        stop("PostgreSQL is missing: install its server (Debian: apt-get install postgresql).")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-q"], ["install", "-qy", "--no-install-recommends", "postgresql"]):
        done = subprocess.run(
            ["apt-get", *words], env=env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["no message"]
            stop(f"apt-get {words[0]} failed: {lines[-1]}")
    found = programs()
    if found is None:
        stop("PostgreSQL was installed, but initdb cannot be found.")
    return found  # type: ignore[return-value]


def unprivileged() -> dict[str, object]:
    """Who runs the server: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    stop("There is neither a user postgres nor nobody to run the server.")
    return {}


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def server(binaries: Path) -> Iterator[str]:
    """A running cluster; gives the address of an empty database."""
    who = unprivileged()
    # A short path, because the socket lies in it.
    folder = Path(tempfile.mkdtemp(prefix="steiger-pg-", dir="/tmp"))
    password = secrets.token_urlsafe(18)
    (folder / "password").write_text(password)
    if who:
        for path in (folder, folder / "password"):
            os.chown(path, int(str(who["user"])), int(str(who["group"])))
    port = free_port()
    base = {"cwd": folder, "stdin": subprocess.DEVNULL, **who}
    log = (folder / "log").open("wb")
    try:
        made = subprocess.run(  # type: ignore[call-overload]
            [
                binaries / "initdb",
                *("--pgdata", folder / "data", "--username", "steiger", "--encoding", "UTF8"),
                *("--pwfile", folder / "password", "--auth", "scram-sha-256", "--no-sync"),
                *("--locale-provider=icu", "--icu-locale=de-DE", "--locale", "C.UTF-8"),
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
            **base,
        )
        if made.returncode:
            stop(f"initdb failed: {(folder / 'log').read_text().strip().splitlines()[-1]}")
        options = [word for setting in FAST for word in ("-c", setting)]
        address = ("-h", "127.0.0.1", "-p", str(port), "-k", str(folder))
        process = subprocess.Popen(  # type: ignore[call-overload]
            [binaries / "postgres", "-D", folder / "data", *address, *options],
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **base,
        )
        try:
            create(binaries, port, password, process, folder)
            yield f"postgres://steiger:{password}@127.0.0.1:{port}/steiger"
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
    finally:
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def create(
    binaries: Path, port: int, password: str, process: subprocess.Popen[bytes], folder: Path
) -> None:
    """Wait for the server and make the database."""
    env = {**os.environ, "PGPASSWORD": password}
    address = ("-h", "127.0.0.1", "-p", str(port), "-U", "steiger")
    end = time.monotonic() + WAIT_S
    while process.poll() is None and time.monotonic() < end:
        words = [str(binaries / "createdb"), *address, "--maintenance-db=postgres", "steiger"]
        if subprocess.run(words, env=env, capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.1)
    stop(f"the server did not start: {(folder / 'log').read_text().strip().splitlines()[-1]}")


def main() -> int:
    """Run the command; returns its exit code."""
    command = sys.argv[1:]
    if not command:
        stop("say which command to run, for example: python scripts/with_postgres.py pytest")
    binaries = programs() or install()
    # The tools for backup and restore lie beside the server, often outside of PATH.
    path = f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    with server(binaries) as url:
        env = {**os.environ, "DATABASE_URL": url, "PATH": path}
        try:
            return subprocess.run(command, env=env, check=False).returncode
        except OSError as error:
            stop(f"{command[0]} cannot be started: {error}.")
            return 1


if __name__ == "__main__":
    sys.exit(main())
