"""Whether a PDF may come in, and whether everyone can read it."""

from __future__ import annotations

from steiger.adapters.pdf import Inspection, PdfRefusedError, inspect_apart

#: What must be in order before a file is published without another accessible text beside it.
MUST = ("text", "tagged", "language", "title", "locked")
#: What should be in order.
SHOULD = ("title_shown", "ua_mark", "some_pages")


class FileRefusedError(ValueError):
    """A file is not taken; ``reason`` is a key of ``interfaces.accessibility.REFUSED``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_pdf(data: bytes) -> Inspection:
    """What a PDF says, read in a process of its own.

    Raises:
        FileRefusedError: it is none, or it could do harm.
    """
    try:
        return inspect_apart(data)
    except PdfRefusedError as error:
        raise FileRefusedError(error.reason) from error


def findings_of(found: Inspection, language: str) -> list[str]:
    """Keys of what is not in order, the weightiest first."""
    wrong = {
        "text": not found.has_text,
        "tagged": not found.tagged,
        "language": not found.language.lower().startswith(language),
        "title": not found.title,
        "locked": not found.copying,
        "title_shown": bool(found.title) and not found.title_shown,
        "ua_mark": not found.ua_part,
        "some_pages": found.has_text and bool(found.pages_without_text),
    }
    return [key for key in (*MUST, *SHOULD) if wrong[key]]
