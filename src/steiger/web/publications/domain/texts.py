"""Bilingual fields in the reader's language."""

from __future__ import annotations

from typing import Any

from steiger.web.directory.domain.queries import in_language


def localized(thing: Any, field: str) -> str:
    """``<field>_de`` or ``<field>_en``; the other one where it is missing."""
    return in_language(getattr(thing, f"{field}_de"), getattr(thing, f"{field}_en"))
