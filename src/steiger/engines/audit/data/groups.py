"""Groups of people from a column, or from a column split at a value: `sex`, `age > 25`."""

from __future__ import annotations

import re

import numpy as np

from steiger.engines.audit.data.table import AuditError, Column, Table, as_text

SPLIT = re.compile(r"^\s*(.+?)\s*>\s*(-?\d+(?:\.\d+)?)\s*$")
MOST_VALUES = 20


def column_of(attribute: str) -> str:
    """The column that a protected attribute is read from."""
    split = SPLIT.match(attribute)
    return split.group(1) if split else attribute.strip()


def split_groups(table: Table, attribute: str) -> Column:
    """The group of each row as text, (N,); rows without a value are the group "".

    Raises:
        AuditError: no such column, a split of text, or more values than groups could be.
    """
    name = column_of(attribute)
    if name not in table.columns:
        raise AuditError(f"protected attribute {attribute!r}: there is no column {name!r}")
    split = SPLIT.match(attribute)
    if split:
        if not table.is_number(name):
            raise AuditError(f"protected attribute {attribute!r}: {name!r} holds no numbers")
        border, column = float(split.group(2)), table[name]
        names = np.where(column > border, f"> {split.group(2)}", f"<= {split.group(2)}")
        return np.where(np.isnan(column), "", names).astype(object)
    groups = as_text(table[name])
    count = len(set(groups.tolist()))
    if count > MOST_VALUES:
        told = (
            f"split it like “{name} > 25”"
            if table.is_number(name)
            else "join values in a column of their own"
        )
        raise AuditError(
            f"protected attribute {attribute!r} has {count} values, but at most {MOST_VALUES} "
            f"groups can be compared; {told}"
        )
    return groups
