"""Columns of a table on their way: numbers as they are, texts as places in a list of their values.

Both sides of the pipe read this; what comes back is checked by the one that did not write it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.data.table import Table, value_text
from steiger.engines.audit.systems.apart.frames import Floats, FrameError

MOST_LABELS = 1000
#: Rows of one question, and characters of their texts: an answer of more is asked in parts.
MOST_ROWS, MOST_TEXT = 50_000, 10_000_000


class UnfitError(ValueError):
    """What a model cannot do, in words of our own."""


def columns_told(table: Table, names: tuple[str, ...]) -> tuple[dict[str, Any], bytes]:
    """Head and body for these columns in their order."""
    texts: dict[str, list[str]] = {}
    parts = []
    for name in names:
        column = table[name]
        if table.is_number(name):
            parts.append(column)
            continue
        place: dict[str, int] = {}
        parts.append(np.array([place.setdefault(text, len(place)) for text in column.tolist()]))
        texts[name] = list(place)
    values = np.column_stack(parts).astype("<f8") if parts else np.empty((len(table), 0), "<f8")
    head = {"shape": list(values.shape), "order": list(names), "texts": texts}
    return head, values.tobytes()


def columns_of(head: dict[str, Any], numbers: Floats) -> dict[str, NDArray[Any]]:
    """The columns in head and body."""
    found: dict[str, NDArray[Any]] = {}
    for at, name in enumerate(head["order"]):
        column = numbers[:, at]
        if name in head["texts"]:
            found[name] = np.array(head["texts"][name], dtype=object)[column.astype(np.intp)]
        else:
            found[name] = column
    return found


def places(labels: NDArray[Any]) -> tuple[list[str], Floats]:
    """The labels that occur, and for each row the place of its own among them."""
    said = [value_text(value) for value in labels.ravel()]
    names = sorted(set(said))[:MOST_LABELS]
    place = {label: at for at, label in enumerate(names)}
    return names, np.array([place.get(label, -1) for label in said], dtype="<f8")


def labels_of(answer: dict[str, Any], values: Floats) -> NDArray[Any]:
    """The label of each row, from a process that may say anything.

    Raises:
        FrameError: they make no sense.
    """
    names = names_of(answer)
    if values.ndim != 1 or not np.isin(values, np.arange(len(names))).all():
        raise FrameError("labels beyond their list")
    return np.array(names, dtype=object)[values.astype(np.intp)]


def names_of(answer: dict[str, Any]) -> list[str]:
    """The labels that an answer names.

    Raises:
        FrameError: they are no texts.
    """
    names = answer.get("labels")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise FrameError("labels that are no texts")
    return names


def parted(table: Table) -> list[Table]:
    """The table in parts that a question and an answer can hold; most often in one."""
    texts = [name for name in table.columns if not table.is_number(name)]
    length = sum(len(str(text)) for name in texts for text in table[name])
    count = max(-(-len(table) // MOST_ROWS), -(-length // MOST_TEXT), 1)
    if count == 1:
        return [table]
    return [table.rows(rows) for rows in np.array_split(np.arange(len(table)), count)]
