"""Takes what a source sent into the table of observations, without altering what stands there.

A value that is there stays, whatever a source says later; where it says something else, that is
told. Gaps are filled. A step counts only once the source has gone beyond its end, so that a later
value of the same step is no contradiction. Nothing is taken from a series that is plainly in
another unit, or an hour off: known values say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from steiger.engines.flood.network.observations import as_utc
from steiger.engines.flood.network.series import Series, onto_network, spacing
from steiger.engines.flood.network.tables import FILE, Table, read_table
from steiger.engines.flood.network.types import Network, NetworkError, Sensor
from steiger.engines.flood.network.units import Unit, unit_of
from steiger.lib.atomic_files import write_atomically

Array = NDArray[np.float64]
Times = NDArray[np.datetime64]
#: A value may be ahead of our clock by so much; clocks differ a little.
AHEAD = timedelta(minutes=5)
#: A source that is off by one of these has another unit than was said: cm for m, l/s for m³/s …
FACTORS = (10.0, 100.0, 1000.0)
#: So many values in common, and this part of them, make a finding about unit or clock.
ENOUGH, MOST_OF = 4, 0.8
#: Beyond so many decimals a value in the file's unit is only the noise of converting it.
FILE_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Changed:
    """A value that the source tells otherwise than before; `known` stays. Canonical units."""

    time: datetime
    known: float
    sent: float


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one sensor's series.

    `new` steps after the last known one, `late` ones in a gap before it, `same` again, `changed`
    otherwise than known, `ahead` of the clock and left out. `last` is the last known time now.
    """

    new: int = 0
    late: int = 0
    same: int = 0
    changed: tuple[Changed, ...] = ()
    ahead: int = 0
    last: datetime | None = None


class Ledger:
    """A network's table, to which values are added; `save` writes it whole or not at all."""

    def __init__(self, network: Network, table: Table, path: Path) -> None:
        self._network, self._path = network, path
        self._step = int(network.step.total_seconds())
        seconds = table.times.astype(np.int64)
        self._phase = _phase(seconds, self._step)
        self._times: list[int] = seconds.tolist()
        self._columns = {
            name: table.columns[name].tolist()
            if name in table.columns
            else [float("nan")] * len(self._times)
            for name in network.ids
        }
        # Of rows with the same time the first one counts, as in `read_observations`.
        self._rows: dict[int, list[int]] = {}
        for row, time in enumerate(self._times):
            self._rows.setdefault(time, []).append(row)
        self.dirty = False

    @classmethod
    def open(cls, folder: Path, network: Network) -> Ledger:
        """The table in the folder; an empty one if there is no file yet.

        Raises:
            NetworkError: naming file, sensor and row.
        """
        path = Path(folder) / FILE
        if not path.exists():
            return cls(network, Table(np.empty(0, "datetime64[s]"), {}, ()), path)
        return cls(network, read_table(path, network), path)

    def last(self, sensor_id: str) -> datetime | None:
        """Time of the latest value of a sensor."""
        column = np.array(self._columns[sensor_id])
        known = np.flatnonzero(~np.isnan(column))
        if not known.size:
            return None
        return _moment(max(self._times[row] for row in known))

    def take(self, sensor: Sensor, series: Iterable[Series], now: datetime) -> Taken:
        """Take values of one sensor; what is known stays.

        Raises:
            NetworkError: kind, unit, sums or clock of the source are not what was said.
        """
        unit = unit_of(sensor.kind, sensor.source_unit, self._network.step, sensor.accumulation)
        sent: dict[int, float] = {}
        ahead = 0
        for one in series:
            known = ~np.isnan(one.values)
            late = known & (one.times > as_utc(now + AHEAD))
            ahead += int(late.sum())
            sent |= self._placed(_part(one, known & ~late), sensor, now)
        before = self.last(sensor.id)
        known_values = {time: self._value(sensor.id, time, unit) for time in sent}
        self._check(sensor, sent, known_values)
        taken = self._sort(sensor, sent, known_values, unit, before)
        return replace(taken, ahead=ahead, last=self.last(sensor.id))

    def fill_from(self, path: Path) -> int:
        """Fill gaps from another table of the same network; how many values.

        Raises:
            NetworkError: naming file, sensor and row.
        """
        other = read_table(path, self._network)
        times = other.times.astype(np.int64).tolist()
        count = 0
        for name, column in other.columns.items():
            for time, value in zip(times, column.tolist(), strict=True):
                rows = self._rows.get(time, [])
                mine = self._columns[name]
                if not np.isnan(value) and all(np.isnan(mine[row]) for row in rows):
                    self._put(name, time, value)
                    count += 1
        return count

    def save(self) -> bool:
        """Write the file if anything was added; whether it was."""
        if not self.dirty:
            return False
        times = pa.array(np.array(self._times, "datetime64[s]"), pa.timestamp("s"))
        arrays = [times.cast(pa.timestamp("s", tz="UTC"))]
        arrays += [
            pa.array(np.array(column), pa.float64(), from_pandas=True)
            for column in self._columns.values()
        ]
        sink = pa.BufferOutputStream()
        pq.write_table(pa.table(arrays, ["time", *self._columns]), sink, compression="zstd")
        write_atomically(self._path, sink.getvalue().to_pybytes())
        self.dirty = False
        return True

    def _placed(self, series: Series, sensor: Sensor, now: datetime) -> dict[int, float]:
        """Second of each step → value in the canonical unit, for the steps that are over."""
        if not len(series):
            return {}
        seconds = series.times.astype(np.int64)
        own = spacing(series.times) or series.accumulation
        # The next value would come a spacing later: until then the last one may be replaced.
        reach = int(seconds[-1]) + max(0, int(own.total_seconds()) - 1 if own else 0)
        end = min(self._floor(reach), self._floor(int(as_utc(now).astype(np.int64))))
        start = self._floor(int(seconds[0]))
        if end < start:
            return {}
        placed = onto_network(
            [series],
            self._network,
            np.datetime64(start, "s"),
            np.datetime64(end, "s"),
            names={series.sensor: sensor.id},
        )
        values = placed.column(sensor.id)
        found = zip(placed.times.astype(np.int64).tolist(), values.tolist(), strict=True)
        return {time: value for time, value in found if value == value}  # noqa: PLR0124 - no NaN

    def _floor(self, second: int) -> int:
        return second - (second - self._phase) % self._step

    def _value(self, sensor_id: str, time: int, unit: Unit) -> float:
        """The known value in the canonical unit; NaN for none."""
        column = self._columns[sensor_id]
        found = [column[row] for row in self._rows.get(time, ()) if not np.isnan(column[row])]
        return float(unit.to_canonical(np.array(found[:1]))[0]) if found else float("nan")

    def _check(self, sensor: Sensor, sent: dict[int, float], known: dict[int, float]) -> None:
        pairs = np.array([(known[t], sent[t]) for t in sent if not np.isnan(known[t])])
        if len(pairs) < ENOUGH:
            return
        moving = (pairs != 0).all(axis=1)
        if moving.sum() >= ENOUGH:
            ratio = pairs[moving, 1] / pairs[moving, 0]
            for factor in (*FACTORS, *(1 / one for one in FACTORS)):
                if (np.abs(ratio / factor - 1) < 0.02).mean() >= MOST_OF:
                    raise NetworkError(
                        f"sensor {sensor.id!r}: values are {factor:g} times those that are known; "
                        f"the source’s unit is not {sensor.source_unit!r}"
                    )
        self._check_clock(sensor, sent, pairs)

    def _check_clock(self, sensor: Sensor, sent: dict[int, float], pairs: Array) -> None:
        if _equal(pairs[:, 0], pairs[:, 1]).mean() >= 1 - MOST_OF or np.ptp(pairs[:, 0]) == 0:
            return
        unit = unit_of(sensor.kind, sensor.source_unit, self._network.step, sensor.accumulation)
        for hours in (-2, -1, 1, 2):
            moved = [(self._value(sensor.id, t - hours * 3600, unit), v) for t, v in sent.items()]
            there = np.array([pair for pair in moved if not np.isnan(pair[0])]).reshape(-1, 2)
            if len(there) >= ENOUGH and _equal(there[:, 0], there[:, 1]).mean() >= MOST_OF:
                where = "ahead" if hours > 0 else "behind"
                raise NetworkError(
                    f"sensor {sensor.id!r}: the source’s clock is {abs(hours)} h {where} of what "
                    "is known"
                )

    def _sort(
        self,
        sensor: Sensor,
        sent: dict[int, float],
        known: dict[int, float],
        unit: Unit,
        before: datetime | None,
    ) -> Taken:
        new = late = same = 0
        changed = []
        edge = int(before.timestamp()) if before else None
        for time in sorted(sent):
            value = sent[time]
            if np.isnan(known[time]):
                written = float(unit.to_source(np.array([value]))[0])
                self._put(sensor.id, time, round(written, FILE_DECIMALS))
                if edge is None or time > edge:
                    new += 1
                else:
                    late += 1
            elif _equal(np.array([known[time]]), np.array([value])).all():
                same += 1
            else:
                changed.append(Changed(_moment(time), known[time], value))
        return Taken(new, late, same, tuple(changed))

    def _put(self, sensor_id: str, time: int, value: float) -> None:
        rows = self._rows.get(time)
        if rows is None:
            rows = self._rows[time] = [len(self._times)]
            self._times.append(time)
            for column in self._columns.values():
                column.append(float("nan"))
        self._columns[sensor_id][rows[0]] = value
        self.dirty = True


def _equal(known: Array, sent: Array) -> NDArray[np.bool_]:
    return np.isclose(known, sent, rtol=1e-6, atol=1e-4)


def _part(series: Series, chosen: NDArray[np.bool_]) -> Series:
    return replace(
        series,
        times=series.times[chosen],
        values=series.values[chosen],
        quality=series.quality[chosen],
    )


def _phase(seconds: NDArray[np.int64], step: int) -> int:
    """What most rows have; of a table without rows 0."""
    if not len(seconds):
        return 0
    phases, counts = np.unique(seconds % step, return_counts=True)
    return int(phases[counts.argmax()])


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
