"""Eight clients at once propose, edit, decide, undo, merge, un-merge and restore.

After every round all laws are looked at: no lost update, no orphan, history whole, counts equal.

    python benchmarks/directory/nothing_lost.py [--clients 8] [--steps 10000] [--rounds 5]
    python scripts/with_postgres.py .venv/bin/python benchmarks/directory/nothing_lost.py

Uses SQLite in an empty folder, or the database of DATABASE_URL (which must be empty). Prints JSON;
exits 1 if a law was broken, or a client gave up or met an error that is none of the product's own
answers.
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
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))


GAVE_UP = "gave up after 30 s"


def prepare(folder: str) -> None:
    """An empty product."""
    os.environ["STEIGER_DATA_DIR"] = folder
    os.environ["STEIGER_LOG_LEVEL"] = "ERROR"
    os.environ["DJANGO_SETTINGS_MODULE"] = "steiger.web.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def client(editors: Any, seed: int, steps: int, told: Any) -> None:
    """One client's share of a round."""
    from django.db import OperationalError, connections

    from steiger.web.directory.domain import index

    connections.close_all()
    index.drain = lambda **_options: 0  # the index is another matter, and has its own benchmark
    rng = random.Random(seed)
    editors.made, editors.decided, editors.done, editors.longest_s = 0, 0, Counter(), 0.0
    error = ""
    try:
        for _ in range(steps):
            begin = time.monotonic()
            try:
                editors.act(rng)
            except OperationalError as late:
                # SQLite lets one write at a time; whoever waits for 30 s is told so. Only a machine
                # that hardly runs lets it come to that; nothing of the act may be left behind.
                if "locked" not in str(late):
                    raise
                editors.done[GAVE_UP] += 1
            editors.longest_s = max(editors.longest_s, time.monotonic() - begin)
    except Exception:  # noqa: BLE001 -- the report names it
        error = traceback.format_exc()[-1200:]
    told.put((editors.made, editors.decided, editors.done, editors.longest_s, error))
    connections.close_all()


def one_round(editors: Any, number: int, clients: int, steps: int) -> tuple[list[str], list[str]]:
    """All clients at once on the same entries; then the laws."""
    from django.db import connections

    from factories.curation_laws import problems

    connections.close_all()
    fork = multiprocessing.get_context("fork")
    told = fork.Queue()
    workers = [
        fork.Process(target=client, args=(editors, number * 1000 + n, steps, told))
        for n in range(clients)
    ]
    for worker in workers:
        worker.start()
    errors = []
    for _ in workers:
        made, decided, done, longest_s, error = told.get(timeout=3_000)
        editors.made += made
        editors.decided += decided
        editors.done.update(done)
        editors.longest_s = max(editors.longest_s, longest_s)
        if error:
            errors.append(error)
            print(error.strip().splitlines()[-1], file=sys.stderr, flush=True)
    for worker in workers:
        worker.join()
    return problems(editors), errors


def main() -> int:
    """Run rounds until all steps are done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--steps", type=int, default=10_000, help="Of all clients together.")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="steiger-curation-") as folder:
        prepare(folder)
        from django.db import connection

        from factories.curation_laws import Editors
        from steiger.web.directory.models import Actor, Change

        editors = Editors.at_work()
        begin, broken, errors = time.monotonic(), [], []
        share = -(-options.steps // (options.rounds * options.clients))
        for number in range(options.rounds):
            found, failed = one_round(editors, number, options.clients, share)
            broken += found
            errors += failed
            seconds = time.monotonic() - begin
            print(f"round {number + 1} of {options.rounds}, {seconds:.0f} s, "
                  f"{len(broken)} laws broken, {len(errors)} errors",
                  file=sys.stderr, flush=True)  # fmt: skip
        seconds = time.monotonic() - begin
        steps = share * options.rounds * options.clients
        result = {
            "database": connection.vendor,
            "clients": options.clients,
            "steps": steps,
            "seconds": round(seconds, 1),
            "steps_per_s": round(steps / seconds, 1),
            "longest_act_s": round(editors.longest_s, 1),
            "acts": dict(sorted(editors.done.items())),
            "actors": Actor.objects.count(),
            "changes": Change.objects.count(),
            "laws_broken": broken[:10],
            "errors": errors[:3],
            "ok": not (broken or errors or editors.done[GAVE_UP]),
        }
        print(json.dumps(result, indent=2))
        return int(not result["ok"])


if __name__ == "__main__":
    sys.exit(main())
