"""Reads a chapter. There is no HTML in it: what looks like a tag is text.

## Part              a heading (### one level below)
- point, 1. point    lists
**strong** *set apart* [words](https://example.org)
{{consultations}}    a live figure; {{consultations size=micro}}, {{consultations before}},
                     {{consultations change}}; {{period}}, {{period before}}
^[Study of X | 2025-06-27]             source and date of a fact that is not counted
::figures consultations, outcomes      a table of whole figures with comparison
::table consultations by size, sector  one or two dimensions
::chart consultations by month
::map map_entries
A caption may follow after a bar: ::map map_entries | Entries by district
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from steiger.engines.reporting.words import Language, Text
from steiger.engines.reporting.writing.blocks import (
    Block,
    Cited,
    Emphasis,
    Heading,
    Inline,
    KeyFigures,
    Link,
    Listing,
    LiveChart,
    LiveFigure,
    LiveMap,
    LiveTable,
    Paragraph,
    PeriodName,
    Plain,
    Strong,
)

MOST_TEXT = 200_000
_INLINE = re.compile(
    r"\{\{(?P<live>[^{}\n]{1,200})\}\}"
    r"|\^\[(?P<cited>[^\]\n]{1,500})\]"
    r"|\[(?P<words>[^\[\]\n]{1,300})\]\((?P<url>[^()\s]{1,500})\)"
    r"|\*\*(?P<strong>[^\n]{1,2000}?)\*\*"
    r"|\*(?P<set>[^*\n]{1,2000}?)\*"
)
_POINT = re.compile(r"(?:-|(\d{1,3})\.)\s+(.*)")
_KEY = r"[a-z][a-z0-9_]*"
_ADDRESS = re.compile(r"https?://|mailto:|/(?!/)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What a chapter's author has to mend."""

    line: int
    text: Text


class ChapterError(ValueError):
    """A chapter cannot be read; all problems at once."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"line {p.line}: {p.text.en}" for p in problems))

    def told(self, language: Language) -> list[tuple[int, str]]:
        """Line and words of each problem."""
        return [(problem.line, problem.text.of(language)) for problem in self.problems]


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a chapter.

    Raises:
        ChapterError: some lines mean nothing; the error names all of them.
    """
    if len(text) > MOST_TEXT:
        raise ChapterError(
            [
                Problem(
                    1, Text("Der Text ist zu lang. Teilen Sie das Kapitel.", "Too long; split it.")
                )
            ]
        )
    reader = _Reader()
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        reader.take(number, line.strip())
    reader.flush()
    if reader.problems:
        raise ChapterError(reader.problems)
    return tuple(reader.blocks)


class _Reader:
    """Collects lines until a block is complete."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.problems: list[Problem] = []
        self._lines: list[str] = []
        self._points: list[str] = []
        self._numbered = False
        self._begin = 1

    def take(self, number: int, line: str) -> None:
        """One more line."""
        point = _POINT.fullmatch(line)
        if not line:
            self.flush()
        elif line.startswith("::"):
            self.flush()
            block = self._directive(number, line[2:].strip())
            if block is not None:
                self.blocks.append(block)
        elif line.startswith("#"):
            self.flush()
            self._heading(number, line)
        elif point and not self._lines:
            numbered = point.group(1) is not None
            if self._points and numbered != self._numbered:
                self.flush()
            if not self._points:
                self._begin, self._numbered = number, numbered
            self._points.append(point.group(2))
        elif self._points:
            self._points[-1] += " " + line
        else:
            if not self._lines:
                self._begin = number
            self._lines.append(line)

    def flush(self) -> None:
        """End the block that is being read."""
        if self._points:
            points = tuple(self._inline(self._begin, text) for text in self._points)
            self.blocks.append(Listing(points, self._numbered))
        if self._lines:
            self.blocks.append(Paragraph(self._inline(self._begin, " ".join(self._lines))))
        self._points, self._lines = [], []

    def _heading(self, number: int, line: str) -> None:
        marks = len(line) - len(line.lstrip("#"))
        words = line[marks:].strip()
        if marks not in {2, 3} or not words:
            self._problem(
                number,
                "Eine Überschrift beginnt mit ## oder ###, danach ein Wort.",
                "A heading begins with ## or ###, then a word.",
            )
            return
        self.blocks.append(Heading(marks, self._inline(number, words)))

    def _problem(self, number: int, de: str, en: str) -> None:
        self.problems.append(Problem(number, Text(de, en)))

    # --- blocks that are counted ----------------------------------------------------------------
    def _directive(self, number: int, line: str) -> Block | None:
        command, _, caption = (part.strip() for part in line.partition("|"))
        word, _, rest = command.partition(" ")
        names = rf"({_KEY}(?:\s*,\s*{_KEY})*)"
        if word == "figures" and (match := re.fullmatch(names, rest.strip())):
            return KeyFigures(_split(match.group(1)), caption)
        if word in {"table", "chart"} and (
            match := re.fullmatch(rf"({_KEY})\s+by\s+{names}", rest.strip())
        ):
            key, dimensions = match.group(1), _split(match.group(2))
            if word == "chart" and len(dimensions) == 1:
                return LiveChart(key, dimensions[0], caption)
            if word == "table" and len(set(dimensions)) == len(dimensions) <= 2:
                return LiveTable(key, dimensions, caption)
        if word == "map" and (match := re.fullmatch(rf"({_KEY})", rest.strip())):
            return LiveMap(match.group(1), caption=caption)
        self._problem(
            number,
            f"„::{command}“ ist keine Tabelle, kein Diagramm und keine Karte. "
            "Beispiel: ::table consultations by size",
            f"“::{command}” is no table, chart or map. Example: ::table consultations by size",
        )
        return None

    # --- words ----------------------------------------------------------------------------------
    def _inline(self, number: int, text: str) -> tuple[Inline, ...]:
        parts: list[Inline] = []
        end = 0
        for match in _INLINE.finditer(text):
            if match.start() > end:
                parts.append(Plain(text[end : match.start()]))
            parts.append(self._word(number, match))
            end = match.end()
        if end < len(text):
            parts.append(Plain(text[end:]))
        return tuple(parts)

    def _word(self, number: int, match: re.Match[str]) -> Inline:
        found = match.groupdict()
        if found["live"] is not None:
            return self._live(number, found["live"].strip())
        if found["cited"] is not None:
            return self._cited(number, found["cited"])
        if found["url"] is not None:
            if not _ADDRESS.match(found["url"]):
                self._problem(
                    number,
                    f"„{found['url']}“ ist keine Adresse; sie beginnt mit https://.",
                    f"“{found['url']}” is no address; one begins with https://.",
                )
                return Plain(match.group())
            return Link(found["words"], found["url"])
        if found["strong"] is not None:
            return Strong(self._inline(number, found["strong"]))
        return Emphasis(self._inline(number, found["set"]))

    def _live(self, number: int, text: str) -> Inline:
        words = text.split()
        if words[:1] == ["period"] and words[1:] in ([], ["before"]):
            return PeriodName(before=len(words) == 2)
        form, where = "now", {}
        for word in words[1:]:
            name, sign, value = word.partition("=")
            if sign and re.fullmatch(_KEY, name):
                where[name] = value
            elif word in {"now", "before", "change"}:
                form = word
            else:
                words = []
        if not words or not re.fullmatch(_KEY, words[0]):
            self._problem(
                number,
                f"„{{{{{text}}}}}“ nennt keine Kennzahl. "
                "Beispiel: {{consultations size=micro}}",
                f"“{{{{{text}}}}}” names no indicator. Example: {{{{consultations size=micro}}}}",
            )
            return Plain(text)
        return LiveFigure(words[0], tuple(sorted(where.items())), form)

    def _cited(self, number: int, text: str) -> Inline:
        source, _, day = (part.strip() for part in text.rpartition("|"))
        try:
            on = date.fromisoformat(day)
        except ValueError:
            on = None
        if not source or on is None:
            self._problem(
                number,
                f"„{text}“: Eine Quelle braucht ein Datum. Beispiel: ^[Studie X | 2025-06-27]",
                f"“{text}”: a source needs a date. Example: ^[Study X | 2025-06-27]",
            )
            return Plain(text)
        return Cited(source, on)


def _split(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(","))
