"""What the catalogue demands of each figure, and where an audit set something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from steiger.engines.audit.catalogue.types import Catalogue, Need
from steiger.engines.audit.measurement import Better, Measurement

#: Check → name of a figure → threshold.
Thresholds = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Deviation:
    """A threshold that was set otherwise than the catalogue demands; milder or stricter.

    Attributes:
        threshold: what the audit was held against.
        demanded: what the catalogue demands for its protection need.
    """

    check: str
    name: str
    better: Better
    threshold: float
    demanded: float


def demanded(catalogue: Catalogue, needs: Mapping[str, Need]) -> dict[str, dict[str, float]]:
    """The thresholds for these protection needs; of several indicators the highest need counts."""
    home = {item.id: catalogue.dimension_of(item) for item in catalogue.indicators}
    found = {}
    for method in catalogue.methods:
        if method.indicators:
            need = max(needs[home[indicator]] for indicator in method.indicators)
            found[method.check] = {one.name: one.threshold(need) for one in method.figures}
    return found


def deviations(
    catalogue: Catalogue,
    needs: Mapping[str, Need],
    thresholds: Thresholds,
    measurements: Sequence[Measurement],
) -> tuple[Deviation, ...]:
    """Where the audit's thresholds are not the demanded ones, for figures that were measured.

    What was set is asked, not what a measurement was held against: a check may add to it what it
    found at clean twins.
    """
    found = []
    asked = demanded(catalogue, needs)
    sides = {(one.check, one.name): one.better for one in measurements}
    for (check, name), better in sorted(sides.items()):
        ours = thresholds.get(check, {}).get(name)
        theirs = asked.get(check, {}).get(name)
        if ours is not None and theirs is not None and ours != theirs:
            found.append(Deviation(check, name, better, ours, theirs))
    return tuple(found)
