"""A finished document: every number is written out, every drawing made.

Adapters and pages turn it into their form and add nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from steiger.engines.reporting.book import Spot
from steiger.engines.reporting.words import Language


@dataclass(frozen=True, slots=True)
class Run:
    """Some words in one manner.

    Attributes:
        spot: the figure that they are, to open its rows.
        note: number of the source that they refer to; the text is then empty.
    """

    text: str
    bold: bool = False
    italic: bool = False
    url: str = ""
    spot: Spot | None = None
    note: int = 0


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Title:
    """A heading; level 1 is a chapter."""

    level: int
    runs: Runs
    anchor: str

    @property
    def text(self) -> str:
        """Its words alone."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    points: tuple[Runs, ...]
    numbered: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `value` is None for words, for what is withheld and what was not collected."""

    text: str
    value: int | None = None
    spot: Spot | None = None
    header: bool = False
    withheld: bool = False
    uncollected: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; its first row and the first cell of each row are headers.

    Attributes:
        number: counts through the document, with figures apart.
        total: whether the last row is the sum.
    """

    number: int
    key: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart or map, with the words that say the same and the table behind it."""

    number: int
    key: str
    kind: Literal["bars", "map"]
    caption: str
    svg: str
    alt: str
    width: float
    height: float
    grid: Grid
    notes: tuple[str, ...]


Part = Title | Prose | Points | Grid | Drawing


@dataclass(frozen=True, slots=True)
class Definition:
    """One entry of the annex."""

    name: str
    text: str
    unit: str
    source: str
    owner: str
    since: str
    remarks: str


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    Attributes:
        facts: lines for the title page: addressee, body, date, state of the data.
        sources: numbered from 1, as they are referred to.
        digest: of the rows that it was counted from; empty for a draft.
    """

    title: str
    subtitle: str
    language: Language
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    sources: tuple[str, ...]
    definitions: tuple[Definition, ...]
    digest: str = ""
    draft: bool = False
    spots: frozenset[Spot] = field(default_factory=frozenset)

    @property
    def grids(self) -> tuple[Grid, ...]:
        """Every table, those behind drawings too, in order."""
        found: list[Grid] = []
        for part in self.parts:
            if isinstance(part, Grid):
                found.append(part)
            elif isinstance(part, Drawing):
                found.append(part.grid)
        return tuple(found)
