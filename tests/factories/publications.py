"""Publications for tests."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from factories.directory import make_terms
from steiger.adapters.pdf.inspection import inspect
from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary
from steiger.web.directory.models import Term
from steiger.web.publications.domain.publishing import AuthorGiven, create, publish, put_file
from steiger.web.publications.models import Document, Publication, Version

VALUES = {
    "kind": "guide",
    "title_de": "Leitfaden Beispiel",
    "title_en": "Guide example",
    "abstract_de": "Für Betriebe, die anfangen.",
    "abstract_en": "For firms that begin.",
    "licence": "CC-BY-4.0",
}


def make_pdf(
    text: str = "Guten Tag, dies ist ein zugaenglicher Text.",
    *,
    language: str = "de",
    tagged: bool = True,
) -> bytes:
    """A small PDF that passes the check, or one without tags, title and language."""
    made = pikepdf.Pdf.new()
    made.add_blank_page(page_size=(200, 200))
    page = made.pages[0]
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Resources = Dictionary(Font=Dictionary(F1=made.make_indirect(font)))
    shown = text.encode("cp1252").replace(b"(", b"").replace(b")", b"")
    page.Contents = Stream(made, b"BT /F1 12 Tf 10 100 Td (" + shown + b") Tj ET")
    if tagged:
        made.Root.Lang = pikepdf.String(language)
        made.Root.MarkInfo = Dictionary(Marked=True)
        leaf = Dictionary(Type=Name.StructElem, S=Name.P)
        made.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=Array([leaf]))
        made.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        with made.open_metadata() as found:
            found["dc:title"] = "Beispiel"
            found["pdfuaid:part"] = "1"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def make_draft(
    *,
    authors: tuple[str, ...] = ("Beispielverband",),
    topics: tuple[str, ...] = (),
    released_on: date = date(2026, 3, 9),
    doi: str = "",
    **values: Any,
) -> Publication:
    """A publication that nobody but staff sees."""
    if topics:
        make_terms()
        forget_vocabulary()
    return create(
        by=audit.SYSTEM,
        values=VALUES | values,
        authors=[AuthorGiven(name) for name in authors],
        topics=list(Term.objects.filter(key__in=topics, vocabulary__in=("method", "technology"))),
        released_on=released_on,
        doi=doi,
    )


def add_file(version: Version, language: str = "de", data: bytes | None = None) -> Document:
    """A file of a version."""
    data = data or make_pdf(language=language)
    return put_file(
        version=version, by=audit.SYSTEM, language=language, data=data, found=inspect(data)
    )


def make_publication(
    *, text: str = "", languages: tuple[str, ...] = ("de",), **fields: Any
) -> Publication:
    """A published one with a file in each language."""
    draft = make_draft(**fields)
    for language in languages:
        data = make_pdf(text, language=language) if text else None
        add_file(draft.versions.get(), language, data)
    return publish(publication=draft, by=audit.SYSTEM)
