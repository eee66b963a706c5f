"""Files that are kept as evidence: what is taken, and how they go.

A file is written before the transaction ends and removed after it; what a crash leaves behind
between the two is found and removed by the daily sweep.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from steiger.web.cases.models import Evidence

FOLDER = "cases"
#: Largest file in bytes.
LARGEST = 10_000_000
#: Ending of the name → (first bytes, media type). Nothing that a browser would run.
KINDS: dict[str, tuple[bytes, str]] = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    ".docx": (
        b"PK\x03\x04",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ".xlsx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".odt": (b"PK\x03\x04", "application/vnd.oasis.opendocument.text"),
    ".ods": (b"PK\x03\x04", "application/vnd.oasis.opendocument.spreadsheet"),
}
#: A file without a row is left alone for so long: its transaction may still be running.
GRACE_S = 3600


def kind_of(name: str, begin: bytes) -> str:
    """Media type of a file by its ending, if its first bytes agree; else nothing."""
    first, kind = KINDS.get(Path(name).suffix.lower(), (b"", ""))
    return kind if kind and begin.startswith(first) else ""


def drop_files(evidence: Iterable[Evidence]) -> None:
    """Remove files once the surrounding transaction has ended well."""
    names = [str(one.file.name) for one in evidence if one.file]

    def drop() -> None:
        for name in names:
            default_storage.delete(name)

    transaction.on_commit(drop)


def sweep_files() -> int:
    """Remove files to which no row belongs; returns how many."""
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    if not folder.is_dir():
        return 0
    known = set(Evidence.objects.exclude(file="").values_list("file", flat=True))
    before = time.time() - GRACE_S
    lost = [
        path
        for path in folder.iterdir()
        if path.is_file() and f"{FOLDER}/{path.name}" not in known and path.stat().st_mtime < before
    ]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)
