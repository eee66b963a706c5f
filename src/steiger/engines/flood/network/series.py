"""One series as a source sent it, and the way from many of them to a network's observations.

A `Series` is irregular, in the source's unit, with the source's own marks. `onto_network` places
series on the regular step of a network; `write_ensemble` writes rain members for a forecast.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from steiger.engines.flood.network.observations import Observations, as_utc
from steiger.engines.flood.network.types import Kind, Network, NetworkError
from steiger.engines.flood.network.units import unit_of

Times = NDArray[np.datetime64]
Array = NDArray[np.float64]
Marks = NDArray[np.uint8]
HOUR = timedelta(hours=1)
#: What a series in this unit measures, where a source says nothing else.
USUAL_KINDS = {
    "cm": Kind.WATER_LEVEL,
    "m": Kind.WATER_LEVEL,
    "m³/s": Kind.DISCHARGE,
    "m3/s": Kind.DISCHARGE,
    "l/s": Kind.DISCHARGE,
    "mm": Kind.RAIN,
    "°C": Kind.TEMPERATURE,
}


class Quality(IntEnum):
    """What the source says about a value; nothing is judged here."""

    UNCHECKED = 0
    GOOD = 1
    ESTIMATED = 2
    SUSPECT = 3
    MISSING = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """Values of one sensor as a source sent them.

    `times` (T,) datetime64[s] in UTC, strictly ascending; `values` (T,) float64 in `unit`, NaN
    for what is missing; `quality` (T,) uint8 of `Quality`, MISSING exactly where a value is NaN.
    Totals carry `accumulation`, the time over which each value is summed, and `stamped`, the end
    of that time which the time stamp is. Forecasts carry `issue_time` and either `member` (0 …)
    or `quantile` (0 to 1). `attributes` are words of the source that belong to the series.
    Arrays cannot be written to.
    """

    sensor: str
    kind: Kind
    unit: str
    times: Times
    values: Array
    quality: Marks
    name: str = ""
    lat: float | None = None
    lon: float | None = None
    accumulation: timedelta | None = None
    stamped: Literal["start", "end"] = "end"
    issue_time: np.datetime64 | None = None
    member: int | None = None
    quantile: float | None = None
    attributes: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Reject what makes no sense.

        Raises:
            NetworkError: naming the sensor and what is wrong.
        """
        times = np.array(self.times, dtype="datetime64[s]")
        values = np.array(self.values, dtype=np.float64)
        quality = np.array(self.quality, dtype=np.uint8)
        if times.ndim != 1 or values.shape != times.shape or quality.shape != times.shape:
            raise self._wrong(f"{times.shape} times, {values.shape} values, {quality.shape} marks")
        if np.isnat(times).any():
            raise self._wrong("a time is missing")
        if (np.diff(times.astype(np.int64)) <= 0).any():
            raise self._wrong("times do not ascend")
        if np.isinf(values).any():
            raise self._wrong("a value is not finite")
        if (np.isnan(values) != (quality == Quality.MISSING)).any() or (quality > 4).any():
            raise self._wrong("a value is marked missing, or a missing one is not marked")
        unit_of(self.kind, self.unit, self.accumulation or HOUR, self.accumulation)
        self._check_forecast()
        for name, array in (("times", times), ("values", values), ("quality", quality)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @classmethod
    def of_rows(
        cls,
        rows: Iterable[tuple[np.datetime64, float, int]],
        **fields: object,
    ) -> Series:
        """A series of rows (time, value, `Quality`) in any order.

        Of rows with the same time the last one counts, because sources repeat a time to correct
        it; where their values differ it is marked SUSPECT, unless it is missing. Totals of which
        no `accumulation` is given are taken to be sums over their usual distance in time.
        """
        order: dict[np.datetime64, tuple[float, int]] = {}
        for time, value, mark in rows:
            known = order.get(time)
            missing = bool(np.isnan(value))
            differs = known is not None and known[0] != value and not np.isnan(known[0])
            kept = Quality.MISSING if missing else Quality.SUSPECT if differs else mark
            order[time] = (value, kept)
        times = np.array(sorted(order), dtype="datetime64[s]")
        kind = fields.get("kind")
        if isinstance(kind, Kind) and kind.is_total and fields.get("accumulation") is None:
            fields["accumulation"] = spacing(times)
        return cls(
            times=times,
            values=np.array([order[time][0] for time in sorted(order)], dtype=np.float64),
            quality=np.array([order[time][1] for time in sorted(order)], dtype=np.uint8),
            **fields,  # type: ignore[arg-type]
        )

    @staticmethod
    def joined(parts: Iterable[Series]) -> tuple[Series, ...]:
        """Parts of the same series put together, in the order in which they first occur.

        Of values for the same time the last one counts, as in `of_rows`.
        """
        groups: dict[tuple[object, ...], list[Series]] = {}
        for part in parts:
            groups.setdefault(part._words(), []).append(part)
        return tuple(same[0] if len(same) == 1 else _one(same) for same in groups.values())

    def __len__(self) -> int:
        """How many values there are, missing ones included."""
        return len(self.times)

    def __eq__(self, other: object) -> bool:
        """Same words, same times, same values; NaN equals NaN."""
        if not isinstance(other, Series):
            return NotImplemented
        return self._words() == other._words() and all(
            np.array_equal(mine, its, equal_nan=nan)
            for mine, its, nan in (
                (self.times, other.times, False),
                (self.values, other.values, True),
                (self.quality, other.quality, False),
            )
        )

    def __hash__(self) -> int:
        """By its words and how many values it has."""
        return hash((self._words(), len(self)))

    def between(self, start: datetime | np.datetime64, end: datetime | np.datetime64) -> Series:
        """Values from `start` to `end`, both included."""
        first = int(np.searchsorted(self.times, as_utc(start)))
        last = int(np.searchsorted(self.times, as_utc(end), side="right"))
        part = slice(first, last)
        return replace(
            self, times=self.times[part], values=self.values[part], quality=self.quality[part]
        )

    def summed(self, step: timedelta, *, phase: timedelta = timedelta(0)) -> Series:
        """A total over longer steps: each value the sum over the `step` that ends at its time.

        Steps end at midnight UTC plus `phase` plus any number of steps. A step of which a part
        is missing is missing: half of the rain is not the rain.

        Raises:
            NetworkError: it is no total stamped at its end, or `step` is no multiple of its own.
        """
        if self.accumulation is None or self.stamped != "end":
            raise self._wrong("is no total stamped at its end, so it cannot be summed")
        parts, rest = divmod(step, self.accumulation)
        if rest or parts < 1:
            raise self._wrong(f"{step} is no multiple of its accumulation {self.accumulation}")
        depth = unit_of(self.kind, self.unit, self.accumulation, self.accumulation)
        values = depth.to_canonical(self.values)
        if parts == 1:
            return replace(self, unit=depth.canonical, values=values)
        own, wide, late = (_seconds(each) for each in (self.accumulation, step, phase))
        seconds = self.times.astype(np.int64)
        # A value belongs to the step in which its own time ends; −(−a // b) rounds up.
        rounded = -((late - seconds) // wide) * wide + late
        ends, where = np.unique(rounded, return_inverse=True)
        sums, count = np.zeros(len(ends)), np.zeros(len(ends), np.int64)
        np.add.at(sums, where, np.nan_to_num(values))
        np.add.at(count, where, ~np.isnan(values))
        off_grid = np.zeros(len(ends), bool)
        np.logical_or.at(off_grid, where, (seconds - ends[where]) % own != 0)
        worst = np.zeros(len(ends), np.uint8)
        np.maximum.at(worst, where, self.quality)
        whole = (count == parts) & ~off_grid
        return replace(
            self,
            unit=depth.canonical,
            times=ends.astype("datetime64[s]"),
            values=np.where(whole, sums, np.nan),
            quality=np.where(whole, worst, Quality.MISSING).astype(np.uint8),
            accumulation=step,
        )

    def _words(self) -> tuple[object, ...]:
        return tuple(
            getattr(self, name)
            for name in self.__slots__
            if name not in {"times", "values", "quality"}
        )

    def _wrong(self, text: str) -> NetworkError:
        return NetworkError(f"series of sensor {self.sensor!r}: {text}")

    def _check_forecast(self) -> None:
        if (self.lat is None) != (self.lon is None):
            raise self._wrong("lat and lon go together; one is missing")
        if self.accumulation is not None and self.accumulation <= timedelta(0):
            raise self._wrong("accumulation is not longer than 0")
        if self.member is not None and self.member < 0:
            raise self._wrong(f"member is {self.member}, less than 0")
        if self.quantile is not None and not 0 < self.quantile < 1:
            raise self._wrong(f"quantile is {self.quantile}, not between 0 and 1")
        if self.member is not None and self.quantile is not None:
            raise self._wrong("is a member and a quantile at once")


def _one(parts: Sequence[Series]) -> Series:
    rows = [
        (time, float(value), int(mark))
        for part in parts
        for time, value, mark in zip(part.times, part.values, part.quality, strict=True)
    ]
    whole = Series.of_rows(rows, sensor=parts[0].sensor, kind=parts[0].kind, unit=parts[0].unit)
    return replace(parts[0], times=whole.times, values=whole.values, quality=whole.quality)


def spacing(times: Times) -> timedelta | None:
    """The most common time between neighbours (T,), the shortest of equally common ones."""
    gaps, counts = np.unique(np.diff(times.astype(np.int64)), return_counts=True)
    return timedelta(seconds=int(gaps[counts.argmax()])) if len(gaps) else None


def onto_network(
    series: Iterable[Series],
    network: Network,
    start: datetime | np.datetime64,
    end: datetime | np.datetime64,
    *,
    names: Mapping[str, str] | None = None,
) -> Observations:
    """Series on the regular step of a network, in its canonical units.

    A state (level, discharge, temperature) at time t is the latest value in the step that ends
    at t; a total is the sum over that step, missing if any part of it is. Nothing is filled.

    Args:
        series: observed series; of several for one sensor, later ones fill what earlier lack.
        network: says sensors, step and units.
        start, end: first and last time, both included, a whole number of steps apart.
        names: sensor of the source → id in the network, where they differ. Series that belong
            to no sensor are left out.

    Raises:
        NetworkError: a series has another kind than its sensor, or its totals do not fit.
    """
    first, last = as_utc(start), as_utc(end)
    step = _seconds(network.step)
    count, rest = divmod(int((last - first).astype(np.int64)), step)
    if rest or count < 0:
        raise NetworkError(f"{first} to {last} is no whole number of steps of {network.step}")
    times = first + np.arange(count + 1) * np.timedelta64(step, "s")
    values = np.full((count + 1, len(network.ids)), np.nan)
    known = set(network.ids)
    for one in series:
        name = (names or {}).get(one.sensor, one.sensor)
        if name in known:
            column = values[:, network.ids.index(name)]
            placed = _placed(one, network, name, times)
            np.copyto(column, placed, where=np.isnan(column))
    delays = [s.delay(network.step).total_seconds() for s in network.sensors]
    return Observations(times, network.ids, values, np.array(delays).astype("timedelta64[s]"))


def _placed(series: Series, network: Network, name: str, times: Times) -> Array:
    sensor = network.sensor(name)
    if series.kind is not sensor.kind:
        raise NetworkError(f"sensor {name!r}: is a {sensor.kind}, the series a {series.kind}")
    if series.issue_time is not None:
        raise NetworkError(f"sensor {name!r}: a forecast is no observation")
    if sensor.kind.is_total and series.accumulation is None:
        raise NetworkError(f"sensor {name!r}: the series does not say over which time it is summed")
    if sensor.kind.is_total and series.stamped != sensor.stamped:
        raise NetworkError(f"sensor {name!r}: stamps the {sensor.stamped}, the series does not")
    total = sensor.accumulation or network.step
    if sensor.kind.is_total and series.accumulation != total:
        phase = timedelta(seconds=int(times[0].astype(np.int64)) % _seconds(total))
        series = series.summed(total, phase=phase)
    unit = unit_of(series.kind, series.unit, network.step, series.accumulation)
    if unit.canonical != sensor.unit:
        raise NetworkError(f"sensor {name!r}: is in {sensor.unit}, the series in {series.unit}")
    given = ~np.isnan(series.values)
    seconds, values = series.times.astype(np.int64)[given], series.values[given]
    found = np.searchsorted(seconds, times.astype(np.int64), side="right") - 1
    result = np.full(len(times), np.nan)
    fits = found >= 0
    age = times.astype(np.int64)[fits] - seconds[found[fits]]
    fresh = age < _seconds(network.step)
    places = np.flatnonzero(fits)[fresh]
    result[places] = unit.to_canonical(values[found[places]])
    return result


ENSEMBLE_SCHEMA = pa.schema(
    [
        pa.field("issue_time", pa.timestamp("s", tz="UTC"), nullable=False),
        pa.field("valid_time", pa.timestamp("s", tz="UTC"), nullable=False),
        pa.field("sensor", pa.string(), nullable=False),
        pa.field("member", pa.int32(), nullable=False),
        pa.field("value", pa.float64(), nullable=False),
    ]
)


def ensemble_table(series: Sequence[Series], step: timedelta) -> pa.Table:
    """Rain members as rows `issue_time, valid_time, sensor, member, value`.

    `value` is the rain in mm over the `step` that ends at `valid_time`, which is after
    `issue_time`. A member ends before its first gap: rain beyond a gap is of no use to a model
    that runs from step to step. Steps before its first value, which begin before the forecast
    does, are left out.

    Raises:
        NetworkError: a series is no member of a rain forecast, or does not fit the step.
    """
    columns: dict[str, list[object]] = {name: [] for name in ENSEMBLE_SCHEMA.names}
    for one in sorted(series, key=lambda s: (str(s.issue_time), s.sensor, s.member or 0)):
        if one.kind is not Kind.RAIN or one.issue_time is None or one.member is None:
            raise NetworkError(f"series of sensor {one.sensor!r}: is no member of a rain forecast")
        wide = one.summed(step)
        unit = unit_of(wide.kind, wide.unit, step, wide.accumulation)
        part = _unbroken(wide, one.issue_time, step)
        columns["valid_time"] += wide.times[part].tolist()
        columns["value"] += unit.to_canonical(wide.values[part]).tolist()
        count = part.stop - part.start
        columns["issue_time"] += [one.issue_time.tolist()] * count
        columns["sensor"] += [one.sensor] * count
        columns["member"] += [one.member] * count
    return pa.table(columns, schema=ENSEMBLE_SCHEMA)


def _unbroken(series: Series, issued: np.datetime64, step: timedelta) -> slice:
    """The first run of values after the issue time that has no gap."""
    useful = ~np.isnan(series.values) & (series.times > issued)
    if not useful.any():
        return slice(0, 0)
    first = int(useful.argmax())
    gaps = np.diff(series.times[first:].astype(np.int64)) != _seconds(step)
    ends = ~useful[first:]
    ends[1:] |= gaps
    return slice(first, first + int(ends.argmax()) if ends.any() else len(series))


def write_ensemble(path: Path, series: Sequence[Series], step: timedelta) -> Path:
    """Write `ensemble_table` as Parquet; the file appears whole or not at all.

    Raises:
        NetworkError: as `ensemble_table`.
    """
    table = ensemble_table(series, step)
    draft = Path(path).with_name(f".{Path(path).name}.new")
    try:
        pq.write_table(table, draft, compression="zstd")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return Path(path)


def _seconds(duration: timedelta) -> int:
    return int(duration.total_seconds())
