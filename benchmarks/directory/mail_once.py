"""Does every reminder go out exactly once, or is it shown as failed, whatever breaks on the way?

    python benchmarks/directory/mail_once.py [--entries 200]
    python scripts/with_postgres.py .venv/bin/python benchmarks/directory/mail_once.py

Makes entries that are due, each with a representative, and lets the product's own worker do its
nightly work against a mail server of this script. Meanwhile three things break:

1. the mail server does not answer when the worker begins;
2. the worker is killed (SIGKILL) in the middle of handing mails over, and another one begins;
3. the database is restarted (PostgreSQL only: ``pg_ctl restart -m fast``).

At last: no mailbox got two mails, and every reminder was either taken by the mail server or is
shown as failed. Prints JSON; ends with 1 if that is not so. Unix only.
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
STEIGER = str(Path(sys.executable).with_name("steiger"))
LONGEST_S = 270.0


class Mailbox(socketserver.StreamRequestHandler):
    """Speaks as much SMTP (RFC 5321) as a client needs; notes who got which mail."""

    taken: list[tuple[str, str]] = []
    slow_s = 0.03

    def handle(self) -> None:
        """One connection."""
        self._say("220 mailbox")
        people: list[str] = []
        while line := self.rfile.readline().decode("latin-1").strip():
            word = line.upper()
            if word.startswith("RCPT"):
                people.append(line.partition("<")[2].partition(">")[0])
            if word.startswith("DATA"):
                self._say("354 go on")
                number = self._read()
                time.sleep(self.slow_s)  # so that something can break in the middle
                self.taken.extend((one, number) for one in people)
                people = []
            if word.startswith("QUIT"):
                self._say("221 bye")
                return
            self._say("250 ok")

    def _read(self) -> str:
        number = ""
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            if line.lower().startswith(b"message-id:"):
                number = line.decode("latin-1").partition(":")[2].strip()
        return number

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    """Can be taken down and put up again on the same port."""

    allow_reuse_address = True
    daemon_threads = True


def put_up(port: int) -> Server:
    """Begin to answer."""
    server = Server(("127.0.0.1", port), Mailbox)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def prepare(entries: int) -> None:
    """Entries that are due, each with one representative; in the order of their age."""
    from factories.directory import make_actor
    from factories.freshness import make_representative

    for number in range(entries):
        row = make_actor(f"Beispielstelle {number}", website="")
        make_representative(row, email=f"stelle{number}@example.org", days_ago=400 + number)


def restart_database() -> bool:
    """Restart PostgreSQL as its own user; False on SQLite, which has no server."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        folder = Path(cursor.fetchone()[0])
    connection.close()
    pg_ctl(folder, "restart", "-l", "/dev/null")
    # Whoever started the old server cannot end the new one.
    atexit.register(pg_ctl, folder, "stop")
    return True


def pg_ctl(folder: Path, act: str, *more: str) -> None:
    """Command the server of a data folder as the user whose it is."""
    program = max(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    owner, who = folder.stat(), {}
    if os.geteuid() != owner.st_uid:
        who = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
    subprocess.run(  # type: ignore[call-overload]
        [str(program), "-D", str(folder), "-m", "fast", "-w", act, *more],
        check=True,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **who,
    )


def worker() -> subprocess.Popen[bytes]:
    """The product's worker."""
    return subprocess.Popen([STEIGER, "worker"], stdout=sys.stderr)


def wait_until(what: str, true: object, deadline: float) -> None:
    """Wait for a condition.

    Raises:
        SystemExit: it did not come true in time.
    """
    assert callable(true)
    while not true():
        if time.monotonic() > deadline:
            raise SystemExit(f"mail_once: {what} did not happen in time.")
        time.sleep(0.1)


def run(entries: int) -> dict[str, object]:
    """Let everything break, and count."""
    from django.core.management import call_command
    from django.db import OperationalError, connection

    from steiger.web.background.models import OutgoingMail
    from steiger.web.curation.domain.reminders import deliveries
    from steiger.web.curation.models import Reminder
    from steiger.web.curation.tasks import run_cycle_task

    call_command("migrate", verbosity=0)
    prepare(entries)
    run_cycle_task.enqueue()  # what the worker does every night
    vendor = connection.vendor
    connection.close()
    begun = time.monotonic()
    deadline = begun + LONGEST_S
    port = int(os.environ["STEIGER_SMTP_PORT"])
    first = worker()
    events: dict[str, float] = {}
    try:
        wait_until(
            "a failed attempt",
            lambda: OutgoingMail.objects.filter(attempts__gte=1, sent_at=None).count() >= 5,
            deadline,
        )
        put_up(port)
        events["mail server up"] = time.monotonic() - begun
        wait_until("a quarter of the mails", lambda: len(Mailbox.taken) >= entries // 4, deadline)
    finally:
        first.kill()
        first.wait()
    events["worker killed"] = time.monotonic() - begun
    killed_at = len(Mailbox.taken)
    second = worker()
    try:
        wait_until("half of the mails", lambda: len(Mailbox.taken) >= entries // 2, deadline)
        connection.close()
        restarted = restart_database()
        events["database restarted"] = time.monotonic() - begun if restarted else 0.0

        def over() -> bool:
            try:
                # The killed worker may have been writing reminders, too; another one goes on.
                return Reminder.objects.count() == entries and deliveries().under_way == 0
            except OperationalError:
                connection.close()
                return False

        wait_until("the end of all mails", over, deadline)
    finally:
        second.terminate()
        second.wait(timeout=60)
    told = deliveries()
    per_person = Counter(person for person, _number in Mailbox.taken)
    twice = {person: number for person, number in per_person.items() if number > 1}
    return {
        "database": vendor,
        "reminders": entries,
        "restarted": restarted,
        "taken_before_the_kill": killed_at,
        "mailboxes_with_one_mail": len(per_person) - len(twice),
        "mailboxes_with_more": len(twice),
        "shown_as_left": told.left,
        "shown_as_failed": told.failed,
        "on_their_way": told.under_way,
        "lost": entries - told.left - told.failed,
        "never_arrived_and_not_shown": told.left - min(told.left, len(per_person)),
        "seconds": round(time.monotonic() - begun, 1),
        "at_s": {key: round(at, 1) for key, at in events.items()},
    }


def main() -> int:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=200)
    asked = parser.parse_args()
    with socketserver.TCPServer(("127.0.0.1", 0), Mailbox) as free:
        port = free.server_address[1]
    with tempfile.TemporaryDirectory(prefix="steiger-mail-") as folder:
        os.environ |= {
            "STEIGER_DATA_DIR": folder,
            "STEIGER_LOG_LEVEL": "ERROR",
            "STEIGER_SMTP_HOST": "127.0.0.1",
            "STEIGER_SMTP_PORT": str(port),
            "STEIGER_SMTP_SECURITY": "none",
            "DJANGO_SETTINGS_MODULE": "steiger.web.config.settings",
        }
        import django

        django.setup()
        result = run(asked.entries)
    print(json.dumps(result, indent=2))
    bad = ("mailboxes_with_more", "lost", "never_arrived_and_not_shown", "on_their_way")
    return 1 if any(result[key] for key in bad) else 0


if __name__ == "__main__":
    sys.exit(main())
