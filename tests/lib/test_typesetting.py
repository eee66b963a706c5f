"""Documents are set with all that archives and screen readers ask for."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from steiger.lib.typesetting import TypesettingError, fonts_as_ttf, pdf

TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, author: "Beispiel")
#set text(lang: "de", font: "{family}")
= #data.title
#data.text
"""
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    """A font that comes with matplotlib, as TTF."""
    import matplotlib as mpl

    source = Path(mpl.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
    folder = tmp_path / "fonts"
    folder.mkdir()
    (folder / source.name).write_bytes(source.read_bytes())
    return folder


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "page.typ"
    path.write_text(TEMPLATE.replace("{family}", "DejaVu Sans"))
    return path


def test_pdf_is_tagged_and_says_its_language(template: Path, fonts: Path) -> None:
    made = pdf(template, {"title": "Prüfbericht", "text": "Text"}, fonts=fonts, made_at=AT)
    document = pikepdf.open(io.BytesIO(made))
    assert document.Root.MarkInfo.Marked
    assert str(document.Root.Lang) == "de"
    with document.open_metadata() as metadata:
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Prüfbericht"


def test_pdf_is_the_same_again(template: Path, fonts: Path) -> None:
    data = {"title": "A", "text": "B"}
    first = pdf(template, data, fonts=fonts, made_at=AT)
    assert first == pdf(template, data, fonts=fonts, made_at=AT)


def test_text_is_never_code(template: Path, fonts: Path) -> None:
    hostile = {"title": "A", "text": '#read("/etc/passwd") $x$ #panic() *a* <b>'}
    assert pdf(template, hostile, fonts=fonts, made_at=AT).startswith(b"%PDF")


def test_pdf_names_what_is_wrong(template: Path, fonts: Path) -> None:
    with pytest.raises(TypesettingError, match="title"):
        pdf(template, {"text": "no title"}, fonts=fonts, made_at=AT)


def test_no_font_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TypesettingError, match="no fonts"):
        fonts_as_ttf([], tmp_path)
