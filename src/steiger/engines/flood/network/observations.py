"""What the sensors of a network reported, on its regular time step."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from steiger.engines.flood.network.tables import FILE, ReadingNote, Table, read_table
from steiger.engines.flood.network.types import Network, NetworkError
from steiger.engines.flood.network.units import unit_of
from steiger.lib.atomic_files import write_atomically

Array = NDArray[np.float64]
Times = NDArray[np.datetime64]
#: A grid may be this much longer than the table; beyond, a single wrong year would fill memory.
LONGEST_GAPS = 50
ALWAYS_ALLOWED = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """Values of all sensors on a regular time grid.

    `times` (T,) datetime64[s] in UTC, `values` (T, S) float64 in canonical units with NaN for
    what is missing, columns in the order of `ids`. `delays` (S,) timedelta64[s]: how long after
    its time stamp a value can be known (`Sensor.delay`). `received` is the instant up to which
    values are known, None if that was not asked (`until`). `still` has, for sensors that quality
    control found standing still, what they report meanwhile, (T,), NaN elsewhere; `values` do not
    have it. Arrays cannot be written to.
    """

    times: Times
    ids: tuple[str, ...]
    values: Array
    delays: NDArray[np.timedelta64] = None  # type: ignore[assignment]
    notes: tuple[ReadingNote, ...] = ()
    received: np.datetime64 | None = None
    still: Mapping[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Reject arrays that do not fit each other.

        Raises:
            NetworkError: naming what does not fit.
        """
        times = np.asarray(self.times).astype("datetime64[s]")
        values = np.asarray(self.values, dtype=np.float64)
        delays = np.zeros(len(self.ids), "timedelta64[s]") if self.delays is None else self.delays
        delays = np.asarray(delays).astype("timedelta64[s]")
        if times.ndim != 1 or values.shape != (len(times), len(self.ids)):
            raise NetworkError(
                f"values have the shape {values.shape}; {len(times)} times and "
                f"{len(self.ids)} sensors need ({len(times)}, {len(self.ids)})"
            )
        if delays.shape != (len(self.ids),):
            raise NetworkError(f"{len(delays)} delays for {len(self.ids)} sensors")
        if len(set(self.ids)) != len(self.ids):
            raise NetworkError("a sensor occurs twice")
        if np.isnat(times).any():
            raise NetworkError("a time is missing")
        steps = np.diff(times.astype(np.int64))
        if len(steps) and (steps[0] <= 0 or (steps != steps[0]).any()):
            row = int(np.flatnonzero((steps != steps[0]) | (steps <= 0))[0]) + 1
            raise NetworkError(f"row {row + 1} ({times[row]}Z): times are not regular")
        if np.isinf(values).any():
            row, column = np.argwhere(np.isinf(values))[0]
            raise NetworkError(
                f"sensor {self.ids[column]!r}, row {row + 1} ({times[row]}Z): not a finite number"
            )
        for name, array in (("times", times), ("values", values), ("delays", delays)):
            view = array.view()
            view.setflags(write=False)
            object.__setattr__(self, name, view)

    def __len__(self) -> int:
        """How many times there are."""
        return len(self.times)

    @property
    def step(self) -> timedelta:
        """Time between two rows; 0 for fewer than two."""
        if len(self.times) < 2:
            return timedelta(0)
        return timedelta(seconds=int((self.times[1] - self.times[0]).astype(np.int64)))

    def position(self, sensor_id: str) -> int:
        """Index of the sensor's column.

        Raises:
            NetworkError: there is no such column.
        """
        try:
            return self.ids.index(sensor_id)
        except ValueError:
            raise NetworkError(f"the observations have no sensor {sensor_id!r}") from None

    def column(self, sensor_id: str) -> Array:
        """Values of one sensor, (T,)."""
        column: Array = self.values[:, self.position(sensor_id)]
        return column

    def index_of(self, time: datetime | np.datetime64) -> int:
        """Index of the row with this time.

        Raises:
            NetworkError: no row has it.
        """
        moment = as_utc(time)
        index = int(np.searchsorted(self.times, moment))
        if index == len(self.times) or self.times[index] != moment:
            raise NetworkError(f"the observations have no row at {moment}Z; {self._extent()}")
        return index

    def until(self, time: datetime | np.datetime64) -> Observations:
        """What was known at this time: later rows are dropped, values not yet known are NaN."""
        moment = as_utc(time)
        end = int(np.searchsorted(self.times, moment, side="right"))
        times, values = self.times[:end], self.values[:end]
        late = times[:, None] + self.delays[None, :] > moment if self.delays.any() else None
        if late is not None and late.any():
            values = np.where(late, np.nan, values)
        still = {
            name: np.where(times + self.delays[self.position(name)] > moment, np.nan, column[:end])
            for name, column in self.still.items()
        }
        return replace(self, times=times, values=values, received=moment, still=still)

    def between(
        self, start: datetime | np.datetime64, end: datetime | np.datetime64
    ) -> Observations:
        """Rows from `start` to `end`, both included."""
        first = int(np.searchsorted(self.times, as_utc(start)))
        last = int(np.searchsorted(self.times, as_utc(end), side="right"))
        still = {name: column[first:last] for name, column in self.still.items()}
        return replace(
            self, times=self.times[first:last], values=self.values[first:last], still=still
        )

    def with_values(self, values: Array) -> Observations:
        """The same times and sensors with other values (T, S)."""
        return replace(self, values=values)

    def known_at(self) -> Times:
        """When each value could be known, (T, S): its time stamp plus the sensor's delay."""
        known: Times = self.times[:, None] + self.delays[None, :]
        return known

    def digest(self) -> str:
        """SHA-256 (hex) of times, sensors, delays and values."""
        form = hashlib.sha256()
        form.update("\n".join(self.ids).encode())
        for whole in (self.times, self.delays):
            form.update(np.ascontiguousarray(whole.astype("<i8")).tobytes())
        # All missing values are one bit pattern, and −0.0 is 0.0.
        values = np.where(np.isnan(self.values), np.nan, self.values) + 0.0
        form.update(np.ascontiguousarray(values.astype("<f8")).tobytes())
        return form.hexdigest()

    def _extent(self) -> str:
        if not len(self.times):
            return "they have none at all"
        return f"they run from {self.times[0]}Z to {self.times[-1]}Z"


def as_utc(time: datetime | np.datetime64) -> np.datetime64:
    """A time as datetime64[s] in UTC; a `datetime64` is taken as UTC.

    Raises:
        NetworkError: a `datetime` without a time zone.
    """
    if isinstance(time, np.datetime64):
        moment: np.datetime64 = time.astype("datetime64[s]")
        return moment
    if time.tzinfo is None:
        raise NetworkError(f"{time} has no time zone; write for instance {time.isoformat()}+00:00")
    return np.datetime64(time.astimezone(UTC).replace(tzinfo=None), "s")


def read_observations(
    folder: Path,
    network: Network,
    *,
    start: datetime | np.datetime64 | None = None,
    end: datetime | np.datetime64 | None = None,
) -> Observations:
    """Read `folder/observations.parquet` into canonical units.

    Columns are in the network's order. Rows may be in any order and have gaps (NaN is filled
    in). Rows with the same time and the same values are one; where they contradict, nobody knows
    which is right: the value is missing, and `notes` says so. A sensor of the network without a
    column has no values; a column without a sensor is refused.
    `start` and `end` (both included) choose a part.

    Raises:
        NetworkError: naming file, sensor and row.
    """
    path = Path(folder) / FILE
    table = read_table(path, network)
    try:
        columns, notes = [], list(table.notes)
        grid, places = _grid(table, network)
        step = network.step
        for sensor in network.sensors:
            unit = unit_of(sensor.kind, sensor.source_unit, step, sensor.accumulation)
            column, twice = _placed(table, sensor.id, places, len(grid))
            if len(twice):
                notes.append(ReadingNote("contradicting", sensor.id, grid[twice]))
            columns.append(unit.to_canonical(column))
        delays = np.array([s.delay(step).total_seconds() for s in network.sensors])
        values = np.column_stack(columns) if len(grid) else np.empty((0, len(network.ids)))
        whole = Observations(
            grid, network.ids, values, delays.astype("timedelta64[s]"), tuple(notes)
        )
    except NetworkError as error:
        raise NetworkError(f"{path}: {error}") from None
    if start is None and end is None:
        return whole
    first, last = (whole.times[0], whole.times[-1]) if len(whole) else (np.datetime64(0, "s"),) * 2
    return whole.between(first if start is None else start, last if end is None else end)


def _grid(table: Table, network: Network) -> tuple[Times, NDArray[np.int64]]:
    """The regular grid over all times of a table, and the place in it of each row."""
    seconds, step = table.times.astype(np.int64), int(network.step.total_seconds())
    if not len(seconds):
        return table.times, seconds
    # The phase of most rows is that of the network: a daily network may report at 06:00.
    phases, counts = np.unique(seconds % step, return_counts=True)
    phase = int(phases[counts.argmax()])
    off = np.flatnonzero((seconds - phase) % step)
    if len(off):
        row = int(off[0])
        raise NetworkError(
            f"row {row + 1} ({table.times[row]}Z): does not lie on the "
            f"network's step of {network.step}"
        )
    first, last = int(seconds.min()), int(seconds.max())
    length = (last - first) // step + 1
    if length > LONGEST_GAPS * len(seconds) + ALWAYS_ALLOWED:
        middle = np.sort(seconds)[len(seconds) // 2]
        row = int(np.abs(seconds - middle).argmax())
        raise NetworkError(
            f"row {row + 1} ({table.times[row]}Z): lies far from all others; "
            "its year is probably wrong"
        )
    grid = np.arange(first, last + 1, step).astype("datetime64[s]")
    return grid, (seconds - first) // step


def _placed(
    table: Table, sensor_id: str, places: NDArray[np.int64], length: int
) -> tuple[Array, NDArray[np.int64]]:
    """A column on the grid, and the places where rows of the same time contradict."""
    column = np.full(length, np.nan)
    values = table.columns.get(sensor_id)
    if values is None:
        return column, np.empty(0, np.int64)
    given = ~np.isnan(values)
    at, values = places[given], values[given]
    column[at] = values
    # None of them, and not the first or last: the order of rows in a file says nothing.
    twice = np.unique(at[column[at] != values])
    column[twice] = np.nan
    return column, twice


def write_observations(folder: Path, network: Network, observations: Observations) -> Path:
    """Write `folder/observations.parquet`, in the source units of the network; gives its path.

    The file appears whole or not at all.

    Raises:
        NetworkError: a column belongs to no sensor.
    """
    arrays: list[pa.Array] = [
        pa.array(observations.times, pa.timestamp("s")).cast(pa.timestamp("s", tz="UTC"))
    ]
    for sensor_id, column in zip(observations.ids, observations.values.T, strict=True):
        sensor = network.sensor(sensor_id)
        unit = unit_of(sensor.kind, sensor.source_unit, network.step, sensor.accumulation)
        arrays.append(pa.array(unit.to_source(column), pa.float64(), from_pandas=True))
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(arrays, names=["time", *observations.ids]), sink, compression="zstd")
    path = Path(folder) / FILE
    write_atomically(path, sink.getvalue().to_pybytes())
    return path


def joined(parts: Sequence[Observations]) -> Observations:
    """Parts of the same sensors that follow each other in time, as one.

    Raises:
        NetworkError: sensors differ or times do not follow each other on one step.
    """
    if len({part.ids for part in parts}) != 1:
        raise NetworkError("observations of different sensors cannot be joined")
    times = np.concatenate([part.times for part in parts])
    values = np.concatenate([part.values for part in parts])
    return replace(parts[0], times=times, values=values)
