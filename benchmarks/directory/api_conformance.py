"""Does the API keep its word? schemathesis over the whole description, on a running server.

``python benchmarks/directory/api_conformance.py [--examples 200] [--json out.json]`` uses SQLite
in a folder of its own; behind ``python scripts/with_postgres.py`` and with ``--postgres`` it uses
PostgreSQL. Each operation gets the examples of the description, boundary values
(phase "coverage") and random requests (phase "fuzzing"), such that fit the description and such
that do not. Ends with 1 if anything was found: a server error, an answer whose status, kind, header
or form the description does not name, a wrong request that was taken, a right one that was refused.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def prepare(folder: Path, *, postgres: bool) -> str:
    """Migrate, load the demonstration and a small map; returns an access key."""
    os.environ["STEIGER_DATA_DIR"] = str(folder)
    os.environ["STEIGER_API_PER_MINUTE"] = "1000000"
    os.environ["STEIGER_API_CHANGES_PER_HOUR"] = "1000000"
    os.environ["STEIGER_LOG_LEVEL"] = "ERROR"
    os.environ["DJANGO_SETTINGS_MODULE"] = "steiger.web.config.settings"
    if not postgres:
        os.environ.pop("DATABASE_URL", None)
    elif "DATABASE_URL" not in os.environ:
        sys.exit("--postgres needs DATABASE_URL; run it by scripts/with_postgres.py.")
    sys.path.insert(0, str(ROOT / "tests"))
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    # Standard output is for the result alone.
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    call_command("migrate", verbosity=0)
    from factories.api import make_key, make_map
    from steiger.web.directory.domain.demo import load_demo

    load_demo(settings.REGION, fill=300)
    firm = make_map()["firm"]
    from steiger.web.directory.domain.index import rebuild

    rebuild()
    return make_key(firm, scopes=("actor:read", "actor:write"))[1]


def serve() -> tuple[Any, str]:
    """The product behind a plain threaded server in this process."""
    from wsgiref.simple_server import WSGIRequestHandler

    from django.core.servers.basehttp import ThreadedWSGIServer

    from steiger.web.config.wsgi import application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


def _line(rule: dict[str, list[Any]]) -> str:
    """A rule as TOML, which writes lists like JSON."""
    return "\n".join(f"{key} = {json.dumps(value)}" for key, value in rule.items())


def probe(url: str, key: str, examples: int, folder: Path, seed: int) -> dict[str, Any]:
    """Run schemathesis; what it counted and found."""
    config, report = folder / "schemathesis.toml", folder / "report.json"
    from factories.api_checks import EXPECTED

    lines = [f"[checks.{name}]\n{_line(rule)}" for name, rule in EXPECTED.items()]
    config.write_text("\n".join(lines), encoding="utf-8")
    begin = time.perf_counter()
    done = subprocess.run(
        [
            str(Path(sys.executable).parent / "st"),
            *("--config-file", str(config), "run", f"{url}/api/v1/openapi.json"),
            *("--url", url, "--checks", "all", "--phases", "examples,coverage,fuzzing"),
            *("--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure"),
            *("--suppress-health-check", "all", "--warnings", "off", "--no-color"),
            # A busy machine is no fault of the API.
            *("--request-timeout", "120", "--wait-for-schema", "120"),
            *("--header", f"Authorization:Bearer {key}"),
            *("--report", "json", "--report-json-path", str(report)),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    return {
        "exit_code": done.returncode,
        "seconds": round(time.perf_counter() - begin, 1),
        "report": json.loads(report.read_text()) if report.exists() else None,
        "output": done.stdout + done.stderr,
    }


def _figures(report: dict[str, Any]) -> dict[str, Any]:
    """What the report counts, without what is only true on this machine."""
    return {key: report.get(key) for key in ("operations", "phases", "test_cases", "failures")}


def main() -> int:
    """Prepare, serve, probe, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=200, help="for each operation")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--output", action="store_true", help="also what schemathesis says")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="steiger-api-") as name:
        folder = Path(name)
        key = prepare(folder, postgres=arguments.postgres)
        server, url = serve()
        found = probe(url, key, arguments.examples, folder, arguments.seed)
        server.shutdown()
    import schemathesis
    from django.db import connection

    if arguments.output or found["exit_code"]:
        print(found["output"], file=sys.stderr)
    result = {
        "database": connection.vendor,
        "schemathesis": schemathesis.__version__,
        "examples_for_each_operation": arguments.examples,
        "seconds": found["seconds"],
        "finds_nothing": found["exit_code"] == 0,
        **_figures(found["report"] or {}),
    }
    text = json.dumps(result, indent=1)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")
    return 0 if result["finds_nothing"] else 1


if __name__ == "__main__":
    sys.exit(main())
