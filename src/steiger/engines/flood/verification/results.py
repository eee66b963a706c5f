"""Scores out of what was gathered, as a document in JSON's types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from steiger.engines.flood.verification.gathered import (
    Collection,
    EventCounts,
    LeadCollection,
)
from steiger.engines.flood.verification.pairs import BLEND
from steiger.engines.flood.verification.settings import Settings
from steiger.engines.flood.verification.sums import (
    CALIBRATION,
    SCORES,
    calibration_from,
    scores_from,
)
from steiger.engines.flood.verification.tables import QUANTILES, Array
from steiger.lib.forecasting import (
    block_bootstrap,
    brier_parts,
    economic_value,
    nan_median,
    pit_counts,
    reliability_table,
)

#: Cost/loss ratios at which the value of alarms is given.
RATIOS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
RATES = ("pod", "far", "csi")


def number(value: float) -> float | None:
    """Six significant digits, so that the same scores are the same text; null where undefined."""
    return float(f"{value:.6g}") if np.isfinite(value) else None


def lead_result(lead: LeadCollection, gathered: Collection, settings: Settings) -> dict[str, Any]:
    """All scores of one lead time."""
    return {
        "lead_minutes": lead.minutes,
        "pairs": lead.pairs,
        "methods": {
            method: _scores(lead.scores[method], gathered, settings) for method in lead.scores
        },
        "calibration": _calibration(lead, gathered, settings),
        "reliability": _reliability(lead),
        "new_crossings": {
            method: {
                f"level_{level}": _rates(counts, gathered, settings)
                for level, counts in sorted(by_level.items())
            }
            for method, by_level in lead.crossings.items()
        },
        "new_crossings_flood_level": _at_flood_level(lead, gathered, settings),
        "events": {
            method: _events(counts, gathered, settings) for method, counts in lead.events.items()
        },
        "value": _value(lead),
        "blend_against": _against(lead, gathered, settings),
    }


def _estimates(
    sums: Array, names: tuple[str, ...], score: Callable[[Array], Array], settings: Settings
) -> dict[str, Any]:
    """Medians over gauges with intervals; `score` gives (m, gauges, len(names))."""

    def medians(drawn: Array) -> Array:
        return nan_median(np.swapaxes(score(drawn), -1, -2))

    value, low, high = block_bootstrap(
        sums, medians, resamples=settings.resamples, seed=settings.seed
    )
    judged = np.isfinite(score(sums.sum(axis=0)[None])[0]).sum(axis=0)
    return {
        name: {
            "value": number(value[place]),
            "low": number(low[place]),
            "high": number(high[place]),
            "gauges": int(judged[place]),
        }
        for place, name in enumerate(names)
    }


def _scores(sums: Array, gathered: Collection, settings: Settings) -> dict[str, Any]:
    def score(drawn: Array) -> Array:
        return scores_from(drawn, gathered.centres)

    each = score(sums.sum(axis=0)[None])[0]
    return {
        "median": _estimates(sums, SCORES, score, settings),
        "gauges": {
            gauge: {name: number(each[place, column]) for column, name in enumerate(SCORES)}
            for place, gauge in enumerate(gathered.gauges)
        },
    }


def _calibration(lead: LeadCollection, gathered: Collection, settings: Settings) -> dict[str, Any]:
    if lead.calibration is None:
        return {}
    each = calibration_from(lead.calibration.sum(axis=0))
    pooled = calibration_from(lead.calibration.sum(axis=(0, 1)))
    quantiles = np.concatenate([given for given, _ in lead.pit])
    observed = np.concatenate([seen for _, seen in lead.pit])
    shares, expected = pit_counts(quantiles, observed, list(QUANTILES.values()))
    return {
        "median": _estimates(lead.calibration, CALIBRATION, calibration_from, settings),
        "all_gauges": {name: number(pooled[i]) for i, name in enumerate(CALIBRATION)},
        "gauges": {
            gauge: {name: number(each[place, i]) for i, name in enumerate(CALIBRATION)}
            for place, gauge in enumerate(gathered.gauges)
        },
        "pit": {
            "observed": [number(share) for share in shares],
            "expected": [number(share) for share in expected],
        },
        "regimes": {
            regime: {
                "pairs": int(n),
                "coverage_80": number(inside / n) if n else None,
                "crps": number(crps / n) if n else None,
            }
            for regime, (n, inside, crps) in sorted(lead.regimes.items())
            if regime
        },
    }


def _reliability(lead: LeadCollection) -> dict[str, Any]:
    result = {}
    for level, rows in sorted(lead.probabilities.items()):
        given = np.concatenate([p for p, _, _ in rows])
        happened = np.concatenate([seen for _, seen, _ in rows]).astype(np.float64)
        fresh = np.concatenate([open_ for _, _, open_ in rows])
        result[f"level_{level}"] = {
            "all": _reliable(given, happened),
            "not_yet_reached": _reliable(given[fresh], happened[fresh]),
        }
    return result


def _reliable(given: Array, happened: Array) -> dict[str, Any]:
    parts = brier_parts(given, happened)
    return {
        "forecasts": int(given.size),
        "frequency": number(float(happened.mean())) if given.size else None,
        "brier": number(parts.brier),
        "brier_skill": number(parts.skill),
        "reliability": number(parts.reliability),
        "resolution": number(parts.resolution),
        "uncertainty": number(parts.uncertainty),
        "bins": [
            {
                "from": bin_.low,
                "to": bin_.high,
                "count": bin_.count,
                "mean_probability": number(bin_.mean_probability),
                "observed_frequency": number(bin_.observed_frequency),
            }
            for bin_ in reliability_table(given, happened)
        ],
    }


def rates_from(counts: Array) -> Array:
    """POD, FAR, CSI from (…, 3) hits, misses, false alarms; NaN where undefined."""
    hits, misses, false = counts[..., 0], counts[..., 1], counts[..., 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [hits / (hits + misses), false / (hits + false), hits / (hits + misses + false)]
    return np.stack(parts, axis=-1)


def _rates(counts: Array, gathered: Collection, settings: Settings) -> dict[str, Any]:
    def pooled(drawn: Array) -> Array:
        return rates_from(drawn.sum(axis=-2))

    value, low, high = block_bootstrap(
        counts, pooled, resamples=settings.resamples, seed=settings.seed
    )
    hits, misses, false = (int(n) for n in counts.sum(axis=(0, 1)))
    each = counts.sum(axis=0)
    rates = rates_from(each)
    return {
        "hits": hits,
        "misses": misses,
        "false_alarms": false,
        "all_gauges": {
            name: {"value": number(value[i]), "low": number(low[i]), "high": number(high[i])}
            for i, name in enumerate(RATES)
        },
        "median": _estimates(counts, RATES, rates_from, settings),
        "gauges": {
            gauge: {
                "hits": int(each[place, 0]),
                "misses": int(each[place, 1]),
                "false_alarms": int(each[place, 2]),
                **{name: number(rates[place, i]) for i, name in enumerate(RATES)},
            }
            for place, gauge in enumerate(gathered.gauges)
        },
    }


def _at_flood_level(
    lead: LeadCollection, gathered: Collection, settings: Settings
) -> dict[str, Any]:
    """New crossings of the level that defines floods at each gauge (its highest, if it has few)."""
    result = {}
    for method, by_level in lead.crossings.items():
        counts = np.zeros_like(next(iter(by_level.values())))
        for place, gauge in enumerate(gathered.gauges):
            level = gathered.levels[gauge]
            if level in by_level:
                counts[:, place] = by_level[level][:, place]
        result[method] = _rates(counts, gathered, settings)
    return result


def _events(counted: EventCounts, gathered: Collection, settings: Settings) -> dict[str, Any]:
    result = _rates(counted.counts, gathered, settings)
    years = float(gathered.years.sum())
    events, alarms = result["hits"] + result["misses"], result["hits"] + result["false_alarms"]
    gained = np.array(counted.gained, dtype=np.float64)
    result["median_lead_gained_minutes"] = number(float(np.median(gained))) if gained.size else None
    false_per_year = result["false_alarms"] / years if years else float("nan")
    result["false_alarms_per_gauge_and_year"] = number(false_per_year)
    result["decided"] = {
        "pod": events >= settings.least_events,
        "far": alarms >= settings.least_events,
    }
    return result


def event_results(gathered: Collection, settings: Settings) -> dict[str, Any]:
    """Events whatever the lead time: an alarm of any lead time counts, as in operation."""
    return {
        "observed": {
            f"level_{level}": int(counts.sum())
            for level, counts in sorted(gathered.observed_events.items())
        },
        "without_forecast": gathered.unjudged_events,
        "gauge_years": number(float(gathered.years.sum())),
        "methods": {
            method: _events(counted, gathered, settings)
            for method, counted in gathered.any_lead.items()
        },
        "blend_by_threshold": [
            {"probability": threshold, **_short(_events(counted, gathered, settings))}
            for threshold, counted in sorted(gathered.by_threshold.items())
        ],
    }


def _short(result: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("hits", "misses", "false_alarms", "median_lead_gained_minutes")
    return {
        **{key: result[key] for key in keys},
        "false_alarms_per_gauge_and_year": result["false_alarms_per_gauge_and_year"],
        **{name: result["all_gauges"][name]["value"] for name in RATES},
    }


def _value(lead: LeadCollection) -> list[dict[str, Any]]:
    """Economic value by cost/loss ratio, all gauges together.

    With probabilities, everybody alarms at the threshold that is best among those tried, at most
    the one that equals the own cost/loss ratio for a calibrated forecast.
    """
    rows = []
    for ratio in RATIOS:
        row: dict[str, Any] = {"cost_loss_ratio": ratio}
        for method, tables in lead.value.items():
            values = [economic_value(table, ratio) for table in tables.values()]
            finite = [value for value in values if np.isfinite(value)]
            row[method] = number(max(finite)) if finite else None
        rows.append(row)
    return rows


def _against(lead: LeadCollection, gathered: Collection, settings: Settings) -> dict[str, Any]:
    """Whether the blend has the better CRPS, on the same pairs, and whether that is certain."""
    place = SCORES.index("crps_skill_of_blend")

    def skill(drawn: Array) -> Array:
        return scores_from(drawn, gathered.centres)[..., place : place + 1]

    result = {}
    for method, sums in lead.scores.items():
        if method == BLEND:
            continue
        found = _estimates(sums, ("crps_skill",), skill, settings)["crps_skill"]
        low, high = found["low"], found["high"]
        verdict = "undecided"
        if low is not None and high is not None:
            verdict = "better" if low > 0 else "worse" if high < 0 else "undecided"
        result[method] = {**found, "verdict": verdict}
    return result
