"""One walk over all gauges and lead times: the sums and counts that scores are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.network import Network, Observations
from steiger.engines.flood.verification import crossings
from steiger.engines.flood.verification.collect_events import add_events
from steiger.engines.flood.verification.gathered import (
    BY_PROBABILITY,
    THRESHOLDS,
    Collection,
    LeadCollection,
    blocks_over,
)
from steiger.engines.flood.verification.pairs import (
    BLEND,
    PERSISTENCE,
    GaugeRecord,
    Mask,
    Pairs,
    gauge_record,
    pair,
)
from steiger.engines.flood.verification.settings import Settings, VerificationError
from steiger.engines.flood.verification.sums import by_block, calibration_sums, score_sums
from steiger.engines.flood.verification.tables import Array, ForecastTable
from steiger.lib.forecasting import Contingency


def collect(
    network: Network,
    observations: Observations,
    table: ForecastTable,
    settings: Settings,
    advance: Callable[[], None] = lambda: None,
) -> Collection:
    """Gather sums and counts; `advance` is called after each gauge.

    Raises:
        VerificationError: no forecast meets an observation, or times do not fit the network.
    """
    methods = (BLEND, PERSISTENCE, *_experts(table))
    blocks = blocks_over(table.columns["issue_time"], settings)
    gauges = table.gauges
    shape = (blocks.count, len(gauges))
    most = max((len(network.sensor(gauge).warning_levels) for gauge in gauges), default=0)
    gathered = Collection(
        gauges=gauges,
        methods=methods,
        blocks=blocks,
        leads={minutes: LeadCollection(minutes) for minutes in table.leads},
        centres=np.zeros(len(gauges)),
        levels={},
        any_lead={},
        by_threshold={},
        observed_events={level: np.zeros(shape) for level in range(1, most + 1)},
        years=np.zeros(len(gauges)),
    )
    for number, gauge in enumerate(gauges):
        record = gauge_record(network, observations, gauge, settings)
        if record.sensor.id not in observations.ids:
            raise VerificationError(f"gauge {gauge!r} has no observations")
        _gauge(gathered, number, record, table, settings)
        advance()
    if not any(lead.pairs for lead in gathered.leads.values()):
        raise VerificationError("no forecast meets an observation: do the times overlap?")
    return gathered


def _experts(table: ForecastTable) -> tuple[str, ...]:
    # A column without a single value is no expert.
    names = [
        name.removeprefix("x_")
        for name in table.experts
        if name != "x_persistence" and np.isfinite(table.columns[name]).any()
    ]
    taken = sorted({BLEND, PERSISTENCE, BY_PROBABILITY} & set(names))
    if taken:
        raise VerificationError(f"an expert cannot be called {taken[0]!r}")
    return tuple(names)


def _gauge(
    gathered: Collection,
    number: int,
    record: GaugeRecord,
    table: ForecastTable,
    settings: Settings,
) -> None:
    finite = record.values[np.isfinite(record.values)]
    gathered.centres[number] = float(finite.mean()) if finite.size else 0.0
    main = record.flood_level(settings)
    gathered.levels[record.sensor.id] = main
    all_pairs = []
    for forecasts in table.parts(record.sensor.id):
        pairs = pair(forecasts, record)
        all_pairs.append(pairs)
        lead = gathered.leads[forecasts.minutes]
        lead.pairs += pairs.size
        blocks = gathered.blocks.of(forecasts.issued)
        _scores(gathered, lead, number, pairs, blocks)
        _levels(lead, pairs, gathered, number, settings)
    if not all_pairs:
        return
    gathered.years[number] = _years(all_pairs)
    if main:
        add_events(gathered, number, record, all_pairs, settings)


def _years(all_pairs: list[Pairs]) -> float:
    issued = np.unique(np.concatenate([pairs.forecasts.issued for pairs in all_pairs]))
    if issued.size < 2:
        return 0.0
    # Times without forecasts do not count: nobody could have raised a false alarm then.
    usual = float(np.median(np.diff(issued).astype(np.int64)))
    return issued.size * usual / (365.25 * 86_400)


def _slot(store: dict[str, Array], key: str, number: int, part: Array, gauges: int) -> None:
    """Put a gauge's (blocks, k) into the (blocks, gauges, k) of a method."""
    if key not in store:
        store[key] = np.zeros((part.shape[0], gauges, part.shape[1]))
    store[key][:, number] = part


def _scores(
    gathered: Collection,
    lead: LeadCollection,
    number: int,
    pairs: Pairs,
    blocks: NDArray[np.int64],
) -> None:
    count, gauges = gathered.blocks.count, len(gathered.gauges)
    for method in gathered.methods:
        part = score_sums(pairs, method, gathered.centres[number], blocks, count)
        _slot(lead.scores, method, number, part, gauges)
    part = calibration_sums(pairs, blocks, count)
    if lead.calibration is None:
        lead.calibration = np.zeros((count, gauges, part.shape[1]))
    lead.calibration[:, number] = part
    quantiles, observed = pairs.forecasts.quantiles, pairs.observed
    keep = np.isfinite(quantiles).all(axis=1) & np.isfinite(observed)
    lead.pit.append((quantiles[keep], observed[keep]))
    for regime in np.unique(pairs.forecasts.regimes):
        chosen = keep & (pairs.forecasts.regimes == regime)
        low, high = quantiles[chosen, 1], quantiles[chosen, 5]
        inside = (observed[chosen] >= low) & (observed[chosen] <= high)
        sums = np.array([chosen.sum(), inside.sum(), pairs.crps[BLEND][chosen].sum()], np.float64)
        lead.regimes[str(regime)] = lead.regimes.get(str(regime), np.zeros(3)) + sums


def _levels(
    lead: LeadCollection, pairs: Pairs, gathered: Collection, number: int, settings: Settings
) -> None:
    """New crossings, probabilities and value, level by level."""
    blocks = gathered.blocks.of(pairs.forecasts.issued)
    levels = len(pairs.record.levels)
    main = gathered.levels[pairs.record.sensor.id]
    for level in range(1, levels + 1):
        happened, open_ = crossings.occurred(pairs, level), crossings.eligible(pairs, level)
        said = {
            method: (crossings.said_by_point(pairs, method, level), pairs.points[method])
            for method in gathered.methods
        }
        if level <= pairs.forecasts.p_levels.shape[1]:
            p = pairs.forecasts.p_levels[:, level - 1]
            usable = np.isfinite(p) & np.isfinite(pairs.observed)
            rows = (p[usable], happened[usable], open_[usable])
            lead.probabilities.setdefault(level, []).append(rows)
            said[BY_PROBABILITY] = (p >= settings.probability, p)
        for method, (yes, given) in said.items():
            keep = open_ & np.isfinite(given)
            parts = [keep & yes & happened, keep & ~yes & happened, keep & yes & ~happened]
            part = np.stack([by_block(x, blocks, gathered.blocks.count) for x in parts], axis=1)
            store = lead.crossings.setdefault(method, {})
            if level not in store:
                store[level] = np.zeros((part.shape[0], len(gathered.gauges), 3))
            store[level][:, number] = part
        if level == main:
            _value(lead, pairs, said, level)


def _value(
    lead: LeadCollection,
    pairs: Pairs,
    said: Mapping[str, tuple[Mask, Array]],
    level: int,
) -> None:
    """What alarms are worth: one point of time per eligible pair, for every threshold."""

    def add(method: str, threshold: float, yes: Mask, given: Array) -> None:
        store = lead.value.setdefault(method, {})
        table = crossings.count(pairs, yes, given, level)
        store[threshold] = store.get(threshold, Contingency(0, 0, 0, 0)) + table

    for method, (yes, given) in said.items():
        if method == BY_PROBABILITY:
            for threshold in THRESHOLDS:
                add(method, threshold, given >= threshold, given)
        else:
            add(method, 0.0, yes, given)
