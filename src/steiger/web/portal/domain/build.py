"""What the build of the browser files left behind."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

BUILD = Path(__file__).resolve().parent.parent / "static" / "build"


@cache
def preloaded_fonts() -> tuple[str, ...]:
    """Static names of the fonts that each page asks for early; empty before the first build."""
    manifest = BUILD / "manifest.json"
    if not manifest.exists():
        return ()
    names = json.loads(manifest.read_text(encoding="utf-8"))["preload"]
    return tuple(f"build/{name}" for name in names)
