"""Searches, greedily, the few inputs whose setting turns most cases into one class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.context import Context
from steiger.engines.audit.systems.dense import DenseNet

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
CHANGED, CANDIDATES, SMALLEST = 4, 12, 1e-9
#: Without gradients every input is tried on so many cases, so many tries at a time.
ASKED_ROWS, ASKED_AT_ONCE = 40, 64


@dataclass(frozen=True, slots=True)
class Target:
    """A system to search in.

    Attributes:
        scores: inputs (N, F), unscaled, to logits or log probabilities (N, K).
        slope: derivative of sum(direction · scores) by the inputs, where it can be had.
    """

    scores: Callable[[Floats], Floats]
    slope: Callable[[Floats, Floats], Floats] | None = None

    @classmethod
    def of_net(cls, net: DenseNet) -> Target:
        """A net, with its gradients."""
        return cls(
            lambda inputs: net.logits(inputs / net.scale),
            lambda inputs, direction: net.gradient(inputs / net.scale, direction),
        )

    @classmethod
    def of_system(cls, context: Context) -> Target:
        """The system under test; only asked, where it is no dense net."""
        system, table = context.model(), context.tested()
        if isinstance(system, DenseNet):
            return cls.of_net(system)

        def scores(inputs: Floats) -> Floats:
            rows = table.rows(np.zeros(len(inputs), dtype=np.intp))
            asked = rows.replaced(dict(zip(context.features, inputs.T, strict=True)))
            return np.log(np.maximum(system.outputs(asked), SMALLEST))

        return cls(scores)


@dataclass(frozen=True, slots=True)
class Found:
    """The best trigger of one class: input → value, and what it did in the judging half."""

    trigger: dict[int, float]
    hits: int
    count: int

    @property
    def rate(self) -> float:
        """Share of cases that were turned."""
        return self.hits / self.count if self.count else 0.0


def best_triggers(target: Target, inputs: Floats, split: tuple[Rows, Rows]) -> list[Found]:
    """Per class its best trigger, searched in the first rows, tried on the second."""
    search, judge = split
    scores = target.scores(inputs)
    before, found = scores.argmax(axis=1), []
    ends = (inputs.min(axis=0), np.full(inputs.shape[1], inputs.max()))
    for wanted in range(scores.shape[1]):
        trigger = best_trigger(target, inputs[search][before[search] != wanted], wanted, ends)
        other = inputs[judge][before[judge] != wanted].copy()
        for place, value in trigger.items():
            other[:, place] = value
        hits = int((target.scores(other).argmax(axis=1) == wanted).sum()) if len(other) else 0
        found.append(Found(trigger, hits, len(other)))
    return found


def best_trigger(
    target: Target, inputs: Floats, wanted: int, ends: tuple[Floats, Floats]
) -> dict[int, float]:
    """Greedy: the input whose setting raises the wanted class most, four times."""
    now, trigger = inputs.copy(), dict[int, float]()
    if not len(now):
        return trigger
    for _ in range(min(CHANGED, inputs.shape[1])):
        gain = _slopes if target.slope else _asked
        gains = gain(target, now, wanted, ends)
        ranked = [(place, value) for _, place, value in sorted(gains, reverse=True)]
        some = [one for one in ranked if one[0] not in trigger][:CANDIDATES]
        if not some:
            break
        success = []
        for place, value in some:
            tried = now.copy()
            tried[:, place] = value
            success.append(_turned(target.scores(tried), wanted))
        place, value = some[int(np.argmax(success))]
        trigger[place] = value
        now[:, place] = value
    return trigger


def _turned(scores: Floats, wanted: int) -> float:
    """A soft count: cases far beyond the border do not outweigh those still before it."""
    apart = scores[:, wanted] - np.delete(scores, wanted, axis=1).max(axis=1)
    return float((1 / (1 + np.exp(-np.clip(apart, -30, 30)))).mean())


def _slopes(
    target: Target, now: Floats, wanted: int, ends: tuple[Floats, Floats]
) -> list[tuple[float, int, float]]:
    """Gain of each setting by the first derivative."""
    assert target.slope is not None  # noqa: S101 - asked for by the caller
    scores = target.scores(now)
    others = scores.copy()
    others[:, wanted] = -np.inf
    direction = np.zeros_like(scores)
    direction[:, wanted] = 1.0
    direction[np.arange(len(now)), others.argmax(axis=1)] = -1.0
    slope = target.slope(now, direction)
    gains: list[tuple[float, int, float]] = []
    for side in ends:
        gain = (slope * (side - now)).mean(axis=0)
        gains += [(float(gain[p]), p, float(side[p])) for p in range(len(gain))]
    return gains


def _asked(
    target: Target, now: Floats, wanted: int, ends: tuple[Floats, Floats]
) -> list[tuple[float, int, float]]:
    """Gain of each setting by trying it on a few cases."""
    few = now[np.linspace(0, len(now) - 1, min(ASKED_ROWS, len(now))).astype(int)]
    places = [(p, float(side[p])) for side in ends for p in range(now.shape[1])]
    gains: list[tuple[float, int, float]] = []
    for start in range(0, len(places), ASKED_AT_ONCE):
        some = places[start : start + ASKED_AT_ONCE]
        tried = np.repeat(few[None], len(some), axis=0)
        for at, (place, value) in enumerate(some):
            tried[at, :, place] = value
        scores = target.scores(tried.reshape(-1, now.shape[1])).reshape(len(some), len(few), -1)
        gains += [(_turned(s, wanted), p, v) for s, (p, v) in zip(scores, some, strict=True)]
    return gains
