"""The data of one hydrograph: what was measured, what is forecast, rain, warning levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from steiger.web.flood.domain.documents import GaugeForecast, Lead, gauges, moment
from steiger.web.flood.domain.queries import (
    is_old,
    mean_rain,
    rain_above,
    series,
    steps_between,
)
from steiger.web.flood.domain.texts import level_word
from steiger.web.flood.interfaces import words
from steiger.web.flood.models import Forecast, Network, Sensor, Step

Row = tuple[datetime, float | None]
BACK = timedelta(hours=48)
#: Hours after a past forecast that are shown as “what really came”.
AFTER = timedelta(hours=30)


@dataclass(frozen=True, slots=True)
class RainAhead:
    """Expected rain of one step, in mm: one case in ten less, the middle, one in ten more."""

    time: datetime
    low: float
    mid: float
    high: float


@dataclass(frozen=True, slots=True)
class Hydrograph:
    """Everything one chart shows. Values in the gauge's unit, rain in mm per step.

    Attributes:
        issue_time: when the forecast was made; the line “now”.
        observed: what was known then.
        later: what came afterwards; only for past forecasts.
        is_past: whether the reader looks back.
        is_old: whether nobody knows what came after ``issue_time``.
    """

    unit: str
    first: datetime
    last: datetime
    issue_time: datetime
    observed: Sequence[Row]
    later: Sequence[Row]
    rain: Sequence[Row]
    rain_later: Sequence[Row]
    rain_ahead: Sequence[RainAhead]
    leads: Sequence[Lead]
    levels: Sequence[tuple[int, float, str]]
    is_past: bool = False
    is_old: bool = False

    def start(self) -> Row | None:
        """The last measured value, from which the forecast begins."""
        known = [row for row in self.observed if row[1] is not None]
        return known[-1] if known else None


def live(network: Network, sensor: Sensor, forecast: GaugeForecast | None) -> Hydrograph | None:
    """The chart of a gauge now; None before the first measurement."""
    if network.clock is None:
        return None
    steps = steps_between(network, network.clock - BACK, network.clock)
    leads = forecast.leads if forecast else ()
    return Hydrograph(
        unit=sensor.unit,
        first=network.clock - BACK,
        last=max([network.clock, *(lead.time for lead in leads)]),
        issue_time=network.clock,
        observed=series(steps, sensor.source_id),
        later=(),
        rain=mean_rain(steps, rain_above(network, sensor)),
        rain_later=(),
        rain_ahead=_rain_ahead(network),
        leads=leads,
        levels=_levels(sensor),
        is_old=is_old(network),
    )


def past(
    network: Network,
    sensor: Sensor,
    forecast: Forecast,
    steps: Sequence[Step],
    *,
    first: datetime,
    last: datetime,
) -> Hydrograph:
    """The chart of a past forecast, with what came afterwards; `steps` cover the whole window."""
    at = forecast.issue_time
    found = gauges(forecast.document).get(sensor.source_id)
    rows = series(steps, sensor.source_id)
    rain = mean_rain(steps, rain_above(network, sensor))
    return Hydrograph(
        unit=sensor.unit,
        first=first,
        last=last,
        issue_time=at,
        observed=[row for row in rows if row[0] <= at],
        later=[row for row in rows if row[0] >= at],
        rain=[row for row in rain if row[0] <= at],
        rain_later=[row for row in rain if row[0] > at],
        rain_ahead=(),
        leads=found.leads if found else (),
        levels=_levels(sensor),
        is_past=True,
    )


def at_text(chart: Hydrograph) -> str:
    """What the line at the time of the forecast is called."""
    if chart.is_past:
        return _("forecast made")
    if chart.is_old:
        day = date_format(timezone.localtime(chart.issue_time), "SHORT_DATE_FORMAT")
        return _("last known, %(day)s") % {"day": day}
    return _("now")


def _levels(sensor: Sensor) -> list[tuple[int, float, str]]:
    word = level_word()
    return [
        (number, value, f"{word} {number}")
        for number, value in enumerate(sensor.warning_levels, start=1)
    ]


def _rain_ahead(network: Network) -> list[RainAhead]:
    return [
        RainAhead(moment(time), low, mid, high)
        for time, low, mid, high in network.rain_outlook.get("rows", [])
    ]


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One lead in the table beside the chart."""

    span: str
    time: str
    median: str
    likely: str
    wide: str
    level: words.Mark
    probabilities: tuple[str, ...]


def lead_rows(chart: Hydrograph, sensor: Sensor) -> list[LeadRow]:
    """The forecast as a table."""
    rows = []
    for lead in chart.leads:
        q = lead.quantiles
        reached = sum(lead.median >= level for level in sensor.warning_levels)
        rows.append(
            LeadRow(
                span=words.span(lead.minutes),
                time=words.hour_text(lead.time, near=chart.issue_time),
                median=words.value_text(lead.median, sensor.unit),
                likely=_between(q["q25"], q["q75"], sensor.unit),
                wide=_between(q["q10"], q["q90"], sensor.unit),
                level=words.mark(reached),
                probabilities=tuple(words.percent(p) for p in lead.p_levels),
            )
        )
    return rows


def _between(low: float, high: float, unit: str) -> str:
    return _("%(low)s to %(high)s") % {
        "low": words.value_text(low, unit, with_unit=False),
        "high": words.value_text(high, unit),
    }


@dataclass(frozen=True, slots=True)
class MeasuredRow:
    """One measured step in the table."""

    time: str
    value: str
    rain: str


def measured_rows(chart: Hydrograph, now: datetime, most: int = 24) -> list[MeasuredRow]:
    """What was measured, the latest first."""
    rain = dict(chart.rain)
    return [
        MeasuredRow(
            time=words.hour_text(time, near=now),
            value=words.value_text(value, chart.unit),
            rain=words.value_text(rain.get(time), "mm"),
        )
        for time, value in list(chart.observed)[-most:][::-1]
    ]


# --- for scripts ------------------------------------------------------------------------------
def as_json(chart: Hydrograph) -> dict[str, Any]:
    """The chart as plain data; times in ISO 8601 with UTC offset."""
    return {
        "unit": chart.unit,
        "first": _iso(chart.first),
        "last": _iso(chart.last),
        "issue_time": _iso(chart.issue_time),
        "is_past": chart.is_past,
        "at": at_text(chart),
        "observed": _rows(chart.observed),
        "later": _rows(chart.later),
        "rain": _rows(chart.rain, digits=2),
        "rain_later": _rows(chart.rain_later, digits=2),
        "rain_ahead": [
            [_iso(r.time), round(r.low, 2), round(r.mid, 2), round(r.high, 2)]
            for r in chart.rain_ahead
        ],
        "leads": [lead_json(lead) for lead in chart.leads],
        "levels": [{"number": n, "value": v, "label": text} for n, v, text in chart.levels],
    }


def lead_json(lead: Lead) -> dict[str, Any]:
    """One lead as plain data."""
    values = {name: round(value, 3) for name, value in lead.quantiles.items()}
    return {
        "minutes": lead.minutes,
        "time": _iso(lead.time),
        **values,
        "p_levels": [round(p, 3) for p in lead.p_levels],
    }


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="minutes")


def _rows(rows: Sequence[Row], digits: int = 3) -> list[list[Any]]:
    return [[_iso(time), None if value is None else round(value, digits)] for time, value in rows]
