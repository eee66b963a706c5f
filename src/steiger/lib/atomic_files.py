"""Files that are there whole or not at all, whenever the process or the machine stops."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

#: Unfinished files end so, and start with a dot: neither `ls` nor `*.xml` finds them.
UNFINISHED = ".unfinished"


def write_atomically(path: Path, content: bytes, *, alone: bool = False) -> None:
    """Write a file so that readers see the old or the new content, never a part.

    The content is on the disk when this returns. With `alone`, the caller guarantees that nobody
    else writes this file: what a killed process left unfinished is then reused, not piled up.

    Raises:
        OSError: the folder is missing or cannot be written; the old file is untouched.
    """
    if alone:
        unfinished = path.parent / f".{path.name}{UNFINISHED}"
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    else:
        handle, name = tempfile.mkstemp(UNFINISHED, f".{path.name}-", path.parent)
        unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if not alone:
            # mkstemp gives 0600; other programs of the operator are meant to read the result.
            unfinished.chmod(0o666 & ~_umask())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _umask() -> int:
    # It can only be read by setting it.
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    # Without this a rename may be lost when the machine loses power. Windows cannot open a folder.
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
