"""Files from outside are hostile until proven otherwise.

What is kept is never opened by the product nor shown by it: it goes out as a download only.
"""

from __future__ import annotations

import csv
import io
import json
import re
import stat
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from steiger.adapters.pdf import PdfRefusedError, inspect_apart
from steiger.web.audits.domain.errors import RefusedError

LARGEST = 20_000_000
#: Of archives: how many files, how many bytes unpacked, how many times larger than packed.
MOST_FILES, MOST_BYTES, MOST_TIMES = 500, 200_000_000, 100
MEDIA = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "csv": "text/csv",
    "txt": "text/plain",
    "md": "text/markdown",
    "json": "application/json",
    "zip": "application/zip",
}
KINDS = {"png": "picture", "jpg": "picture", "jpeg": "picture", "csv": "data", "json": "data"}
_MAGIC = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff"}
_MARKUP = re.compile(r"<\s*(!doctype|\?xml|html|svg|script|iframe|object|embed)\b", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?[\d.,\s]*\d(e[+-]?\d+)?\s*%?", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that may be kept."""

    name: str
    kind: str
    media_type: str
    data: bytes


def accept(name: str, data: bytes) -> Accepted:
    """A file from outside, if it may come in.

    Raises:
        RefusedError: its name, size, type or content; ``key`` says which.
    """
    if len(data) > LARGEST:
        raise RefusedError("file_large", f"{LARGEST // 1_000_000} MB")
    if not data:
        raise RefusedError("file_empty")
    _check_name(name)
    ending = _ending(name)
    if ending == "zip":
        _check_archive(data)
    else:
        _check_content(ending, data)
    return Accepted(name, KINDS.get(ending, "document"), MEDIA[ending], data)


def _check_name(name: str) -> None:
    strange = any(ord(sign) < 32 or sign in '/\\:*?"<>|\u202e' for sign in name)
    if not name or len(name) > 150 or strange or name.startswith(".") or ".." in name:
        raise RefusedError("file_name", name[:60])


def _ending(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    if ending in {"svg", "svgz", "html", "htm", "xml", "xhtml"}:
        raise RefusedError("file_markup", name[:60])
    if ending not in MEDIA:
        raise RefusedError("file_type", name[:60])
    return ending


def _check_content(ending: str, data: bytes) -> None:
    if ending == "pdf":
        try:
            inspect_apart(data)
        except PdfRefusedError as error:
            raise RefusedError("file_pdf", error.reason) from error
    elif ending in _MAGIC:
        if not data.startswith(_MAGIC[ending]):
            raise RefusedError("file_disguised", ending)
    else:
        _check_text(ending, data)


def _check_text(ending: str, data: bytes) -> None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError("file_disguised", ending) from error
    if "\0" in text:
        raise RefusedError("file_disguised", ending)
    if _MARKUP.search(text):
        raise RefusedError("file_markup", ending)
    if ending == "json":
        try:
            json.loads(text)
        except (ValueError, RecursionError) as error:
            raise RefusedError("file_disguised", ending) from error
    if ending == "csv":
        _check_cells(text)


def _check_cells(text: str) -> None:
    """A spreadsheet would carry out a cell that begins like a formula."""
    separator = ";" if text[:2000].count(";") > text[:2000].count(",") else ","
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=separator), 1):
            for cell in row:
                bare = cell.strip()
                if bare[:1] in {"=", "@", "+", "-"} and not _NUMBER.fullmatch(bare) and bare != "-":
                    raise RefusedError("file_formula", str(number))
    except csv.Error as error:
        raise RefusedError("file_disguised", "csv") from error


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            total = sum(entry.file_size for entry in entries)
            if len(entries) > MOST_FILES or total > min(MOST_BYTES, MOST_TIMES * len(data)):
                raise RefusedError("file_bomb")
            for entry in entries:
                _check_entry(archive, entry)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise RefusedError("file_disguised", "zip") from error


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename)
    bad = path.is_absolute() or ".." in path.parts or "\\" in entry.filename
    if bad or _DRIVE.match(entry.filename) or entry.filename != entry.orig_filename:
        raise RefusedError("file_path", entry.filename[:60])
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise RefusedError("file_path", entry.filename[:60])
    if entry.is_dir():
        return
    ending = _ending(path.name)
    if ending == "zip":
        raise RefusedError("file_bomb")
    with archive.open(entry) as file:
        # No more than it says: a forged size must not fill the memory.
        content = file.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise RefusedError("file_bomb")
    if content:
        _check_content(ending, content)
