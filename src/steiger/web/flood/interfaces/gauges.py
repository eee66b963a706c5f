"""Gauges as people see them: on the map, in the list, on the board, on their page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from steiger.web.flood.domain.documents import Lead, TimeToLevel
from steiger.web.flood.domain.queries import Gauge, present
from steiger.web.flood.domain.texts import (
    in_words,
    level_name,
    level_of,
    level_word,
    localized,
)
from steiger.web.flood.interfaces import words
from steiger.web.flood.models import Network

#: From this probability on a coming level is mentioned.
WORTH_SAYING = 0.10


@dataclass(frozen=True, slots=True)
class GaugeCard:
    """One gauge, ready to be shown.

    Attributes:
        outlook: one sentence about what comes; empty where nothing comes.
        short_outlook: the same for a marker.
    """

    key: str
    name: str
    url: str
    lat: float | None
    lon: float | None
    mark: words.Mark
    reached: words.Mark
    value: str
    number: str
    unit: str
    measured: str
    trend: words.Trend
    outlook: str
    short_outlook: str
    since: str
    rank: tuple[float, ...] = field(default=())


def gauge_card(network: Network, gauge: Gauge) -> GaugeCard:
    """The card of one gauge."""
    sensor = gauge.sensor
    now = present(network)
    value = None if gauge.blind else sensor.last_value
    return GaugeCard(
        key=sensor.key,
        name=localized(sensor, "name"),
        url=gauge_url(network, sensor.key),
        lat=sensor.latitude,
        lon=sensor.longitude,
        mark=words.mark(gauge.level, blind=gauge.blind, old=gauge.old),
        reached=words.mark(gauge.reached, blind=gauge.blind, old=gauge.old),
        value=words.value_text(value, sensor.unit),
        number=words.value_text(value, sensor.unit, with_unit=False),
        unit=words.unit_text(sensor.unit),
        measured=words.hour_text(sensor.last_time, near=now) if sensor.last_time else "",
        trend=words.trend(None if gauge.blind or gauge.old else sensor.trend),
        outlook=outlook(gauge, now),
        short_outlook=short_outlook(gauge),
        since=words.hour_text(gauge.since, near=now) if gauge.since else "",
        rank=(-gauge.level, -gauge.expected, sensor.order),
    )


def gauge_url(network: Network, key: str) -> str:
    """The page of a gauge."""
    return reverse("flood:gauge", kwargs={"network": network.key, "gauge": key})


def outlook(gauge: Gauge, now: datetime | None) -> str:
    """What comes, in one sentence; where nobody knows, when something was measured last."""
    if gauge.old:
        time = gauge.sensor.last_time
        return _("Measured %(time)s.") % {"time": words.clock_text(time)} if time else ""
    return capfirst(_outlook(gauge, now))


def _outlook(gauge: Gauge, now: datetime | None) -> str:
    forecast = gauge.forecast
    if forecast is None or not forecast.leads:
        return ""
    coming = _coming(gauge)
    if coming is not None:
        text = _("%(level)s expected in %(span)s (%(percent)s).")
        return text % {
            "level": f"{level_word()} {coming.level}",
            "span": words.span(coming.expected_minutes or 0),
            "percent": words.percent(forecast.probability(coming.level)),
        }
    highest = forecast.highest()
    possible = _possible(gauge)
    if possible:
        text = _("%(level)s is possible (%(percent)s).")
        return text % {
            "level": f"{level_word()} {possible}",
            "percent": words.percent(forecast.probability(possible)),
        }
    if highest and _rises(gauge, highest):
        text = _("Up to %(value)s by %(time)s.")
        return text % {
            "value": words.value_text(highest.median, gauge.sensor.unit),
            "time": words.hour_text(highest.time, near=now),
        }
    last = forecast.leads[-1]
    text = _("In %(span)s about %(value)s.")
    return text % {
        "span": words.span(last.minutes),
        "value": words.value_text(last.median, gauge.sensor.unit),
    }


def short_outlook(gauge: Gauge) -> str:
    """What comes, for a marker: “→ 2 in 3 h” or the expected value; of what is old its day."""
    if gauge.old:
        time = gauge.sensor.last_time
        return date_format(timezone.localtime(time), "SHORT_DATE_FORMAT") if time else ""
    forecast = gauge.forecast
    if forecast is None or not forecast.leads:
        return ""
    coming = _coming(gauge)
    if coming is not None:
        minutes = coming.expected_minutes or 0
        return _("level %(level)s in %(hours)s h") % {
            "level": coming.level,
            "hours": max(1, round(minutes / 60)),
        }
    highest = forecast.highest()
    lead = highest if highest and _rises(gauge, highest) else forecast.leads[-1]
    return _("in %(hours)s h %(value)s") % {
        "hours": round(lead.minutes / 60),
        "value": words.value_text(lead.median, gauge.sensor.unit),
    }


def _coming(gauge: Gauge) -> TimeToLevel | None:
    """The highest level that the median reaches and that is not reached yet."""
    if gauge.forecast is None:
        return None
    expected = [
        row
        for row in gauge.forecast.to_levels
        if row.expected_minutes is not None and row.level > gauge.reached
    ]
    return max(expected, key=lambda row: row.level, default=None)


def _possible(gauge: Gauge) -> int:
    """The highest level above the one reached that is worth saying; 0 if there is none."""
    if gauge.forecast is None:
        return 0
    found = [
        number
        for number in range(gauge.reached + 1, len(gauge.sensor.warning_levels) + 1)
        if gauge.forecast.probability(number) >= WORTH_SAYING
    ]
    return max(found, default=0)


def _rises(gauge: Gauge, highest: Lead) -> bool:
    last = gauge.sensor.last_value
    return last is not None and highest.median > last + 0.03


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One warning level of a gauge with what the forecast says about it."""

    mark: words.Mark
    name: str
    meaning: str
    value: str
    probability: str
    share: int
    when: str


def level_rows(gauge: Gauge) -> list[LevelRow]:
    """All warning levels of a gauge, the highest first."""
    rows = []
    times = {row.level: row for row in gauge.forecast.to_levels} if gauge.forecast else {}
    for number, value in enumerate(gauge.sensor.warning_levels, start=1):
        ahead = None if gauge.old else gauge.forecast
        probability = ahead.probability(number) if ahead else None
        rows.append(
            LevelRow(
                mark=words.mark(number),
                name=level_name(number),
                meaning=localized(level_of(number), "meaning"),
                value=words.value_text(value, gauge.sensor.unit),
                probability=words.percent(probability) if probability is not None else "–",
                share=round(100 * (probability or 0)),
                when=_when(gauge, number, times.get(number)),
            )
        )
    return rows[::-1]


def _when(gauge: Gauge, number: int, row: TimeToLevel | None) -> str:
    if gauge.old:
        return pgettext("level", "unknown")
    if gauge.reached >= number:
        return _("reached")
    if row is None or (row.expected_minutes is None and row.earliest_minutes is None):
        return _("not in sight")
    if row.expected_minutes is None:
        return _("at the earliest in %(span)s") % {"span": words.span(row.earliest_minutes or 0)}
    if row.earliest_minutes is None or row.earliest_minutes >= row.expected_minutes:
        return _("in about %(span)s") % {"span": words.span(row.expected_minutes)}
    return _("in about %(span)s, at the earliest in %(early)s") % {
        "span": words.span(row.expected_minutes),
        "early": words.span(row.earliest_minutes),
    }


@dataclass(frozen=True, slots=True)
class DriverRow:
    """Something that moved the forecast. ``share``: 0 to 100 of the strongest one."""

    text: str
    amount: str
    share: int
    raises: bool


def driver_rows(gauge: Gauge) -> list[DriverRow]:
    """What moved the forecast, the strongest first; nothing that would be written as zero."""
    if gauge.forecast is None:
        return []
    digits = words.DIGITS.get(gauge.sensor.unit, 2)
    seen = [d for d in gauge.forecast.drivers if round(abs(d.contribution), digits) > 0]
    drivers = sorted(seen, key=lambda d: -abs(d.contribution))
    most = max((abs(d.contribution) for d in drivers), default=0.0) or 1.0
    return [
        DriverRow(
            text=in_words(
                words.told({"text_de": d.text_de, "text_en": d.text_en}), gauge.sensor.network
            ),
            amount=f"{'+' if d.contribution >= 0 else '−'}"
            f"{words.value_text(abs(d.contribution), gauge.sensor.unit)}",
            share=round(100 * abs(d.contribution) / most),
            raises=d.contribution >= 0,
        )
        for d in drivers
    ]
