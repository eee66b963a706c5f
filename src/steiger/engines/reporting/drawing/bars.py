"""Bars: lying for values with names, standing for months. Each carries its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steiger.engines.reporting.drawing.svg import (
    BAR,
    HAIRLINE,
    MUTED,
    picture,
    shortened,
    tag,
    text,
)

WIDTH = 640.0
_LINE, _THICK, _LABEL = 30.0, 18.0, 236.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `value` is None where it is withheld; then `shown` alone stands there."""

    label: str
    value: int | None
    shown: str


def lying(bars: Sequence[Bar]) -> tuple[str, float, float]:
    """Bars below each other; returns the drawing and its size."""
    height = _LINE * len(bars) + 8
    most = max((bar.value or 0 for bar in bars), default=0) or 1
    room = WIDTH - _LABEL - 70
    content = [
        tag(
            "line",
            x1=_LABEL,
            y1=2,
            x2=_LABEL,
            y2=height - 2,
            stroke=HAIRLINE,
            class_="st-draw-line",
        )
    ]
    for number, bar in enumerate(bars):
        top = 4 + number * _LINE + (_LINE - _THICK) / 2
        middle = top + _THICK / 2 + 5
        content.append(text(_LABEL - 10, middle, shortened(bar.label, 34), anchor="end"))
        long = room * (bar.value or 0) / most
        if bar.value:
            content.append(
                tag(
                    "rect",
                    x=_LABEL,
                    y=top,
                    width=max(long, 1.5),
                    height=_THICK,
                    rx=2,
                    fill=BAR,
                    class_="st-draw-bar",
                )
            )
        content.append(text(_LABEL + long + 8, middle, bar.shown))
    return picture(WIDTH, height, "".join(content), "bars"), WIDTH, height


def standing(bars: Sequence[Bar]) -> tuple[str, float, float]:
    """Bars beside each other, for a course of time."""
    height, ground, top = 260.0, 222.0, 26.0
    most = max((bar.value or 0 for bar in bars), default=0) or 1
    step = WIDTH / max(len(bars), 1)
    thick = min(44.0, step * 0.68)
    content = [
        tag("line", x1=0, y1=ground, x2=WIDTH, y2=ground, stroke=HAIRLINE, class_="st-draw-line")
    ]
    for number, bar in enumerate(bars):
        middle = step * (number + 0.5)
        tall = (ground - top) * (bar.value or 0) / most
        if bar.value:
            content.append(
                tag(
                    "rect",
                    x=middle - thick / 2,
                    y=ground - tall,
                    width=thick,
                    height=tall,
                    rx=2,
                    fill=BAR,
                    class_="st-draw-bar",
                )
            )
        content.append(text(middle, ground - tall - 8, bar.shown, anchor="middle"))
        words = shortened(bar.label, max(3, int(step / 7)))
        content.append(
            text(middle, ground + 22, words, size=13, anchor="middle", class_="muted", fill=MUTED)
        )
    return picture(WIDTH, height, "".join(content), "bars"), WIDTH, height
