"""What is found in a PDF, and why one is not taken. Loads no library."""

from __future__ import annotations

from dataclasses import dataclass


class PdfRefusedError(ValueError):
    """A file is not taken; ``reason``: not_pdf, broken, locked, active, attached, large."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was found.

    Attributes:
        tagged: it says that it is tagged, and has a tree of tags with something in it.
        title_shown: readers are told the title instead of the name of the file.
        ua_part: part of PDF/UA that it claims, or empty.
        pdfa: level of PDF/A that it claims, like "2A", or empty.
        copying: screen readers may read it, whatever else is forbidden.
        pages_without_text: numbers of pages that hold (nearly) no letters, at most 20.
        texts: text of each page.
    """

    pages: int
    title: str
    language: str
    tagged: bool
    title_shown: bool
    ua_part: str
    pdfa: str
    encrypted: bool
    copying: bool
    pages_without_text: tuple[int, ...]
    texts: tuple[str, ...]

    @property
    def has_text(self) -> bool:
        """Whether at least half of its pages hold letters."""
        return self.pages > 0 and len(self.pages_without_text) * 2 <= self.pages
