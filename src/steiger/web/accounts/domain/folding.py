"""Words that are found whatever their spelling, inside the database: case, accents, umlauts, ß.

"mueller", "MÜLLER" and "Muller" find each other. Both databases fold as ``steiger.lib.text.fold``
does: SQLite calls that very function, PostgreSQL computes the same with its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

from django.db.backends.signals import connection_created
from django.db.models import Exists, F, Func, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce
from django.dispatch import receiver

from steiger.lib.text import fold, tokens

Row = TypeVar("Row", bound=Model)
FUNCTION = "steiger_fold"
MOST_WORDS = 8
#: Shorter words must begin a word of the text: "ki" shall not be found inside "Skizze".
SHORT = 4
_TEXT = "folded_text"
# After NFKD without its marks, these letters are left; lib.text.fold translates the same ones.
_LETTERS = (("ß", "ss"), ("æ", "a"), ("œ", "o"), ("ø", "o"), ("ł", "l"), ("đ", "d"))


@receiver(connection_created)
def _teach_sqlite(connection: Any, **_: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            FUNCTION, 1, lambda text: None if text is None else fold(str(text)), deterministic=True
        )


class Fold(Func):
    """A text in the one form of all its spellings."""

    function = FUNCTION
    arity = 1
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """The same by PostgreSQL's own functions."""
        made = "regexp_replace(normalize(lower(%(expressions)s), NFKD), '[\u0300-\u036f]', '', 'g')"
        for letter, plain in _LETTERS:
            made = f"replace({made}, '{letter}', '{plain}')"
        made = f"regexp_replace({made}, '([aou])e+', '\\1', 'g')"
        return self.as_sql(compiler, connection, template=made, **context)


class _Joined(Func):
    """Texts one after the other, flat: Django's Concat nests, until SQLite's parser gives up."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = TextField()


def words_of(text: str) -> list[tuple[str, str]]:
    """The words of a question, each once: folded, and as they were written but in small letters."""
    written = text.replace("\x00", "").lower().split()
    words = {folded: word for word in reversed(written) for folded in reversed(tokens(word))}
    return list(reversed(words.items()))[:MOST_WORDS]


def holding(
    rows: QuerySet[Row],
    text: str,
    *columns: str,
    beside: Sequence[tuple[QuerySet[Any], Sequence[str]]] = (),
    exact: Callable[[str], Q] | None = None,
    meant: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> QuerySet[Row]:
    """Rows in which every word of a text stands, in any of these columns.

    Args:
        text: what somebody looks for; nothing that could be looked for finds nothing.
        columns: text columns of the row, or of rows that it points to.
        beside: further rows that belong to it (with ``OuterRef``), and their columns.
        exact: another way in which one word may fit, as it was written: folding would change a
            number like "acae980e".
        meant: other folded words that do as well as one that was asked.
    """
    words = words_of(text)
    if not words:
        return rows.none()
    rows = rows.alias(**{_TEXT: _folded(columns)})
    others = [found.alias(**{_TEXT: _folded(names)}) for found, names in beside]
    for folded, word in words:
        sought = _sought(folded)
        for other in meant.get(folded, ()):
            sought |= _sought(other)
        fits = Q(sought)
        for found in others:
            fits |= Q(Exists(found.filter(sought)))
        rows = rows.filter(fits | exact(word) if exact else fits)
    return rows


def _folded(columns: Sequence[str]) -> Fold:
    parts: list[Any] = []
    for column in columns:
        # A break between them, so that no word is found that begins in one and ends in another.
        parts += [Coalesce(F(column), Value("")), Value("\n")]
    return Fold(_Joined(*parts))


def _sought(word: str) -> Q:
    if len(word) >= SHORT:
        return Q(**{f"{_TEXT}__contains": word})
    return Q(**{f"{_TEXT}__regex": rf"(^|[^a-z0-9]){re.escape(word)}"})
