"""What every CSV from outside must be: UTF-8 text, with cells of a reasonable length."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from steiger.engines.directory.records.types import UnusableFileError

MAX_CELL = 100_000


def check_encoding(path: Path, head: bytes) -> None:
    """Refuse what is no UTF-8 text by its first bytes.

    Raises:
        UnusableFileError: empty, UTF-16 or no text.
    """
    if not head.strip():
        raise UnusableFileError(f"{path.name} is empty.")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnusableFileError(f"{path.name} is UTF-16. Save it as “CSV UTF-8”.")
    if b"\0" in head:
        raise UnusableFileError(f"{path.name} is no text file: it holds zero bytes.")


def numbered(path: Path, reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Rows of a ``csv.reader`` with the number of their first line.

    Raises:
        UnusableFileError: a cell is too long, or a quotation mark is out of place.
    """
    while True:
        try:
            yield reader.line_num + 1, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field larger" in str(error):
                raise UnusableFileError(
                    f"{path.name}, line {reader.line_num}: a cell has more than {MAX_CELL:,} "
                    "characters. Is a quotation mark left open?"
                ) from error
            raise UnusableFileError(f"{path.name}, line {reader.line_num}: {error}.") from error
