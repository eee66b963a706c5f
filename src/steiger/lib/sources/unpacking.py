"""Packed bytes of foreign sources, unpacked no further than is reasonable."""

from __future__ import annotations

import bz2
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import Protocol

from steiger.lib.sources.errors import SourceError

MAX_UNPACKED = 200_000_000
MAX_MEMBERS = 2_000
CHUNK = 1 << 18


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def unpack(data: bytes, source: str, *, limit: int = MAX_UNPACKED, station: str = "") -> bytes:
    """The bytes, unpacked if they are gzip or bzip2, also in several parts; else as they are.

    Raises:
        SourceError: damaged, cut off, or it unpacks to more than `limit` bytes.
    """
    if data[:2] == b"\x1f\x8b":
        return _unpacked(data, source, "gzip", limit, station)
    if data[:3] == b"BZh":
        return _unpacked(data, source, "bzip2", limit, station)
    if len(data) > limit:
        raise SourceError(source, f"sent more than {limit:,} bytes", station=station)
    return data


def _unpacked(data: bytes, source: str, form: str, limit: int, station: str) -> bytes:
    result = bytearray()
    rest = data
    try:
        while rest:
            unpacker = _unpacker(form)
            piece = rest
            while not unpacker.eof:
                result += unpacker.decompress(piece, CHUNK)
                if len(result) > limit:
                    problem = f"unpacks to more than {limit:,} bytes"
                    raise SourceError(source, problem, station=station)
                # zlib hands back what it has not looked at; bzip2 keeps it itself.
                piece = getattr(unpacker, "unconsumed_tail", b"")
                if not piece and getattr(unpacker, "needs_input", True) and not unpacker.eof:
                    raise SourceError(source, f"the {form} data is cut off", station=station)
            # Zero bytes after the end are padding, anything else is a further part.
            rest = unpacker.unused_data.lstrip(b"\0")
    except (zlib.error, OSError, ValueError, EOFError) as error:
        problem = f"the {form} data is damaged ({error})"
        raise SourceError(source, problem, station=station) from None
    return bytes(result)


def _unpacker(form: str) -> _Unpacker:
    if form == "gzip":
        return zlib.decompressobj(wbits=31)
    return bz2.BZ2Decompressor()


def members(
    data: bytes, source: str, *, limit: int = MAX_UNPACKED, station: str = ""
) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file in a tar (packed or not) or zip archive; or the bytes themselves.

    Only plain files are given, by the last part of their name: nothing is written anywhere.

    Raises:
        SourceError: damaged, cut off, too many files, or it unpacks to too much.
    """
    plain = unpack(data, source, limit=limit, station=station)
    if plain[257:262] == b"ustar":
        files = _of_tar(plain, source, limit, station)
    elif plain[:4] == b"PK\x03\x04":
        files = _of_zip(plain, source, limit, station)
    else:
        files = iter([("", plain)])
    for count, (name, content) in enumerate(files):
        if count >= MAX_MEMBERS:
            problem = f"holds more than {MAX_MEMBERS:,} files"
            raise SourceError(source, problem, station=station)
        yield name.rsplit("/", 1)[-1], content


def _of_tar(plain: bytes, source: str, limit: int, station: str) -> Iterator[tuple[str, bytes]]:
    left = limit
    try:
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as archive:
            for member in archive:
                if not member.isreg():
                    continue
                # A sparse file is a few bytes that say “and then a terabyte of zeros”.
                if member.issparse() or member.size > left:
                    problem = f"unpacks to more than {limit:,} bytes"
                    raise SourceError(source, problem, station=station)
                stream = archive.extractfile(member)
                packed = stream.read() if stream else b""
                if len(packed) != member.size:
                    raise SourceError(source, f"{member.name} is cut off", station=station)
                content = unpack(packed, source, limit=left, station=station)
                left -= len(content)
                yield member.name, content
    except tarfile.TarError as error:
        problem = f"the tar archive is damaged ({error})"
        raise SourceError(source, problem, station=station) from None


def _of_zip(plain: bytes, source: str, limit: int, station: str) -> Iterator[tuple[str, bytes]]:
    left = limit
    try:
        with zipfile.ZipFile(io.BytesIO(plain)) as archive:
            for member in archive.infolist():
                if member.is_dir():
                    continue
                with archive.open(member) as stream:
                    # One byte more than allowed: what the directory says of sizes may be a lie.
                    content = stream.read(left + 1)
                if len(content) > left:
                    problem = f"unpacks to more than {limit:,} bytes"
                    raise SourceError(source, problem, station=station)
                left -= len(content)
                yield member.filename, content
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        RuntimeError,
        NotImplementedError,
        OSError,
        ValueError,
    ) as error:
        problem = f"the zip archive is damaged or locked ({error})"
        raise SourceError(source, problem, station=station) from None
