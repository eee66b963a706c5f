"""What a chapter is made of once it is read: blocks and the words in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from steiger.engines.reporting.book import Where


@dataclass(frozen=True, slots=True)
class Plain:
    """Text as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Important words."""

    parts: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Words set apart."""

    parts: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An address on the web with its words."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class LiveFigure:
    """A figure in the middle of a sentence. `form`: now, before, or change."""

    indicator: str
    where: Where = ()
    form: str = "now"


@dataclass(frozen=True, slots=True)
class PeriodName:
    """The report's period, or the one that it is compared with."""

    before: bool = False


@dataclass(frozen=True, slots=True)
class Cited:
    """Where a fact that is not counted comes from, and of which day it is."""

    source: str
    on: date


Inline = Plain | Strong | Emphasis | Link | LiveFigure | PeriodName | Cited


@dataclass(frozen=True, slots=True)
class Heading:
    """Title of a part; level 2 lies below the chapter's own title."""

    level: int
    parts: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    parts: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Points, with numbers or without."""

    points: tuple[tuple[Inline, ...], ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """A table of whole figures with their comparison."""

    indicators: tuple[str, ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class LiveTable:
    """A figure divided by one or two dimensions."""

    indicator: str
    dimensions: tuple[str, ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class LiveChart:
    """A figure divided by one dimension, as bars."""

    indicator: str
    dimension: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class LiveMap:
    """A figure divided by districts, on a map."""

    indicator: str
    dimension: str = "district"
    caption: str = ""


Block = Heading | Paragraph | Listing | KeyFigures | LiveTable | LiveChart | LiveMap
