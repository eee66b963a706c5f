"""One file that holds an installation: database, uploads, flood networks, and what they are."""

from __future__ import annotations

import os
import shutil
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
    FLOOD,
    FORMAT,
    UPLOADS,
    BackupError,
    Member,
    measured,
    write_archive,
)
from steiger.web.operations.domain.dumps import dump, engine

#: Times that a copy is begun anew because files were exchanged meanwhile.
TRIES = 5


def write_backup(target: Path) -> dict[str, Any]:
    """Write a backup while the product runs; returns its manifest (without the list of files).

    The database is copied first: every upload and every model that it names is there already. The
    index is not part of it, because it can be rebuilt. The keys are not part of it either, so that
    whoever holds a backup cannot sign in with it, nor sign certificates.

    Raises:
        BackupError: it cannot be written; an older file of that name is still there.
    """
    if not target.parent.is_dir():
        raise BackupError(f"There is no folder {target.parent}.")
    with tempfile.TemporaryDirectory(prefix="backup-", dir=settings.DATA_DIR) as name:
        folder = Path(name)
        _copy_state(folder)
        uploads = list(_members(UPLOADS, Path(settings.MEDIA_ROOT)))
        flood = list(_members(FLOOD, folder / FLOOD))
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
                "uploads": len(uploads),
                "flood": len(flood),
            },
        }
        database = measured(DATABASE, folder / DATABASE)
        write_archive(target, manifest, [database, *uploads, *flood])
    return manifest


def _copy_state(folder: Path) -> None:
    """Copy the database and then the files of the flood networks, so that they fit each other.

    What the worker collected in between makes a table longer than the database knows, as after a
    power cut; it goes on from there. Another network file would contradict the rows, so it begins
    anew then.
    """
    flood = Path(settings.DATA_DIR) / FLOOD
    for _ in range(TRIES):
        before = _stamps(flood, "*/network.toml")
        dump(folder / DATABASE)
        copy_one_moment(flood, folder / FLOOD)
        if _stamps(flood, "*/network.toml") == before:
            return
    raise BackupError(f"{flood}: networks were exchanged during the backup: try again.")


def copy_one_moment(source: Path, target: Path) -> None:
    """Copy a folder whose files are only ever exchanged whole, as it was at one moment.

    Raises:
        BackupError: it changed during each of several tries.
        OSError: it cannot be read.
    """
    for _ in range(TRIES):
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        before = _stamps(source)
        try:
            for name in before:
                _link(source / name, target / name)
        except FileNotFoundError:
            continue
        if _stamps(source) == before:
            return
    raise BackupError(f"{source} changed during the backup: try again.")


def _link(path: Path, to: Path) -> None:
    """A second name of the same content, which takes no time and no room; or else a copy."""
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, to)
    except FileNotFoundError:
        raise
    except OSError:
        # Some file systems know no second names.
        shutil.copy2(path, to)


def _stamps(folder: Path, pattern: str = "**/*") -> dict[Path, tuple[int, int, int]]:
    """What tells the files below a folder from later ones; drafts and locks are left out."""
    found = {}
    for path in sorted(folder.glob(pattern)):
        name = path.relative_to(folder)
        if any(part.startswith(".") for part in name.parts):
            continue
        try:
            if path.is_file() and not path.is_symlink():
                stat = path.stat()
                found[name] = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
        except FileNotFoundError:
            continue
    return found


def _members(kind: str, folder: Path) -> Iterator[Member]:
    """Every plain file below a folder; one that vanishes meanwhile has been deleted."""
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(root) / name
            if path.is_symlink() or not path.is_file():
                continue
            try:
                yield measured(f"{kind}/{path.relative_to(folder).as_posix()}", path)
            except FileNotFoundError:
                continue
