"""Puts a backup back: first everything is checked beside the installation, then swapped in."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

import steiger
from steiger.web.accounts.domain.audit import SYSTEM, Entry, record_many
from steiger.web.accounts.models import User
from steiger.web.directory.models import Actor
from steiger.web.operations.domain.archive import (
    DATABASE,
    FLOOD,
    UPLOADS,
    BackupError,
    read_manifest,
    unpack,
)
from steiger.web.operations.domain.dumps import check_dump, dump, engine, put_back
from steiger.web.operations.domain.start import timed

Say = Callable[[str], None]


def restore_backup(file: Path, *, replace: bool, say: Say = lambda _: None) -> dict[str, Any]:
    """Put back database, uploads and flood networks, and rebuild the index.

    Returns the backup's manifest. A backup of an older version holds no flood networks: their
    folder then stays as it is, and ``say`` is told.

    Safe while the product runs: readers see the old state or the new one.

    Args:
        file: what :func:`write_backup` wrote.
        replace: whether an installation that holds something may be overwritten.
        say: told about each step.

    Raises:
        BackupError: the file does not fit, or something could not be done; nothing was changed.
    """
    manifest = read_manifest(file)
    check_fit(file, manifest)
    if not replace and holds_something():
        raise BackupError(
            "This installation holds data already. `--replace` overwrites it; make a backup first."
        )
    with tempfile.TemporaryDirectory(prefix="restore-", dir=settings.DATA_DIR) as name:
        folder = Path(name)
        timed(say, "Unpacked and checked", lambda: unpack(file, folder))
        check_dump(folder / DATABASE, manifest["engine"])
        before = None
        if tables_exist():
            before = folder / "before"
            dump(before)
        places = _places(manifest)
        timed(say, "Database and files", lambda: _swap(folder, before, places))
    if FLOOD not in places:
        say("  ! This backup holds no files of flood networks: see what `steiger doctor` misses.")
    timed(say, "Search index", _rebuild)
    with transaction.atomic():
        entry = Entry("operations.restore", "operations.backup", file.name[:64], file.name)
        record_many(by=SYSTEM, entries=[entry], reason=f"state of {manifest['made_at']}")
    return manifest


def check_fit(file: Path, manifest: dict[str, Any]) -> None:
    """Refuse a backup that this installation cannot hold.

    Raises:
        BackupError: with what does not fit.
    """
    if manifest["engine"] != engine():
        raise BackupError(
            f"{file} holds a {manifest['engine']} database, this installation uses {engine()}: "
            "set DATABASE_URL to match."
        )
    if _number(manifest["version"]) > _number(steiger.__version__):
        raise BackupError(
            f"{file} was made by version {manifest['version']}, this is {steiger.__version__}: "
            "install the newer version first."
        )
    if manifest["region"] != settings.REGION:
        raise BackupError(
            f"{file} belongs to the region {manifest['region']!r}, this installation serves "
            f"{settings.REGION!r}: set STEIGER_REGION to match."
        )


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in str(version).split(".") if part.isdigit())


def tables_exist() -> bool:
    """Whether the database has been set up at all."""
    return "django_migrations" in connection.introspection.table_names()


def _places(manifest: dict[str, Any]) -> dict[str, Path]:
    """Where the folders go that a backup speaks for; one without a count is not in it."""
    places = {UPLOADS: Path(settings.MEDIA_ROOT), FLOOD: Path(settings.DATA_DIR) / FLOOD}
    return {name: place for name, place in places.items() if name in manifest["counts"]}


def holds_something() -> bool:
    """Whether anything would be lost."""
    for folder in (Path(settings.MEDIA_ROOT), Path(settings.DATA_DIR) / FLOOD):
        if folder.is_dir() and any(folder.iterdir()):
            return True
    if not tables_exist():
        return False
    try:
        return Actor.objects.exists() or User.objects.exists()
    except DatabaseError:
        # Tables of an older version: somebody used this.
        return True


def _swap(folder: Path, before: Path | None, places: dict[str, Path]) -> None:
    """Swap in database and folders; if the second half fails, the first is taken back."""
    put_back(folder / DATABASE)
    try:
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        _swap_folders(folder, places)
    except Exception as error:
        if before is not None:
            put_back(before)
        raise BackupError(f"The restored state could not be used: {error}.") from error


def _swap_folders(folder: Path, places: dict[str, Path]) -> None:
    """Rename all new folders into place, or leave all old ones there.

    The old ones come to lie beside the unpacked backup and go with it.
    """
    with ExitStack() as undo:
        for name, place in places.items():
            new, old = folder / name, folder / f"old-{name}"
            new.mkdir(exist_ok=True)
            if place.exists():
                place.rename(old)
                undo.callback(old.rename, place)
            new.rename(place)
            undo.callback(place.rename, new)
        undo.pop_all()


def _rebuild() -> None:
    from steiger.web.directory.domain.index import rebuild
    from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary

    forget_vocabulary()
    rebuild()
