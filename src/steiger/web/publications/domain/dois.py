"""Digital object identifiers: https://www.doi.org/doi-handbook/ (2.2, syntax)."""

from __future__ import annotations

import re
from urllib.parse import quote

_PREFIXES = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[!-~]{1,200}")


def normal_doi(text: str) -> str:
    """A DOI as it is stored: without address, in small letters. Idempotent.

    Raises:
        ValueError: it cannot be one.
    """
    bare = _PREFIXES.sub("", text.strip()).strip()
    if not _DOI.fullmatch(bare) or any(c in bare for c in '<>"\\{}^`|'):
        raise ValueError(text)
    return bare.lower()


def doi_url(doi: str) -> str:
    """The address that leads to it."""
    return f"https://doi.org/{quote(doi, safe='/:;().,-_')}"
