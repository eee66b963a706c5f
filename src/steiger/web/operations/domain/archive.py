"""The file of a backup: a compressed tar whose first member says what the others must be.

Member ``manifest.json`` names version, region, database engine, counts, and size and SHA-256 of
every further member: ``database``, ``uploads/…`` and ``flood/…``. Whatever differs from it is
refused.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
#: Folders below the data folder that a backup holds as they are.
UPLOADS, FLOOD = "uploads", "flood"
FOLDERS = (UPLOADS, FLOOD)
#: Bytes; a manifest names some 100,000 files in this.
LARGEST_MANIFEST = 64 * 1024 * 1024
CHUNK = 1024 * 1024


class BackupError(Exception):
    """A backup or a restore cannot be done; the message is for people. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file that belongs to a backup."""

    name: str
    path: Path
    size: int
    sha256: str
    mtime: int


def measured(name: str, path: Path) -> Member:
    """A file with its size, hash and time."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        mtime = int(os.fstat(file.fileno()).st_mtime)
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Member(name, path, size, digest.hexdigest(), mtime)


class _Hashing(io.RawIOBase):
    """Passes a stream on and hashes what goes through."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read from the stream beneath."""
        data = self.file.read(size)
        self.digest.update(data)
        return data


def write_archive(target: Path, manifest: Mapping[str, Any], members: list[Member]) -> None:
    """Write the file whole or not at all.

    Raises:
        BackupError: a file changed meanwhile, or the target cannot be written.
    """
    files = {m.name: {"size": m.size, "sha256": m.sha256} for m in members}
    text = json.dumps({**manifest, "files": files}, ensure_ascii=False, indent=1).encode()
    handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    try:
        # Level 3: pages of a database shrink nearly as well as with 9, in a fifth of the time.
        with (
            os.fdopen(handle, "wb") as file,
            tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as tar,
        ):
            _add(tar, MANIFEST, len(text), io.BytesIO(text), int(time.time()))
            for member in members:
                with member.path.open("rb") as source:
                    hashing = _Hashing(source)
                    _add(tar, member.name, member.size, hashing, member.mtime)
                    if hashing.digest.hexdigest() != member.sha256 or source.read(1):
                        raise BackupError(f"{member.path} changed during the backup: try again.")
        Path(part).replace(target)
    except (OSError, tarfile.TarError) as error:
        raise BackupError(f"{target} cannot be written: {error}.") from error
    finally:
        Path(part).unlink(missing_ok=True)


def _add(tar: tarfile.TarFile, name: str, size: int, source: Any, mtime: int) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mtime = size, mtime
    info.mode = 0o600
    tar.addfile(info, source)


def read_manifest(file: Path) -> dict[str, Any]:
    """What a backup says about itself; nothing is unpacked.

    Raises:
        BackupError: this is no backup of this product, or of a newer form.
    """
    with _opened(file) as tar:
        return _manifest(file, tar.next(), tar)


def unpack(file: Path, folder: Path) -> dict[str, Any]:
    """Unpack a backup into an empty folder, checking every member against the manifest.

    Raises:
        BackupError: a member is missing, added, changed, or would leave the folder.
    """
    with _opened(file) as tar:
        manifest = _manifest(file, tar.next(), tar)
        expected: dict[str, dict[str, Any]] = dict(manifest["files"])
        for info in _members(file, tar):
            promised = expected.pop(info.name, None)
            if promised is None:
                raise BackupError(f"{file}: {info.name!r} is not in the manifest.")
            if not info.isreg() or not safe(info.name):
                raise BackupError(f"{file}: {info.name!r} is not a plain file inside the backup.")
            if info.size != promised["size"]:
                raise BackupError(f"{file}: {info.name!r} has another size than promised.")
            _write(file, tar, info, folder / info.name, promised["sha256"])
        if expected:
            raise BackupError(f"{file}: {min(expected)!r} is missing; the file is incomplete.")
    return manifest


def safe(name: str) -> bool:
    """Whether a member's name is the database or stays below one of the folders."""
    path = PurePosixPath(name)
    if name == DATABASE:
        return True
    parts = path.parts
    plain = not path.is_absolute() and ".." not in parts and "\\" not in name and "\0" not in name
    return plain and name == str(path) and len(parts) > 1 and parts[0] in FOLDERS


class _opened:  # noqa: N801 - reads like the function it stands for
    """The archive; damage anywhere becomes one clear line."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __enter__(self) -> tarfile.TarFile:
        try:
            self.tar = tarfile.open(self.file, mode="r|gz")
        except (OSError, tarfile.TarError, EOFError) as error:
            raise BackupError(f"{self.file} is no backup: {error}.") from error
        return self.tar

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        self.tar.close()
        # zlib.error is no OSError and is not worth an import of its own here.
        broken = isinstance(error, OSError | tarfile.TarError | EOFError)
        if error is not None and (broken or type(error).__name__ == "error"):
            raise BackupError(f"{self.file} is damaged or cut off: {error}.") from error


def _members(file: Path, tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while True:
        info = tar.next()
        if info is None:
            return
        yield info


def _manifest(file: Path, info: tarfile.TarInfo | None, tar: tarfile.TarFile) -> dict[str, Any]:
    if info is None or info.name != MANIFEST or not info.isreg() or info.size > LARGEST_MANIFEST:
        raise BackupError(f"{file} is no backup of Steiger: it does not begin with a manifest.")
    stream = tar.extractfile(info)
    try:
        found = json.loads(stream.read() if stream else b"")
        files = found["files"]
        whole = found["product"] == "steiger" and all(
            isinstance(f["size"], int) and isinstance(f["sha256"], str) for f in files.values()
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError(f"{file}: the manifest cannot be read.") from error
    if not whole:
        raise BackupError(f"{file} is no backup of Steiger.")
    if found.get("format") != FORMAT:
        raise BackupError(f"{file} has form {found.get('format')}; this version reads {FORMAT}.")
    if DATABASE not in files:
        raise BackupError(f"{file}: the manifest names no database.")
    return dict(found)


def _write(file: Path, tar: tarfile.TarFile, info: tarfile.TarInfo, to: Path, sha256: str) -> None:
    source = tar.extractfile(info)
    if source is None:
        raise BackupError(f"{file}: {info.name!r} cannot be read.")
    to.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with to.open("xb") as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
    if digest.hexdigest() != sha256:
        raise BackupError(f"{file}: {info.name!r} is damaged (its checksum differs).")
    # Rain forecasts are told apart by age; a time that is yet to come would keep one for ever.
    at = min(max(info.mtime, 0), time.time())
    os.utime(to, (at, at))
