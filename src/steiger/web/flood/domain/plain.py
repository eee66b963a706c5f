"""A forecast without a model: the level stays, or falls as it usually does.

Used until the trained model is ready, and never hidden: its documents carry the model digest
``plain``. It sees no rain coming. Its bands are the errors that the same rule made over the
recorded past, by lead and by whether the level was rising.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.web.flood.domain.documents import QUANTILES

Array = NDArray[np.float64]
DIGEST = "plain"
LEAD_MINUTES = (60, 120, 180, 360, 540, 720, 1080, 1440)
PROBABILITIES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
#: A level counts as rising if it gained so much within three hours, in its unit.
RISING = 0.03


def fit(values: Mapping[str, Array], step_minutes: int) -> dict[str, Any]:
    """Learn the rule from the past.

    Args:
        values: levels of each gauge, (T,) on the network's step; NaN where missing.
        step_minutes: length of a step.

    Returns:
        Plain data: per gauge the base level, the hours in which it halves its height above it, the
        floor below which nothing is forecast, and the quantiles of the error by regime and lead.
    """
    return {key: _fit_one(series, step_minutes) for key, series in values.items()}


def _fit_one(series: Array, step_minutes: int) -> dict[str, Any]:
    known = series[np.isfinite(series)]
    base = float(np.quantile(known, 0.2)) if known.size else 0.0
    per_hour = max(1, 60 // step_minutes)
    halving = _halving_hours(series, base, per_hour)
    back = 3 * per_hour
    gained = np.full(series.shape, np.nan)
    gained[back:] = series[back:] - series[:-back]
    errors: dict[str, dict[str, list[float]]] = {"rising": {}, "calm": {}}
    for minutes in LEAD_MINUTES:
        ahead = max(1, minutes // step_minutes)
        came, now = series[ahead:], series[:-ahead]
        said = expected(now, gained[:-ahead], base, halving, minutes / 60)
        error = came - said
        for regime, chosen in (
            ("rising", gained[:-ahead] >= RISING),
            ("calm", gained[:-ahead] < RISING),
        ):
            usable = error[chosen & np.isfinite(error)]
            quantiles = np.quantile(usable, PROBABILITIES) if usable.size >= 40 else np.zeros(7)
            errors[regime][str(minutes)] = [round(float(q), 4) for q in quantiles]
    # A level that never was below the gauge's zero is not forecast there.
    floor = 0.0 if known.size and float(known.min()) >= 0.0 else None
    fitted = {"base": round(base, 4), "halving_h": round(halving, 2), "errors": errors}
    return fitted | {"floor": floor}


def _halving_hours(series: Array, base: float, per_hour: int) -> float:
    """Median time in which the height above the base halves while it falls."""
    above = series - base
    now, later = above[:-per_hour], above[per_hour:]
    falls = (now > 0.1) & (later > 0.0) & (later < now * 0.998)
    if falls.sum() < 20:
        return 24.0
    ratio = later[falls] / now[falls]
    return float(np.clip(np.median(math.log(0.5) / np.log(ratio)), 3.0, 240.0))


def expected(now: Array, gained: Array, base: float, halving_h: float, hours: float) -> Array:
    """The level after some hours: falling water goes on falling, all else stays."""
    above = now - base
    fallen = base + above * 0.5 ** (hours / halving_h)
    falls = (gained < 0.0) & (above > 0.0)
    result: Array = np.where(falls, fallen, now)
    return result


def forecast(
    *,
    rule: Mapping[str, Any],
    network: Mapping[str, Any],
    gauges: Sequence[Mapping[str, Any]],
    at: datetime,
    observations_digest: str,
) -> dict[str, Any]:
    """A document of the form “steiger-flood-forecast/1”.

    Args:
        rule: as :func:`fit` has returned it.
        network: ``name`` and ``digest``.
        gauges: ``id``, ``name``, ``unit``, ``warning_levels``, ``last`` (time and value, or None)
            and ``gained`` (change within three hours, or None) of each gauge.
        at: the issue time, in UTC.
        observations_digest: of the values that were read.
    """
    body = {
        "format": "steiger-flood-forecast/1",
        "network": network["name"],
        "network_digest": network["digest"],
        "observations_digest": observations_digest,
        "model": {"digest": DIGEST},
        "issue_time": _iso(at),
        "rain": "none",
        "gauges": [_gauge(rule.get(gauge["id"]), gauge, at) for gauge in gauges],
    }
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {**body, "id": hashlib.sha256(text.encode()).hexdigest()}


def _gauge(
    rule: Mapping[str, Any] | None, gauge: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    last, levels = gauge["last"], list(gauge["warning_levels"])
    leads: list[dict[str, Any]] = []
    if rule is not None and last is not None:
        leads = [_lead(rule, gauge, at, minutes) for minutes in LEAD_MINUTES]
    return {
        "id": gauge["id"],
        "name": gauge["name"],
        "unit": gauge["unit"],
        "warning_levels": levels,
        "last": last,
        "state": "ok" if leads else "blind",
        "missing": [] if leads else [gauge["id"]],
        "leads": leads,
        "time_to_level": times_to_levels(last["value"] if last else None, leads, levels),
        "drivers": [],
    }


def _lead(
    rule: Mapping[str, Any], gauge: Mapping[str, Any], at: datetime, minutes: int
) -> dict[str, Any]:
    value = gauge["last"]["value"]
    change = gauge["gained"] or 0.0
    middle = expected(
        np.array([value]), np.array([change]), rule["base"], rule["halving_h"], minutes / 60
    )
    regime = "rising" if change >= RISING else "calm"
    errors = rule["errors"][regime][str(minutes)]
    floor = rule.get("floor")
    least = -math.inf if floor is None else floor
    quantiles = [max(round(float(middle[0]) + error, 3), least) for error in sorted(errors)]
    return {
        "lead_minutes": minutes,
        "valid_time": _iso(at + timedelta(minutes=minutes)),
        **dict(zip(QUANTILES, quantiles, strict=True)),
        "p_levels": [round(exceedance(quantiles, level), 4) for level in gauge["warning_levels"]],
        "experts": {"persistence": round(value, 3)},
    }


def exceedance(quantiles: Sequence[float], level: float) -> float:
    """Probability of more than ``level``, straight between the quantiles, falling off outside."""
    if level <= quantiles[0]:
        spread = max(quantiles[3] - quantiles[0], 0.01)
        return 1.0 - 0.05 * math.exp(-(quantiles[0] - level) / spread * 2)
    if level >= quantiles[-1]:
        spread = max(quantiles[-1] - quantiles[3], 0.01)
        return 0.05 * math.exp(-(level - quantiles[-1]) / spread * 2)
    for (low, p_low), (high, p_high) in pairwise(zip(quantiles, PROBABILITIES, strict=True)):
        if low <= level <= high:
            part = (level - low) / (high - low) if high > low else 0.0
            return 1.0 - (p_low + part * (p_high - p_low))
    return 0.5


def times_to_levels(
    value: float | None, leads: Sequence[Mapping[str, Any]], levels: Sequence[float]
) -> list[dict[str, Any]]:
    """When each level is reached: by the median, and at the earliest by the 90 % quantile."""
    return [
        {
            "level": number,
            "value": level,
            "expected_minutes": _crossing(value, leads, level, "q50"),
            "earliest_minutes": _crossing(value, leads, level, "q90"),
        }
        for number, level in enumerate(levels, start=1)
    ]


def _crossing(
    value: float | None, leads: Sequence[Mapping[str, Any]], level: float, quantile: str
) -> int | None:
    if value is None:
        return None
    if value >= level:
        return 0
    before, at = value, 0
    for lead in leads:
        now, minutes = lead[quantile], lead["lead_minutes"]
        if now >= level:
            part = (level - before) / (now - before) if now > before else 1.0
            return round(at + part * (minutes - at))
        before, at = now, minutes
    return None


def _iso(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
