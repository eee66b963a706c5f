"""Texts that no spreadsheet runs, and the way back.

Spreadsheets run texts that begin like a formula, see
https://owasp.org/www-community/attacks/CSV_Injection.
Such texts get an apostrophe in front, also where blanks or full-width signs hide the beginning. A
text that has such an apostrophe of its own gets one more, so that :func:`unmarked` gives back what
was there.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*(?:[\s\u00a0\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])")
#: Numbers with a sign are no formula, whatever their separators.
_NUMBER = re.compile(r"[+-][0-9][0-9., ]*\Z")


def _runs(text: str) -> bool:
    return _FORMULA.match(text) is not None and not _NUMBER.match(text)


def marked(text: str) -> str:
    """The text as a spreadsheet may hold it."""
    # Nearly every text begins with a letter or a digit, so this is asked hundreds of thousands
    # of times for one table.
    if text[:1].isalnum():
        return text
    return f"'{text}" if _runs(text) else text


def unmarked(text: str) -> str:
    """What :func:`marked` was given; any other text as it is."""
    return text[1:] if text.startswith("'") and _runs(text[1:]) else text
