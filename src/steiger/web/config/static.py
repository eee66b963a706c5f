"""Static files with a content hash in their address, without a collecting step."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


@cache
def _digest(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


class HashedStaticFilesStorage(StaticFilesStorage):
    """Adds ``?v=<hash>`` to each address, so that browsers may keep a file until it changes.

    A query instead of a new file name, because ES modules import each other by plain names.
    """

    def url(self, name: str | None) -> str:
        """The public address of a static file, with the hash of its content."""
        address = super().url(name)
        found = finders.find(name or "")
        if not found or settings.DEBUG:
            return address
        return f"{address}?v={_digest(str(found))}"
