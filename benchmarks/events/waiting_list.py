"""Eight clients at once register, come in groups, cancel, let offers expire, change the quota.

After every round all laws are looked at: never over quota, order kept, sums right, nobody lost.

    python benchmarks/events/waiting_list.py [--clients 8] [--steps 10000] [--round 50]
    python scripts/with_postgres.py .venv/bin/python benchmarks/events/waiting_list.py

Uses SQLite in an empty folder, or the database of DATABASE_URL (its tables of this room are
filled). Prints JSON; exits 1 if a law was broken or a client met an error.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))


def prepare(folder: str) -> None:
    """An empty product."""
    os.environ["STEIGER_DATA_DIR"] = folder
    os.environ["STEIGER_LOG_LEVEL"] = "ERROR"
    os.environ["DJANGO_SETTINGS_MODULE"] = "steiger.web.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def client(crowd: Any, seed: int, steps: int, told: Any) -> None:
    """One client's share of a round."""
    from django.db import connections

    connections.close_all()
    rng = random.Random(seed)
    try:
        for _ in range(steps):
            crowd.act(rng)
        told.put((crowd.confirmed, crowd.lowest, ""))
    except Exception:  # noqa: BLE001 -- the report names it
        told.put((crowd.confirmed, crowd.lowest, traceback.format_exc()[-800:]))
    finally:
        connections.close_all()


def one_round(number: int, clients: int, steps: int) -> tuple[list[str], list[str]]:
    """A fresh event; all clients at once; then the laws."""
    from django.db import connections

    from factories.events import make_event
    from factories.events_laws import Crowd, problems

    crowd = Crowd(make_event(quota=5 + number % 20, most=3))
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    told = fork.Queue()
    workers = [
        fork.Process(target=client, args=(crowd, number * 1000 + n, steps, told))
        for n in range(clients)
    ]
    for worker in workers:
        worker.start()
    errors = []
    for _ in workers:
        confirmed, lowest, error = told.get(timeout=600)
        crowd.confirmed |= confirmed
        crowd.lowest = min(crowd.lowest, lowest)
        errors += [error] if error else []
    for worker in workers:
        worker.join()
    broken = problems(crowd)
    crowd.pass_time(timedelta(hours=26))
    return broken + problems(crowd), errors


def _progress(done: int, rounds: int, seconds: float, wrong: int) -> None:
    left = seconds / done * (rounds - done)
    said = f"{done} of {rounds} rounds, {seconds:.0f} s, about {left:.0f} s left, {wrong} wrong"
    print(said, file=sys.stderr, flush=True)


def main() -> int:
    """Run rounds until all steps are done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--steps", type=int, default=10_000, help="Of each client, in all.")
    parser.add_argument("--round", type=int, default=50, help="Of each client, in one round.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="steiger-events-") as folder:
        prepare(folder)
        from django.db import connection

        from steiger.web.events.models import Registration

        begin, broken, errors = time.monotonic(), [], []
        rounds = -(-options.steps // options.round)
        for number in range(rounds):
            found, failed = one_round(number, options.clients, options.round)
            broken += found
            errors += failed
            if (number + 1) % 10 == 0:
                _progress(number + 1, rounds, time.monotonic() - begin, len(broken + errors))
        seconds = time.monotonic() - begin
        states = Counter(Registration.objects.values_list("state", flat=True))
        print(
            json.dumps(
                {
                    "database": connection.vendor,
                    "clients": options.clients,
                    "steps": options.clients * rounds * options.round,
                    "rounds": rounds,
                    "seconds": round(seconds, 1),
                    "steps_per_s": round(options.clients * rounds * options.round / seconds, 1),
                    "registrations": dict(sorted(states.items())),
                    "laws_broken": broken,
                    "errors": errors[:3],
                    "ok": not broken and not errors,
                },
                indent=2,
            )
        )
        return int(bool(broken or errors))


if __name__ == "__main__":
    sys.exit(main())
