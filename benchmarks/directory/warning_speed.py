"""How long the warning takes while a name is typed, the database included, with 51,370 actors.

    python benchmarks/directory/warning_speed.py [--names 300] [--json FILE]
    python scripts/with_postgres.py .venv/bin/python benchmarks/directory/warning_speed.py

Fills an empty database (SQLite, or that of DATABASE_URL) with the organisations of the file, then
asks what the page asks while somebody types a name that is altered by typical typing: through the
whole of the product (middleware, matcher, database, answer), without the network. Prints the time
on the clock and, because others may work on the same machine, the time of the processor (without
that of a PostgreSQL server). Prints JSON; ends with 1 if 95 of 100 answers take more than 50 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from matching_pool import world

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from factories.misspelling import typed

AIM_MS, SEED, BATCH = 50.0, 2027, 2_000
PAGE = "/eintraege/neu/aehnlich"


def fill() -> int:
    """Every organisation as a published actor with all its names; returns how many."""
    from django.core.management import call_command
    from django.db import transaction

    from steiger.web.directory.domain import likeness
    from steiger.web.directory.domain.sources import ROR, get_source
    from steiger.web.directory.models import Actor, Name

    call_command("migrate", verbosity=0)
    everyone = world()
    with transaction.atomic():
        source = get_source(ROR)
        actors = [
            Actor(slug=f"o-{number}", name=one.name[:255], sort_name=one.name[:255].casefold(),
                  town=one.town[:120], website=one.website[:500])
            for number, one in enumerate(everyone)
        ]  # fmt: skip
        Actor.objects.bulk_create(actors, batch_size=BATCH)
        names = [
            Name(actor=actor, source=source, stated_on=date(2024, 1, 1), kind="alias",
                 text=text[:255], language="")
            for actor, one in zip(actors, everyone, strict=True)
            for text in one.other_names
        ]  # fmt: skip
        Name.objects.bulk_create(names, batch_size=BATCH)
    print("filled", file=sys.stderr, flush=True)
    likeness.rebuild()
    print("matcher built", file=sys.stderr, flush=True)
    return len(actors)


def percentiles(times: list[float]) -> dict[str, float]:
    """Middle, 95 of 100, longest."""
    ordered = sorted(times)
    return {
        "p50": round(ordered[len(ordered) // 2], 2),
        "p95": round(ordered[int(len(ordered) * 0.95)], 2),
        "max": round(ordered[-1], 2),
    }


def main() -> int:
    """Fill, ask, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=300)
    parser.add_argument("--json", type=Path, help="Write the result there, too.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="steiger-warning-") as folder:
        os.environ |= {
            "STEIGER_DATA_DIR": folder,
            "STEIGER_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "steiger.web.config.settings",
        }
        import django

        django.setup()
        from django.db import connection
        from django.test import Client

        actors, browser = fill(), Client(SERVER_NAME="127.0.0.1")
        names = [name for name, _meant, _kind in typed(world(), asked.names, SEED)]
        for _ in range(3):
            browser.get(PAGE, {"name": "Warm Institute"})
        wall, processor, answered = [], [], 0
        for name in names:
            begin, cpu = time.perf_counter(), time.process_time()
            answer = browser.get(PAGE, {"name": name})
            wall.append((time.perf_counter() - begin) * 1000)
            processor.append((time.process_time() - cpu) * 1000)
            answered += bool(answer.json()["likely"])
        result = {
            "database": connection.vendor,
            "actors": actors,
            "names": len(names),
            "answered": answered,
            "clock_ms": percentiles(wall),
            "processor_ms": percentiles(processor),
        }
    result["ok"] = percentiles(wall)["p95"] <= AIM_MS
    text = json.dumps(result, indent=2)
    print(text)
    if asked.json:
        asked.json.write_text(text + "\n")
    return int(not result["ok"])


if __name__ == "__main__":
    sys.exit(main())
