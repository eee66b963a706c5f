"""Where a walk over pages goes on.

A cursor is opaque to its reader. It holds the key of the last actor shown (or, by relevance, the
numbers of those shown) and a check value of the question, because behind a key of one order lies
something else in another. It holds no secret and opens nothing, so it is not signed; whatever it
says is checked.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from dataclasses import dataclass
from typing import Any

#: A walk by relevance remembers whom it has shown; beyond this number it ends.
MOST_BY_RELEVANCE = 1_000
LONGEST = 8_000


class CursorError(ValueError):
    """The text is no cursor, or belongs to another question."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place behind which the next page begins.

    Attributes:
        after: key of the last actor in an order that has keys.
        seen: numbers of those shown by relevance.
    """

    after: tuple[str | float, int] | None = None
    seen: frozenset[int] = frozenset()


def question_key(*parts: object) -> str:
    """A short check value of a question."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def write(cursor: Cursor, question: str) -> str:
    """The cursor as a text for an address."""
    data: dict[str, Any] = {"q": question}
    if cursor.after is not None:
        data["a"] = list(cursor.after)
    if cursor.seen:
        numbers = sorted(cursor.seen)
        data["s"] = [b - a for a, b in zip([0, *numbers], numbers, strict=False)]
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(text: str, question: str) -> Cursor:
    """What :func:`write` wrote.

    Raises:
        CursorError: it is none, or belongs to another question.
    """
    if len(text) > LONGEST:
        raise CursorError("too long")
    try:
        data = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError) as error:
        raise CursorError("unreadable") from error
    if not isinstance(data, dict) or data.get("q") != question:
        raise CursorError("of another question")
    return Cursor(_after(data.get("a")), _seen(data.get("s")))


def _after(value: Any) -> tuple[str | float, int] | None:
    if value is None:
        return None
    if not (isinstance(value, list) and len(value) == 2 and _is_number(value[1])):
        raise CursorError("no key")
    first, number = value
    if isinstance(first, str):
        return first, number
    if isinstance(first, bool) or not isinstance(first, int | float) or not math.isfinite(first):
        raise CursorError("no key")
    return float(first), number


def _seen(value: Any) -> frozenset[int]:
    if value is None:
        return frozenset()
    if not isinstance(value, list) or len(value) > MOST_BY_RELEVANCE:
        raise CursorError("no list of numbers")
    total, found = 0, set()
    for step in value:
        if not _is_number(step):
            raise CursorError("no list of numbers")
        total += step
        found.add(total)
    return frozenset(found)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53
