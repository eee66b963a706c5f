"""Shapes, arrows and drawings of this room. Everything that comes from data is escaped here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from steiger.web.flood.domain.texts import level_of, localized
from steiger.web.flood.interfaces import words
from steiger.web.flood.interfaces.drawing import Drawing

register = template.Library()

#: Outlines of the levels on a square of 20 units, told apart without colour. The number stands
#: inside: 0 a ring, 1 a triangle, 2 a diamond, 3 an octagon; a question mark if nothing is known.
SHAPES = {
    -1: '<circle cx="10" cy="10" r="8" class="st-shape--hollow"/>',
    0: '<circle cx="10" cy="10" r="7.5" class="st-shape--hollow"/>'
    '<path d="M6.4 10.2l2.6 2.6 4.8-5.4" class="st-shape__tick"/>',
    1: '<path d="M10 1.2L19.4 18H.6z"/>',
    2: '<path d="M10 .2L19.8 10 10 19.8.2 10z"/>',
    3: '<path d="M6 .8h8L19.2 6v8L14 19.2H6L.8 14V6z"/>',
}
ARROWS = {
    "fast": "M10 17V4M4.5 9.5L10 4l5.5 5.5M5 19h10",
    "up": "M4.5 15.5L15 5M7 5h8v8",
    "steady": "M2.5 10h14M11.5 5l5 5-5 5",
    "down": "M4.5 4.5L15 15M15 7v8H7",
    "unknown": "M4 10h12",
}


def _safe(text: str) -> SafeString:
    # Only called with text whose data went through escape().
    return mark_safe(text)  # noqa: S308


@register.simple_tag
def level_shape(number: int) -> SafeString:
    """The shape of a level with its number, beside a word that says the same."""
    known = max(-1, min(int(number), 3))
    sign = "?" if known < 0 else str(number) if number > 0 else ""
    y = "15.6" if known == 1 else "14"
    text = f'<text x="10" y="{y}" text-anchor="middle">{sign}</text>' if sign else ""
    key = "unknown" if known < 0 else str(known)
    return _safe(
        f'<svg class="st-shape st-shape--{key}" viewBox="0 0 20 20" aria-hidden="true" '
        f'focusable="false">{SHAPES[known]}{text}</svg>'
    )


@register.simple_tag
def trend_arrow(key: str) -> SafeString:
    """An arrow beside the word of a trend."""
    path = ARROWS.get(key, ARROWS["unknown"])
    return _safe(
        '<svg class="st-arrow" viewBox="0 0 20 20" aria-hidden="true" focusable="false">'
        f'<path d="{path}"/></svg>'
    )


@register.simple_tag
def sensor_state(key: str, name: str) -> SafeString:
    """The state of a sensor as shape and word."""
    return format_html('<span class="st-sensor st-sensor--{}">{}</span>', key, name)


@register.simple_tag
def share_bar(share: int) -> SafeString:
    """A bar of 0 to 100 percent; the number stands beside it."""
    width = max(0, min(100, int(share)))
    return _safe(
        '<svg class="st-share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false"><rect width="100" height="6"/><rect class="st-share__part" '
        f'width="{width}" height="6"/></svg>'
    )


@register.simple_tag
def spot_shape(spot: Any, drawing: Any) -> SafeString:
    """A gauge on the plain drawing of the valley."""
    card = spot.card
    x = float(spot.x) / 100 * drawing.width
    y = float(spot.y) / 100 * drawing.height
    number = card.mark.number
    known = max(-1, min(number, 3))
    anchor, dx = ("end", -34) if spot.left else ("start", 34)
    return _safe(
        f'<g transform="translate({x:.0f} {y:.0f})"><g class="st-shape--{card.mark.key}" '
        f'transform="translate(-24 -24) scale(2.4)">{SHAPES[known]}</g>'
        f'<text x="{dx}" y="-4" text-anchor="{anchor}">{escape(card.name)}</text>'
        f'<text class="st-valley__value" x="{dx}" y="24" text-anchor="{anchor}">'
        f"{escape(card.value)}</text></g>"
    )


@register.simple_tag
def hydrograph(d: Drawing, number: int, label: str) -> SafeString:
    """A hydrograph; the first one is for wide displays, the second for narrow ones."""
    size = "wide" if number == 1 else "narrow"
    return _safe(
        f'<svg class="st-chart st-chart--{size}" viewBox="0 0 {d.width} {d.height}" role="img" '
        f'aria-label="{escape(label)}">{_axes(d)}{_shapes(d)}{_labels(d)}</svg>'
    )


@register.simple_tag
def tile_chart(d: Drawing) -> SafeString:
    """The same without axes, for the board; the numbers stand beside it."""
    width, height = d.right - d.left, d.bottom - d.top
    return _safe(
        f'<div class="st-tile__chart"><svg class="st-chart st-chart--tile" '
        f'viewBox="{d.left:.0f} {d.top:.0f} {width:.0f} {height:.0f}" '
        f'preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f"{_level_lines(d, labels=False)}{_shapes(d)}</svg></div>"
    )


def _axes(d: Drawing) -> str:
    beside, under = f"{d.left - 8:.0f}", f"{d.bottom + 20:.0f}"
    values = "".join(
        f'<path class="st-chart__grid" d="M{d.left:.0f} {tick.at}H{d.right:.0f}"/>'
        f'<text class="st-chart__tick" x="{beside}" y="{tick.at}" dy=".35em" '
        f'text-anchor="end">{escape(tick.text)}</text>'
        for tick in d.y_ticks
    )
    times = "".join(
        f'<path class="st-chart__grid{" st-chart__grid--day" if tick.major else ""}" '
        f'd="M{tick.at} {d.top:.0f}V{d.bottom:.0f}"/>'
        f'<text class="st-chart__tick" x="{tick.at}" y="{under}" '
        f'text-anchor="middle">{escape(tick.text)}</text>'
        for tick in d.x_ticks
    )
    rain = _("Rain, mm per hour; the bars’ axis ends at %(n)s") % {"n": d.rain_ticks[0].text}
    return (
        f'{values}{times}<text class="st-chart__unit" x="{beside}" y="{under}" '
        f'text-anchor="end">{escape(d.unit)}</text>'
        f'<text class="st-chart__unit" x="{d.left:.0f}" y="14">{escape(rain)}</text>'
    )


def _level_lines(d: Drawing, *, labels: bool) -> str:
    return "".join(
        f'<path class="st-chart__level st-chart__level--{min(line.number, 3)}" '
        f'd="M{d.left:.0f} {line.y}H{d.right:.0f}"/>'
        + (
            f'<text class="st-chart__name st-chart__name--{min(line.number, 3)}" '
            f'x="{d.left + 6:.0f}" y="{line.label_y}">{escape(line.text)}</text>'
            if labels
            else ""
        )
        for line in d.levels
    )


def _shapes(d: Drawing) -> str:
    bars = "".join(
        f'<rect class="st-chart__rain st-chart__rain--{bar.kind}" x="{bar.x}" y="{d.top:.0f}" '
        f'width="{bar.width}" height="{bar.height}"/>'
        for bar in d.bars
    )
    bands = "".join(
        f'<path class="st-chart__band st-chart__band--{n}" d="{p}"/>' for n, p in d.bands
    )
    points = "".join(
        f'<circle class="st-chart__point" cx="{x}" cy="{y}" r="3"/>' for x, y in d.points
    )
    return (
        f'{bars}{bands}<path class="st-chart__later" d="{d.later}"/>'
        f'<path class="st-chart__line" d="{d.observed}"/>'
        f'<path class="st-chart__median" d="{d.median}"/>{points}'
        f'<path class="st-chart__now" d="M{d.now} {d.top:.0f}V{d.bottom:.0f}"/>'
    )


def _labels(d: Drawing) -> str:
    dx = -6 if d.now_anchor == "end" else 6
    return _level_lines(d, labels=True) + (
        f'<text class="st-chart__nowtext" x="{float(d.now) + dx:.0f}" '
        f'y="{d.bottom - 8:.0f}" text-anchor="{d.now_anchor}">{escape(d.now_text)}</text>'
    )


# --- small things -------------------------------------------------------------------------------
@register.simple_tag
def gauge_crumbs(
    name: str, network: str = "", gauge: str = "", last: str = ""
) -> list[tuple[str, str]]:
    """The way to a page of a gauge, or to one below it."""
    crumbs = [(_("Flood warning"), reverse("flood:overview"))]
    if not network:
        return [*crumbs, (name, "")]
    url = reverse("flood:gauge", kwargs={"network": network, "gauge": gauge})
    return [*crumbs, (name, url), (last or _("Look back"), "")]


@register.simple_tag
def text_of(thing: Any, field: str) -> str:
    """The German or English form of a field."""
    return localized(thing, field)


@register.simple_tag
def level_meaning(number: int) -> str:
    """What happens at a level."""
    return localized(level_of(number), "meaning")


@register.filter
def measure(value: float, unit: str) -> str:
    """A value with its unit."""
    return words.value_text(value, unit)


@register.filter
def plain(value: float) -> str:
    """A number for scripts, whatever the language."""
    return f"{value:.5f}"


@register.filter
def join_plain(values: Iterable[float]) -> str:
    """Numbers for scripts, with commas between them."""
    return ",".join(f"{value:.5f}" for value in values)


@register.filter
def as_json(value: Any) -> str:
    """Plain data for a script, as text of an attribute."""
    return json.dumps(value, separators=(",", ":"))
