"""Hands a document to the Typst template beside this file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from steiger.engines.reporting.words import Language, Text
from steiger.engines.reporting.writing.document import (
    Cell,
    Document,
    Drawing,
    Grid,
    Part,
    Points,
    Prose,
    Runs,
    Title,
)
from steiger.lib.typesetting import pdf

TEMPLATE = Path(__file__).with_name("report.typ")
WORDS: dict[str, Text] = {
    "contents": Text("Inhalt", "Contents"),
    "page": Text("Seite", "Page"),
    "of": Text("von", "of"),
    "table": Text("Tabelle", "Table"),
    "figure": Text("Abbildung", "Figure"),
    "sources": Text("Quellen", "Sources"),
    "source": Text("Quelle", "source"),
    "definitions": Text("Anhang: Definitionen der Kennzahlen", "Annex: definitions of indicators"),
    "unit": Text("Einheit", "Unit"),
    "data": Text("Herkunft", "Origin"),
    "owner": Text("Verantwortlich", "Responsible"),
    "since": Text("Erhoben seit", "Collected since"),
    "counting": Text("Zählung", "Counting"),
    "digest": Text("Prüfsumme der Daten", "Digest of the data"),
    "draft": Text("Entwurf", "Draft"),
    "digest_meaning": Text(
        "Die Zahlen dieses Berichts sind mit ihren Zeilen eingefroren. Aus denselben Zeilen ergibt "
        "sich dieselbe Prüfsumme.",
        "The figures of this report are frozen with their rows. "
        "The same rows give the same digest.",
    ),
}


def as_pdf(
    document: Document,
    *,
    fonts: Path,
    made_at: datetime,
    family: str = "Fira Sans",
    author: str = "",
) -> bytes:
    """The document as PDF.

    Args:
        family: name of the font in `fonts`.

    Raises:
        TypesettingError: a standard could not be met, with Typst's message.
    """
    language = document.language
    data: dict[str, Any] = {
        "title": document.title,
        "subtitle": document.subtitle,
        "language": language,
        "family": family,
        "author": author,
        "facts": [list(fact) for fact in document.facts],
        "draft": document.draft,
        "digest": document.digest,
        "words": {key: text.of(language) for key, text in WORDS.items()},
        "parts": [_part(part, language) for part in document.parts],
        "sources": list(document.sources),
        "definitions": [
            {
                "name": d.name,
                "text": d.text,
                "unit": d.unit,
                "source": d.source,
                "owner": d.owner,
                "since": d.since,
                "remarks": d.remarks,
            }
            for d in document.definitions
        ],
    }
    return pdf(TEMPLATE, data, fonts=fonts, made_at=made_at)


def _part(part: Part, language: Language) -> dict[str, Any]:
    if isinstance(part, Title):
        return {"kind": "title", "level": part.level, "runs": _runs(part.runs)}
    if isinstance(part, Prose):
        return {"kind": "prose", "runs": _runs(part.runs)}
    if isinstance(part, Points):
        return {
            "kind": "points",
            "numbered": part.numbered,
            "points": [_runs(runs) for runs in part.points],
        }
    if isinstance(part, Drawing):
        return {
            "kind": "drawing",
            "svg": part.svg,
            "alt": part.alt,
            "caption": part.caption,
            "width": 0.86 if part.kind == "map" else 1.0,
            "grid": _grid(part.grid),
        }
    return {"kind": "grid", **_grid(part)}


def _grid(grid: Grid) -> dict[str, Any]:
    return {
        "caption": grid.caption,
        "columns": list(grid.columns),
        "rows": [[_cell(cell) for cell in row] for row in grid.rows],
        "notes": list(grid.notes),
        "total": grid.total,
    }


def _cell(cell: Cell) -> str:
    return cell.text


def _runs(runs: Runs) -> list[dict[str, Any]]:
    return [
        {"text": r.text, "bold": r.bold, "italic": r.italic, "url": r.url, "note": r.note}
        for r in runs
    ]
