"""Lighthouse on home, map and actor page of a running product.

    python benchmarks/web/lighthouse.py [--url http://127.0.0.1:8000]

Needs `npm ci` in frontend/ (Lighthouse is a development dependency) and a Chromium. Prints JSON;
exits 1 if a score is below its goal.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from argparse import ArgumentParser
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2] / "frontend/node_modules/lighthouse/cli/index.js"
GOALS = {"performance": 0.95, "accessibility": 1.0, "best-practices": 1.0, "seo": 1.0}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = "--headless=new --no-sandbox --disable-quic --disable-background-networking"


def actor_address(url: str) -> str:
    """Address of the first actor in the list."""
    with urllib.request.urlopen(f"{url}/landkarte/") as answer:  # noqa: S310 - own machine
        found = re.search(r'href="(/landkarte/eintrag/[^"]+)"', answer.read().decode())
    if found is None:
        raise SystemExit("The list holds no actor; load the demo first.")
    return found.group(1)


def scores(address: str) -> dict[str, float]:
    """Lighthouse's scores of one page."""
    browser = next((path for name in CHROMIUM if (path := shutil.which(name))), "")
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run(
            ["node", str(PROGRAM), address, "--quiet", "--output=json",
             f"--output-path={out.name}", f"--only-categories={','.join(GOALS)}",
             f"--chrome-flags={FLAGS}"],
            env=dict(os.environ, CHROME_PATH=browser), check=True, capture_output=True,
        )  # fmt: skip
        report = json.loads(Path(out.name).read_text())
    return {name: report["categories"][name]["score"] for name in GOALS}


def main() -> int:
    """Measure and print."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    url = parser.parse_args().url
    if not PROGRAM.exists():
        raise SystemExit("Lighthouse is not installed: run `npm ci` in frontend/.")
    pages = {"home": "/", "map": "/landkarte/?view=map", "actor": actor_address(url)}
    result = {name: scores(url + path) for name, path in pages.items()}
    sys.stdout.write(json.dumps(result, indent=1) + "\n")
    low = [
        (page, name)
        for page, found in result.items()
        for name, goal in GOALS.items()
        if (found[name] or 0) < goal
    ]
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
