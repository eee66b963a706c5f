"""Asks for what is new of every sensor, and keeps it. Asking and clocks are handed in.

One sensor that fails does not stop the others. A source that cannot be reached at all is not asked
again for its other sensors. What came is written now and then and at the end, also when somebody
stops the work; the next time every sensor goes on where its own values end.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from steiger.engines.flood.network.series import Series
from steiger.engines.flood.network.types import Network, NetworkError, Sensor
from steiger.engines.flood.sources.filling import Ledger, Taken
from steiger.engines.flood.sources.forms import Source
from steiger.lib.sources import SourceError

#: Asks a source for sensors by its own keys; gives series that are called as the sensors are.
Ask = Callable[[Source, Mapping[str, Sensor], datetime, datetime], Sequence[Series]]
#: So far before its last value a sensor is asked again: for late values, and to see other ones.
OVERLAP = timedelta(hours=24)
#: A sensor without any value is asked for so much, if its source reaches back that far.
FIRST_ASKED = timedelta(days=31)
#: What came is written to the disk after so many seconds at the latest.
WRITE_EVERY = 30.0
LOCK = ".collect.lock"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one sensor. `problem` is empty if all went well; then `kind` is too.

    `kind`: source (it fails or sends nonsense), away (it cannot be reached), sense (unit, kind or
    clock are not what was said), clock (values lie ahead of ours).
    """

    sensor: str
    source: str
    taken: Taken = field(default_factory=Taken)
    problem: str = ""
    kind: str = ""


@contextmanager
def collecting_alone(folder: Path) -> Iterator[None]:
    """Only one process collects into a folder at a time; a killed one leaves it free.

    Raises:
        NetworkError: another process does, or the folder cannot be written.
    """
    lock = FileLock(Path(folder) / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise NetworkError(f"{folder}: another process is collecting into this folder") from None
    except OSError as error:
        raise NetworkError(f"{folder}: cannot be written ({error.strerror})") from None
    try:
        yield
    finally:
        lock.release()


@dataclass(frozen=True, slots=True)
class _Question:
    """What all sensors are asked: `start` is None for what is new."""

    ask: Ask
    now: datetime
    start: datetime | None
    end: datetime


def feeding(network: Network, only: Sequence[str] = ()) -> tuple[Sensor, ...]:
    """Sensors that are read somewhere; `only`: from these sources.

    Raises:
        NetworkError: one of the sources is not declared, or none is.
    """
    declared = {source.name for source in network.sources}
    for name in only:
        if name not in declared:
            known = ", ".join(sorted(declared)) or "none"
            raise NetworkError(f"source {name!r} is not declared; declared are {known}")
    found = tuple(s for s in network.sensors if s.feed and (not only or s.feed.source in only))
    if not found:
        raise NetworkError(
            "no sensor says where it is read: write source = { source = …, key = … }"
        )
    return found


def collect(
    folder: Path,
    network: Network,
    ask: Ask,
    now: datetime,
    *,
    only: Sequence[str] = (),
    start: datetime | None = None,
    end: datetime | None = None,
    seconds: Callable[[], float] = lambda: 0.0,
) -> Generator[Outcome, None, None]:
    """Fetch and keep what is new; one outcome for each sensor, as soon as it is known.

    Args:
        folder, network: of the table.
        ask: asks a source.
        now: what the clock says.
        only: names of sources.
        start, end: in place of what is new.
        seconds: a running clock, for writing now and then.

    Raises:
        NetworkError: nothing can be asked, or the table makes no sense.
    """
    sensors = feeding(network, only)
    ledger = Ledger.open(folder, network)
    written = seconds()
    try:
        for outcome in _outcomes(ledger, network, sensors, _Question(ask, now, start, end or now)):
            if seconds() - written >= WRITE_EVERY:
                ledger.save()
                written = seconds()
            yield outcome
    finally:
        ledger.save()


def _outcomes(
    ledger: Ledger,
    network: Network,
    sensors: Sequence[Sensor],
    question: _Question,
) -> Iterator[Outcome]:
    for source in network.sources:
        mine = [s for s in sensors if s.feed and s.feed.source == source.name]
        groups = [mine] if source.form.together else [[sensor] for sensor in mine]
        away = ""
        for group in groups:
            if not group:
                continue
            if away:
                yield from (Outcome(s.id, source.name, Taken(), away, "away") for s in group)
                continue
            try:
                found = _asked(ledger, source, group, question)
            except SourceError as error:
                kind = "away" if error.away else "source"
                yield from (Outcome(s.id, source.name, Taken(), str(error), kind) for s in group)
                away = f"not asked: {error}" if error.away else ""
                continue
            for sensor in group:
                yield _kept(ledger, source, sensor, found, question.now)


def _kept(
    ledger: Ledger, source: Source, sensor: Sensor, found: Sequence[Series], now: datetime
) -> Outcome:
    mine = [one for one in found if one.sensor == sensor.id]
    try:
        taken = ledger.take(sensor, mine, now)
    except NetworkError as error:
        return Outcome(sensor.id, source.name, Taken(), str(error), "sense")
    if taken.ahead:
        text = f"{taken.ahead} values lie ahead of our clock and were left out"
        return Outcome(sensor.id, source.name, taken, text, "clock")
    return Outcome(sensor.id, source.name, taken)


def _asked(
    ledger: Ledger,
    source: Source,
    group: Sequence[Sensor],
    question: _Question,
) -> list[Series]:
    """Everything that a source has of these sensors, in questions no longer than it takes."""
    now, end = question.now, question.end
    first = question.start or min(
        since(ledger.last(sensor.id), sensor, source, now) for sensor in group
    )
    if first >= end:
        first = end - timedelta(minutes=1)
    asked = {key_of(sensor): sent_as(sensor) for sensor in group}
    found: list[Series] = []
    while first < end:
        until = min(end, first + source.form.window)
        found += question.ask(source, asked, first, until)
        first = until
    return list(Series.joined(found))


def since(last: datetime | None, sensor: Sensor, source: Source, now: datetime) -> datetime:
    """From when on a sensor is asked."""
    earliest = now - source.form.reach
    if last is None:
        return max(earliest, now - FIRST_ASKED)
    total = sensor.accumulation or timedelta(0)
    # Sums over long times need more than one value, to be told apart from shorter ones.
    return max(earliest, min(last, now) - max(OVERLAP, 3 * total))


def key_of(sensor: Sensor) -> str:
    """What its source calls a sensor; where the place decides, its own id."""
    return (sensor.feed.key if sensor.feed else "") or sensor.id


def sent_as(sensor: Sensor) -> Sensor:
    """The sensor with the unit that its source speaks."""
    unit = sensor.feed.unit if sensor.feed else ""
    return replace(sensor, source_unit=unit) if unit else sensor
