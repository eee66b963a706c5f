"""Quiet charts as inline SVG: few lines, labels at the lines, colours that follow the page.

The main line carries the colour; whatever it is compared with stays grey. Texts remain texts, so
that they can be searched and read aloud, and take the page's font.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import quoteattr

Point = tuple[float, float | None]

#: Stand-ins that matplotlib draws with; the page gives them their colour, light or dark.
COLOURS = {
    "#0b4a86": "var(--main)",
    "#768492": "var(--second)",
    "#d3dbe3": "var(--line)",
    "#131b24": "var(--ink)",
    "#4a5764": "var(--muted)",
    "#b34700": "var(--flood)",
}
MAIN, SECOND, LINE, INK, MUTED, FLOOD = COLOURS
SIZE = (7.0, 3.6)
STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["Fira Sans", "DejaVu Sans"],
    "font.size": 11,
    "axes.edgecolor": SECOND,
    "axes.labelcolor": MUTED,
    "axes.unicode_minus": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "text.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line with the label at its end. `band` holds low and high for each point."""

    label: str
    points: Sequence[Point]
    main: bool = False
    colour: str = ""
    band: Sequence[tuple[float | None, float | None]] = ()

    @property
    def ink(self) -> str:
        """The colour it is drawn in: its own, else by whether it is the main line."""
        return self.colour or (MAIN if self.main else SECOND)


@dataclass(frozen=True, slots=True)
class Axes:
    """Names, limits and ticks of the two axes."""

    x_name: str
    y_name: str
    x_ticks: Sequence[tuple[float, str]]
    y_format: Callable[[float], str]
    y_limits: tuple[float, float] | None = None
    x_limits: tuple[float, float] | None = None
    log_x: bool = False
    shade: tuple[float, float] | None = None
    shade_label: str = ""
    diagonal: bool = False
    zero: bool = False


def line_chart(name: str, description: str, lines: Sequence[Line], axes: Axes) -> str:
    """A chart of a few lines as an SVG element.

    `name` keeps the ids of several charts on a page apart; `description` is read aloud instead of
    the drawing.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

    style: Any = {**STYLE, "svg.hashsalt": name}  # matplotlib types its keys one by one
    with mpl.rc_context(style):
        figure = Figure(figsize=SIZE, layout="constrained")
        plot = figure.subplots()
        if axes.log_x:
            plot.set_xscale("log")
        plot.grid(axis="y", color=LINE, linewidth=0.6)
        plot.set_axisbelow(True)
        if axes.shade:
            plot.axhspan(*axes.shade, color=LINE, alpha=0.5, linewidth=0)
        if axes.diagonal:
            plot.plot([0, 1], [0, 1], color=SECOND, linewidth=0.8, linestyle=(0, (4, 3)))
        if axes.zero:
            plot.axhline(0, color=SECOND, linewidth=0.8)
        for line in lines:
            _draw(plot, line)
        plot.set_xticks([place for place, _ in axes.x_ticks], [text for _, text in axes.x_ticks])
        plot.minorticks_off()
        plot.yaxis.set_major_formatter(FuncFormatter(lambda y, _: axes.y_format(y)))
        plot.set_xlabel(axes.x_name)
        plot.set_ylabel(axes.y_name)
        if axes.y_limits:
            plot.set_ylim(*axes.y_limits)
        if axes.x_limits:
            plot.set_xlim(*axes.x_limits)
        if axes.shade and axes.shade_label:
            place = (0.01, axes.shade[1])
            plot.annotate(
                axes.shade_label, place, xycoords=("axes fraction", "data"), color=MUTED,
                fontsize=9, va="bottom",
            )  # fmt: skip
        _label(plot, lines)
        return _inline(figure, description)


def _draw(plot: Any, line: Line) -> None:
    points = [(x, y) for x, y in line.points if y is not None]
    if not points:
        return
    xs, ys = zip(*points, strict=True)
    banded = [
        (x, low, high)
        for (x, _), (low, high) in zip(line.points, line.band, strict=False)
        if low is not None and high is not None
    ]
    if banded:
        places, lows, highs = zip(*banded, strict=True)
        plot.fill_between(places, lows, highs, color=line.ink, alpha=0.18, linewidth=0)
    plot.plot(
        xs,
        ys,
        color=line.ink,
        linewidth=2.2 if line.main else 1.1,
        marker="o",
        markersize=4.5 if line.main else 2.5,
        zorder=3 if line.main else 2,
        clip_on=True,
    )


def _label(plot: Any, lines: Sequence[Line]) -> None:
    """Labels right of the lines' ends, pushed apart where they would overlap."""
    low, high = plot.get_ylim()
    ends = []
    for line in lines:
        points = [y for _, y in line.points if y is not None]
        if points:
            ends.append([min(max(points[-1], low), high), line])
    ends.sort(key=lambda end: end[0])
    least = (high - low) * 0.075
    for below, above in pairwise(ends):
        above[0] = max(above[0], below[0] + least)
    # What was pushed beyond the top is pushed back, and takes its neighbours along.
    if ends:
        ends[-1][0] = min(ends[-1][0], high)
    for above, below in pairwise(reversed(ends)):
        below[0] = min(below[0], above[0] - least)
    for y, line in ends:
        plot.annotate(
            line.label,
            (1.0, y),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            color=line.ink if line.main else MUTED,
            va="center",
            fontsize=11 if line.main else 10,
            fontweight="bold" if line.main else "normal",
            annotation_clip=False,
        )


_HEAD = re.compile(r"^.*?(?=<svg)", re.DOTALL)


def _inline(figure: Any, description: str) -> str:
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    target = io.StringIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    figure.patch.set_visible(False)
    figure.axes[0].patch.set_visible(False)
    canvas: Any = FigureCanvasSVG(figure)  # not typed
    canvas.print_svg(target, metadata=nothing)
    svg = _HEAD.sub("", target.getvalue())
    for attribute in ("width", "height"):
        svg = re.sub(rf'(<svg\b[^>]*?) {attribute}="[^"]*"', r"\1", svg, count=1)
    svg = svg.replace("<svg ", f'<svg role="img" aria-label={quoteattr(description)} ', 1)
    for stand_in, variable in COLOURS.items():
        svg = svg.replace(stand_in, variable)
    return svg.strip()
