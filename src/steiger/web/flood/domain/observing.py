"""From stored steps to the engine's observations, and from its findings to each sensor's state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from steiger.web.flood.domain.cycle import SensorNews
from steiger.web.flood.models import Network, Sensor

if TYPE_CHECKING:
    from steiger.engines.flood.network import Network as EngineNetwork
    from steiger.engines.flood.network import Observations

Values = Mapping[str, float | None]
#: Findings that ended longer ago are no news; of one sensor so many are told.
LATELY, MOST_TOLD = timedelta(days=30), 4
TREND_HOURS = 3


def window(
    network: Network, engine: EngineNetwork, first: datetime, last: datetime
) -> list[tuple[datetime, Values]]:
    """Stored steps from ``first`` to ``last``, both included, in order."""
    rows = network.steps.filter(time__gte=first, time__lte=last).order_by("time")
    return list(rows.values_list("time", "values"))


def observations(
    engine: EngineNetwork, rows: Iterable[tuple[datetime, Values]], last: datetime
) -> Observations:
    """The rows as the engine sees them; what is not there is missing."""
    from steiger.engines.flood.network import Observations

    known = dict(rows)
    first = min(known, default=last)
    count = round((last - first) / engine.step) + 1
    times = [first + number * engine.step for number in range(count)]
    values = np.full((count, len(engine.ids)), np.nan)
    for row, time in enumerate(times):
        for column, name in enumerate(engine.ids):
            value = known.get(time, {}).get(name)
            if value is not None:
                values[row, column] = value
    delays = [sensor.delay(engine.step).total_seconds() for sensor in engine.sensors]
    return Observations(
        np.array([_np(time) for time in times]),
        engine.ids,
        values,
        np.array(delays).astype("timedelta64[s]"),
    )


def _np(time: datetime) -> np.datetime64:
    return np.datetime64(time.astimezone(UTC).replace(tzinfo=None), "s")


def moment_of(time: np.datetime64) -> datetime:
    """A numpy time as a datetime with zone."""
    return datetime.fromtimestamp(int(time.astype("datetime64[s]").astype(np.int64)), UTC)


def news_of(
    engine: EngineNetwork, seen: Observations
) -> tuple[dict[str, SensorNews], dict[str, list[str]]]:
    """The state of each sensor after the last row, and which rules its last due value breaks."""
    from steiger.engines.flood.quality import check_quality

    # What cannot be known yet is neither missing nor may it be shown.
    seen = seen.until(seen.times[-1])
    flags = check_quality(engine, seen)
    usable = np.isfinite(seen.values) & ~flags.unusable
    news, broken = {}, {}
    for sensor, known in zip(engine.sensors, usable.T, strict=True):
        late = -(-sensor.delay(engine.step) // engine.step)
        due = max(1, len(seen) - late)
        found = [
            flag.as_dict() | {"active": flag.end >= seen.times[due - 1]}
            for flag in flags.of(sensor.id)
        ]
        width = engine.steps(sensor.accumulation) if sensor.accumulation else 1
        told = share(known, due=due, width=width)
        news[sensor.id] = _news(seen, sensor.id, known, found, due=due, told=told)
        keys = [f["rule"] for f in found if f["active"] and f["effect"] != "note"]
        if keys:
            broken[sensor.id] = keys
    return news, broken


def _news(
    seen: Observations,
    name: str,
    usable: NDArray[np.bool_],
    found: list[dict[str, Any]],
    *,
    due: int,
    told: float | None,
) -> SensorNews:
    values = seen.column(name)
    at = np.flatnonzero(usable)
    return SensorNews(
        state=_state(found),
        flags=_told(found, moment_of(seen.times[-1])),
        last_time=moment_of(seen.times[at[-1]]) if at.size else None,
        last_value=float(values[at[-1]]) if at.size else None,
        trend=_trend(values[:due], usable[:due], seen.step),
        share_30d=told,
    )


def share(usable: NDArray[np.bool_], *, due: int, width: int) -> float | None:
    """Part of the time of which usable values tell.

    Args:
        usable: by step, whether there is a value that can be used.
        due: steps whose values can be known by now.
        width: steps of which one value tells, such as a daily total.
    """
    told = np.convolve(usable, np.ones(width), "full")[width - 1 : due]
    return round(float((told > 0).mean()), 4) if len(told) else None


def _state(found: list[dict[str, Any]]) -> str:
    """What quality control says of the latest values; it knows what is not due yet."""
    effects = {flag["effect"] for flag in found if flag["active"]}
    if "missing" in effects:
        return str(Sensor.State.MISSING.value)
    if effects & {"unusable", "suspect"}:
        return str(Sensor.State.DOUBTFUL.value)
    return str(Sensor.State.OK.value)


def _told(found: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """What people are told: what holds now, then what held lately; each with its reason."""
    rows = []
    for flag in found:
        end = datetime.fromisoformat(flag["to"])
        if flag["effect"] == "note" or (not flag["active"] and now - end > LATELY):
            continue
        rows.append(
            {
                "key": flag["rule"],
                "since": flag["from"],
                "until": "" if flag["active"] else flag["to"],
                "text_de": flag["reason"]["de"],
                "text_en": flag["reason"]["en"],
            }
        )
    holds = [row for row in rows if not row["until"]]
    held = sorted((row for row in rows if row["until"]), key=lambda row: row["until"], reverse=True)
    return (holds + held)[:MOST_TOLD]


def _trend(values: NDArray[np.float64], usable: NDArray[np.bool_], step: timedelta) -> float | None:
    """Change per hour over the last three hours; None if one of the ends is not usable."""
    back = max(1, round(timedelta(hours=TREND_HOURS) / step)) if step else 1
    if len(values) <= back or not (usable[-1] and usable[-1 - back]):
        return None
    return round(float(values[-1] - values[-1 - back]) / TREND_HOURS, 4)
