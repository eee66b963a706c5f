"""CSV and Parquet to a `Table`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from steiger.engines.audit.data.table import AuditError, Table

READABLE = (".csv", ".csv.gz", ".parquet")
#: A number as German spreadsheets write it, or nothing.
COMMA = r"^([+-]?\d+(,\d+)?([eE][+-]?\d+)?)?$"
SPREADSHEETS = (".xlsx", ".xls", ".xlsm", ".ods")
#: What pandas calls its numbers of rows when it writes them beside the columns.
INDEX = ("", "__index_level_0__")
HEADER_BYTES = 1_000_000


def read_table(path: Path) -> Table:
    """The table in a file, `.csv`, `.csv.gz` or `.parquet`.

    A CSV file is in UTF-8, with commas between fields and points in numbers, or as German
    spreadsheets write it: with semicolons, then also with commas in numbers. Numbers of rows that
    pandas wrote beside the columns are left out.

    Raises:
        AuditError: no such file, another type, or nothing that can be read as a table.
    """
    import pyarrow as pa
    from pyarrow import parquet

    if not path.is_file():
        raise AuditError(f"{path}: no such file")
    name = path.name.lower()
    if not name.endswith(READABLE):
        hint = "; save it as “CSV UTF-8”" if name.endswith(SPREADSHEETS) else ""
        raise AuditError(f"{path}: a table ends in {', '.join(READABLE)}{hint}")
    try:
        found: Any = parquet.read_table(path) if name.endswith(".parquet") else _csv(path)
    except UnicodeDecodeError:
        raise _no_text(path, "its first line") from None
    except (pa.ArrowException, OSError) as error:
        raise AuditError(f"{path}: cannot be read as a table ({error})") from None
    found = found.drop_columns([name for name in INDEX if name in found.column_names])
    if found.num_rows == 0:
        raise AuditError(f"{path}: holds no rows")
    if len(set(found.column_names)) != found.num_columns:
        raise AuditError(f"{path}: two columns have the same name")
    return Table({name: _column(found.column(name), name, path) for name in found.column_names})


def _csv(path: Path) -> Any:
    import pyarrow as pa
    from pyarrow import csv

    packed = "gzip" if path.name.lower().endswith(".gz") else None
    with pa.input_stream(str(path), compression=packed) as file:
        header = file.read(HEADER_BYTES).partition(b"\n")[0].decode("utf-8")
    semicolons = header.count(";") > header.count(",")

    def read(mark: str) -> Any:
        with pa.input_stream(str(path), compression=packed) as file:
            return csv.read_csv(
                file,
                parse_options=csv.ParseOptions(delimiter=";" if semicolons else ","),
                convert_options=csv.ConvertOptions(decimal_point=mark),
            )

    found = read(".")
    return read(",") if semicolons and any(map(_commas, found.columns)) else found


def _commas(values: Any) -> bool:
    """Whether a column that was read as text holds nothing but numbers with commas."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_string(values.type):
        return False
    return bool(pc.all(pc.match_substring_regex(values, COMMA)).as_py())


def _column(values: Any, name: str, path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = values.type
    if pa.types.is_boolean(kind):
        return values.cast(pa.int8()).cast(pa.float64()).to_numpy(zero_copy_only=False)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return np.array(numbers, dtype=np.float64)
    try:
        text = pc.fill_null(values.cast(pa.string()), "")
    except pa.ArrowNotImplementedError:
        raise AuditError(
            f"{path}: column {name!r} holds neither numbers nor texts but {kind}; take it out, or "
            "make it several columns"
        ) from None
    except pa.ArrowInvalid as error:
        if pa.types.is_binary(kind):
            raise _no_text(path, f"column {name!r}") from None
        raise AuditError(f"{path}: column {name!r} cannot be read ({error})") from None
    return np.array(text.to_pylist(), dtype=object)


def _no_text(path: Path, where: str) -> AuditError:
    return AuditError(
        f"{path}: {where} is no text in UTF-8 (perhaps Windows-1252); save the file as UTF-8, in "
        "Excel: “CSV UTF-8”"
    )
