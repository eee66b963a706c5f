"""Folding and splitting of text, the same way for what is stored and what is asked."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_UMLAUTS = re.compile(r"ae|oe|ue")
_UMLAUT_LETTERS = str.maketrans({"ß": "ss", "æ": "a", "œ": "o", "ø": "o", "ł": "l", "đ": "d"})
_SEPARATORS = re.compile(r"[^\w]+|_+")
_DOTTED = re.compile(r"\b(?:\w\.){2,}")
_INITIAL = re.compile(r"\b([^\W\d_])\.(?=[^\W\d_]{2,}\b)")
_SOUNDS = tuple(
    (re.compile(pattern), heard)
    for pattern, heard in (
        (r"ph|v", "f"),
        (r"tz|cz|z|c(?=[eiy])", "s"),
        (r"^ch(?=[aolr])|ch(?=[lrst]|$)|ck|c|q(?!u)|g(?=$|s)", "k"),
        (r"qu|kw", "kw"),
        (r"dt|th|d(?=$|s)", "t"),
        (r"b(?=$|s)", "p"),
        (r"x", "ks"),
        (r"y|ie|j", "i"),
        (r"(?<=[aeiour])h", ""),
        (r"([^\W\d_])\1+", r"\1"),
    )
)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """One form for all spellings of a word: case, accents, umlauts, ß, compatibility letters.

    "Köln", "Koeln", "KOLN" and "Köln" (decomposed) all give "koln". The digraphs ae, oe, ue are
    folded everywhere, because nobody can tell "Mueller" from "Duell" without a dictionary; both
    sides of a comparison fold alike, so nothing is lost. Idempotent.
    """
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = "".join(c for c in text if not unicodedata.combining(c)).translate(_UMLAUT_LETTERS)
    while True:
        folded = _UMLAUTS.sub(lambda match: match.group()[0], text)
        if folded == text:
            return text
        text = folded


def tokens(text: str) -> list[str]:
    """Folded words of a text, in order. "e.V.", "R.W.T.H." and "E.ON" become one word each."""
    return list(_tokens(text))


# A name is split several times in a row (words, compounds, grams), so the last ones are kept.
@lru_cache(maxsize=65536)
def _tokens(text: str) -> tuple[str, ...]:
    text = _INITIAL.sub(r"\1", text)
    text = _DOTTED.sub(lambda match: match.group().replace(".", ""), text)
    text = text.replace("&", " und ").replace("+", " plus ").replace("'", "").replace("’", "")
    return tuple(word for word in _SEPARATORS.split(fold(text)) if word)


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """Roughly how a folded German word sounds: "lammar" and "lamarr", "fysik" and "physik" agree.

    A few rules of spelling and no more: they decide between words that are alike anyway.
    """
    for pattern, heard in _SOUNDS:
        word = pattern.sub(heard, word)
    return word


def percent(share: float, language: str, decimals: int = 0) -> str:
    """A share as people write it: 12,5 % in German, 12.5% in English; never broken over two lines.

    The space is U+00A0: the narrow one of DIN 5008 is missing in the fonts that documents are set
    in, and PDF/A forbids what no font can show.
    """
    text = f"{abs(100 * share):,.{decimals}f}"
    sign = "−" if share < 0 and any(c in "123456789" for c in text) else ""
    if language != "de":
        return f"{sign}{text}%"
    return f"{sign}{text.translate(str.maketrans(',.', '.,'))}\u00a0%"


def one_line(text: str, length: int) -> str:
    """The text on one line, cut at a word if it is longer than ``length`` characters."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return f"{text[:length].rsplit(' ', 1)[0].rstrip(',;:–-')} …"


def initials(words: list[str], skip: frozenset[str] = frozenset()) -> str:
    """First letters of the words, leaving out those in ``skip`` (und, für, of, ...)."""
    return "".join(word[0] for word in words if word not in skip)


def grams(text: str, size: int = 4) -> list[str]:
    """Character n-grams of folded words with a mark at each end: "ki" gives "^ki$".

    Args:
        text: any text.
        size: characters per gram; shorter words give themselves with their marks.
    """
    result: list[str] = []
    for word in tokens(text):
        marked = f"^{word}$"
        if len(marked) <= size:
            result.append(marked)
        else:
            result.extend(marked[i : i + size] for i in range(len(marked) - size + 1))
    return result
