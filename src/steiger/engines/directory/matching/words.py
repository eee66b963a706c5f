"""How names become words that can be compared, in many languages and spellings."""

from __future__ import annotations

import html
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from steiger.lib.text import fold

_DATA = Path(__file__).parent / "data"
#: Letters; signs of Indian and Thai scripts that stand on letters count as such.
_LETTER = r"(?:[^\W_]|[\u0900-\u0d7f\u0e31-\u0e4e])"
_PIECE = re.compile(
    _LETTER + r"+(?:['’ʼ`´][^\W\d_]{1,2}\b)?|[;\n\r|•]|[,:/()\[\]{}<>]|\s[-–—]\s|\.(?=\s|$)"
)
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.\s?){1,}[^\W\d_]\.?(?![^\W_])")
_STRONG = frozenset(";\n\r|•")
_MARKS = frozenset(";\n\r|•,:/()[]{}<>.-–— \t")
_GLUED = re.compile(r"(?<=[a-zäöüß]{3})(?=[A-Z][a-z]{3})")
_NUMBERED = re.compile(r"^\d{1,2}(?=[^\W\d_]{3})")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The data files, folded.

    Attributes:
        same: word -> the words that stand for it; () for words without meaning.
        kinds: words that say what something is.
        parts: words that name a part of an organisation.
        legal: folded words of a legal form -> its name.
        states: (country, abbreviation) of provinces -> country, by upper-case abbreviation.
    """

    same: dict[str, tuple[str, ...]]
    kinds: frozenset[str]
    parts: frozenset[str]
    legal: dict[tuple[str, ...], str]
    longest_legal: int
    states: dict[str, str]
    countries: dict[str, tuple[str, ...]]
    state_names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """A text as comparable words, one entry per word in all tuples.

    Attributes:
        words: folded, in one language where the lexicon knows them, without words like "of".
        segments: number of the part between commas.
        groups: number of the part between semicolons or lines.
        capital: written like an acronym (two capitals or more, hardly any small letters).
        legal: the legal forms that were left out.
        hints: (country, place of the word before) from abbreviations of states.
    """

    words: tuple[str, ...]
    segments: tuple[int, ...]
    groups: tuple[int, ...]
    capital: tuple[bool, ...]
    legal: tuple[str, ...]
    hints: tuple[tuple[str, int], ...]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The words of the data files; read once."""
    words = _read("words.toml")
    same: dict[str, tuple[str, ...]] = {}
    for table in ("same", "place"):
        for target, spellings in words[table].items():
            for spelling in spellings.split():
                same[fold(spelling)] = (target,)
            same[target] = (target,)
    for word, parts in words["compound"].items():
        same[fold(word)] = tuple(parts.split())
    for word in words["stop"]["words"].split():
        same[fold(word)] = ()
    legal = {
        tuple(raw for raw, _, _ in _pieces(spelling) if raw[0].isalnum()): form
        for form, spellings in _read("legal_forms.toml")["forms"].items()
        for spelling in spellings
    }
    legal = {tuple(fold(word) for word in key): form for key, form in legal.items()}
    places = _read("countries.toml")
    states = {short: code for code, rows in places["states"].items() for _, short in rows}
    names = {name: code for code, rows in places["states"].items() for name, _ in rows}
    return Lexicon(
        same,
        frozenset(words["kind"]["words"].split()),
        frozenset(words["kind"]["part"].split()),
        legal,
        max(map(len, legal)),
        states,
        {code: tuple(found) for code, found in places["countries"].items()},
        names,
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=100_000)
def canonical(word: str) -> tuple[str, ...]:
    """What stands for a folded word: () for words without meaning, several for a compound."""
    same = lexicon().same
    found = same.get(word)
    if found is None and len(word) > 4 and word[-1] == "s" and word[-2] not in "sui":
        found = same.get(word[:-1], (word[:-1],))
    return (word,) if found is None else found


def clean(text: str) -> str:
    """The text without marks of HTML and with one form of each letter."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return text


@lru_cache(maxsize=8192)
def read(text: str) -> Words:
    """Split a text into comparable words.

    Legal forms at the end of a part are left out, unless nothing else would be left.
    """
    pieces = _pieces(clean(text))
    words: list[tuple[str, int, int, bool]] = []
    legal: list[str] = []
    hints: list[tuple[str, int]] = []
    place = 0
    while place < len(pieces):
        form, length = _legal(pieces, place) if place else ("", 0)
        if form:
            legal.append(form)
            place += length
            continue
        raw, segment, group = pieces[place]
        place += 1
        code = lexicon().states.get(raw)
        if code and place > 1 and _ends(pieces, place):
            hints.append((code, len(words)))
            continue
        capital = _is_capital(raw)
        for word in canonical(fold(raw)):
            words.append((word, segment, group, capital))  # noqa: PERF401
    if not words:
        words = [(fold(raw), segment, group, _is_capital(raw)) for raw, segment, group in pieces]
    words = _phrases(words)
    return Words(
        tuple(w for w, _, _, _ in words),
        tuple(s for _, s, _, _ in words),
        tuple(g for _, _, g, _ in words),
        tuple(c for _, _, _, c in words),
        tuple(legal),
        tuple(hints),
    )


def _pieces(text: str) -> list[tuple[str, int, int]]:
    """(word as written, segment, group)."""
    text = _DOTTED.sub(lambda match: re.sub(r"[.\s]", "", match.group()) + " ", text)
    found: list[tuple[str, int, int]] = []
    segment = group = 0
    for match in _PIECE.finditer(text):
        raw = match.group()
        if raw[0] in _MARKS:
            segment += 1
            group += raw in _STRONG
            continue
        raw = re.sub(r"['’ʼ`´]", "", raw)
        numbered = _NUMBERED.match(raw)
        if numbered:
            raw = raw[numbered.end() :]
        found.extend((part, segment, group) for part in _GLUED.split(raw))
    return found


def _legal(pieces: list[tuple[str, int, int]], place: int) -> tuple[str, int]:
    table = lexicon()
    for length in range(min(table.longest_legal, len(pieces) - place), 0, -1):
        form = table.legal.get(tuple(fold(raw) for raw, _, _ in pieces[place : place + length]))
        if form is None:
            continue
        after = place + length
        last = after == len(pieces) or pieces[after][1] != pieces[after - 1][1]
        if last or _legal(pieces, after)[0]:
            return form, length
    return "", 0


def _ends(pieces: list[tuple[str, int, int]], place: int) -> bool:
    """Whether the part ends here, or only numbers or the country follow."""
    segment = pieces[place - 1][1]
    for raw, other, _ in pieces[place:]:
        if other != segment:
            return True
        if not raw[0].isdigit() and raw not in {"USA", "US", "Canada", "Australia", "United"}:
            return False
    return True


def _is_capital(raw: str) -> bool:
    upper = sum(c.isupper() for c in raw)
    return upper >= 2 and upper * 2 >= len(raw)


def _phrases(words: list[tuple[str, int, int, bool]]) -> list[tuple[str, int, int, bool]]:
    """The English for "Hochschule" is "University of Applied Sciences"; "US" is "United States"."""
    result: list[tuple[str, int, int, bool]] = []
    place = 0
    while place < len(words):
        three = [w for w, _, _, _ in words[place : place + 3]]
        if three[1:] == ["applied", "science"] and three[0] in {"university", "hochschule"}:
            result.append(("hochschule", *words[place][1:]))
            place += 3
        elif three[:2] == ["united", "state"]:
            result.append(("us", *words[place][1:]))
            place += 2
        else:
            result.append(words[place])
            place += 1
    return result
