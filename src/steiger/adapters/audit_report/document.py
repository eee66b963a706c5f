"""Chapters of an audit as a document of the reporting engine, which `report_pdf` sets in type."""

from __future__ import annotations

from steiger.engines.audit.report import Chapters, Sentence, Table
from steiger.engines.reporting.writing.document import (
    Cell,
    Document,
    Grid,
    Part,
    Prose,
    Run,
    Title,
)


def as_document(chapters: Chapters) -> Document:
    """The document; each evidence file is a numbered source, and sentences refer to it."""
    numbers = {name: number for number, name in enumerate(chapters.evidence, start=1)}
    parts: list[Part] = []
    tables = 0
    for place, chapter in enumerate(chapters.chapters):
        parts.append(Title(chapter.level, (Run(chapter.title),), f"c{place}"))
        for block in chapter.blocks:
            if isinstance(block, Table):
                tables += 1
                parts.append(_grid(block, tables))
            else:
                parts.append(Prose(_runs(block, numbers)))
    return Document(
        title=chapters.title,
        subtitle=chapters.subtitle,
        language=chapters.language,
        facts=chapters.facts,
        parts=tuple(parts),
        sources=chapters.evidence,
        definitions=(),
    )


def _runs(sentence: Sentence, numbers: dict[str, int]) -> tuple[Run, ...]:
    notes = [Run("", note=numbers[name]) for name in sentence.evidence]
    return (Run(sentence.text + (" " if notes else "")), *notes)


def _grid(table: Table, number: int) -> Grid:
    rows = tuple(
        tuple(Cell(_breakable(text), header=place == 0) for place, text in enumerate(row))
        for row in table.rows
    )
    return Grid(number, f"t{number}", table.caption, table.columns, rows, ())


def _breakable(text: str) -> str:
    """Digests in groups, because a line of 64 letters breaks nowhere."""
    if len(text) == 64 and all(letter in "0123456789abcdef" for letter in text):
        return " ".join(text[place : place + 8] for place in range(0, 64, 8))
    return text
