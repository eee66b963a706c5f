"""Which code made a model or a forecast."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import steiger

#: What a forecast's numbers depend on. Warning, verification and simulation come after or before.
FOLDERS = (
    *(
        f"engines/flood/{part}"
        for part in ("network", "quality", "hydrology", "features", "models", "forecasting")
    ),
    "lib/forecasting",
)


@cache
def code_digest() -> str:
    """SHA-256 (hex) over names and contents of all source files that numbers depend on."""
    root = Path(steiger.__file__).parent
    form = hashlib.sha256()
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            content = path.read_bytes().replace(b"\r\n", b"\n")
            form.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
            form.update(content)
    return form.hexdigest()


def code_version() -> dict[str, str]:
    """Version and digest of the code, for manifests and documents."""
    return {"steiger": steiger.__version__, "code": code_digest()}
