"""Typing mistakes in a question, forgiven as the search of the map forgives them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from steiger.engines.directory.search.vocabulary import Vocabulary
from steiger.lib.text import tokens
from steiger.web.accounts.domain.folding import holding, words_of

Row = TypeVar("Row", bound=Model)
#: Asked word → words that may have been meant, the nearest ones only.
Meant = Mapping[str, tuple[str, ...]]
_NOTHING: Meant = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Hits(Generic[Row]):
    """Rows that fit a question.

    Attributes:
        meant: other words that were looked for, too; empty if all were found as they were written.
    """

    rows: QuerySet[Row]
    meant: Meant = field(default_factory=lambda: _NOTHING)

    @property
    def is_near(self) -> bool:
        """Whether these rows only nearly fit."""
        return bool(self.meant)


def nearest(words: Iterable[str], vocabulary: Vocabulary) -> Meant:
    """Each folded word for which others stand in the vocabulary, with the nearest of them.

    How many mistakes are forgiven is the map's own rule: none up to three letters, one up to six,
    two up to thirteen, then three; what sounds the same may be a letter further away.
    """
    found: dict[str, tuple[str, ...]] = {}
    for word in words:
        near = vocabulary.near(word)
        if near:
            found[word] = tuple(said for said, distance in near if distance == near[0][1])
    return found


def vocabulary_of(texts: Iterable[str | None]) -> Vocabulary:
    """All folded words of some texts."""
    return Vocabulary([word for text in texts if text for word in tokens(text)])


def forgiving(
    rows: QuerySet[Row],
    text: str,
    *columns: str,
    beside: Sequence[tuple[QuerySet[Any], Sequence[str]]] = (),
    said: Callable[[], Iterable[str | None]] = tuple,
) -> Hits[Row]:
    """Rows that hold every word, as :func:`holding` finds them; if none does, nearly every word.

    Args:
        said: what the rows of ``beside`` say, asked for only if nothing is found.
    """
    exact = holding(rows, text, *columns, beside=beside)
    if exact.exists():
        return Hits(exact)
    lines = rows.order_by().values_list(*columns)
    vocabulary = vocabulary_of([*(part for line in lines for part in line), *said()])
    meant = nearest((word for word, _ in words_of(text)), vocabulary)
    return Hits(holding(rows, text, *columns, beside=beside, meant=meant), meant)
