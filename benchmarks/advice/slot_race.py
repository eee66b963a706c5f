"""500 at once want one time: exactly one gets it.

Fills an empty database with one adviser, then lets processes with threads ask for the same time at
the same moment, each for another firm. Checks that one booking stands, that all others were told
that the time is taken (nobody met an error), and that its quarters of an hour are held once. Then
the same again with a second adviser: exactly two. Prints JSON; exits 1 if anything is not so.

    python benchmarks/advice/slot_race.py [--attempts 500]
    python scripts/with_postgres.py .venv/bin/python benchmarks/advice/slot_race.py
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
THREADS = 8


def prepare(folder: str) -> None:
    """Point Django at a database of our own."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "steiger.web.config.settings"
    os.environ["STEIGER_DATA_DIR"] = folder
    os.environ["STEIGER_LOG_LEVEL"] = "ERROR"
    import django

    django.setup()


def worker(folder: str, numbers: list[int], gate: object, results: object) -> None:
    """Ask as several firms, all threads beginning at the same moment."""
    prepare(folder)
    from datetime import UTC

    from django.db import connections

    from factories.advice import MONDAY_NINE, NOW, given, need
    from steiger.web.advice.domain.booking import TakenError, ask

    wish, found, lock = need(), Counter(), threading.Lock()

    def run(own: list[int]) -> None:
        gate.wait()  # type: ignore[attr-defined]
        for number in own:
            try:
                ask(
                    need=wish,
                    start=MONDAY_NINE.astimezone(UTC),
                    area="",
                    given=given(f"firma{number}@example.org"),
                    language="de",
                    now=NOW,
                )
                outcome = "booked"
            except TakenError:
                outcome = "taken"
            except Exception as error:  # noqa: BLE001 - any error is what we look for
                outcome = f"{type(error).__name__}: {error}"[:120]
            with lock:
                found[outcome] += 1
        connections.close_all()

    threads = [threading.Thread(target=run, args=(numbers[n::THREADS],)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(dict(found))  # type: ignore[attr-defined]


def race(folder: str, attempts: int, processes: int) -> tuple[Counter[str], float]:
    """All attempts from all processes at once."""
    context = multiprocessing.get_context("spawn")
    gate, results = context.Barrier(processes * THREADS + 1), context.Queue()
    people = [
        context.Process(
            target=worker, args=(folder, list(range(n, attempts, processes)), gate, results)
        )
        for n in range(processes)
    ]
    for one in people:
        one.start()
    gate.wait()
    begin = time.perf_counter()
    total: Counter[str] = Counter()
    for _ in people:
        total.update(results.get(timeout=300))
    for one in people:
        one.join()
    return total, time.perf_counter() - begin


def main() -> int:
    """Run both races."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=500)
    parser.add_argument("--processes", type=int, default=4)
    given = parser.parse_args()
    attempts = given.attempts
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        from django.core.management import call_command
        from django.db import connection, connections

        from factories.advice import make_adviser, make_topics
        from steiger.web.advice.domain import booking as acts
        from steiger.web.advice.models import Booking, Claim

        acts.MOST_PER_HOUR = attempts + 1
        call_command("migrate", verbosity=0)
        make_topics()
        report, good = {"database": connection.vendor, "attempts": attempts}, True
        for advisers, name in enumerate(("Vera Beispiel", "Murat Beispiel"), start=1):
            make_adviser(name)
            Booking.objects.all().delete()
            connections.close_all()
            total, seconds = race(folder, attempts, given.processes)
            state = {
                "outcomes": dict(total),
                "bookings": Booking.objects.count(),
                "quarters": Claim.objects.count(),
                "seconds": round(seconds, 2),
            }
            report[f"advisers_{advisers}"] = state
            good &= total == {"booked": advisers, "taken": attempts - advisers}
            good &= (state["bookings"], state["quarters"]) == (advisers, 3 * advisers)
        connections.close_all()
    print(json.dumps(report | {"ok": good}, indent=2))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
