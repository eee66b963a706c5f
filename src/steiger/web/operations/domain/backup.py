"""One file that holds an installation: database, uploads, and what they are."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

import steiger
from steiger.web.accounts.models import User
from steiger.web.directory.models import Actor
from steiger.web.operations.domain.archive import (
    DATABASE,
    FORMAT,
    UPLOADS,
    BackupError,
    Member,
    measured,
    write_archive,
)
from steiger.web.operations.domain.dumps import dump, engine


def write_backup(target: Path) -> dict[str, Any]:
    """Write a backup while the product runs; returns its manifest (without the list of files).

    The database is copied first: every upload that it names is there already. The index is not
    part of it, because it can be rebuilt. The signing key is not part of it either, so that whoever
    holds a backup cannot sign in with it.

    Raises:
        BackupError: it cannot be written; an older file of that name is still there.
    """
    if not target.parent.is_dir():
        raise BackupError(f"There is no folder {target.parent}.")
    uploads = Path(settings.MEDIA_ROOT)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=settings.DATA_DIR) as folder:
        copy = Path(folder) / DATABASE
        dump(copy)
        members = [measured(DATABASE, copy), *_uploads(uploads)]
        manifest = {
            "product": "steiger",
            "format": FORMAT,
            "version": steiger.__version__,
            "region": settings.REGION,
            "engine": engine(),
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "counts": {
                "actors": Actor.objects.count(),
                "people": User.objects.count(),
                "uploads": len(members) - 1,
            },
        }
        write_archive(target, manifest, members)
    return manifest


def _uploads(folder: Path) -> Iterator[Member]:
    """Every plain file below the uploads; one that vanishes meanwhile has been deleted."""
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(root) / name
            if path.is_symlink() or not path.is_file():
                continue
            try:
                yield measured(UPLOADS + path.relative_to(folder).as_posix(), path)
            except FileNotFoundError:
                continue
