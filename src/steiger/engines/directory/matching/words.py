"""How names become words that can be compared, in many languages and spellings."""

from __future__ import annotations

import hashlib
import html
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from steiger.engines.directory.matching.host import domain
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
#: Where words were run together ("UniversityHuntington", "Lausanne1015Switzerland").
_GLUED = re.compile(
    r"(?<=[a-zß-öø-ÿ]{3})(?=[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{3})"
    r"|(?<=[a-zß-öø-ÿ]{3})(?=\d{4})|(?<=\d{4})(?=[A-Z][a-z]{3})|(?<=[a-z]{4})(?=[A-Z]{2}$)"
)
#: A small letter before a capitalised word at the very beginning refers to a footnote.
_FOOTNOTE = re.compile(r"^\s*[a-z]\s+(?=[A-Z])")
#: Shortened words have at most so many letters.
SHORT = 6
_AND = frozenset({"and", "und", "et", "y", "e", "i", "og", "och", "ve", "en"})
_ADDRESS = re.compile(
    r"(?:(?:e-?mail(?: address)?\s?:?\s*)?[\w.+-]+\s?@\s?|https?://(?:www\.)?|\bwww\.)"
    r"((?:[a-z0-9-]+\.)+[a-z]{2,})(?:/\S*)?",
    re.IGNORECASE,
)
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
        hints: (country, words before it) from abbreviations of states and codes of countries.
        joined: "and" stands before the word.
        form: a legal form stood behind the word.
        letters: what was typed without legal forms, as :func:`letters` reads it.
    """

    words: tuple[str, ...]
    segments: tuple[int, ...]
    groups: tuple[int, ...]
    capital: tuple[bool, ...]
    legal: tuple[str, ...]
    hints: tuple[tuple[str, int], ...]
    joined: tuple[bool, ...]
    form: tuple[bool, ...]
    letters: str


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
        tuple(raw for raw, _, _ in _pieces(spelling, legal=True) if raw[0].isalnum()): form
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
        # The Turkish i without a dot is written with one in capitals by everyone else.
        text = unicodedata.normalize("NFKC", text).replace("ı", "i")
    return text


def letters(text: str) -> str:
    """Letters and digits only, small and without marks: what a typing mistake changes.

    Umlauts in two letters stay two: "Muuseum" has one letter too many, whatever "ue" may mean.

    >>> letters("Müller & Söhne 2.0")
    'mullersohne20'
    """
    apart = unicodedata.normalize("NFKD", clean(text).casefold())
    return "".join(letter for letter in apart if letter.isalnum())


def key_of(word: str) -> int:
    """64 bits that are the same for a word in every process."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


class _Word(NamedTuple):
    """A word of a text, and where it stands; ``joined``: "and" before it, ``form``: a legal form
    after it, ``codes``: countries whose codes, or whose states' abbreviations, stand after it."""

    text: str
    segment: int
    group: int
    capital: bool
    joined: bool = False
    form: bool = False
    codes: tuple[str, ...] = ()


@lru_cache(maxsize=8192)
def read(text: str) -> Words:
    """Split a text into comparable words.

    Legal forms at the end of a part are left out, unless nothing else would be left.
    """
    pieces = _pieces(clean(text))
    words: list[_Word] = []
    legal: list[str] = []
    kept: list[str] = []
    place = 0
    joined = False
    while place < len(pieces):
        nevada = lexicon().states.get(pieces[place][0]) == "US" and _alone(pieces, place)
        form, length = _legal(pieces, place) if place and not nevada else ("", 0)
        if form:
            legal.append(form)
            if words:
                words[-1] = words[-1]._replace(form=True)
            place += length
            continue
        raw, segment, group = pieces[place]
        place += 1
        codes = _codes(pieces, place - 1) if words else ()
        if codes:
            words[-1] = words[-1]._replace(codes=(*words[-1].codes, *codes))
            continue
        kept.append(raw)
        folded = fold(raw)
        found = canonical(folded)
        capital = _is_capital(raw)
        words += [_Word(word, segment, group, capital, joined) for word in found]
        joined = folded in _AND or (joined and not found)
    if not words:
        words = [
            _Word(fold(raw), segment, group, _is_capital(raw)) for raw, segment, group in pieces
        ]
    words = _phrases(words)
    return Words(
        tuple(w.text for w in words),
        tuple(w.segment for w in words),
        tuple(w.group for w in words),
        tuple(w.capital for w in words),
        tuple(legal),
        tuple((code, place) for place, w in enumerate(words, start=1) for code in w.codes),
        tuple(w.joined for w in words),
        tuple(w.form for w in words),
        letters("".join(kept)),
    )


def without_addresses(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without e-mail and web addresses, and their domains.

    >>> without_addresses("University of Bonn, Germany. E-mail: someone@cs.uni-bonn.de")
    ('University of Bonn, Germany. , ', ('uni-bonn.de',))
    """
    if "@" not in text and "www." not in text and "://" not in text:
        return text, ()
    found = [domain(one.group(1).lower()) for one in _ADDRESS.finditer(text)]
    rest = _ADDRESS.sub(", ", text)
    return (rest, tuple(dict.fromkeys(found))) if any(map(str.isalnum, rest)) else (text, ())


def _pieces(text: str, *, legal: bool = False) -> list[tuple[str, int, int]]:
    """(word as written, segment, group); ``legal``: of a legal form, before there is a lexicon."""
    text = _DOTTED.sub(lambda match: re.sub(r"[.\s]", "", match.group()) + " ", text)
    text = _FOOTNOTE.sub("", text)
    found: list[tuple[str, int, int]] = []
    segment = group = 0
    for match in _PIECE.finditer(text):
        raw = match.group()
        if raw[0] in _MARKS:
            if raw == "." and found and not legal and _shortened(found[-1][0]):
                continue
            segment += 1
            group += raw in _STRONG
            continue
        raw = re.sub(r"['’ʼ`´]", "", raw)
        numbered = _NUMBERED.match(raw)
        if numbered:
            raw = raw[numbered.end() :]
        found.extend((part, segment, group) for part in _GLUED.split(raw))
    return found


def _shortened(raw: str) -> bool:
    """Whether a dot after the word only shortens it ("Univ. of Bonn")."""
    word = fold(raw)
    meant = lexicon().same.get(word, ())
    return len(word) <= SHORT and len(meant) == 1 and len(meant[0]) > len(word)


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


def _alone(pieces: list[tuple[str, int, int]], place: int) -> bool:
    """Whether the word is all of its part but for numbers: "Reno, NV 89512" is in no N.V."""
    segment = pieces[place][1]
    before = place and pieces[place - 1][1] == segment
    return not before and _ends(pieces, place + 1)


def _codes(pieces: list[tuple[str, int, int]], place: int) -> tuple[str, ...]:
    """Countries that an abbreviation at the end of a part may mean; none for any other word.

    "CA" is California and Canada, "DE" Delaware and Germany. A country's own code must stand alone
    at the end of everything: "Bonn, DE", but not "IT, University of Bonn".
    """
    raw, _, group = pieces[place]
    state = lexicon().states.get(raw)
    found = (state,) if state and _ends(pieces, place + 1) else ()
    last = _alone(pieces, place) and all(other != group for _, _, other in pieces[place + 1 :])
    return (*found, raw) if last and raw in lexicon().countries else found


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


def _phrases(words: list[_Word]) -> list[_Word]:
    """The English for "Hochschule" is "University of Applied Sciences"; "US" is "United States"."""
    result: list[_Word] = []
    place = 0
    while place < len(words):
        three = [word.text for word in words[place : place + 3]]
        if three[1:] == ["applied", "science"] and three[0] in {"university", "hochschule"}:
            whole, length = "hochschule", 3
        elif three[:2] == ["united", "state"]:
            whole, length = "us", 2
        else:
            whole, length = three[0], 1
        joined = words[place : place + length]
        codes = tuple(code for word in joined for code in word.codes)
        result.append(joined[0]._replace(text=whole, form=joined[-1].form, codes=codes))
        place += length
    return result
