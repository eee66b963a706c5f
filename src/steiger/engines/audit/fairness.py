"""Rates of groups of people: the formulas behind the fairness checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rate:
    """Hits among so many."""

    hits: int
    count: int

    @property
    def share(self) -> float:
        """Hits per case; not a number where there is none."""
        return self.hits / self.count if self.count else float("nan")


def rate(hit: Flags, among: Flags) -> Rate:
    """How many of the rows `among` are hits."""
    return Rate(int((hit & among).sum()), int(among.sum()))


def selection(chosen: Flags, members: Flags) -> tuple[Rate, Rate]:
    """Rate of favourable decisions inside and outside of a group."""
    return rate(chosen, members), rate(chosen, ~members)


def mean_difference(favourable: Flags, privileged: Flags) -> float:
    """Share of favourable outcomes of the others minus that of the privileged.

    Calders and Verwer (2010), doi:10.1007/s10618-010-0190-x; "statistical parity difference".
    """
    inside, outside = selection(favourable, privileged)
    return outside.share - inside.share


def disparate_impact(favourable: Flags, privileged: Flags) -> float:
    """Share of the others divided by that of the privileged; the four-fifths rule asks for 0.8.

    29 CFR § 1607.4 D; Feldman et al. (2015), doi:10.1145/2783258.2783311.
    """
    inside, outside = selection(favourable, privileged)
    return outside.share / inside.share


def false_positive_rate(predicted: Flags, true: Flags, members: Flags) -> Rate:
    """Predicted positive among those that are negative."""
    return rate(predicted, members & ~true)


def true_positive_rate(predicted: Flags, true: Flags, members: Flags) -> Rate:
    """Predicted positive among those that are positive."""
    return rate(predicted, members & true)


def false_negative_rate(predicted: Flags, true: Flags, members: Flags) -> Rate:
    """Predicted negative among those that are positive."""
    return rate(~predicted, members & true)


def generalised_entropy(benefits: NDArray[np.float64], alpha: float) -> float:
    """Inequality of benefits (N,); alpha 1 is Theil's index, 0 the mean log deviation.

    Speicher et al. (2018), doi:10.1145/3219819.3220046, equation 2.
    """
    part = benefits / benefits.mean()
    if alpha == 1:
        # The limit of b·log(b) at 0 is 0.
        return float(np.mean(np.where(part > 0, part * np.log(np.where(part > 0, part, 1)), 0)))
    if alpha == 0:
        with np.errstate(divide="ignore"):
            return float(-np.mean(np.log(part)))
    return float(np.mean(part**alpha - 1) / (alpha * (alpha - 1)))


def members_by_group(groups: NDArray[Any]) -> dict[str, Flags]:
    """Group → its rows; rows of no group are left out."""
    text = groups.astype(str)
    return {str(name): text == name for name in np.unique(text) if name}
