"""One planted defect: how it is made, how large it is, which check must find it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from steiger.engines.audit import planting
from steiger.engines.audit.checks.finding import all_checks
from steiger.engines.audit.context import Context
from steiger.engines.audit.measurement import Measurement

Outcome = Literal["violated", "met", "undecided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planting:
    """A defect and its clean twin.

    Attributes:
        name: of the defect.
        check: id of the check that must find it.
        effect: the declared effect size, in words with its unit.
        make: (seed, whether the defect is planted) to the subject of an audit.
        names: the measurements that count; empty: all of the check.
        subject: the subject that counts; "" for all.
        expected: outcome with the defect.
        twin: outcomes of the clean twin that are no false alarm.
    """

    name: str
    check: str
    effect: str
    make: Callable[[int, bool], Context]
    names: tuple[str, ...] = ()
    subject: str = ""
    expected: Outcome = "violated"
    twin: tuple[Outcome, ...] = ("met", "undecided")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the audit said about a defect and about its twin."""

    name: str
    seed: int
    found: bool
    false_alarm: bool
    planted: Outcome
    twin: Outcome


@cache
def all_plantings() -> dict[str, Planting]:
    """Name → planting: every `PLANTINGS` of this package's modules."""
    found: dict[str, Planting] = {}
    for info in pkgutil.iter_modules(planting.__path__):
        module = importlib.import_module(f"{planting.__name__}.{info.name}")
        for one in getattr(module, "PLANTINGS", ()):
            found[one.name] = one
    return dict(sorted(found.items()))


def judge(measurements: list[Measurement], alpha: float) -> Outcome:
    """One outcome of several measurements, both directions corrected by Holm (1979,
    jstor.org/stable/4615733): violated if any is, met if all are."""
    if not measurements:
        return "undecided"
    count = len(measurements)
    if min(one.p_violated for one in measurements) * count <= alpha:
        return "violated"
    # "All met" is an intersection-union test: each at full α, no correction needed.
    return "met" if max(one.p_met for one in measurements) <= alpha else "undecided"


def outcome(one: Planting, seed: int, *, planted: bool, alpha: float) -> Outcome:
    """What the check says about one made subject."""
    result = all_checks()[one.check].run(one.make(seed, planted))
    counted = [
        m
        for m in result.measurements
        if (not one.names or m.name in one.names) and (not one.subject or m.subject == one.subject)
    ]
    return judge(counted, alpha)


def try_one(name: str, seed: int, alpha: float = 0.05) -> Trial:
    """A defect and its twin from one seed; a pure function for any executor."""
    one = all_plantings()[name]
    planted = outcome(one, seed, planted=True, alpha=alpha)
    twin = outcome(one, seed, planted=False, alpha=alpha)
    return Trial(
        name=name,
        seed=seed,
        found=planted == one.expected,
        false_alarm=twin not in one.twin,
        planted=planted,
        twin=twin,
    )
