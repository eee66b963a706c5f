"""A table of columns of equal length: numbers as float64 (missing: NaN), text as objects ("")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Floats = NDArray[np.float64]


class AuditError(ValueError):
    """An input of an audit makes no sense; the text says what, where and what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by name, each (N,).

    Raises:
        AuditError: columns of different length, or none.
    """

    columns: Mapping[str, Column]

    def __post_init__(self) -> None:
        lengths = {len(column) for column in self.columns.values()}
        if len(lengths) != 1:
            raise AuditError("a table needs columns, all of the same length")

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def is_number(self, name: str) -> bool:
        """Whether the column holds numbers."""
        return bool(self.columns[name].dtype.kind == "f")

    def rows(self, chosen: NDArray[Any]) -> Table:
        """These rows, by number or mask."""
        return Table({name: column[chosen] for name, column in self.columns.items()})

    def replaced(self, columns: Mapping[str, Column]) -> Table:
        """With these columns in place of, or beside, its own."""
        return Table({**self.columns, **columns})

    def without(self, names: Iterable[str]) -> Table:
        """Without these columns."""
        left = set(names)
        return Table({name: c for name, c in self.columns.items() if name not in left})

    def missing(self, name: str) -> NDArray[np.bool_]:
        """Where a value is missing, (N,)."""
        column = self.columns[name]
        if column.dtype.kind == "f":
            return np.asarray(np.isnan(column))
        return np.asarray(np.isin(column.astype(str), ("", "?", "nan", "None")))

    def matrix(
        self, names: Iterable[str], codes: Mapping[str, tuple[str, ...]] | None = None
    ) -> Floats:
        """Columns side by side as numbers, (N, F).

        Text becomes the place of its value in `codes`, or among the column's own sorted values;
        what is not there becomes NaN.
        """
        parts = []
        for name in names:
            column = self.columns[name]
            if column.dtype.kind == "f":
                parts.append(column)
                continue
            text = column.astype(str)
            known = (codes or {}).get(name) or tuple(sorted(set(text.tolist())))
            place = {value: float(at) for at, value in enumerate(known)}
            parts.append(np.array([place.get(value, np.nan) for value in text.tolist()]))
        return np.column_stack(parts) if parts else np.empty((len(self), 0))

    def coded(self, names: Iterable[str], codes: Mapping[str, tuple[str, ...]], where: str) -> None:
        """That it is said which number stands for which text: some rows hold not all texts.

        Raises:
            AuditError: of a column of texts among these that is not said.
        """
        for name in names:
            if not self.is_number(name) and name not in codes:
                order = ", ".join(f'"{value}"' for value in self.values(name)[:8])
                raise AuditError(
                    f"{where}: takes numbers, but column {name!r} holds texts; say which text is "
                    f'0, 1, … for the model: [model.codes] "{name}" = [{order}]'
                )

    def exact(self, name: str) -> bool:
        """Whether no two whole numbers of the column have become one: float64 ends at 2^53."""
        return not (self.is_number(name) and bool((np.abs(self.columns[name]) >= 2.0**53).any()))

    def values(self, name: str) -> tuple[str, ...]:
        """The distinct values of a column as text, sorted."""
        return tuple(sorted(set(as_text(self.columns[name]).tolist())))


def as_text(column: Column) -> NDArray[Any]:
    """Each value as `value_text`, (N,)."""
    return np.array([value_text(value) for value in column.tolist()], dtype=object)


def value_text(value: Any) -> str:
    """A value as an audit names it: the same text for the same value, whatever type it came in.

    1, 1.0, "1" and true are "1"; other numbers have as many digits as tell them apart; what is
    missing is "".
    """
    plain = value.item() if isinstance(value, np.generic) else value
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return str(int(plain))
    if isinstance(plain, float):
        if np.isnan(plain):
            return ""
        return str(int(plain)) if plain.is_integer() else repr(plain)
    return str(plain)
