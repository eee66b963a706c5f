"""Which files a certificate stands for, by their SHA-256."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from steiger.engines.audit.certificate.errors import CertificateError

#: What a file is to the audit. Of the first three, copies need not lie in the evidence folder.
ROLES = ("model", "data", "input", "catalogue", "results", "verdict", "report", "evidence")
AWAY = frozenset({"model", "data", "input"})
#: Files that come into being after signing, and are therefore no evidence.
LATER = ("certificate.json", "issuer.json", "inclusion.json", "status-*.json")
_NAMED = {"results.json": "results", "verdict.json": "verdict", "catalogue.json": "catalogue",
          "report.pdf": "report", "report.html": "report"}  # fmt: skip
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, order=True)
class FileDigest:
    """One file.

    Attributes:
        name: relative to the evidence folder, with `/`.
        role: one of :data:`ROLES`.
        size: bytes; −1 where only the digest is known.
    """

    name: str
    role: str
    sha256: str
    size: int = -1

    def __post_init__(self) -> None:
        parts = self.name.split("/")
        if not self.name or "\\" in self.name or any(part in ("", ".", "..") for part in parts):
            raise CertificateError(f"{self.name!r} is no name of a file in an evidence folder.")
        if self.role not in ROLES or not _DIGEST.fullmatch(self.sha256):
            raise CertificateError(f"{self.name}: role or digest make no sense.")

    def as_plain(self) -> dict[str, Any]:
        """For the certificate."""
        plain: dict[str, Any] = {"name": self.name, "role": self.role, "sha256": self.sha256}
        if self.size >= 0:
            plain["size"] = self.size
        return plain


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_in(folder: Path) -> dict[str, Path]:
    """Every plain file below a folder that can be evidence, by its name.

    Raises:
        CertificateError: a link, which could show something else tomorrow.
    """
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise CertificateError(f"{name} is a link: put a copy of the file in its place.")
        later = len(path.relative_to(folder).parts) == 1 and any(path.match(p) for p in LATER)
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not later and not hidden:
            found[name] = path
    return found


def manifest_of(folder: Path, inputs: Iterable[FileDigest] = ()) -> tuple[FileDigest, ...]:
    """Digests of all files of a folder, and of inputs that lie elsewhere; sorted by name.

    Raises:
        CertificateError: there are none, or one is not the input of the same name.
    """
    found = [
        FileDigest(name, _NAMED.get(name, "evidence"), digest_of(path), path.stat().st_size)
        for name, path in files_in(folder).items()
    ]
    if not found:
        raise CertificateError(f"{folder} holds no evidence.")
    for given in inputs:
        same = [entry for entry in found if entry.name == given.name]
        if any(entry.sha256 != given.sha256 for entry in same):
            raise CertificateError(
                f"{folder}/{given.name} is not the file that was examined; put it elsewhere."
            )
        # A copy lies in the folder: what it is to the audit counts, and its size is known.
        found = [entry for entry in found if entry not in same]
        found.append(replace(given, size=same[0].size) if same else given)
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class Difference:
    """How files differ from a manifest.

    Attributes:
        absent: inputs of which there is no copy; that is no fault.
        unlisted: files that the certificate says nothing about.
    """

    equal: tuple[str, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    absent: tuple[str, ...]
    unlisted: tuple[str, ...]


def compare(entries: Iterable[Mapping[str, Any]], folder: Path) -> Difference:
    """Hold the files of a folder against a certificate's list."""
    here = files_in(folder)
    equal: list[str] = []
    changed: list[str] = []
    missing: list[str] = []
    absent: list[str] = []
    names = set()
    for entry in entries:
        name = str(entry["name"])
        names.add(name)
        if name not in here:
            (absent if entry["role"] in AWAY else missing).append(name)
        elif digest_of(here[name]) == entry["sha256"]:
            equal.append(name)
        else:
            changed.append(name)
    unlisted = tuple(sorted(set(here) - names))
    return Difference(tuple(equal), tuple(changed), tuple(missing), tuple(absent), unlisted)
