"""Files that the commands of `steiger audit` read and write: wrong ones end in one line."""

from __future__ import annotations

import os
from pathlib import Path

from steiger.engines.audit.certificate import CertificateError
from steiger.lib.atomic_files import write_atomically


def content_of(path: Path, what: str) -> bytes:
    """The bytes of a file.

    Raises:
        CertificateError: there is none.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise CertificateError(f"{path}: {what} cannot be read ({error.strerror}).") from error


def check_target(path: Path, *, may_exist: bool = False) -> None:
    """A file can be written there.

    Raises:
        CertificateError: its folder is missing, or it is there already.
    """
    if not path.parent.is_dir() or path.is_dir():
        raise CertificateError(f"{path}: its folder does not exist, or it is a folder.")
    if path.exists() and not may_exist:
        raise CertificateError(f"{path} exists already; nothing was written. Choose another name.")


def write_secret(path: Path, content: bytes) -> None:
    """A new file that only its owner may read; never replaces one.

    Raises:
        CertificateError: it cannot be made.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CertificateError(f"{path}: cannot be written ({error.strerror}).") from error
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def secret_of(path: Path) -> bytes:
    """The bytes of a key file.

    Raises:
        CertificateError: there is none, or others may read it.
    """
    content = content_of(path, "the key")
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise CertificateError(f"{path}: others may read this key. Run: chmod 600 {path}")
    return content


def write_all(files: dict[Path, bytes]) -> None:
    """Write files whose targets were checked."""
    for path, content in files.items():
        write_atomically(path, content)
