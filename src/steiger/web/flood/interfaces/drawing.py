"""A hydrograph as plain SVG shapes, so that it can be seen where no script runs.

Coordinates are in units of the drawing (about pixels), rounded to tenths.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils import timezone
from django.utils.formats import date_format, number_format

from steiger.web.flood.domain.documents import QUANTILES
from steiger.web.flood.interfaces.hydrograph import Hydrograph, Row, at_text
from steiger.web.flood.interfaces.words import unit_text

#: Part of the height that belongs to the rain.
RAIN_PART = 0.22
#: Room between a line and its label, height of a label, and width of one of its signs.
LABEL_GAP, LABEL_HEIGHT, SIGN_WIDTH = 5.0, 15.0, 7.0
Fan = tuple[datetime, Mapping[str, float]]
BANDS = (("90", "q05", "q95"), ("80", "q10", "q90"), ("50", "q25", "q75"))


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis. ``major``: begins a day."""

    at: str
    text: str
    major: bool = False


@dataclass(frozen=True, slots=True)
class LevelLine:
    """A warning level: height of its line and of its label."""

    number: int
    y: str
    label_y: str
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Rain of one step, hanging from the top. ``kind``: fell, later or ahead."""

    x: str
    width: str
    height: str
    kind: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All shapes of one chart."""

    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    rain_bottom: float
    unit: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    levels: tuple[LevelLine, ...]
    bands: tuple[tuple[str, str], ...]
    observed: str
    later: str
    median: str
    points: tuple[tuple[str, str], ...]
    now: str
    now_text: str
    now_anchor: str
    bars: tuple[Bar, ...]
    rain_ticks: tuple[Tick, ...]


class _Frame:
    """Where times and values lie."""

    def __init__(self, chart: Hydrograph, width: int, height: int) -> None:
        self.chart = chart
        self.left, self.right, self.top, self.bottom = 46.0, width - 14.0, 24.0, height - 34.0
        self.rain_bottom = self.top + (self.bottom - self.top) * RAIN_PART
        self.low, self.high = _limits(chart)
        self.seconds = max(1.0, (chart.last - chart.first).total_seconds())
        self.most_rain = nice_above(max([4.0, *_rain_values(chart)]))

    def x(self, time: datetime) -> float:
        part = (time - self.chart.first).total_seconds() / self.seconds
        return self.left + part * (self.right - self.left)

    def y(self, value: float) -> float:
        # The line may reach into the lower half of the rain, not further.
        top = self.top + (self.bottom - self.top) * RAIN_PART * 0.7
        part = (value - self.low) / (self.high - self.low)
        return self.bottom - part * (self.bottom - top)

    def rain(self, value: float) -> float:
        return value / self.most_rain * (self.rain_bottom - self.top)


def draw(chart: Hydrograph, width: int = 860, height: int = 420) -> Drawing:
    """Draw a chart on a canvas of this size."""
    frame = _Frame(chart, width, height)
    start = chart.start()
    rows: list[Fan] = [(lead.time, lead.quantiles) for lead in chart.leads]
    if start and start[1] is not None:
        rows.insert(0, (start[0], dict.fromkeys(QUANTILES, start[1])))
    return Drawing(
        width=width,
        height=height,
        left=frame.left,
        right=frame.right,
        top=frame.top,
        bottom=frame.bottom,
        rain_bottom=frame.rain_bottom,
        unit=unit_text(chart.unit),
        x_ticks=_time_ticks(frame, chart, width),
        y_ticks=tuple(
            Tick(_n(frame.y(v)), number_format(v, 1 if frame.high - frame.low >= 1 else 2))
            for v in value_ticks(frame.low, frame.high)
        ),
        levels=_level_lines(frame, chart),
        bands=tuple((name, _band(frame, rows, low, high)) for name, low, high in BANDS)
        if len(rows) > 1
        else (),
        observed=_path(frame, chart.observed),
        later=_path(frame, chart.later),
        median=_path(frame, [(time, values["q50"]) for time, values in rows]),
        points=tuple((_n(frame.x(lead.time)), _n(frame.y(lead.median))) for lead in chart.leads),
        now=_n(frame.x(chart.issue_time)),
        now_text=at_text(chart),
        now_anchor=_anchor(frame, width),
        bars=tuple(_bars(frame, chart)),
        rain_ticks=(
            Tick(_n(frame.top + frame.rain(frame.most_rain)), number_format(frame.most_rain, 0)),
        ),
    )


def _anchor(frame: _Frame, width: int) -> str:
    """On which side of its line the word at the time of the forecast has room."""
    x = frame.x(frame.chart.issue_time)
    reaches = x + SIGN_WIDTH * len(at_text(frame.chart))
    return "end" if x > width * 0.75 or reaches > frame.right else "start"


def sparkline(chart: Hydrograph, width: int = 240, height: int = 64) -> Drawing:
    """The same chart without axes, for the board."""
    return draw(chart, width, height)


def _limits(chart: Hydrograph) -> tuple[float, float]:
    values = [v for rows in (chart.observed, chart.later) for _t, v in rows if v is not None]
    for lead in chart.leads:
        values += [lead.quantiles["q05"], lead.quantiles["q95"]]
    if not values:
        values = [0.0, 1.0]
    low, high = min(values), max(values)
    # The next level above is part of the picture, unless it is so far that it would flatten it.
    near = high + 1.5 * (high - low) + 0.5
    above = [value for _number, value, _text in chart.levels if high < value <= near]
    first = [value for _number, value, _text in chart.levels[:1]]
    high = max([high, *first, *above[:1]])
    room = max(0.1, (high - low) * 0.06)
    return max(low - room, min(0.0, low)), high + room


def _rain_values(chart: Hydrograph) -> Iterable[float]:
    for rows in (chart.rain, chart.rain_later):
        yield from (value for _time, value in rows if value is not None)
    yield from (row.high for row in chart.rain_ahead)


def nice_above(value: float) -> float:
    """The next number of the form 1, 2, 4, 5, 8 or 10 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(n * power for n in (1, 2, 4, 5, 8, 10) if n * power >= value * 0.999999)


def value_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values between two ends, at most ``most``."""
    step = nice_step((high - low) / most)
    first = math.ceil(low / step - 1e-9)
    count = math.floor(high / step + 1e-9) - first
    return [round((first + i) * step, 6) for i in range(count + 1)]


def nice_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10 times a power of ten that is not below ``least``."""
    power = 10.0 ** math.floor(math.log10(max(least, 1e-6)))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= least * 0.999999)


def _time_ticks(frame: _Frame, chart: Hydrograph, width: int) -> tuple[Tick, ...]:
    hours = frame.seconds / 3600
    room = max(3, width // 95)
    step = next((h for h in (3, 6, 12, 24, 48, 96, 168) if hours / h <= room), 336)
    local = timezone.localtime(chart.first)
    time = local.replace(minute=0, second=0, microsecond=0)
    time = time.replace(hour=time.hour - time.hour % min(step, 24))
    ticks = []
    while time <= timezone.localtime(chart.last):
        if time >= local:
            midnight = time.hour == 0
            text = date_format(time, "D j.n." if midnight else "H:i")
            ticks.append(Tick(_n(frame.x(time)), text, midnight))
        # Wall-clock steps, so that ticks stay on full hours across a change of the clocks.
        naive = time.replace(tzinfo=None) + timedelta(hours=step)
        time = timezone.make_aware(naive)
    return tuple(ticks)


def _level_lines(frame: _Frame, chart: Hydrograph) -> tuple[LevelLine, ...]:
    shown = [level for level in chart.levels if level[1] <= frame.high]
    heights = label_heights([frame.y(value) for _number, value, _text in shown])
    return tuple(
        LevelLine(
            number,
            _n(frame.y(value)),
            _n(height),
            f"{text} · {number_format(value, 2)} {unit_text(chart.unit)}",
        )
        for (number, value, text), height in zip(shown, heights, strict=True)
    )


def label_heights(lines: Sequence[float]) -> list[float]:
    """Where the labels of lines stand; both from the lowest up, in units of the drawing.

    A label stands above its line or, where lines are too close for that, above the highest of
    them, in their order.
    """
    found: list[float] = []
    group = 0
    for line, above in pairwise([*lines, -math.inf]):
        group += 1
        if line - above >= LABEL_GAP + LABEL_HEIGHT * group:
            found += [line - LABEL_GAP - LABEL_HEIGHT * place for place in range(group)]
            group = 0
    return found


def _band(frame: _Frame, rows: Sequence[Fan], low: str, high: str) -> str:
    there = [f"{_n(frame.x(time))} {_n(frame.y(values[high]))}" for time, values in rows]
    back = [f"{_n(frame.x(time))} {_n(frame.y(values[low]))}" for time, values in reversed(rows)]
    return f"M{'L'.join(there + back)}Z"


def _path(frame: _Frame, rows: Iterable[Row]) -> str:
    """A line that is interrupted where values are missing."""
    parts: list[str] = []
    pen_down = False
    for time, value in rows:
        if value is None:
            pen_down = False
            continue
        parts.append(f"{'L' if pen_down else 'M'}{_n(frame.x(time))} {_n(frame.y(value))}")
        pen_down = True
    return "".join(parts)


def _bars(frame: _Frame, chart: Hydrograph) -> Iterable[Bar]:
    times = [time for time, _value in chart.rain]
    step = (times[1] - times[0]) if len(times) > 1 else timedelta(hours=1)
    width = max(1.0, frame.x(chart.first + step) - frame.x(chart.first) - 0.8)
    ahead = [(row.time, row.mid) for row in chart.rain_ahead]
    for kind, rows in (("fell", chart.rain), ("later", chart.rain_later), ("ahead", ahead)):
        for time, value in rows:
            if value and value >= 0.05 and chart.first < time <= chart.last:
                x = frame.x(time) - width
                yield Bar(_n(x), _n(width), _n(frame.rain(value)), kind)


def _n(value: float) -> str:
    text = f"{value:.1f}"
    return text.removesuffix(".0")
