"""The situation board: every gauge on one screen, the most severe first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from steiger.web.flood.domain.queries import (
    changes,
    gauges_of,
    is_old,
    latest_forecast,
    mean_rain,
    steps_between,
)
from steiger.web.flood.domain.texts import is_english
from steiger.web.flood.interfaces import words
from steiger.web.flood.interfaces.drawing import Drawing, draw
from steiger.web.flood.interfaces.gauges import GaugeCard, gauge_card
from steiger.web.flood.interfaces.hydrograph import BACK, live
from steiger.web.flood.interfaces.pages import now_context, storm_context
from steiger.web.flood.interfaces.warnings import event_rows
from steiger.web.flood.models import Network, Sensor

MOST_EVENTS = 14


@dataclass(frozen=True, slots=True)
class Tile:
    """One gauge on the board."""

    card: GaugeCard
    drawing: Drawing | None
    peak: str
    chance: str


def board_context(network: Network) -> dict[str, Any]:
    """Tiles, latest changes, rain and state of the sensors."""
    forecast = latest_forecast(network)
    gauges = sorted(
        gauges_of(network, forecast), key=lambda g: (-g.level, -g.expected, g.sensor.order)
    )
    tiles = [_tile(network, gauge) for gauge in gauges]
    sensors = list(network.sensors.all())
    troubled = [s for s in sensors if s.state != Sensor.State.OK]
    context = now_context(network) | storm_context(network)
    return context | {
        "tiles": tiles,
        "density": _density(len(tiles)),
        "columns": _columns(len(tiles)),
        "latest": event_rows(network, changes(network)[:MOST_EVENTS]),
        "rain": _rain(network),
        "sensors": len(sensors),
        "troubled": len(troubled),
        "english": is_english(),
    }


def _density(number: int) -> str:
    """How tightly tiles are packed, so that all fit one screen."""
    if number <= 6:
        return "roomy"
    return "close" if number <= 12 else "tight"


def _columns(number: int) -> int:
    """Tiles beside each other on the wall, so that the rows are equally full."""
    rows = 1 if number <= 3 else 2 if number <= 10 else 3 if number <= 18 else 4
    return max(2, min(10, -(-number // rows)))


def _tile(network: Network, gauge: Any) -> Tile:
    chart = live(network, gauge.sensor, gauge.forecast)
    highest = gauge.forecast.highest() if gauge.forecast else None
    next_level = gauge.reached + 1
    chance = ""
    if gauge.forecast and next_level <= len(gauge.sensor.warning_levels):
        chance = words.percent(gauge.forecast.probability(next_level))
    return Tile(
        card=gauge_card(network, gauge),
        drawing=draw(chart, 320, 128) if chart else None,
        peak=words.value_text(highest.median, gauge.sensor.unit) if highest else "",
        chance=chance,
    )


def _rain(network: Network) -> list[tuple[str, str]]:
    """Areal rain of the last 1, 6 and 24 hours; nothing where nobody knows of them."""
    if network.clock is None or is_old(network):
        return []
    steps = steps_between(network, network.clock - BACK, network.clock)
    gauges = list(network.sensors.filter(kind="rain"))
    rows = [value for _time, value in mean_rain(steps, gauges)]
    per_hour = 3600 // network.step_s or 1
    sums = []
    for hours in (1, 6, 24):
        known = [value for value in rows[-hours * per_hour :] if value is not None]
        text = words.value_text(sum(known), "mm") if known else "–"
        sums.append((f"{hours} h", text))
    return sums
