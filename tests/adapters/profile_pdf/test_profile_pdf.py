"""The page to hand out: one page whatever stands on it, tagged for those who listen."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from steiger.adapters.profile_pdf import Bar, Contact, Entry, Figure, Profile, as_pdf

AT = datetime(2026, 1, 1, tzinfo=UTC)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
SMALL = Profile(
    language="de",
    title="KI in Hagen",
    subtitle="KI-Landkarte, 1. Januar 2026",
    author="Beispiel-Betreiberin",
    figures=(Figure("1.412", "Einträge"), Figure("7,5", "je 100.000 Einwohner")),
    svg=SVG,
    alt="Karte von Nordrhein-Westfalen",
    topics=(Bar("Maschinelles Lernen", 7), Bar("Bildverarbeitung", 3)),
    categories=(Bar("Wirtschaft", 9),),
    entries=(Entry("Beispiel GmbH", "Hagen", "Prüft Bauteile.", "https://example.org/a"),),
    total=1,
    url="https://example.org/landkarte/",
    contacts=(Contact("Schreiben Sie uns:", "mailto:a@example.org"), Contact("Rufen Sie an: 0")),
    sources=("Einträge: Stand heute.",),
)
LONG = "Verband der überlangen Bezeichnungen für Einrichtungen der künstlichen Intelligenz "
FULL = replace(
    SMALL,
    title=LONG * 2,
    subtitle=LONG * 4,
    topics=tuple(Bar(LONG, n) for n in range(40)),
    categories=tuple(Bar(LONG, n) for n in range(9)),
    entries=tuple(Entry(LONG * 3, LONG, LONG * 5, "https://example.org/") for _ in range(200)),
    total=51_370,
    sources=(LONG,) * 5,
)


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import matplotlib as mpl

    folder = tmp_path_factory.mktemp("fonts")
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        source = Path(mpl.get_data_path()) / "fonts/ttf" / name
        (folder / name).write_bytes(source.read_bytes())
    return folder


@pytest.mark.parametrize("language", ["de", "en"])
def test_page_is_tagged_titled_and_says_its_language(fonts: Path, language: str) -> None:
    profile = replace(SMALL, language=language)
    made = as_pdf(profile, fonts=fonts, made_at=AT, family="DejaVu Sans")
    document = pikepdf.open(io.BytesIO(made))
    assert document.Root.MarkInfo.Marked
    assert str(document.Root.Lang) == language
    assert document.Root.ViewerPreferences.DisplayDocTitle
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        assert metadata["dc:title"] == "KI in Hagen"
    tags = tags_of(document)
    assert {"Table", "TH", "H1", "L", "Figure", "Link"} <= tags.keys()
    assert tags["Figure"] == ["Karte von Nordrhein-Westfalen"]


def tags_of(document: pikepdf.Pdf) -> dict[str, list[str]]:
    """Kind of each tag → its alternative texts."""
    found: dict[str, list[str]] = {}
    waiting = [document.Root.StructTreeRoot]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting += list(node)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node and node.get("/Type") != "/MCR":
                kind = str(node.S).strip("/")
                found.setdefault(kind, [])
                if "/Alt" in node:
                    found[kind].append(str(node.Alt))
            if "/K" in node:
                waiting.append(node.K)
    return found


def test_it_is_one_page_however_much_there_is(fonts: Path) -> None:
    made = as_pdf(FULL, fonts=fonts, made_at=AT, family="DejaVu Sans")
    assert len(pikepdf.open(io.BytesIO(made)).pages) == 1


def test_it_is_one_page_with_nothing_on_it(fonts: Path) -> None:
    empty = replace(SMALL, figures=(), topics=(), categories=(), entries=(), contacts=(), total=0)
    made = as_pdf(empty, fonts=fonts, made_at=AT, family="DejaVu Sans")
    assert len(pikepdf.open(io.BytesIO(made)).pages) == 1


def test_language_without_words_and_page_without_title_are_refused() -> None:
    with pytest.raises(ValueError, match="no words"):
        replace(SMALL, language="fr")
    with pytest.raises(ValueError, match="title"):
        replace(SMALL, title=" ")
