"""Many at once on one time: exactly one gets it. The benchmark does it with 500."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ATTEMPTS = 32


@pytest.mark.own_sqlite
def test_as_many_as_there_are_advisers(tmp_path: Path) -> None:
    # A database in memory, as other tests have it, knows no parallel writers: so a process apart.
    env = {k: v for k, v in os.environ.items() if not k.startswith(("STEIGER_", "DATABASE_"))}
    script = ROOT / "benchmarks/advice/slot_race.py"
    done = subprocess.run(
        [sys.executable, str(script), "--attempts", str(ATTEMPTS), "--processes", "2"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["advisers_1"]["outcomes"] == {"booked": 1, "taken": ATTEMPTS - 1}
    assert told["advisers_2"]["outcomes"] == {"booked": 2, "taken": ATTEMPTS - 2}
