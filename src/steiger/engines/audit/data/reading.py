"""CSV and Parquet to a `Table`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from steiger.engines.audit.data.table import AuditError, Table

READABLE = (".csv", ".csv.gz", ".parquet")


def read_table(path: Path) -> Table:
    """The table in a file, `.csv`, `.csv.gz` or `.parquet`.

    Raises:
        AuditError: no such file, another type, or nothing that can be read as a table.
    """
    import pyarrow as pa
    from pyarrow import csv, parquet

    if not path.is_file():
        raise AuditError(f"{path}: no such file")
    if not path.name.endswith(READABLE):
        raise AuditError(f"{path}: a table ends in {', '.join(READABLE)}")
    try:
        found: Any = parquet.read_table(path) if path.suffix == ".parquet" else csv.read_csv(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise AuditError(f"{path}: cannot be read as a table ({error})") from None
    if found.num_rows == 0:
        raise AuditError(f"{path}: holds no rows")
    if len(set(found.column_names)) != found.num_columns:
        raise AuditError(f"{path}: two columns have the same name")
    return Table({name: _column(found.column(name)) for name in found.column_names})


def _column(values: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = values.type
    if pa.types.is_boolean(kind):
        return values.cast(pa.int8()).cast(pa.float64()).to_numpy(zero_copy_only=False)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return np.array(numbers, dtype=np.float64)
    text = pc.fill_null(values.cast(pa.string()), "")
    return np.array(text.to_pylist(), dtype=object)
