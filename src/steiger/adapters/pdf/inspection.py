"""What a PDF says about itself: whether everyone can read it, and whether it is safe.

Nothing in the file is executed or followed. Requirements: PDF/UA-1 (ISO 14289-1) 7.1 (tags, title),
7.2 (natural language), 5 (mark); ISO 32000-1, 12.6 (actions) and 7.11.4 (embedded files).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf

from steiger.adapters.pdf.text import page_text
from steiger.adapters.pdf.types import Inspection, PdfRefusedError

MOST_PAGES = 1_500
MOST_OBJECTS = 500_000
MOST_TEXT = 2_000_000
MOST_TEXT_PER_PAGE = 60_000
#: Pages with fewer letters than this are taken for pictures.
FEW_LETTERS = 25


def inspect(data: bytes) -> Inspection:
    """Read a PDF. For files of strangers use :func:`.apart.inspect_apart`.

    Raises:
        PdfRefusedError: no PDF, damaged, locked by a password, dangerous, or too large.
    """
    if b"%PDF-" not in data[:1024]:
        raise PdfRefusedError("not_pdf")
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False) as pdf:
            return _inspected(pdf)
    except pikepdf.PasswordError as error:
        raise PdfRefusedError("locked") from error
    except PdfRefusedError:
        raise
    except (MemoryError, RecursionError) as error:
        raise PdfRefusedError("large") from error
    except Exception as error:
        # Damaged files fail in any way that a library of 100,000 lines can fail.
        raise PdfRefusedError("broken") from error


def _inspected(pdf: pikepdf.Pdf) -> Inspection:
    if len(pdf.objects) > MOST_OBJECTS:
        raise PdfRefusedError("large")
    pages = len(pdf.pages)
    if pages > MOST_PAGES:
        raise PdfRefusedError("large")
    if pages == 0:
        raise PdfRefusedError("broken")
    _refuse_dangers(pdf)
    root = pdf.Root
    mark = root.get("/MarkInfo")
    tree = root.get("/StructTreeRoot")
    wishes = root.get("/ViewerPreferences")
    title, ua_part, pdfa = _claims(pdf)
    texts = tuple(_texts(pdf))
    bare = tuple(n for n, text in enumerate(texts, start=1) if _letters(text) < FEW_LETTERS)
    return Inspection(
        pages=pages,
        title=title,
        language=str(root.get("/Lang", "")).strip()[:35],
        tagged=bool(mark is not None and mark.get("/Marked") and tree is not None)
        and bool(tree is not None and tree.get("/K") is not None),
        title_shown=bool(wishes is not None and wishes.get("/DisplayDocTitle")),
        ua_part=ua_part,
        pdfa=pdfa,
        encrypted=pdf.is_encrypted,
        copying=pdf.allow.accessibility,
        pages_without_text=bare[: max(20, pages // 2 + 1)],
        texts=texts,
    )


def _letters(text: str) -> int:
    return sum(sign.isalnum() for sign in text)


def _claims(pdf: pikepdf.Pdf) -> tuple[str, str, str]:
    """Title, part of PDF/UA and level of PDF/A as the metadata say."""
    title = str(pdf.docinfo.get("/Title", "")) if "/Info" in pdf.trailer else ""
    try:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as found:
            part, level = found.get("pdfaid:part", ""), found.get("pdfaid:conformance", "")
            return (
                str(found.get("dc:title", "") or title).strip()[:500],
                str(found.get("pdfuaid:part", "") or "")[:4],
                f"{part}{level}"[:4],
            )
    except Exception:  # noqa: BLE001 - broken metadata only mean that nothing is claimed
        return title.strip()[:500], "", ""


def _texts(pdf: pikepdf.Pdf) -> Iterator[str]:
    left = MOST_TEXT
    for page in pdf.pages:
        text = page_text(page, min(left, MOST_TEXT_PER_PAGE))
        left -= len(text)
        yield text


#: Kinds of actions that run something or lead out of the file by themselves.
DANGEROUS = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/RichMediaExecute"}
)


def _refuse_dangers(pdf: pikepdf.Pdf) -> None:
    names = pdf.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        if "/JavaScript" in names:
            raise PdfRefusedError("active")
        if "/EmbeddedFiles" in names:
            raise PdfRefusedError("attached")
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        raise PdfRefusedError("active")
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            _refuse_danger(thing, 0)
        elif isinstance(thing, pikepdf.Array):
            for item in thing:
                _refuse_inside(item, 1)


def _refuse_danger(thing: Any, depth: int) -> None:
    """Look at a dictionary and at those that stand inside it, not at what it points to."""
    if str(thing.get("/S", "")) in DANGEROUS or "/JS" in thing:
        raise PdfRefusedError("active")
    if str(thing.get("/Type", "")) == "/EmbeddedFile" or str(thing.get("/Subtype", "")) in {
        "/RichMedia",
        "/FileAttachment",
    }:
        raise PdfRefusedError("attached")
    for key in thing.keys():  # noqa: SIM118 - a pikepdf dictionary iterates in its own way
        _refuse_inside(thing[key], depth + 1)


def _refuse_inside(value: Any, depth: int) -> None:
    if depth > 20:
        raise PdfRefusedError("large")
    if isinstance(value, pikepdf.Dictionary) and not value.is_indirect:
        _refuse_danger(value, depth)
    elif isinstance(value, pikepdf.Array) and not value.is_indirect:
        for item in value:
            _refuse_inside(item, depth + 1)
