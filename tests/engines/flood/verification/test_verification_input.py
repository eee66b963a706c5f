"""Tables of forecasts that make no sense are refused, naming gauge, time and column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from factories.flood_forecasts import small_network, table_columns, wave, write_table
from steiger.engines.flood.verification import VerificationError, read_forecasts

NETWORK = small_network(gauges=("g1", "g2"))
Columns = dict[str, Any]


def columns() -> Columns:
    return table_columns({"g1": wave(40), "g2": wave(40, seed=1)})


def without(name: str) -> Callable[[Columns], Columns]:
    return lambda c: {key: values for key, values in c.items() if key != name}


def changed(name: str, row: int, value: object) -> Callable[[Columns], Columns]:
    def change(c: Columns) -> Columns:
        values = c[name].astype(object) if isinstance(value, str) else c[name].copy()
        values[row] = value
        return {**c, name: values}

    return change


def doubled(c: Columns) -> Columns:
    return {name: np.concatenate([values, values[5:6]]) for name, values in c.items()}


BROKEN: dict[str, tuple[Callable[[Columns], Columns], str]] = {
    "no rows": (lambda c: {name: v[:0] for name, v in c.items()}, "holds no forecast"),
    "no gauge column": (without("gauge"), "'gauge'"),
    "no median": (without("q50"), "'q50'"),
    "level missing": (without("p_level_2"), r"\[1, 3\] do not count"),
    "unknown gauge": (changed("gauge", 0, "g99"), "'g99' is not in network"),
    "doubled row": (doubled, r"gauge 'g1', issued 2021-07-14T11:00:00Z, lead 60 min: occurs twice"),
    "crossed quantiles": (changed("q10", 3, -5.0), "q10 is below q05"),
    "infinite": (changed("q95", 3, np.inf), "'q95' holds an infinite value"),
    "probability": (changed("p_level_1", 3, 1.2), "p_level_1 is no probability"),
    "negative probability": (changed("p_level_1", 3, -0.1), "no probability"),
    "lead 0": (changed("lead_minutes", 3, 0), "not above 0"),
    "odd lead": (changed("lead_minutes", 3, 90), "no multiple of the step"),
    "text for numbers": (changed("q50", 0, "high"), "'q50' holds"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_table_that_makes_no_sense_is_refused(name: str, tmp_path: Path) -> None:
    change, word = BROKEN[name]
    data = change(columns())
    if any(values.dtype == object for key, values in data.items() if key != "gauge"):
        data = {k: [str(x) for x in v] if v.dtype == object else v for k, v in data.items()}
    file = write_table(tmp_path / "bad.parquet", data)
    with pytest.raises(VerificationError, match=word) as caught:
        read_forecasts(file, NETWORK)
    assert str(caught.value).startswith(str(file))


@pytest.mark.parametrize("content", [None, b"", b"PAR1", b"not a table at all" * 9])
def test_file_that_is_no_table_is_refused(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "f.parquet"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(VerificationError, match=r"f\.parquet"):
        read_forecasts(file, NETWORK)


def written(path: Path, **arrays: Any) -> Path:
    data = {**columns(), **arrays}
    if isinstance(data["issue_time"], np.ndarray) and data["issue_time"].dtype.kind == "M":
        data["issue_time"] = pa.array(data["issue_time"]).cast(pa.timestamp("us", tz="UTC"))
    pq.write_table(pa.table(data), path)
    return path


def test_times_that_are_none_are_refused(tmp_path: Path) -> None:
    count = columns()["gauge"].size
    text = written(tmp_path / "a.parquet", issue_time=["gestern"] * count)
    with pytest.raises(VerificationError, match="row 1: issue_time 'gestern' is no time such as"):
        read_forecasts(text, NETWORK)
    number = written(tmp_path / "a.parquet", issue_time=np.arange(count))
    with pytest.raises(VerificationError, match="“issue_time” holds int64, not times"):
        read_forecasts(number, NETWORK)
    nulls = pa.array([None] * count, pa.timestamp("s", tz="UTC"))
    with pytest.raises(VerificationError, match="row 1: issue_time is missing"):
        read_forecasts(written(tmp_path / "b.parquet", issue_time=nulls), NETWORK)
    odd = columns()["issue_time"] + np.timedelta64(1, "us")
    with pytest.raises(VerificationError, match=r"row 1 .*: issue_time has fractions of a second"):
        read_forecasts(written(tmp_path / "c.parquet", issue_time=odd), NETWORK)


def test_times_without_a_zone_are_refused_as_everywhere(tmp_path: Path) -> None:
    naive = pa.array(columns()["issue_time"], pa.timestamp("us"))
    file = written(tmp_path / "a.parquet", issue_time=naive)
    words = r"a\.parquet: the column “issue_time” has no time zone \(row 1: 2021-07-14 06:00:00\)"
    with pytest.raises(VerificationError, match=words + ".*; write it as timestamp with time zone"):
        read_forecasts(file, NETWORK)
    texts = [f"{t}Z" for t in columns()["issue_time"]]
    texts[2] = texts[2].rstrip("Z")
    file = written(tmp_path / "b.parquet", issue_time=texts)
    words = r"b\.parquet: row 3: issue_time '.*' has no time zone; add for instance “Z”"
    with pytest.raises(VerificationError, match=words):
        read_forecasts(file, NETWORK)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_time_of_any_resolution_and_zone_is_the_same_instant(
    unit: str, zone: str, tmp_path: Path
) -> None:
    times = pa.array(columns()["issue_time"].astype(f"M8[{unit}]"), pa.timestamp(unit, tz=zone))
    table = read_forecasts(written(tmp_path / "f.parquet", issue_time=times), NETWORK)
    first = next(table.parts("g1"))
    assert str(first.issued[0]) == "2021-07-14T06:00:00"


def test_numbers_and_texts_as_pandas_writes_them_are_read(tmp_path: Path) -> None:
    data = columns()
    plain = read_forecasts(written(tmp_path / "a.parquet"), NETWORK)
    changed = written(
        tmp_path / "b.parquet",
        lead_minutes=data["lead_minutes"].astype(float),
        gauge=pa.array(data["gauge"].tolist()).dictionary_encode(),
        issue_time=pa.array([f"{t}Z" for t in data["issue_time"]]).dictionary_encode(),
        q50=pa.array(data["q50"].tolist()).dictionary_encode(),
    )
    found = read_forecasts(changed, NETWORK)
    for name, values in plain.columns.items():
        assert found.columns[name].tolist() == values.tolist()
    half = written(tmp_path / "c.parquet", lead_minutes=data["lead_minutes"] + 0.5)
    with pytest.raises(
        VerificationError, match=r"row 1: lead_minutes is 60\.5, not a whole number"
    ):
        read_forecasts(half, NETWORK)


def test_probability_of_a_level_that_a_gauge_lacks_may_be_empty(tmp_path: Path) -> None:
    count = columns()["gauge"].size
    file = written(tmp_path / "f.parquet", p_level_3=pa.nulls(count), x_gr4h=pa.nulls(count))
    part = next(read_forecasts(file, NETWORK).parts("g2"))
    assert np.isnan(part.p_levels[:, 2]).all()
    assert np.isnan(part.experts["x_gr4h"]).all()


def test_parts_hold_every_row_once_by_issue_time(tmp_path: Path) -> None:
    data = columns()
    table = read_forecasts(write_table(tmp_path / "f.parquet", data), NETWORK)
    parts = [part for gauge in table.gauges for part in table.parts(gauge)]
    assert sum(part.issued.size for part in parts) == len(table) == data["gauge"].size
    assert all((np.diff(part.issued.astype(int)) > 0).all() for part in parts)
    assert [(part.gauge, part.minutes) for part in parts] == [
        ("g1", 60), ("g1", 180), ("g2", 60), ("g2", 180),
    ]  # fmt: skip
