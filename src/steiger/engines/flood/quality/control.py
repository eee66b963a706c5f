"""Runs every rule over observations."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Collection
from dataclasses import replace
from functools import cache

import numpy as np

from steiger.engines.flood.network import Network, Observations
from steiger.engines.flood.quality import rules
from steiger.engines.flood.quality.flags import Effect, Flag, Flags, Mask
from steiger.engines.flood.quality.record import Record
from steiger.engines.flood.quality.rule import Marks, Rule, Span
from steiger.engines.flood.quality.series import spans


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule in the package `rules`, by its key."""
    found: list[Rule] = []
    for info in pkgutil.iter_modules(rules.__path__):
        module = importlib.import_module(f"{rules.__name__}.{info.name}")
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Rule) and kind.__module__ == module.__name__:
                found.append(kind())
    return tuple(sorted(found, key=lambda rule: rule.key))


def check_quality(network: Network, observations: Observations) -> Flags:
    """Everything that is known about the observations at their end.

    Nothing after their last row (or, for `observations.until(t)`, after t) plays a part. Values
    are not altered.

    Raises:
        NetworkError: observations and network do not fit each other.
    """
    record = Record.of(network, observations)
    unusable = record.nothing()
    flags: list[Flag] = []
    if not len(observations):
        return Flags((), observations.ids, unusable)
    for rule in all_rules():
        marks = rule.mark(record)
        whole = marks.online if marks.whole is None else marks.whole | marks.online
        if rule.effect is Effect.UNUSABLE:
            unusable |= whole
        flags += _flags(rule, marks, whole, record)
    flags.sort(key=lambda flag: (flag.sensor, flag.start, flag.rule))
    return Flags(tuple(flags), observations.ids, unusable)


def in_hand(network: Network, observations: Observations, unusable: Mask) -> Mask:
    """Where each sensor has said all that it owes, (T, S): what is there and not `unusable` (T, S).

    A total that is given once in its time holds for all of it, and what cannot be known yet is not
    owed. The last row says which sensors are silent now, the mean of a column how much is usable.

    Raises:
        NetworkError: observations and network do not fit each other.
    """
    record = Record.of(network, observations)
    return record.in_hand(np.isfinite(record.values) & ~unusable)


def online_mask(
    network: Network, observations: Observations, *, ignore: Collection[str] = ()
) -> Mask:
    """Where a value was known to be unusable at its own time, (T, S).

    Row t depends on rows up to t only: the mask of `observations.until(t)` is the beginning of the
    mask of `observations`. Rules whose key is in `ignore` do not count.
    """
    record = Record.of(network, observations)
    unusable = record.nothing()
    for rule in all_rules():
        if rule.effect is Effect.UNUSABLE and rule.key not in ignore:
            unusable |= rule.mark(record).online
    return unusable


def masked(
    network: Network,
    observations: Observations,
    *,
    online: bool = True,
    ignore: Collection[str] = (),
) -> Observations:
    """The observations with unusable values missing, for a forecast; the original stays as it is.

    What sensors report while they stand still goes to `still`: it is no measurement, but where
    nothing moves it may be right.

    `online`: only what was known at each value's own time (what a forecast saw); otherwise all that
    is known at the end (for training on a past that has been looked through). Rules whose key is
    in `ignore` do not count.
    """
    record = Record.of(network, observations)
    mask, doubtful = record.nothing(), record.nothing()
    for rule in all_rules():
        if rule.effect is not Effect.UNUSABLE or rule.key in ignore:
            continue
        marks = rule.mark(record)
        unsure = record.nothing() if marks.doubtful is None else marks.doubtful
        doubtful |= unsure
        mask |= marks.online & ~unsure
        if not online and marks.whole is not None:
            mask |= marks.whole & ~unsure
    # A value that is wrong for another reason too is not kept.
    alone = doubtful & ~mask & np.isfinite(observations.values)
    still = {
        observations.ids[column]: np.where(alone[:, column], observations.values[:, column], np.nan)
        for column in np.flatnonzero(alone.any(axis=0))
    }
    values = np.where(mask | doubtful, np.nan, observations.values)
    return replace(observations, values=values, still=still)


def _flags(rule: Rule, marks: Marks, whole: Mask, record: Record) -> list[Flag]:
    flags = [
        Flag(rule.key, rule.effect, sensor, times.min(), times.max(), count, text)
        for sensor, times, count, text in marks.extra
    ]
    for column in np.flatnonzero(whole.any(axis=0)):
        sensor = record.sensors[column]
        for first, last in spans(whole[:, column]):
            start, end = record.times[first], record.times[last]
            values = record.values[first : last + 1, column]
            span = Span(sensor, start, end, values, record.unit(sensor))
            text = rule.reason(span)
            flags.append(Flag(rule.key, rule.effect, sensor.id, start, end, last - first + 1, text))
    return flags
