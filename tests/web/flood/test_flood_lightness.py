"""Web processes stay light: forecasting libraries are loaded by the worker alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
import django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
from factories.flood_room import make_network, make_past, run
network = make_network()
make_past(network)
run(network, [0.7, 1.3])
pegel = "/hochwasser/pegel/beispieltal/mittelwerk/"
paths = [
    "/", "/hochwasser/", "/hochwasser/lage/", pegel, pegel + "verlauf.json",
    pegel + "rueckblick/", pegel + "rueckblick.json?zeit=flut", "/hochwasser/warnungen/",
    "/hochwasser/daten/", "/hochwasser/daten/qualitaet/", "/hochwasser/nachricht/",
    "/hochwasser/daten/beispieltal/vorhersage",
]
browser = Client(HTTP_HOST="127.0.0.1")
codes = {path: browser.get(path).status_code for path in paths}
assert set(codes.values()) == {200}, codes
heavy = {"lightgbm", "scipy", "matplotlib", "pyarrow", "sklearn", "httpx"}
print(sorted(heavy & set(sys.modules)))
"""


@pytest.mark.own_sqlite
def test_pages_load_no_forecasting_library(tmp_path: Path) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("STEIGER_", "DATABASE_"))}
    env |= {
        "DJANGO_SETTINGS_MODULE": "steiger.web.config.settings",
        "STEIGER_DATA_DIR": str(tmp_path),
        "STEIGER_LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(TESTS),
    }
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout.strip()) == (0, "[]"), result.stderr[-2000:]
