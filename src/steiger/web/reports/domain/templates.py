"""Ready templates of reports, read from the region's folder.

A chapter's file may hold paragraphs about figures that this installation does not count (yet);
they are left out when a report is made from it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from steiger.engines.reporting.writing.ask import unknown, wanted
from steiger.engines.reporting.writing.blocks import KeyFigures
from steiger.engines.reporting.writing.parse import parse
from steiger.regions import load_region
from steiger.web.reports.domain.declared import all_declared


@dataclass(frozen=True, slots=True)
class ChapterDraft:
    """A chapter as the template has it."""

    title_de: str
    title_en: str
    text_de: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Template:
    """One template."""

    key: str
    name_de: str
    name_en: str
    title_de: str
    title_en: str
    chapters: tuple[ChapterDraft, ...]


def templates() -> list[Template]:
    """Every template of the region, by key."""
    folder = load_region(settings.REGION).folder / "reports"
    return [_read(path.parent) for path in sorted(folder.glob("*/report.toml"))]


def template(key: str) -> Template | None:
    """One template, or None."""
    return next((found for found in templates() if found.key == key), None)


def _read(folder: Path) -> Template:
    head = tomllib.loads((folder / "report.toml").read_text(encoding="utf-8"))
    return Template(
        key=folder.name,
        name_de=head["name"]["de"],
        name_en=head["name"]["en"],
        title_de=head["title"]["de"],
        title_en=head["title"]["en"],
        chapters=tuple(
            ChapterDraft(
                chapter["title"]["de"],
                chapter["title"]["en"],
                *(
                    (folder / f"{chapter['file']}.{language}.md").read_text(encoding="utf-8")
                    for language in ("de", "en")
                ),
            )
            for chapter in head["chapter"]
        ),
    )


def fitting(text: str, known: Collection[str] | None = None) -> str:
    """A chapter without the paragraphs whose figures are not counted here."""
    indicators = {key: d.about for key, d in all_declared().items()}
    if known is not None:
        indicators = {key: about for key, about in indicators.items() if key in known}
    kept = []
    for piece in text.strip().replace("\r\n", "\n").split("\n\n"):
        blocks = parse(piece)
        if len(blocks) == 1 and isinstance(blocks[0], KeyFigures):
            there = [key for key in blocks[0].indicators if key in indicators]
            _, bar, caption = piece.partition("|")
            if there:
                kept.append(f"::figures {', '.join(there)}" + (f" |{caption}" if bar else ""))
        elif not unknown(blocks, indicators):
            kept.append(piece)
    return "\n\n".join(_without_empty_parts(kept)) + "\n"


def _without_empty_parts(pieces: list[str]) -> list[str]:
    """A heading under which nothing was left goes, too."""
    kept: list[str] = []
    for piece in reversed(pieces):
        depth = _depth(piece)
        below = _depth(kept[-1]) if kept else 1
        if depth and 0 < below <= depth:
            continue
        kept.append(piece)
    return kept[::-1]


def _depth(piece: str) -> int:
    """2 or 3 for a heading, 0 for everything else."""
    return len(piece) - len(piece.lstrip("#"))


def asks_for(text: str) -> set[str]:
    """Keys of the indicators that a text uses."""
    return {want.indicator for want in wanted(parse(text))}
