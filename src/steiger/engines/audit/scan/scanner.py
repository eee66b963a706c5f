"""One file from its first bytes to a verdict."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from pathlib import Path
from typing import BinaryIO

from steiger.engines.audit.scan.archives import Zip, compression_of, tar_members, unpack
from steiger.engines.audit.scan.arrays import (
    NPY,
    looks_like_safetensors,
    scan_npy,
    scan_safetensors,
)
from steiger.engines.audit.scan.machine import BrokenPickleError, Machine
from steiger.engines.audit.scan.onnx_files import looks_like_onnx, scan_onnx
from steiger.engines.audit.scan.pickles import scan_pickle
from steiger.engines.audit.scan.programs import (
    program,
    scan_hdf5,
    scan_keras,
    scan_text_or_graph,
)
from steiger.engines.audit.scan.result import (
    Findings,
    LimitReachedError,
    Limits,
    Member,
    ScanError,
    ScanResult,
)
from steiger.engines.audit.scan.skops_files import scan_schema
from steiger.engines.audit.scan.torch_files import is_script, prefix_of, scan_torch

HDF5 = b"\x89HDF\r\n\x1a\n"
LIGHTGBM = b"tree\nversion=v"
#: What an ending promises; endings that stand here must hold what they say.
ENDINGS: dict[str, frozenset[str]] = {
    ".pkl": frozenset({"pickle", "compressed"}),
    ".pickle": frozenset({"pickle", "compressed"}),
    ".joblib": frozenset({"pickle", "compressed"}),
    ".sav": frozenset({"pickle", "compressed"}),
    ".pt": frozenset({"torch", "pickle"}),
    ".pth": frozenset({"torch", "pickle"}),
    ".ckpt": frozenset({"torch", "pickle"}),
    ".npy": frozenset({"npy"}),
    ".npz": frozenset({"npz"}),
    ".safetensors": frozenset({"safetensors"}),
    ".onnx": frozenset({"onnx"}),
    ".skops": frozenset({"skops"}),
    ".h5": frozenset({"hdf5"}),
    ".hdf5": frozenset({"hdf5"}),
    ".keras": frozenset({"keras", "hdf5"}),
    ".zip": frozenset({"zip", "npz", "torch", "keras", "skops"}),
    ".tar": frozenset({"tar"}),
    ".gz": frozenset({"compressed"}),
    ".bz2": frozenset({"compressed"}),
    ".xz": frozenset({"compressed"}),
    ".txt": frozenset({"lightgbm", "text"}),
    ".json": frozenset({"text"}),
    ".csv": frozenset({"text"}),
    ".md": frozenset({"text"}),
}
#: Kinds that run code where a loader takes them; under a foreign ending they hide.
RUNS = frozenset({"pickle", "torch", "script"})
#: Forms without parts: a zip behind or in one of them is there to be read by somebody else.
ONE_PART = frozenset(
    {"hdf5", "lightgbm", "npy", "onnx", "pickle", "safetensors", "text", "unknown"}
)
_CHUNK = 1 << 20


def scan_file(path: Path, limits: Limits | None = None) -> ScanResult:
    """Scan a model file against the allow-list. Nothing is unpickled, imported or run.

    Raises:
        ScanError: there is no such plain file.
    """
    try:
        with path.open("rb") as file:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise ScanError(f"{path}: is no plain file. Name one model file.")
            return scan_stream(file, path.name, limits)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ScanError(f"{path}: cannot be read ({reason}). Name one model file.") from error


def scan_stream(file: BinaryIO, name: str, limits: Limits | None = None) -> ScanResult:
    """Scan an open file from its beginning; `name` gives the ending."""
    findings = Findings(limits or Limits())
    digest, size = hashlib.sha256(), 0
    while block := file.read(_CHUNK):
        digest.update(block)
        size += len(block)
    file.seek(0)
    kind = "unknown"
    if size > findings.limits.file:
        findings.add("limit", name, "file")
    else:
        try:
            kind = _Scanner(findings).scan(file, name, name, size, 0)
        except LimitReachedError as error:
            findings.add("limit", name, str(error))
    return ScanResult(
        verdict=findings.verdict,
        kind=kind,
        size=size,
        sha256=digest.hexdigest(),
        reasons=tuple(findings.reasons),
        members=tuple(findings.members),
    )


class _Probe(Machine):
    """`pickle.load` as such, which ends at a persistent id."""

    def _do_persid(self, argument: str) -> None:
        raise BrokenPickleError(argument)

    def _do_binpersid(self, _: object) -> None:
        raise BrokenPickleError("persistent id")


def reads_as_pickle(stream: BinaryIO, where: str, findings: Findings) -> bool:
    """Whether `pickle.load` would find something to do in what is taken for another format.

    A tar begins with a name and a safetensors file with a number; both can be written so that they
    are operations. Also a stream that breaks off later has run what came before.
    """
    stream.seek(0)
    machine = _Probe(where, Findings(findings.limits))
    try:
        machine.follow(stream)
    except BrokenPickleError:
        return machine.globals > 0
    return True


class _Scanner:
    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    def scan(self, stream: BinaryIO, name: str, where: str, size: int, depth: int) -> str:
        """Scan one file or member; returns what it is."""
        if depth > self.findings.limits.depth:
            self.findings.add("too_deep", where)
            return "unknown"
        place = len(self.findings.members)
        self.findings.member(where, "unknown", size)
        kind = self._by_content(stream, name, where, size, depth)
        self.findings.members[place] = Member(where, kind, size)
        if kind not in ("pickle", "empty") and reads_as_pickle(stream, where, self.findings):
            self.findings.add("two_readings", where, kind)
        if kind in ONE_PART and _also_zip(stream):
            self.findings.add("two_readings", where, f"{kind}, zip")
        promised = ENDINGS.get(Path(name).suffix.lower())
        if promised is not None:
            # What is too large to be looked through may be what it says.
            fits = kind in promised or kind == "empty" or size > self.findings.limits.unpacked
        else:
            fits = kind not in RUNS or Path(name).suffix.lower() in _OPEN_ENDINGS
        if not fits:
            self.findings.add("wrong_extension", where, kind)
        return kind

    def _by_content(  # noqa: PLR0911 - one return for each form
        self, stream: BinaryIO, name: str, where: str, size: int, depth: int
    ) -> str:
        if size == 0:
            self.findings.add("empty", where)
            return "empty"
        head = stream.read(64)
        stream.seek(0)
        if head.startswith(b"PK"):
            return self._zip(stream, where, size, depth)
        if head.startswith(NPY):
            scan_npy(stream, where, size, self.findings)
            return "npy"
        if head.startswith(HDF5):
            self.findings.add("hdf5", where)
            scan_hdf5(stream, where, self.findings)
            return "hdf5"
        if head.startswith(b"7z\xbc\xaf\x27\x1c"):
            self.findings.add("seven_zip", where)
            return "7z"
        if looks_like_safetensors(head, size):
            scan_safetensors(stream, where, size, self.findings)
            return "safetensors"
        return self._by_trying(stream, name, where, size, depth)

    def _by_trying(  # one return for each form
        self, stream: BinaryIO, name: str, where: str, size: int, depth: int
    ) -> str:
        """Forms without bytes that only they begin with."""
        head = stream.read(512)
        stream.seek(0)
        how = compression_of(head)
        if how and head[:1] != b"\x80":
            content = unpack(stream, how, where, size, self.findings)
            if content is not None:
                self.scan(io.BytesIO(content), _inner(name), f"{where}!", len(content), depth + 1)
            return "compressed"
        if head[257:262] == b"ustar":
            for inner, content in tar_members(stream, where, self.findings):
                self.scan(io.BytesIO(content), inner, f"{where}!{inner}", len(content), depth + 1)
            return "tar"
        if head[:1] == b"\x80" or Path(name).suffix.lower() in _PICKLE_ENDINGS:
            scan_pickle(stream, where, size, self.findings)
            return "pickle"
        if size <= self.findings.limits.unpacked and not program(head):
            content = stream.read()
            stream.seek(0)
            if looks_like_onnx(content):
                self.findings.unpack(size)
                scan_onnx(content, where, self.findings)
                return "onnx"
            if content.startswith(LIGHTGBM) and _is_text(content):
                return "lightgbm"
        return self._unknown(stream, where, size)

    def _unknown(self, stream: BinaryIO, where: str, size: int) -> str:
        """Neither known nor announced: perhaps a pickle of protocol 0 or 1, without a beginning."""
        if reads_as_pickle(stream, where, self.findings):
            stream.seek(0)
            scan_pickle(stream, where, size, self.findings)
            return "pickle"
        stream.seek(0)
        self.findings.add("format", where)
        if what := program(stream.read(64)):
            self.findings.add("code", where, what)
        scan_text_or_graph(stream, where, self.findings)
        return "text" if _is_text(stream.read(_CHUNK)) else "unknown"

    def _zip(  # noqa: PLR0911 - one return for each form
        self, stream: BinaryIO, where: str, size: int, depth: int
    ) -> str:
        archive = Zip(stream, where, size, self.findings)
        if archive.open is None:
            return "zip"
        names = {entry.name for entry in archive.entries}
        if is_script(archive.entries):
            self.findings.add("code", where, "TorchScript")
            return "script"
        prefix = prefix_of(archive.entries)
        if prefix is not None:
            scan_torch(archive, prefix, where, self.findings)
            return "torch"
        if "schema.json" in names:
            self._members(archive, where, depth, skip="schema.json")
            schema = next(e for e in archive.entries if e.name == "schema.json")
            content = archive.read(schema)
            if content is not None:
                scan_schema(content, names - {"schema.json"}, f"{where}!schema.json", self.findings)
            return "skops"
        self._members(archive, where, depth)
        if {"config.json", "model.weights.h5"} <= names:
            self._keras(archive, where)
            return "keras"
        if names and all(name.endswith(".npy") for name in names):
            return "npz"
        if not names:
            self.findings.add("empty", where)
        return "zip"

    def _members(self, archive: Zip, where: str, depth: int, skip: str = "") -> None:
        for entry in archive.entries:
            if entry.name == skip:
                continue
            content = archive.read(entry)
            if content is not None:
                inner = f"{where}!{entry.name}"
                self.scan(io.BytesIO(content), entry.name, inner, len(content), depth + 1)

    def _keras(self, archive: Zip, where: str) -> None:
        """What names foreign code is refused; the rest stays unknown."""
        for entry in archive.entries:
            content = archive.read(entry) if entry.name == "config.json" else None
            if content is not None:
                scan_keras(content, f"{where}!config.json", self.findings)


_PICKLE_ENDINGS = frozenset({".pkl", ".pickle", ".joblib", ".sav", ".pt", ".pth", ".ckpt"})
#: Endings that promise nothing.
_OPEN_ENDINGS = frozenset({"", ".bin", ".dat", ".model", ".mdl", ".data", ".p", ".dump", ".z"})


def _inner(name: str) -> str:
    """`model.pkl.gz` → `model.pkl`; `model.joblib` stays, because joblib compresses itself."""
    path = Path(name)
    return path.stem if path.suffix.lower() in (".gz", ".bz2", ".xz", ".z", ".lzma") else name


def _also_zip(stream: BinaryIO) -> bool:
    """Readers of zip look from the end, whatever a file begins with."""
    stream.seek(0)
    return zipfile.is_zipfile(stream)


def _is_text(content: bytes) -> bool:
    return not any(byte < 9 or 13 < byte < 32 for byte in content)
