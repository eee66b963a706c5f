"""A folder of its own for uploads, and counters that begin at nought."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    for name in ("base_location", "location", "_location"):
        default_storage.__dict__.pop(name, None)
