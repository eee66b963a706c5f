"""How long imports take and how much memory they need, measured through the command line.

Prints JSON. Uses the real lists beside the checkout; a database in a temporary folder, or the one
that DATABASE_URL names (which must be empty).
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared/data/directory"
STEIGER = Path(sys.executable).parent / "steiger"
RUNS = (
    ("ror_germany_earlier", ["ror", str(DATA / "ror_germany_earlier.json.gz")]),
    ("ror_germany_earlier_again", ["ror", str(DATA / "ror_germany_earlier.json.gz")]),
    ("organisations_world", ["csv", str(DATA / "organisations_world.csv.gz"), "--source", "world"]),
)
LIMITS_S = {"ror_germany_earlier": 10, "ror_germany_earlier_again": 10, "organisations_world": 60}
LIMIT_MB = 1000


def run(arguments: list[str], env: dict[str, str]) -> tuple[float, str]:
    """Seconds and output of one command."""
    begin = time.monotonic()
    done = subprocess.run(
        [str(STEIGER), *arguments], env=env, capture_output=True, text=True, check=True
    )
    return time.monotonic() - begin, done.stdout


def main() -> int:
    """Measure, print, and fail if a limit is broken."""
    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ, STEIGER_DATA_DIR=folder, STEIGER_LOG_LEVEL="ERROR")
        run(["django", "migrate", "--verbosity", "0"], env)
        run(["demo"], env)
        result = {}
        for name, arguments in RUNS:
            seconds, output = run(["directory", "import", *arguments, "--json"], env)
            said = json.loads(output)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            result[name] = {
                "seconds": round(seconds, 1),
                "peak_mb": round(peak),
                **{key: said[key] for key in ("new", "unchanged", "inactive", "rejected")},
            }
    result["database"] = "postgresql" if os.environ.get("DATABASE_URL") else "sqlite"
    sys.stdout.write(json.dumps(result, indent=2) + "\n")
    slow = [name for name, limit in LIMITS_S.items() if result[name]["seconds"] > limit]
    large = [name for name in LIMITS_S if result[name]["peak_mb"] > LIMIT_MB]
    return 1 if slow or large else 0


if __name__ == "__main__":
    sys.exit(main())
