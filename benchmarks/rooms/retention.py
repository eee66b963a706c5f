"""Is everything forgotten in time, everywhere, while every figure stays?

    python benchmarks/rooms/retention.py [--step 15]

Makes an empty installation and lives a year in it by the rooms' own acts: registrations with
answers, a waiting list, an event that is called off; consultations with notes; communities with
questions; publications asked for; flood warnings; accounts and failed sign-ins; cases with files,
tasks and a merger; mails of which some are never taken. Every name, address and word has a mark.
Then the clock moves on in steps past every retention period; each time the worker does its daily
work. At last the marks are looked for in every column of every table (the log and sessions
included), in every byte of every file of the data folder (database, journal, index, uploads), and
in everything that was logged. All indicators of the year are compared row by row.

Runs on SQLite, or on the empty database of DATABASE_URL. Prints JSON; ends with 1 if a promise is
broken.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))


def main() -> int:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", type=float, default=15, help="days between two daily works")
    asked = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "STEIGER_DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "steiger.web.config.settings",
        }
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection
        from django.test.utils import setup_test_environment

        setup_test_environment(debug=False)  # a test client's host, and mails that stay here
        call_command("migrate", verbosity=0)
        from factories import retention

        outcome = retention.run(folders=[Path(folder)], step_days=asked.step)
        result = {"database": connection.vendor, **asdict(outcome), "kept": outcome.kept}
    result["seconds"] = round(time.perf_counter() - began, 1)
    print(json.dumps(result, indent=2, ensure_ascii=False))
    return 0 if outcome.kept else 1


if __name__ == "__main__":
    sys.exit(main())
