"""How long a newcomer waits: fresh clone with cold caches until the first answer, then again.

Clones the committed state into a temporary folder, gives uv, npm and pip empty caches, runs
`make run`, and measures until the home page answers. Then ends it, starts it again, and measures
again. Prints JSON; exits 1 if a figure is above what the README states.

    python benchmarks/start/cold_start.py [--working-tree] [--without-node]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIRST_LIMIT_S, SECOND_LIMIT_S = 240.0, 5.0


def clone(target: Path, working_tree: bool) -> None:
    """The committed state, or with ``working_tree`` what lies there now."""
    if not working_tree:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(target)], check=True)
        return
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, names.split("\0")):
        source, copy = ROOT / name, target / name
        if source.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy)


def path_without_node(folder: Path) -> str:
    """A PATH in which Node cannot be found."""
    folder.mkdir()
    for place in reversed(os.environ["PATH"].split(os.pathsep)):
        for program in Path(place).glob("*"):
            link = folder / program.name
            if not program.name.startswith(("node", "npm", "npx")):
                link.unlink(missing_ok=True)
                link.symlink_to(program)
    return str(folder)


def seconds_until_answer(checkout: Path, env: dict[str, str], log: Path) -> tuple[float, int]:
    """Run `make run`, wait for the home page, end it; seconds and size of the page in bytes."""
    begin = time.monotonic()
    with log.open("a") as output:
        process = subprocess.Popen(
            ["make", "run"],
            cwd=checkout,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{env['PORT']}/", timeout=30) as page:
                    return time.monotonic() - begin, len(page.read())
            except OSError:
                if process.poll() is not None or time.monotonic() - begin > 2 * FIRST_LIMIT_S:
                    raise SystemExit(f"no answer:\n{log.read_text()[-2000:]}") from None
                time.sleep(0.02)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def main() -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--working-tree", action="store_true", help="also what is not committed")
    parser.add_argument("--without-node", action="store_true", help="hide the system's Node")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="steiger-start-") as name:
        folder = Path(name)
        clone(folder / "clone", options.working_tree)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        # STEIGER_…, DATABASE_URL and an active environment would change what is measured.
        outer = {k: v for k, v in os.environ.items() if not k.startswith(("STEIGER", "VIRTUAL"))}
        outer.pop("DATABASE_URL", None)
        caches = {n: str(folder / n) for n in ("UV_CACHE_DIR", "npm_config_cache", "PIP_CACHE_DIR")}
        env = {**outer, **caches, "PORT": str(port), "PYTHONDONTWRITEBYTECODE": ""}
        if options.without_node:
            env["PATH"] = path_without_node(folder / "path")
        log = folder / "log"
        first, size = seconds_until_answer(folder / "clone", env, log)
        second, _ = seconds_until_answer(folder / "clone", env, log)
        steps = [line.strip() for line in log.read_text().splitlines() if "✓" in line]
    result = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system_node": not options.without_node,
        "first_start_s": round(first, 1),
        "second_start_s": round(second, 1),
        "home_page_bytes": size,
        "steps": steps,
    }
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 0 if first <= FIRST_LIMIT_S and second <= SECOND_LIMIT_S else 1


if __name__ == "__main__":
    sys.exit(main())
