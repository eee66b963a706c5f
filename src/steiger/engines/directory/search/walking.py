"""Orders in which a walk can go on although actors join or leave between its steps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from steiger.engines.directory.search.columns import Columns, Rows
from steiger.engines.directory.search.geometry import distance_km
from steiger.engines.directory.search.types import Query

Key = tuple[str | float, int]
#: Stands for "no place" in an order by distance; further than any place on earth.
NOWHERE_KM = 1e9


def ordered(columns: Columns, query: Query, rows: Rows | None) -> tuple[Rows, Callable[[int], Key]]:
    """Rows in the order of the question, and the key by which they ascend.

    Keys depend on nothing but the actor itself (and the place that was asked for), and end with its
    number, so that no two are equal.
    """
    every = np.arange(len(columns)) if rows is None else rows
    if query.sort == "changed":
        by_change: Rows = every[np.lexsort((every, -columns.changed[every]))]
        return by_change, lambda row: (-float(columns.changed[row]), int(columns.ids[row]))
    if query.sort == "distance" and query.near is not None:
        # Rounded to a centimetre: the same place gives the same number on every machine.
        away = np.round(distance_km(query.near, columns.lat, columns.lon), 5)
        away[np.isnan(away)] = NOWHERE_KM
        by_way: Rows = every[np.lexsort((every, away[every]))]
        return by_way, lambda row: (float(away[row]), int(columns.ids[row]))
    by_name: Rows = columns.by_name if rows is None else rows[np.argsort(columns.name_rank[rows])]
    return by_name, lambda row: (columns.record(int(row)).sort_name, int(columns.ids[row]))
