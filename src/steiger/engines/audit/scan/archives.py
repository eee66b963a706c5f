"""Archives: their members, read within limits, and nothing beside them.

A zip is read by its directory at the end, by its local headers, or from its first byte, depending
on the reader. Files on which these readings differ are how scanners are deceived, so a difference
is a finding of its own.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, BinaryIO, cast

from steiger.engines.audit.scan.result import Findings, LimitReachedError

_LOCAL = struct.Struct("<4s5H3I2H")
_END = struct.Struct("<4s4H2IH")
#: A data descriptor, with signature and 64-bit sizes.
LONGEST_DESCRIPTOR = 24
_CHUNK = 1 << 20
#: Extra field "Info-ZIP Unicode Path": another name for the same member.
UNICODE_PATH = 0x7075
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})


@dataclass(frozen=True, slots=True)
class Entry:
    """One member of an archive that may be read."""

    name: str
    size: int
    packed: int
    method: int = 0


class Zip:
    """An archive whose members are all in order; else findings say why."""

    def __init__(self, stream: BinaryIO, where: str, size: int, findings: Findings) -> None:
        self.stream, self.where, self.size, self.findings = stream, where, size, findings
        self.entries: list[Entry] = []
        self.open: zipfile.ZipFile | None = None
        try:
            archive = zipfile.ZipFile(stream)
            self._check(archive)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError,
                EOFError, UnicodeError, KeyError, IndexError) as error:  # fmt: skip
            findings.add("broken_archive", where, str(error))
            return
        self.open = archive

    def _check(self, archive: zipfile.ZipFile) -> None:
        infos = archive.infolist()
        if len(infos) > self.findings.limits.members:
            raise LimitReachedError("members")
        seen: set[str] = set()
        for info in infos:
            name = info.orig_filename
            check_name(name, self.where, self.findings)
            # Readers on other systems take names that differ only in case for the same one.
            if name.casefold() in seen:
                self.findings.add("duplicate_name", self.where, name)
            seen.add(name.casefold())
            if _extra_ids(info.extra) & {UNICODE_PATH}:
                # Some readers take the member's name from there.
                self.findings.add("two_readings", self.where, f"{name}: second name")
            if info.flag_bits & 0x1:
                self.findings.add("encrypted", self.where, name)
            mode = info.external_attr >> 16
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
                self.findings.add("special_member", self.where, name)
            if info.compress_type not in METHODS:
                self.findings.add("broken_archive", self.where, f"method {info.compress_type}")
            check_ratio(info.file_size, info.compress_size, f"{self.where}!{name}", self.findings)
            if not info.is_dir():
                entry = Entry(name, info.file_size, info.compress_size, info.compress_type)
                self.entries.append(entry)
        self._check_layout(archive, infos)

    def _check_layout(self, archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> None:
        """Members must follow each other from the first byte to the directory."""
        position = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            gap = info.header_offset - position
            if gap < 0 or gap > (LONGEST_DESCRIPTOR if position else 0):
                self.findings.add("hidden_bytes", self.where, info.orig_filename)
            self.stream.seek(info.header_offset)
            head = _LOCAL.unpack(self.stream.read(_LOCAL.size))
            name = self.stream.read(head[9])
            if head[0] != b"PK\x03\x04" or name != _raw_name(info):
                self.findings.add("broken_archive", self.where, "directory and member differ")
            if head[3] != info.compress_type or (head[2] ^ info.flag_bits) & 0x1:
                self.findings.add("broken_archive", self.where, "directory and member differ")
            position = info.header_offset + _LOCAL.size + head[9] + head[10] + info.compress_size
        if not 0 <= archive.start_dir - position <= LONGEST_DESCRIPTOR:
            self.findings.add("hidden_bytes", self.where, "before the directory")
        self.stream.seek(max(0, self.size - _END.size))
        end = self.stream.read(_END.size)
        if len(end) == _END.size and self._other_directory(end, archive.start_dir, len(infos)):
            self.findings.add("two_readings", self.where, "second directory")
        if archive.comment or len(end) < _END.size or not end.startswith(b"PK\x05\x06"):
            self.findings.add("hidden_bytes", self.where, "behind the directory")

    def _other_directory(self, end: bytes, start: int, count: int) -> bool:
        """Whether the short end names another directory than the 64-bit one, which Python takes."""
        members, total, _, offset = _END.unpack(end)[3:7]
        return not (members == total and total in (0xFFFF, count) and offset in (0xFFFFFFFF, start))

    def read(self, entry: Entry) -> bytes | None:
        """Content of a member; None if it cannot be read, with a finding."""
        if self.open is None:
            return None
        if entry.size > self.findings.limits.unpacked - self.findings.unpacked:
            raise LimitReachedError("unpacked")
        self.findings.unpack(entry.size)
        try:
            with self.open.open(entry.name) as member:
                content = member.read(entry.size + 1)
                # Reading to the end makes zipfile compare the checksum.
                if member.read(1) or len(content) != entry.size:
                    raise zipfile.BadZipFile("size")  # noqa: TRY301 - caught as zipfile's own
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError,
                NotImplementedError, RuntimeError, KeyError) as error:  # fmt: skip
            self.findings.add("broken_archive", f"{self.where}!{entry.name}", str(error))
            return None
        return content


def _extra_ids(extra: bytes) -> set[int]:
    """Numbers of the extra fields of a member."""
    found, position = set(), 0
    while position + 4 <= len(extra):
        number, length = struct.unpack_from("<HH", extra, position)
        found.add(number)
        position += 4 + length
    return found


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")


def check_name(name: str, where: str, findings: Findings) -> None:
    """A name must stay in its folder, on every system."""
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0] or "\0" in name or not name:
        findings.add("path", where, name)


def check_ratio(size: int, packed: int, where: str, findings: Findings) -> None:
    """A member must not unpack to much more than it is."""
    if size > 10_000_000 and size > packed * findings.limits.ratio:
        findings.add("bomb", where, f"{packed:,} → {size:,} bytes")


def tar_members(stream: BinaryIO, where: str, findings: Findings) -> list[tuple[str, bytes]]:
    """Names and contents of a tar's plain files; everything else is a finding."""
    found: list[tuple[str, bytes]] = []
    seen: set[str] = set()
    try:
        with tarfile.open(fileobj=stream, mode="r:") as archive:
            for info in archive:
                check_name(info.name, where, findings)
                if info.name in seen:
                    findings.add("duplicate_name", where, info.name)
                seen.add(info.name)
                if info.isdir():
                    continue
                member = archive.extractfile(info) if info.isreg() else None
                if member is None or info.issparse():
                    findings.add("special_member", where, info.name)
                    continue
                findings.unpack(info.size)
                content = member.read()
                if len(content) != info.size:
                    findings.add("broken_archive", where, info.name)
                found.append((info.name, content))
            rest = stream.read(_CHUNK)
            if rest.strip(b"\0"):
                findings.add("trailing", where)
    except (tarfile.TarError, ValueError, OSError, EOFError) as error:
        findings.add("broken_archive", where, str(error))
    return found


#: First bytes → name of the compression.
COMPRESSIONS = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x5d\x00\x00": "lzma",
    b"\x78\x01": "zlib",
    b"\x78\x5e": "zlib",
    b"\x78\x9c": "zlib",
    b"\x78\xda": "zlib",
}


def compression_of(head: bytes) -> str | None:
    """The compression that a file begins like, or None."""
    for first, name in COMPRESSIONS.items():
        if head.startswith(first):
            return name
    return None


_OPENERS: dict[str, Callable[[BinaryIO], object]] = {
    "gzip": lambda stream: gzip.GzipFile(fileobj=stream),
    "bzip2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
    "lzma": lzma.LZMAFile,
}


def unpack(stream: BinaryIO, how: str, where: str, size: int, findings: Findings) -> bytes | None:
    """The whole content of a compressed file; None with a finding if it cannot be read."""
    limit = findings.limits.unpacked - findings.unpacked
    try:
        content, rest = _inflate(stream, how, limit, size * findings.limits.ratio)
    except OverflowError:
        findings.add("bomb", where, f"{size:,} bytes")
        return None
    except (zlib.error, gzip.BadGzipFile, lzma.LZMAError, EOFError, OSError, ValueError) as error:
        findings.add("broken_archive", where, str(error))
        return None
    findings.unpack(len(content))
    if rest:
        findings.add("trailing", where)
    return content


def _inflate(stream: BinaryIO, how: str, limit: int, large: int) -> tuple[bytes, bool]:
    if how == "zlib":
        return _inflate_zlib(stream, limit, large)
    opened = cast(
        "IO[bytes]",
        _OPENERS[how](stream),
    )
    out = io.BytesIO()
    with opened as packed:
        while block := packed.read(_CHUNK):
            out.write(block)
            _watch(out.tell(), limit, large)
    return out.getvalue(), False


def _inflate_zlib(stream: BinaryIO, limit: int, large: int) -> tuple[bytes, bool]:
    machine, out = zlib.decompressobj(), io.BytesIO()
    while not machine.eof:
        block = machine.unconsumed_tail or stream.read(_CHUNK)
        if not block:
            raise EOFError("cut off")
        out.write(machine.decompress(block, _CHUNK))
        _watch(out.tell(), limit, large)
    return out.getvalue(), bool(machine.unused_data or stream.read(1))


def _watch(count: int, limit: int, large: int) -> None:
    if count > 10_000_000 and count > large:
        raise OverflowError
    if count > limit:
        raise LimitReachedError("unpacked")
