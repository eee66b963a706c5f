"""Writes a document with python-docx; what that library lacks is set in the XML (ECMA-376)."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import docx
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from steiger.engines.reporting.words import Language, Text
from steiger.engines.reporting.writing.document import (
    Document,
    Drawing,
    Grid,
    Points,
    Prose,
    Runs,
    Title,
)

WIDTH = 16.0  # cm, of the text
INK = RGBColor(0x0B, 0x3C, 0x6E)
MUTED = RGBColor(0x4A, 0x55, 0x60)
WORDS: dict[str, Text] = {
    "contents": Text("Inhalt", "Contents"),
    "update": Text(
        "Rechtsklick, „Felder aktualisieren“, schreibt die Seitenzahlen.",
        "Right click, “Update field”, writes the page numbers.",
    ),
    "page": Text("Seite ", "Page "),
    "of": Text(" von ", " of "),
    "table": Text("Tabelle", "Table"),
    "figure": Text("Abbildung", "Figure"),
    "sources": Text("Quellen", "Sources"),
    "definitions": Text("Anhang: Definitionen der Kennzahlen", "Annex: definitions of indicators"),
    "unit": Text("Einheit", "Unit"),
    "data": Text("Herkunft", "Origin"),
    "owner": Text("Verantwortlich", "Responsible"),
    "since": Text("Erhoben seit", "Collected since"),
    "counting": Text("Zählung", "Counting"),
    "digest": Text("Prüfsumme der Daten", "Digest of the data"),
    "draft": Text("ENTWURF", "DRAFT"),
}
#: Pictures of drawings, as (SVG, width in points) → PNG.
Painter = Callable[[list[tuple[str, float]]], list[bytes]]


def as_docx(document: Document, *, painter: Painter, made_at: datetime, author: str = "") -> bytes:
    """The document as DOCX.

    Args:
        painter: makes PNG pictures (:func:`steiger.lib.typesetting.pictures`).
    """
    writer = _Writer(document, painter)
    writer.write(made_at, author)
    target = io.BytesIO()
    writer.file.save(target)
    return target.getvalue()


class _Writer:
    def __init__(self, document: Document, painter: Painter) -> None:
        self.document = document
        self.language: Language = document.language
        self.file: Docx = docx.Document()
        drawings = [part for part in document.parts if isinstance(part, Drawing)]
        made = painter([(d.svg, d.width * 0.75) for d in drawings])
        self.pictures = dict(zip((d.key for d in drawings), made, strict=True))

    def word(self, key: str) -> str:
        """One of the fixed words."""
        return WORDS[key].of(self.language)

    def write(self, made_at: datetime, author: str) -> None:
        """All of it, in order."""
        self._set_up(made_at, author)
        self._first_page()
        for part in self.document.parts:
            if isinstance(part, Title):
                self._runs(self.file.add_heading(level=part.level), part.runs)
            elif isinstance(part, Prose):
                self._runs(self.file.add_paragraph(), part.runs)
            elif isinstance(part, Points):
                style = "List Number" if part.numbered else "List Bullet"
                for point in part.points:
                    self._runs(self.file.add_paragraph(style=style), point)
            elif isinstance(part, Drawing):
                self._drawing(part)
            else:
                self._grid(part)
        self._annex()

    # --- pages ----------------------------------------------------------------------------------
    def _set_up(self, made_at: datetime, author: str) -> None:
        about = self.file.core_properties
        about.title, about.subject = self.document.title, self.document.subtitle
        about.author, about.language = author, self.language
        about.comments = ""
        about.created = about.modified = made_at.replace(tzinfo=None)
        section = self.file.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin, section.right_margin = Cm(2.5), Cm(2.5)
        section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.4)
        self._styles()
        head = section.header.paragraphs[0]
        head.text = self.document.title
        head.runs[0].font.size, head.runs[0].font.color.rgb = Pt(8.5), MUTED
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        foot.add_run(self.word("page"))
        _field(foot, "PAGE", "1")
        foot.add_run(self.word("of"))
        _field(foot, "NUMPAGES", "1")

    def _styles(self) -> None:
        styles = self.file.styles
        normal: Any = styles["Normal"]
        normal.font.name, normal.font.size = "Calibri", Pt(11)
        normal.paragraph_format.space_after = Pt(7)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), {"de": "de-DE", "en": "en-GB"}[self.language])
        normal.element.get_or_add_rPr().append(language)
        for level, size in ((1, 16), (2, 13), (3, 11.5)):
            style: Any = styles[f"Heading {level}"]
            style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), INK
            fonts = style.element.rPr.rFonts
            for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                fonts.attrib.pop(qn(name), None)
            style.paragraph_format.keep_with_next = True
        caption: Any = styles["Caption"]
        caption.font.size, caption.font.color.rgb = Pt(9.5), INK
        caption.paragraph_format.keep_with_next = True

    def _first_page(self) -> None:
        if self.document.draft:
            self.file.add_paragraph().add_run(self.word("draft")).bold = True
        self.file.add_paragraph(self.document.title, style="Title")
        self.file.add_paragraph(self.document.subtitle, style="Subtitle")
        for name, value in self.document.facts:
            line = self.file.add_paragraph()
            line.add_run(f"{name}: ").bold = True
            line.add_run(value)
        self._strong(self.word("contents"))
        _field(self.file.add_paragraph(), r'TOC \o "1-2" \h \z \u', self.word("update"))
        self.file.add_page_break()  # type: ignore[no-untyped-call]

    def _strong(self, words: str) -> Paragraph:
        line = self.file.add_paragraph()
        line.add_run(words).bold = True
        return line

    # --- words ----------------------------------------------------------------------------------
    def _runs(self, line: Paragraph, runs: Runs) -> None:
        for run in runs:
            if run.note:
                line.add_run(f"[{run.note}]").font.superscript = True
            elif run.url and not run.url.startswith("/"):
                _link(line, run.text, run.url)
            else:
                added = line.add_run(run.text)
                added.bold, added.italic = run.bold or None, run.italic or None

    # --- tables and drawings --------------------------------------------------------------------
    def _caption(self, word: str, number: int, words: str) -> None:
        line = self.file.add_paragraph(style="Caption")
        line.add_run(f"{self.word(word)} ")
        _field(line, f"SEQ {self.word(word)} \\* ARABIC", str(number))
        line.add_run(f": {words}")

    def _grid(self, grid: Grid) -> None:
        self._caption("table", grid.number, grid.caption)
        # python-docx takes a millisecond per cell; a long report has thousands.
        self.file.element.body.insert_element_before(parse_xml(_table(grid)), "w:sectPr")
        self._notes(grid.notes)

    def _drawing(self, drawing: Drawing) -> None:
        line = self.file.add_paragraph()
        line.paragraph_format.keep_with_next = True
        wide = Cm(WIDTH * (0.8 if drawing.kind == "map" else 1.0))
        shape = line.add_run().add_picture(io.BytesIO(self.pictures[drawing.key]), width=wide)
        properties = shape._inline.docPr
        properties.set("descr", drawing.alt)
        properties.set("title", drawing.caption)
        self._caption("figure", drawing.number, drawing.caption)
        self._grid(drawing.grid)

    def _notes(self, notes: tuple[str, ...]) -> None:
        for note in notes:
            run = self.file.add_paragraph().add_run(note)
            run.font.size, run.font.color.rgb = Pt(8.5), MUTED

    # --- annex ----------------------------------------------------------------------------------
    def _annex(self) -> None:
        if self.document.sources:
            self.file.add_heading(self.word("sources"), level=1)
            for number, source in enumerate(self.document.sources, start=1):
                self.file.add_paragraph(f"[{number}] {source}")
        if self.document.definitions:
            self.file.add_heading(self.word("definitions"), level=1)
        for entry in self.document.definitions:
            self.file.add_heading(entry.name, level=2)
            self.file.add_paragraph(entry.text)
            for key, words in (
                ("unit", entry.unit),
                ("data", entry.source),
                ("owner", entry.owner),
                ("since", entry.since),
                ("counting", entry.remarks),
            ):
                line = self.file.add_paragraph(style="List Bullet")
                line.add_run(f"{self.word(key)}: ").bold = True
                line.add_run(words)
        if self.document.digest:
            self._strong(self.word("digest"))
            self.file.add_paragraph(self.document.digest)


def _field(line: Paragraph, code: str, shown: str) -> None:
    """A field that the word processor computes; `shown` stands there until it does."""
    for kind, words in (
        ("begin", ""),
        ("code", code),
        ("separate", ""),
        ("text", shown),
        ("end", ""),
    ):
        run = line.add_run()
        if kind == "code":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {words} "
            run._r.append(element)
        elif kind == "text":
            run.text = words
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            run._r.append(element)


def _link(line: Paragraph, words: str, url: str) -> None:
    target = line.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), target)
    run = line.add_run(words)
    run.font.underline, run.font.color.rgb = True, INK
    link.append(run._r)
    line._p.append(link)


def _table(grid: Grid) -> str:
    """The table as XML: header row on each page, name and first row and column for readers."""
    size = 16 if len(grid.columns) > 7 else 19  # half points
    width = round(WIDTH * 567 / len(grid.columns))  # twentieths of a point
    lines = [list(grid.columns), *([cell.text for cell in row] for row in grid.rows)]
    rows = []
    for number, line in enumerate(lines):
        bold = number == 0 or (grid.total and number == len(lines) - 1)
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr>'
            f'<w:spacing w:after="40"/><w:jc w:val="{"right" if place else "left"}"/></w:pPr>'
            f'<w:r><w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/></w:rPr>'
            f'<w:t xml:space="preserve">{escape(words)}</w:t></w:r></w:p></w:tc>'
            for place, words in enumerate(line)
        )
        head = "<w:tblHeader/>" if number == 0 else ""
        rows.append(f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{cells}</w:tr>")
    columns = f'<w:gridCol w:w="{width}"/>' * len(grid.columns)
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        '<w:tblW w:w="5000" w:type="pct"/>'
        '<w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" '
        'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(grid.caption)}/></w:tblPr>"
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
