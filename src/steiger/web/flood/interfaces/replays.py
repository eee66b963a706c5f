"""Looking back: what was forecast, hour by hour, and what really came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from steiger.web.flood.domain.documents import gauges
from steiger.web.flood.domain.queries import hindcasts, steps_between
from steiger.web.flood.domain.texts import level_word
from steiger.web.flood.interfaces import words
from steiger.web.flood.interfaces.drawing import draw
from steiger.web.flood.interfaces.hydrograph import as_json, lead_json, lead_rows, past
from steiger.web.flood.models import Forecast, Network, Sensor, Step

WIDE, NARROW = (860, 430), (380, 380)
#: How far the latest forecasts are looked back on.
LATELY = timedelta(hours=72)
BEFORE, AFTER = timedelta(hours=24), timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Period:
    """A time that can be looked back on, with its forecasts, the earliest first."""

    key: str
    label: str
    forecasts: Sequence[Forecast]

    @property
    def first(self) -> datetime:
        """Begin of the picture."""
        return self.forecasts[0].issue_time - BEFORE

    @property
    def last(self) -> datetime:
        """End of the picture."""
        return self.forecasts[-1].issue_time + AFTER


def periods(network: Network) -> list[Period]:
    """Past floods, then the last days."""
    found = []
    old = list(hindcasts(network))
    if old:
        month = date_format(timezone.localtime(old[len(old) // 2].issue_time), "F Y")
        label = _("%(month)s (simulated)") if network.simulated else "%(month)s"
        found.append(Period("flut", label % {"month": month}, old))
    if network.clock is not None:
        recent = network.forecasts.filter(
            purpose=Forecast.Purpose.LIVE, issue_time__gte=network.clock - LATELY
        ).order_by("issue_time")
        rows = list(recent)
        if len(rows) > 1:
            found.append(Period("zuletzt", _("The last days"), rows))
    return found


def replay_context(network: Network, sensor: Sensor, key: str, at: str) -> dict[str, Any]:
    """One past forecast of a period with the way to its neighbours."""
    known = periods(network)
    period = next((p for p in known if p.key == key), known[0] if known else None)
    context: dict[str, Any] = {"sensor": sensor, "periods": known, "period": period}
    if period is None:
        return context
    steps = steps_between(network, period.first, period.last)
    index = _index(period, sensor, at)
    forecast = period.forecasts[index]
    chart = past(network, sensor, forecast, steps, first=period.first, last=period.last)
    return context | {
        "index": index,
        "most": len(period.forecasts) - 1,
        "forecast": forecast,
        "chart": chart,
        "issued": words.clock_text(forecast.issue_time),
        "before": _stamp(period.forecasts[index - 1]) if index else "",
        "after": _stamp(period.forecasts[index + 1]) if index + 1 < len(period.forecasts) else "",
        "choices": [
            (_stamp(f), words.clock_text(f.issue_time), f == forecast) for f in period.forecasts
        ],
        "drawings": [draw(chart, *size) for size in (WIDE, NARROW)],
        "rows": compared(chart, steps, sensor),
        "verdict": verdict(period, steps, sensor),
        "unknown_to_model": _unknown(network, period),
    }


def _stamp(forecast: Forecast) -> str:
    return forecast.issue_time.strftime("%Y-%m-%dT%H:%MZ")


def _index(period: Period, sensor: Sensor, at: str) -> int:
    """The forecast asked for; by default the first that saw the highest level coming."""
    for number, forecast in enumerate(period.forecasts):
        if _stamp(forecast) == at:
            return number
    best, most = 0, 0
    for number, forecast in enumerate(period.forecasts):
        found = gauges(forecast.document).get(sensor.source_id)
        highest = found.highest() if found else None
        reached = sum(highest.median >= level for level in sensor.warning_levels) if highest else 0
        if reached > most:
            best, most = number, reached
    return best


@dataclass(frozen=True, slots=True)
class Compared:
    """One lead of a past forecast beside what came."""

    span: str
    time: str
    median: str
    wide: str
    came: str
    inside: bool | None


def compared(chart: Any, steps: Sequence[Step], sensor: Sensor) -> list[Compared]:
    """The forecast beside what really came."""
    values = {step.time: step.values.get(sensor.source_id) for step in steps}
    rows = []
    for row, lead in zip(lead_rows(chart, sensor), chart.leads, strict=True):
        came = values.get(lead.time)
        inside = None
        if came is not None:
            inside = lead.quantiles["q10"] <= came <= lead.quantiles["q90"]
        rows.append(
            Compared(
                row.span,
                row.time,
                row.median,
                row.wide,
                words.value_text(came, sensor.unit),
                inside,
            )
        )
    return rows


def verdict(period: Period, steps: Sequence[Step], sensor: Sensor) -> str:
    """How early the highest level of the period was seen, in one sentence."""
    values = [(step.time, step.values.get(sensor.source_id)) for step in steps]
    known = [(time, value) for time, value in values if value is not None]
    if not known:
        return ""
    peak_time, peak = max(known, key=lambda row: row[1])
    level = sum(peak >= height for height in sensor.warning_levels)
    if not level:
        return _("The highest level was %(value)s (%(time)s), below all warning levels.") % {
            "value": words.value_text(peak, sensor.unit),
            "time": words.clock_text(peak_time),
        }
    reached = next(time for time, value in known if value >= sensor.warning_levels[level - 1])
    seen = _first_seen(period, sensor, level, reached)
    text = _("The water rose to %(value)s (%(time)s). %(level)s was reached at %(reached)s")
    filled = text % {
        "value": words.value_text(peak, sensor.unit),
        "time": words.clock_text(peak_time),
        "level": capfirst(f"{level_word()} {level}"),
        "reached": words.hour_text(reached),
    }
    if seen is None:
        return _("%(sentence)s; no forecast saw it before.") % {"sentence": filled}
    return _("%(sentence)s; it was forecast %(span)s before.") % {
        "sentence": filled,
        "span": words.span((reached - seen).total_seconds() / 60),
    }


def _first_seen(period: Period, sensor: Sensor, level: int, reached: datetime) -> datetime | None:
    """From which forecast on, without a break, the median reached the level beforehand."""
    first = None
    for forecast in period.forecasts:
        if forecast.issue_time >= reached:
            break
        found = gauges(forecast.document).get(sensor.source_id)
        highest = found.highest() if found else None
        if highest and highest.median >= sensor.warning_levels[level - 1]:
            first = first or forecast.issue_time
        else:
            first = None
    return first


def replay_as_json(network: Network, sensor: Sensor, key: str) -> dict[str, Any] | None:
    """All forecasts of a period for one gauge, and the whole of what was measured."""
    period = next((p for p in periods(network) if p.key == key), None)
    if period is None:
        return None
    steps = steps_between(network, period.first, period.last)
    last = period.forecasts[-1]
    whole = past(network, sensor, last, steps, first=period.first, last=period.last)
    data = as_json(whole)
    data |= {"observed": data["observed"] + data["later"][1:], "later": [], "leads": []}
    data |= {"rain": data["rain"] + data["rain_later"], "rain_later": []}
    data["forecasts"] = [
        {
            "stamp": _stamp(forecast),
            "label": words.clock_text(forecast.issue_time),
            "issue_time": forecast.issue_time.isoformat(timespec="minutes"),
            "leads": [lead_json(lead) for lead in found.leads] if found else [],
        }
        for forecast in period.forecasts
        for found in [gauges(forecast.document).get(sensor.source_id)]
    ]
    return data


def _unknown(network: Network, period: Period) -> str:
    """Until when the model had learned, if it did not know this period."""
    model = network.models.filter(active=True).first()
    if model is None or model.trained_until >= period.first:
        return ""
    return date_format(timezone.localtime(model.trained_until), "DATE_FORMAT")
