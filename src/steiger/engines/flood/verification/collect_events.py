"""The walk's part about events: alarms of every method, for each lead time and for all together."""

from __future__ import annotations

from typing import Any

import numpy as np

from steiger.engines.flood.verification import crossings
from steiger.engines.flood.verification.events import Events, Matching, match, observed_events
from steiger.engines.flood.verification.gathered import (
    BY_PROBABILITY,
    THRESHOLDS,
    Collection,
    EventCounts,
)
from steiger.engines.flood.verification.pairs import BLEND, GaugeRecord, Mask, Pairs
from steiger.engines.flood.verification.settings import Settings
from steiger.engines.flood.verification.sums import by_block
from steiger.engines.flood.verification.tables import Array, Times


def add_events(
    gathered: Collection,
    number: int,
    record: GaugeRecord,
    all_pairs: list[Pairs],
    settings: Settings,
) -> None:
    """Add the events of one gauge and the alarms of all methods."""
    main = gathered.levels[record.sensor.id]
    first = min(pairs.forecasts.issued[0] for pairs in all_pairs)
    last = max(pairs.forecasts.valid[-1] for pairs in all_pairs)
    for level in range(1, len(record.levels) + 1):
        found = _within(observed_events(record, level, settings), first, last)
        places = gathered.blocks.of(found.start)
        counts = np.bincount(places, minlength=gathered.blocks.count)
        gathered.observed_events[level][:, number] = counts
    events = _within(observed_events(record, main, settings), first, last)
    judge = _Judge(
        gathered,
        number,
        record=record,
        all_pairs=all_pairs,
        events=events,
        settings=settings,
    )
    for method in gathered.methods:
        said = [crossings.said_by_point(pairs, method, main) for pairs in all_pairs]
        judge.add_all(method, said, [pairs.points[method] for pairs in all_pairs])
    if all_pairs[0].forecasts.p_levels.shape[1] >= main:
        given = [pairs.forecasts.p_levels[:, main - 1] for pairs in all_pairs]
        for threshold in sorted({*THRESHOLDS, settings.probability}):
            said = [crossings.said_by_probability(pairs, main, threshold) for pairs in all_pairs]
            judge.add(gathered.by_threshold, threshold, said, given)
            if threshold == settings.probability:
                judge.add_all(BY_PROBABILITY, said, given)
    gathered.unjudged_events += judge.missed_by_everybody


def _within(events: Events, first: np.datetime64, last: np.datetime64) -> Events:
    keep = (events.start > first) & (events.start <= last)
    return Events(events.start[keep], events.end[keep])


def _below(record: GaugeRecord, issued: Times, level: int) -> Mask:
    places = record.places(issued)
    known = np.where(places >= 0, record.known[places], np.nan)
    return np.asarray(known < record.levels[level - 1])


class _Judge:
    """Matches alarms of one gauge with its events and adds the counts up."""

    def __init__(
        self,
        gathered: Collection,
        number: int,
        *,
        record: GaugeRecord,
        all_pairs: list[Pairs],
        events: Events,
        settings: Settings,
    ) -> None:
        self.gathered, self.number, self.events = gathered, number, events
        self.all_pairs, self.settings = all_pairs, settings
        times = [pairs.forecasts.issued for pairs in all_pairs]
        self.issued: Times = np.unique(np.concatenate(times))
        self.below = _below(record, self.issued, gathered.levels[record.sensor.id])
        #: Events before which the blend offered no forecast.
        self.missed_by_everybody = 0

    def add_all(self, method: str, said: list[Mask], given: list[Array]) -> None:
        """Count a method for each lead time, and for all lead times together."""
        for pairs, yes, values in zip(self.all_pairs, said, given, strict=True):
            store = self.gathered.leads[pairs.forecasts.minutes].events
            self._add(store, method, [(pairs, yes, values)])
        found = self.add(self.gathered.any_lead, method, said, given)
        if method == BLEND:
            self.missed_by_everybody = int(np.sum(~found.judged))

    def add(
        self, store: dict[Any, EventCounts], key: Any, said: list[Mask], given: list[Array]
    ) -> Matching:
        """Count the alarms of all lead times together."""
        return self._add(store, key, list(zip(self.all_pairs, said, given, strict=True)))

    def _add(
        self, store: dict[Any, EventCounts], key: Any, parts: list[tuple[Pairs, Mask, Array]]
    ) -> Matching:
        alarms, offered = {}, np.zeros(self.issued.size, dtype=np.bool_)
        for pairs, said, given in parts:
            places = np.searchsorted(self.issued, pairs.forecasts.issued)
            spread = np.zeros(self.issued.size, dtype=np.bool_)
            spread[places] = said
            alarms[pairs.forecasts.minutes] = spread
            offered[places] |= np.isfinite(given)
        open_ = self.below & offered
        found = match(self.issued, alarms, open_, self.events, self.settings)
        shape = (self.gathered.blocks.count, len(self.gathered.gauges), 3)
        counts = store.setdefault(key, EventCounts(np.zeros(shape)))
        counts.counts[:, self.number] = self._by_block(found)
        gained = (self.events.start - found.first)[found.hit & found.judged]
        counts.gained += [float(time) / 60 for time in gained.astype(np.int64)]
        return found

    def _by_block(self, found: Matching) -> Array:
        blocks = self.gathered.blocks
        onsets = blocks.of(self.events.start)
        parts = [
            by_block(found.hit & found.judged, onsets, blocks.count),
            by_block(~found.hit & found.judged, onsets, blocks.count),
            np.bincount(blocks.of(found.false_alarms), minlength=blocks.count),
        ]
        return np.stack(parts, axis=1).astype(np.float64)
