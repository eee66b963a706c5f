"""Rain forecasts from a file: many members, each a possible course of the next hours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from steiger.engines.flood.forecasting.core import ForecastError
from steiger.engines.flood.network import Kind, Network, NetworkError
from steiger.engines.flood.network.columns import (
    instants,
    is_number,
    is_text,
    plain,
    whole_numbers,
)

Array = NDArray[np.float64]
Times = NDArray[np.datetime64]
COLUMNS = ("issue_time", "valid_time", "sensor", "member", "value")
#: More has not been measured anywhere within an hour (mm).
MOST_PER_HOUR = 500.0
MOST_MEMBERS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class RainEnsemble:
    """Rain forecasts of one or more issue times.

    One entry per row of the file, sorted by issue time, member, sensor and valid time; all of
    shape (R,). `value` is the rain (mm) of the network's step that ends at `valid_time`; `sensor`
    and `member` are indices into `sensors` and `members`. Times are datetime64[s] in UTC.
    """

    sensors: tuple[str, ...]
    members: tuple[int, ...]
    issue_time: Times
    valid_time: Times
    sensor: NDArray[np.int64]
    member: NDArray[np.int64]
    value: Array
    step: timedelta

    def at(self, at: np.datetime64, steps: int) -> tuple[Array, tuple[str, ...], RainEnsemble]:
        """Rain of the `steps` steps after `at` by the latest forecast that was there then.

        Returns (members, steps, sensors) with NaN where the forecast says nothing, the sensors,
        and the rows that were used.

        Raises:
            ForecastError: no forecast was there, or it says nothing about the time after `at`.
        """
        place = int(np.searchsorted(self.issue_time, at, side="right"))
        if not place:
            raise ForecastError(
                f"no rain forecast was there at {at}Z; the first is of {self._first}Z"
            )
        latest = self.issue_time[place - 1]
        begin = int(np.searchsorted(self.issue_time, latest))
        chosen = np.arange(begin, place)
        width = np.timedelta64(round(self.step.total_seconds()), "s")
        if ((self.valid_time[chosen] - at) % width).astype(np.int64).any():
            raise ForecastError(
                f"the steps of the rain forecast of {latest}Z do not end when those of the "
                f"network end (at {at}Z)"
            )
        ahead = ((self.valid_time[chosen] - at) // width).astype(np.int64) - 1
        chosen, ahead = (
            chosen[(ahead >= 0) & (ahead < steps)],
            ahead[(ahead >= 0) & (ahead < steps)],
        )
        if not len(chosen):
            raise ForecastError(
                f"the rain forecast of {latest}Z says nothing about the time after {at}Z"
            )
        part = replace(
            self,
            issue_time=self.issue_time[chosen],
            valid_time=self.valid_time[chosen],
            sensor=self.sensor[chosen],
            member=self.member[chosen],
            value=self.value[chosen],
        )
        sensors, s = np.unique(part.sensor, return_inverse=True)
        members, m = np.unique(part.member, return_inverse=True)
        values = np.full((len(members), steps, len(sensors)), np.nan)
        values[m, ahead, s] = part.value
        return values, tuple(self.sensors[i] for i in sensors), part

    @property
    def _first(self) -> np.datetime64:
        first: np.datetime64 = self.issue_time[0]
        return first

    def as_table(self) -> pa.Table:
        """The rows as in the file."""
        utc = pa.timestamp("s", tz="UTC")
        names, numbers = np.array(self.sensors), np.array(self.members, dtype=np.int32)
        return pa.table(
            {
                "issue_time": pa.array(self.issue_time).cast(utc),
                "valid_time": pa.array(self.valid_time).cast(utc),
                "sensor": pa.array(names[self.sensor], pa.string()),
                "member": pa.array(numbers[self.member], pa.int32()),
                "value": pa.array(self.value, pa.float64()),
            }
        )


def read_rain(path: Path, network: Network) -> RainEnsemble:
    """The rain forecasts in a Parquet file.

    Columns `issue_time`, `valid_time` (timestamps with a time zone), `sensor` (id of a rain sensor
    of the network), `member` (whole number), `value` (mm in the network's step that ends at
    `valid_time`).

    Raises:
        ForecastError: naming file, column and row.
    """
    try:
        table = pq.ParquetFile(path).read()
    except OSError as error:
        raise ForecastError(f"{path}: cannot be read ({error.strerror or error})") from None
    except pa.ArrowException as error:
        raise ForecastError(f"{path}: is no valid Parquet file ({error})") from None
    try:
        return rain_from_table(table, network)
    except ForecastError as error:
        raise ForecastError(f"{path}: {error}") from None


def rain_from_table(table: pa.Table, network: Network) -> RainEnsemble:
    """The rain forecasts in a table, checked.

    Raises:
        ForecastError: naming column and row.
    """
    for name in COLUMNS:
        if table.column_names.count(name) != 1:
            raise ForecastError(f"must have one column {name!r}, has {table.column_names}")
    if not table.num_rows:
        raise ForecastError("holds no rain forecast")
    for name in COLUMNS:
        if table[name].null_count:
            row = pc.index(pc.is_null(table[name]), True).as_py() + 1
            raise ForecastError(f"row {row}: {name} is missing")
    try:
        issue, valid = (instants(name, table[name]) for name in ("issue_time", "valid_time"))
        members, member = _members(whole_numbers("member", table["member"]))
    except NetworkError as error:
        raise ForecastError(str(error)) from None
    sensors, sensor = _sensors(table["sensor"], network)
    value = _amounts(table["value"], network)
    step = round(network.step.total_seconds())
    order = np.lexsort((valid, sensor, member, issue))
    _check_times(issue, valid, step)
    keys = [key[order] for key in (issue, member, sensor, valid)]
    same = np.logical_and.reduce([key[1:] == key[:-1] for key in keys])
    _refuse(np.isin(np.arange(len(value)), order[1:][same]), "the same step is given twice")
    _check_spacing(keys, order, step)
    columns = (issue[order], valid[order], sensor[order], member[order], value[order])
    return RainEnsemble(sensors, members, *columns, network.step)


def _refuse(rows: NDArray[np.bool_], why: str) -> None:
    if rows.any():
        raise ForecastError(f"row {int(np.flatnonzero(rows)[0]) + 1}: {why}")


def _members(numbers: NDArray[np.int64]) -> tuple[tuple[int, ...], NDArray[np.int64]]:
    found, places = np.unique(numbers, return_inverse=True)
    if len(found) > MOST_MEMBERS:
        raise ForecastError(f"has {len(found)} members; at most {MOST_MEMBERS} can be run")
    _refuse(np.abs(numbers) >= 2**31, "member is too large a number")
    return tuple(int(number) for number in found), places.astype(np.int64)


def _sensors(
    column: pa.ChunkedArray, network: Network
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    column = plain(column)
    if not is_text(column.type):
        raise ForecastError(f"sensor holds {column.type}, not ids of sensors")
    rain = tuple(sensor.id for sensor in network.of_kind(Kind.RAIN))
    names = np.array(column.to_pylist(), dtype=object)
    place = {name: number for number, name in enumerate(rain)}
    places = np.array([place.get(name, -1) for name in names], dtype=np.int64)
    if (places < 0).any():
        row = int(np.flatnonzero(places < 0)[0])
        what = "no rain sensor" if names[row] in network.ids else "no sensor"
        raise ForecastError(f"row {row + 1}: {names[row]!r} is {what} of network {network.name!r}")
    return rain, places


def _amounts(column: pa.ChunkedArray, network: Network) -> Array:
    column = plain(column)
    if not is_number(column.type):
        raise ForecastError(f"value holds {column.type}, not numbers")
    values = np.array(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
    most = MOST_PER_HOUR * max(1.0, network.step / timedelta(hours=1))
    _refuse(~np.isfinite(values), "the value is not a finite number")
    _refuse(values < 0, "negative rain")
    _refuse(values > most, f"more than {most:g} mm in {network.step}; is the unit mm?")
    return values


def _check_times(issue: Times, valid: Times, step: int) -> None:
    _refuse(valid <= issue, "valid_time is not after issue_time")
    phase = valid.astype(np.int64) % step
    # Which phase is right is told by most rows; `at` compares it with the observations.
    phases, counts = np.unique(phase, return_counts=True)
    _refuse(
        phase != phases[counts.argmax()],
        f"valid_time does not lie on the network's step of {timedelta(seconds=step)}",
    )


def _check_spacing(keys: list[Any], order: NDArray[np.int64], step: int) -> None:
    """Refuse amounts over longer steps than the network's: they would be taken for one step."""
    issue, member, sensor, valid = keys
    one = (issue[1:] == issue[:-1]) & (member[1:] == member[:-1]) & (sensor[1:] == sensor[:-1])
    gaps = np.diff(valid).astype(np.int64)[one]
    if len(gaps) and gaps.min() > step:
        row = int(order[1:][one][0]) + 1
        raise ForecastError(
            f"row {row}: the file has steps of {timedelta(seconds=int(gaps.min()))}, the network "
            f"of {timedelta(seconds=step)}; share the amounts out over the network's steps first"
        )
