"""Documents as files."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpResponse

from steiger.adapters.report_docx import as_docx
from steiger.adapters.report_pdf import as_pdf
from steiger.adapters.report_sheets import as_csv, as_xlsx
from steiger.engines.reporting.writing.compose import anchor
from steiger.engines.reporting.writing.document import Document, Grid
from steiger.lib.typesetting import fonts_as_ttf, pictures
from steiger.web.reports.domain.documents import operator
from steiger.web.reports.interfaces.pages import FORMS


def written(document: Document, form: str, made_at: datetime) -> bytes:
    """The document as pdf, docx or xlsx."""
    fonts = fonts_as_ttf(settings.FONT_SOURCES, settings.FONT_DIR)
    if form == "pdf":
        return as_pdf(document, fonts=fonts, made_at=made_at, author=operator())
    if form == "docx":
        return as_docx(
            document,
            painter=lambda drawings: pictures(drawings, fonts=fonts),
            made_at=made_at,
            author=operator(),
        )
    return as_xlsx(document.grids, title=document.title)


def file_response(content: bytes, document: Document, form: str) -> HttpResponse:
    """A file with a speaking name."""
    response = HttpResponse(content, content_type=FORMS[form])
    name = f"{anchor(document.title)}-{anchor(document.subtitle)}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def csv_response(grid: Grid) -> HttpResponse:
    """A table; the mark at its beginning tells spreadsheets that it is UTF-8."""
    response = HttpResponse("\ufeff" + as_csv(grid), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="tabelle-{grid.key}.csv"'
    return response
