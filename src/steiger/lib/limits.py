"""Reading foreign files without being overwhelmed: sizes are capped while they are read."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from pathlib import Path
from typing import IO, cast

MAX_FILE = 600_000_000
MAX_UNPACKED = 1_000_000_000
MAX_RATIO = 100
SMALL = 20_000_000


class TooLargeError(Exception):
    """A file is larger, or unpacks to more, than is reasonable."""


class BrokenFileError(Exception):
    """A packed file is damaged or cut off."""


class CappedReader(io.RawIOBase):
    """Reads from another stream and refuses to go on beyond a number of bytes."""

    def __init__(self, stream: IO[bytes], limit: int, what: str) -> None:
        super().__init__()
        self._stream, self._left, self._limit, self._what = stream, limit, limit, what

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer.

        Raises:
            TooLargeError: the limit is exceeded.
            BrokenFileError: the packed data is damaged.
        """
        view = memoryview(cast("bytearray", buffer))
        try:
            data = self._stream.read(len(view))
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
            raise BrokenFileError(
                f"{self._what} is cut off or damaged ({error}). Fetch the file again."
            ) from error
        self._left -= len(data)
        if self._left < 0:
            raise TooLargeError(f"{self._what} unpacks to more than {self._limit:,} bytes.")
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the stream below, too."""
        self._stream.close()
        super().close()


def open_capped(path: Path, limit: int = MAX_UNPACKED) -> io.BufferedReader:
    """Open a plain, .gz or .zip file (its only or largest member) for reading bytes.

    Raises:
        TooLargeError, BrokenFileError, OSError
    """
    size = path.stat().st_size
    if size > MAX_FILE:
        raise TooLargeError(f"{path.name} has {size:,} bytes; at most {MAX_FILE:,} are read.")
    with path.open("rb") as file:
        magic = file.read(4)
    cap = limit
    if magic[:2] == b"\x1f\x8b":
        cap = min(limit, max(SMALL, size * MAX_RATIO))
        stream = cast("IO[bytes]", gzip.open(path, "rb"))  # noqa: SIM115 - closed by the reader
    elif magic == b"PK\x03\x04" and path.suffix != ".xlsx":
        stream = _largest_member(path)
        cap = min(limit, max(SMALL, size * MAX_RATIO))
    else:
        stream = path.open("rb")
    return io.BufferedReader(CappedReader(stream, cap, path.name), 1 << 20)


def _largest_member(path: Path) -> IO[bytes]:
    try:
        archive = zipfile.ZipFile(path)
        member = max(archive.infolist(), key=lambda info: info.file_size)
        return archive.open(member)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError) as error:
        raise BrokenFileError(f"{path.name} is no readable zip file ({error}).") from error
