"""Tests make their tables from the models, so migrations must lead to the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.apps import apps


def test_migrations_say_what_models_say(tmp_path: Path) -> None:
    ours = [app.label for app in apps.get_app_configs() if app.name.startswith("steiger.")]
    assert len(ours) > 10
    # In a process of its own: in this one, migrations are switched off.
    done = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run", *ours],
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "steiger.web.config.settings",
            "STEIGER_DATA_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
