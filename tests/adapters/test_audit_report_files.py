"""An audit's report as PDF for everyone and as one page."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import matplotlib as mpl
import pikepdf
import pytest

from factories.audit_folders import CURVE, audit_folder
from steiger.adapters.audit_report import as_document, as_html
from steiger.adapters.report_pdf import as_pdf
from steiger.engines.audit.report import Language, compose, read_report

FONTS = Path(mpl.get_data_path()) / "fonts/ttf"
MADE_AT = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.mark.parametrize("language", ["de", "en"])
def test_pdf_says_that_it_is_accessible_and_archivable(language: Language, tmp_path: Path) -> None:
    document = as_document(compose(read_report(audit_folder(tmp_path)), language))
    made = as_pdf(document, fonts=FONTS, family="DejaVu Sans", made_at=MADE_AT)
    path = tmp_path / "report.pdf"
    path.write_bytes(made)
    with pikepdf.open(path) as pdf:
        assert str(pdf.Root.Lang) == language
        assert bool(pdf.Root.MarkInfo.Marked)
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfuaid:part"]) == ("2", "1")
    assert as_pdf(document, fonts=FONTS, family="DejaVu Sans", made_at=MADE_AT) == made


def test_page_is_complete_escaped_and_leads_to_the_evidence(tmp_path: Path) -> None:
    page = as_html(compose(read_report(audit_folder(tmp_path)), "de"))
    assert page.startswith('<!DOCTYPE html>\n<html lang="de">')
    assert "Kreditprüfung &lt;1&gt;" in page
    assert "<1>" not in page
    assert "<script" not in page
    assert f'<a href="{CURVE}">' in page
    targets = set(re.findall(r'href="#(n\d+)"', page))
    assert targets
    assert targets <= set(re.findall(r'id="(n\d+)"', page))
    assert "http" not in re.sub(r'http-equiv="[^"]+"', "", page)
