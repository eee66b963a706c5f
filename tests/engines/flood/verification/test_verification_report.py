"""The report: one file, readable without a chart, in both languages; and the table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from factories.flood_forecasts import (
    observations_of,
    small_network,
    table_columns,
    wave,
    write_table,
)
from steiger.engines.flood.verification import (
    Settings,
    VerificationError,
    read_forecasts,
    verify,
)
from steiger.engines.flood.verification.report import html_report
from steiger.engines.flood.verification.table import as_table
from steiger.engines.flood.verification.words import WORDS, Words


def made(folder: Path, *, floods: tuple[int, ...], **options: Any) -> dict[str, Any]:
    values = {g: wave(24 * 90, seed=n, floods=floods) for n, g in enumerate(("g1", "g2"))}
    network = small_network(gauges=("g1", "g2"))
    file = write_table(folder / "f.parquet", table_columns(values, leads=(60, 180, 360), **options))
    table = read_forecasts(file, network)
    return verify(network, observations_of(values), table, Settings(resamples=30))


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return made(tmp_path_factory.mktemp("report"), floods=(300, 800, 1300))


@pytest.fixture(scope="module", params=["de", "en"])
def page(request: pytest.FixtureRequest, result: dict[str, Any]) -> tuple[str, str]:
    return request.param, html_report(result, request.param)


def test_report_needs_nothing_from_elsewhere(page: tuple[str, str]) -> None:
    _, text = page
    assert "<script" not in text
    assert not re.search(r"""(?:src|href|action)\s*=\s*["']?(?!#)[a-z/]""", text)
    assert not re.search(r"@import|@font-face|url\((?!#)", text)


def test_report_says_its_language_and_title(page: tuple[str, str]) -> None:
    language, text = page
    tree = html.fromstring(text.encode())
    assert tree.get("lang") == language
    assert "Tal" in tree.findtext(".//title")
    assert len(tree.findall(".//h1")) == 1


def test_every_chart_has_words_and_a_table_beside_it(page: tuple[str, str]) -> None:
    tree = html.fromstring(page[1].encode())
    charts = tree.findall(".//figure")
    assert len(charts) == 6
    for chart in charts:
        svg = chart.find("svg")
        assert svg.get("role") == "img"
        assert len(svg.get("aria-label")) > 30
        assert chart.getnext().find("table") is not None


def test_tables_name_their_rows_and_columns(page: tuple[str, str]) -> None:
    tree = html.fromstring(page[1].encode())
    for table in tree.findall(".//table"):
        width = len(table.findall("thead/tr/th"))
        assert {th.get("scope") for th in table.findall("thead/tr/th")} == {"col"}
        for row in table.findall("tbody/tr"):
            assert row[0].get("scope") == "row"
            assert len(row) == width


def test_every_id_on_the_page_is_used_once(page: tuple[str, str]) -> None:
    ids = re.findall(r'\bid="([^"]+)"', page[1])
    targets = set(re.findall(r"(?:url\(|href=\")#([\w-]+)", page[1]))
    assert targets <= set(ids)
    clip = [name for name in ids if name in targets]
    assert len(clip) == len(set(clip))


def test_colours_follow_light_and_dark(page: tuple[str, str]) -> None:
    drawings = "".join(re.findall(r"<svg.*?</svg>", page[1], re.DOTALL))
    assert not re.search(r"#[0-9a-fA-F]{6}\b", drawings)
    assert "var(--main)" in drawings
    assert "prefers-color-scheme: dark" in page[1]


def test_charts_are_well_formed(page: tuple[str, str]) -> None:
    for drawing in re.findall(r"<svg.*?</svg>", page[1], re.DOTALL):
        etree.fromstring(drawing)


def test_same_result_gives_the_same_text(result: dict[str, Any]) -> None:
    assert html_report(result, "de") == html_report(result, "de")


def test_words_from_files_cannot_become_markup(result: dict[str, Any]) -> None:
    hostile = {**result, "network": '<img src=x onerror="alert(1)">'}
    text = html_report(hostile, "en")
    assert "<img" not in text
    assert "<img" not in "".join(as_table(result))


def test_report_without_any_flood_or_probability_still_works(tmp_path: Path) -> None:
    quiet = made(tmp_path, floods=())
    text = html_report(quiet, "de")
    assert "Ob Hochwasser erkannt werden, lässt sich nicht entscheiden" in text
    assert "nicht zu entscheiden" in text


def test_report_of_forecasts_without_probabilities_leaves_their_charts_out(tmp_path: Path) -> None:
    bare = made(tmp_path, floods=(300,), levels=())
    tree = html.fromstring(html_report(bare, "en").encode())
    titles = [h.text for h in tree.findall(".//h2")]
    assert "Are the probabilities right?" not in titles
    assert "Are the bands right?" in titles


@pytest.mark.parametrize("language", ["de", "en"])
def test_table_has_a_row_for_every_lead_and_method(result: dict[str, Any], language: str) -> None:
    lines = as_table(result, language)
    blend, ridge = Words(language)("blend"), Words(language)("ridge")
    main = lines[: lines.index(Words(language)("events"))]
    assert sum(blend in line for line in main) == 3
    assert sum(ridge in line for line in main) == 3


def test_every_word_has_both_languages() -> None:
    for key, (german, english) in WORDS.items():
        assert german, key
        assert english, key
        assert set(re.findall(r"\{\w+\}", german)) == set(re.findall(r"\{\w+\}", english)), key


def test_numbers_are_written_as_the_language_wants() -> None:
    german, english = Words("de"), Words("en")
    assert (german.number(-1234.5, 1), english.number(-1234.5, 1)) == ("−1.234,5", "−1,234.5")
    assert (german.percent(0.25), english.percent(0.25)) == ("25\u00a0%", "25%")
    assert (german.hours(90), english.hours(90)) == ("1,5 h", "1.5 h")
    assert german.number(None) == "–"


def test_unknown_language_is_refused() -> None:
    with pytest.raises(VerificationError, match="'fr'"):
        Words("fr")
