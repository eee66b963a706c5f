"""Chapters are read, problems named, documents composed; nothing in a text is markup."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import openpyxl
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steiger.adapters.report_docx import as_docx
from steiger.adapters.report_pdf import as_pdf
from steiger.adapters.report_sheets import as_csv, as_xlsx
from steiger.engines.reporting.book import Book, Spot
from steiger.engines.reporting.drawing.areas import Shape, classes
from steiger.engines.reporting.freezing import (
    compare,
    indicator_as_json,
    indicator_from_json,
    row_as_json,
    row_from_json,
    spot_as_json,
    spot_from_json,
)
from steiger.engines.reporting.indicators import Dimension, Indicator, Row
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.protection import protect
from steiger.engines.reporting.words import Text, change, number
from steiger.engines.reporting.writing.ask import spots_of, unknown
from steiger.engines.reporting.writing.blocks import Cited, KeyFigures, LiveFigure, LiveTable
from steiger.engines.reporting.writing.compose import Chapter, Context, Frame, compose
from steiger.engines.reporting.writing.document import Document, Drawing, Grid, Prose
from steiger.engines.reporting.writing.parse import ChapterError, parse
from steiger.lib.typesetting import pictures

YEAR = Period.of("2026")
AT = datetime(2027, 1, 15, tzinfo=UTC)
TALKS = Indicator(
    key="talks",
    name=Text("Gespräche", "Talks"),
    definition=Text("Jedes Gespräch.", "Each talk."),
    unit=Text("Gespräche", "Talks"),
    source=Text("Buch", "Book"),
    owner=Text("Amt", "Office"),
    since=date(2025, 1, 1),
    dimensions=(
        Dimension("size", Text("Größe", "Size")),
        Dimension("district", Text("Kreis", "District")),
    ),
    personal=True,
)
TEXT = """Es gab **{{talks}}** Gespräche ({{talks before}}, {{talks change}}).
^[Studie X | 2025-06-27]

## Nach Größe

- klein: {{talks size=s}}
- *und* [mehr](https://example.org/)

::figures talks
::table talks by size
::table talks by size, district
::chart talks by month
::chart talks by size | Große und kleine
::map talks
"""
SQUARES = tuple(
    Shape(key, (((x, 51.0), (x + 1, 51.0), (x + 1, 52.0), (x, 52.0), (x, 51.0)),))
    for key, x in (("05111", 6.0), ("05112", 7.0), ("05113", 8.0))
)


def make_book() -> Book:
    """Two years of talks."""
    counts = {("s", "05111"): 12, ("m", "05111"): 7, ("s", "05112"): 2, ("m", "05112"): 9}
    rows = {}
    for year in (2025, 2026):
        made = []
        for (size, district), count in counts.items():
            for n in range(count + (year - 2025) * 3):
                key = f"{year}-{size}-{district}-{n}"
                on = date(year, n % 12 + 1, 3)
                made.append(Row(key, on, {"size": size, "district": district}))
        rows["talks", Period.of(str(year))] = tuple(made)
    return Book({"talks": TALKS}, rows)


def make_document(text: str = TEXT, language: str = "de", since: date = TALKS.since) -> Document:
    """A document with everything in it."""
    book, blocks = make_book(), parse(text)
    book.indicators = {"talks": replace(TALKS, since=since)}
    asked = spots_of(blocks, book, YEAR, YEAR.year_before())
    spots = {spot for spot in asked if book.collected(spot)}
    labels = {"size": {"s": Text("klein", "small"), "m": Text("mittel", "medium")}}
    context = Context(
        book=book,
        period=YEAR,
        before=YEAR.year_before(),
        language=language,  # type: ignore[arg-type]
        labels=labels,
        withheld=protect(book, spots).withheld,
        uncollected=frozenset(asked - spots),
        districts=SQUARES,
    )
    frame = Frame(title="Bericht", subtitle="2026", language=context.language, digest="ab" * 32)
    document = compose(frame, [Chapter("Zahlen", blocks)], context)
    assert document.spots == spots
    return document


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A font that comes with matplotlib."""
    import matplotlib as mpl

    folder = tmp_path_factory.mktemp("fonts")
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        source = Path(mpl.get_data_path()) / "fonts/ttf" / name
        (folder / name).write_bytes(source.read_bytes())
    return folder


# --- reading ------------------------------------------------------------------------------------
def test_chapter_is_read() -> None:
    blocks = parse(TEXT)
    assert [type(block).__name__ for block in blocks] == [
        "Paragraph", "Heading", "Listing", "KeyFigures", "LiveTable", "LiveTable", "LiveChart",
        "LiveChart", "LiveMap",
    ]  # fmt: skip
    assert blocks[3] == KeyFigures(("talks",))
    assert blocks[5] == LiveTable("talks", ("size", "district"))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("::table talks", [1]),
        ("ok\n\n::chart talks by a, b", [3]),
        ("::table talks by size, size", [1]),
        ("{{Talks!}}", [1]),
        ("^[ohne Datum]", [1]),
        ("^[Studie | 2025-13-01]", [1]),
        ("[x](ftp:y)", [1]),
        ("[x](javascript:y)", [1]),
        ("# Kapitel", [1]),
        ("##", [1]),
        ("::map\n\n::figures", [1, 3]),
    ],
)
def test_problem_names_its_line(text: str, lines: list[int]) -> None:
    with pytest.raises(ChapterError) as error:
        parse(text)
    assert [problem.line for problem in error.value.problems] == lines


@given(st.text(alphabet=st.sampled_from("ab *[]{}()#:-^|<>&\n1.,="), max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse(text)
    except ChapterError as error:
        assert error.problems  # noqa: PT017 - both ends are right


def test_figures_in_sentences() -> None:
    (paragraph,) = parse("{{talks size=s before}} ^[Amt, Heft 3 | 2025-06-27]")
    figure, _space, cited = paragraph.parts  # type: ignore[union-attr]
    assert figure == LiveFigure("talks", (("size", "s"),), "before")
    assert cited == Cited("Amt, Heft 3", date(2025, 6, 27))


def test_what_there_is_not_is_named() -> None:
    problems = unknown(parse("{{unicorns}}\n\n::table talks by colour"), {"talks": TALKS})
    assert [("unicorns" in p.de, "colour" in p.de) for p in problems] == [
        (True, False),
        (False, True),
    ]


# --- document -----------------------------------------------------------------------------------
def test_document_says_the_figures() -> None:
    document = make_document()
    words = "".join(run.text for run in document.parts[1].runs)  # type: ignore[union-attr]
    assert words.startswith("Es gab 42 Gespräche (30, +40,0\u00a0%).")
    assert document.sources == ("Studie X, 27. Juni 2025",)
    assert [d.name for d in document.definitions] == ["Gespräche"]


def test_tables_add_up_and_are_numbered() -> None:
    document = make_document()
    grids = [part for part in document.parts if isinstance(part, Grid)]
    drawings = [part for part in document.parts if isinstance(part, Drawing)]
    assert [g.number for g in document.grids] == [1, 2, 3, 4, 5, 6]
    assert [d.number for d in drawings] == [1, 2, 3]
    by_size = grids[1]
    assert [row[0].text for row in by_size.rows] == ["klein", "mittel", "Insgesamt"]
    assert [row[1].value for row in by_size.rows] == [20, 22, 42]


def test_drawing_says_in_words_what_it_shows() -> None:
    drawing = next(p for p in make_document().parts if isinstance(p, Drawing))
    assert drawing.alt.startswith("Balkendiagramm: Gespräche nach Monat, 2026. Am höchsten: ")


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [(0, 0, "–"), (3, 0, "neu"), (12, 10, "+2"), (10, 12, "−2"), (10, 10, "±0"),
     (30, 20, "+50,0\u00a0%"), (2824, 1412, "+100,0\u00a0%"), (15, 20, "−25,0\u00a0%")],
)  # fmt: skip
def test_change(now: int, before: int, words: str) -> None:
    assert change(now, before, "de") == words


def test_numbers_in_both_languages() -> None:
    assert (number(1412, "de"), number(1412, "en")) == ("1.412", "1,412")
    assert (number(-1.25, "de", 1), number(0.04, "en", 1)) == ("−1,2", "0.0")


@given(st.lists(st.integers(0, 1000), max_size=60))
def test_classes_hold_every_value(values: list[int]) -> None:
    limits = classes(values)
    assert limits == tuple(sorted(set(limits)))
    assert len(limits) <= 5
    assert all(any(value <= limit for limit in limits) for value in values if value > 0)


# --- files --------------------------------------------------------------------------------------
def tags(document: pikepdf.Pdf) -> list[str]:
    """Kinds of all elements of the structure tree."""
    found: list[str] = []

    def walk(element: pikepdf.Object) -> None:
        if isinstance(element, pikepdf.Array):
            for child in element:  # type: ignore[attr-defined]
                walk(child)
        elif isinstance(element, pikepdf.Dictionary):
            if "/S" in element:
                found.append(str(element.S))
            if "/K" in element:
                walk(element.K)

    walk(document.Root.StructTreeRoot.K)
    return found


def test_pdf_has_its_tags(fonts: Path) -> None:
    made = as_pdf(make_document(), fonts=fonts, made_at=AT, family="DejaVu Sans")
    document = pikepdf.open(io.BytesIO(made))
    with document.open_metadata() as metadata:
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Bericht"
    assert str(document.Root.Lang) == "de"
    found = tags(document)
    assert found.count("/Table") == 6
    assert found.count("/Figure") == 3
    assert {"/TH", "/TD", "/TOC", "/TOCI", "/H1", "/H2", "/L", "/LI", "/Caption"} <= set(found)


def test_docx_has_headings_tables_and_words_for_pictures(fonts: Path) -> None:
    made = as_docx(make_document(), painter=lambda d: pictures(d, fonts=fonts), made_at=AT)
    document = docx.Document(io.BytesIO(made))
    styles = [p.style.name for p in document.paragraphs if p.style and p.text]
    assert "Title" in styles
    assert styles.count("Heading 1") == 3
    assert styles.count("Caption") == 9
    assert len(document.tables) == 6
    xml = zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml").decode()
    assert xml.count("<w:tblHeader") == 6
    assert xml.count('descr="Balkendiagramm') == 2
    assert xml.count('descr="Karte') == 1


def test_sheets_hold_numbers_and_no_formula() -> None:
    grid = make_document().grids[1]
    lines = list(csv.reader(io.StringIO(as_csv(grid)), delimiter=";"))
    assert lines[0] == ["Größe", "2026", "2025", "Veränderung"]
    assert lines[-1][:2] == ["Insgesamt", "42"]
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(make_document().grids, title="Bericht")))
    assert len(book.sheetnames) == 6
    assert book.worksheets[1]["B6"].value == 42
    kinds = {c.data_type for s in book.worksheets for row in s.iter_rows() for c in row}
    assert "f" not in kinds


# --- freezing -----------------------------------------------------------------------------------
def test_frozen_things_come_back() -> None:
    row = Row("1", date(2026, 5, 4), {"size": "s", "topic": ("a", "b")}, amount=3, who="f7")
    again = row_from_json(row_as_json(row, "salt"))
    assert again.who not in {"", "f7"}
    assert row_as_json(again, "") | {"who": ""} == row_as_json(row, "salt") | {"who": ""}
    assert indicator_from_json(indicator_as_json(TALKS)) == TALKS
    spot = Spot.at("talks", YEAR, size="s", district="05111")
    assert spot_from_json(spot_as_json(spot)) == spot


def test_comparison_names_rows() -> None:
    then = Book({"talks": TALKS}, {("talks", YEAR): (Row("1", YEAR.first), Row("2", YEAR.first))})
    later = (Row("2", YEAR.first, {"size": "s"}), Row("3", YEAR.first))
    now = Book({"talks": TALKS}, {("talks", YEAR): later})
    (found,) = compare(then, now, [Spot("talks", YEAR)], "salt")
    assert (found.then, found.now, found.same) == (2, 2, False)
    assert (found.added, found.removed, found.altered) == (("3",), ("1",), ("2",))


# --- before collection began ----------------------------------------------------------------------
def test_what_was_not_collected_yet_is_said_and_not_told_as_nothing() -> None:
    text = "{{talks}}, vorher {{talks before}} ({{talks change}}).\n\n::figures talks\n"
    text += "::table talks by size\n"
    known = make_document(text)
    document = make_document(text, since=date(2026, 1, 1))
    prose = next(part for part in document.parts if isinstance(part, Prose))
    assert "".join(run.text for run in prose.runs) == "42, vorher nicht erhoben (–)."
    for grid, before in zip(document.grids, known.grids, strict=True):
        lines = [[cell.text for cell in row] for row in grid.rows]
        assert all(line[2:] == ["nicht erhoben", "–"] for line in lines)
        assert [line[1] for line in lines] == [row[1].text for row in before.rows]
        assert all(row[2].spot is None and row[2].value is None for row in grid.rows)
        assert any(note.startswith("nicht erhoben:") for note in grid.notes)
        assert not any(note.startswith("nicht erhoben:") for note in before.notes)
    assert [one.since for one in document.definitions] == ["1. Januar 2026"]


@pytest.mark.parametrize(
    ("stock", "period", "collected"),
    [
        (False, "2025-H2", False),
        (False, "2026-H1", False),
        (False, "2026-03", True),
        (False, "2026-H2", True),
        (True, "2025-H2", False),
        (True, "2026-02", False),
        (True, "2026-H1", True),
    ],
)
def test_a_period_is_collected_whole_and_a_stock_at_its_end(
    stock: bool, period: str, collected: bool
) -> None:
    about = replace(TALKS, since=date(2026, 3, 1), stock=stock)
    assert about.collected(Period.of(period)) is collected
    month = replace(TALKS, since=date(2026, 3, 1))
    book = Book({"talks": month}, {})
    assert not book.collected(Spot.at("talks", Period.of("2026"), month="2026-02"))
    assert book.collected(Spot.at("talks", Period.of("2026"), month="2026-03"))
