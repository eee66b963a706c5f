"""Tables that no spreadsheet runs, whatever stands in them."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steiger.adapters.sheets import csv_lines, safe, write_xlsx
from steiger.lib.spreadsheets import marked, unmarked

EVIL = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\u00a0=1",
        "\n=1", "-", "+49a"]  # fmt: skip


@pytest.mark.parametrize("text", EVIL)
def test_formulas_get_an_apostrophe(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Müller & Söhne", "-12,5", "+49 211", "a=b", "", 3, -3, None])
def test_other_cells_stay_as_they_are(value: str | int | None) -> None:
    assert safe(value) == value


@given(st.text(max_size=40))
def test_no_text_begins_like_a_formula(text: str) -> None:
    made = safe(text)
    assert isinstance(made, str)
    begin = made.lstrip(" \u00a0\u200b\ufeff")[:1]
    assert begin not in {"=", "@", "＝", "\t", "\r", "\n"}
    if begin in {"+", "-"}:
        assert all(sign in "0123456789., " for sign in made.lstrip()[1:])


@given(st.text(alphabet="'=+-@＝ 1a\t\u00a0.", max_size=8))
def test_a_marked_text_is_given_back(text: str) -> None:
    assert unmarked(marked(text)) == text


@settings(max_examples=50)
@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), max_size=6))
def test_csv_is_read_back_cell_by_cell(rows: list[list[str]]) -> None:
    text = "".join(csv_lines(["a", "b"], rows))
    assert text.startswith("\ufeff")
    read = list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))
    assert read == [["a", "b"], *[[str(safe(cell)) for cell in row] for row in rows]]


@settings(max_examples=25)
@given(st.lists(st.text(min_size=1, max_size=20), max_size=5))
def test_xlsx_holds_texts_and_no_formula(texts: list[str]) -> None:
    file = io.BytesIO()
    assert write_xlsx(file, ["Text"], [[text] for text in texts], title="Tabelle") == len(texts)
    sheet = openpyxl.load_workbook(io.BytesIO(file.getvalue())).active
    assert sheet is not None
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_xlsx_keeps_numbers_days_and_times() -> None:
    file = io.BytesIO()
    moment = datetime.fromisoformat("2026-11-26 09:30")
    row = ["=evil()", 7, date(2026, 11, 26), moment, None]
    write_xlsx(file, ["a", "b", "c", "d", "e"], [row], title="Fälle: [alle]?")
    book = openpyxl.load_workbook(io.BytesIO(file.getvalue()))
    sheet = book.active
    assert sheet is not None
    assert sheet.freeze_panes == "A2"
    read = [cell.value for cell in sheet[2]]
    assert read[0] == "'=evil()"
    assert read[1:4] == [7, datetime.fromisoformat("2026-11-26"), moment]


def test_rows_are_taken_one_by_one() -> None:
    taken: list[int] = []

    def rows() -> object:
        for number in range(1000):
            taken.append(number)
            yield [number]

    lines = csv_lines(["n"], rows())  # type: ignore[arg-type]
    next(lines)
    next(lines)
    assert len(taken) == 1
