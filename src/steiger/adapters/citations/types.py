"""What a citation says, whatever the format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

#: Kinds: ours → CSL, BibTeX, RIS (type of reference).
KINDS = {
    "guide": ("report", "manual", "RPRT"),
    "study": ("report", "techreport", "RPRT"),
    "recording": ("motion_picture", "misc", "VIDEO"),
    "newsletter": ("article-magazine", "misc", "NEWS"),
}
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,119}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One publication.

    Attributes:
        key: plain letters, digits and hyphens; the name of the entry.
        kind: a key of ``KINDS``.
        authors: organisations in their order; they are never split into first and last names.
        edition: words of the version, like "2nd version".
        languages: codes, like "de".
        doi: without ``https://doi.org/``.
        licence: name and address.
    """

    key: str
    kind: str
    title: str
    authors: tuple[str, ...]
    publisher: str
    issued: date
    url: str
    abstract: str = ""
    edition: str = ""
    doi: str = ""
    languages: tuple[str, ...] = ()
    licence: str = ""
    licence_url: str = ""
    keywords: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError(f"{self.key!r} cannot name an entry.")
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no kind of publication.")
        if not self.title.strip():
            raise ValueError("A citation has a title.")
