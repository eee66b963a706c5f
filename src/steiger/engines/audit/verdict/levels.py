"""Levels of indicators, criteria and dimensions. Nothing good outweighs anything bad.

The rule, from bottom to top (worst D, best A):

**Indicator.** Its level is the rating, lowered to the lowest of these caps:

- not rated: D;
- a compulsory check is violated, or was not measured: D;
- a compulsory check could not be decided: C at moderate need, D at high need;
- a voluntary check is violated: C;
- need is high and no examiner has validated the rating: C. (High need makes validation compulsory.)

**Criterion.** The lower of two values: the worst compulsory indicator, and the lower median of all
its indicators, which is the best level that more than half of them reach. So a compulsory D can
never be outweighed, and one A can never hide three D.

**Dimension.** Its worst criterion.

There is no level above: six levels are stated side by side.

Every step is a minimum or a lower median, so raising one indicator never lowers anything, and no
sum, mean or weight is taken of what is only ordered (S. S. Stevens (1946),
doi:10.1126/science.103.2684.677). Minima are the aggregation without compensation (D. Bouyssou
(1986), doi:10.1016/0377-2217(86)90167-0; OECD and JRC (2008), Handbook on Constructing Composite
Indicators, doi:10.1787/9789264043466-en, on compensability).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from steiger.engines.audit.catalogue.types import Catalogue, Indicator, Level, Need
from steiger.engines.audit.catalogue.words import Text
from steiger.engines.audit.verdict.requirements import Result
from steiger.engines.audit.verdict.rulings import Verdict, VerdictError


@dataclass(frozen=True, slots=True)
class Rating:
    """What somebody says an indicator reaches.

    Attributes:
        level: None: it does not apply to this system; only an examiner can say so.
        by: the applicant, or the examiner.
        validated: the examiner has seen the evidence, or had it tested.
    """

    indicator: str
    level: Level | None
    by: Literal["applicant", "examiner"] = "applicant"
    validated: bool = False

    def __post_init__(self) -> None:
        if self.validated and self.by != "examiner":
            raise VerdictError(f"{self.indicator}: only an examiner validates a rating.")


@dataclass(frozen=True, slots=True)
class Cap:
    """A level that is not exceeded, and why."""

    level: Level
    reason: Text


@dataclass(frozen=True, slots=True)
class IndicatorLevel:
    """Level of an indicator; None if it does not apply. `rated` is before caps."""

    id: str
    level: Level | None
    rated: Level | None
    compulsory: bool
    caps: tuple[Cap, ...] = ()


@dataclass(frozen=True, slots=True)
class CriterionLevel:
    """Level of a criterion; `held_by` names the indicators that hold it where it is."""

    id: str
    level: Level | None
    held_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DimensionLevel:
    """Level of a dimension against what its protection need demands.

    Attributes:
        level: None if none of its criteria applies.
        held_by: the criteria that hold it where it is.
    """

    id: str
    need: Need
    level: Level | None
    demanded: Level
    held_by: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether it reaches what is demanded; what does not apply passes."""
        return self.level is None or self.level >= self.demanded


def indicator_level(
    indicator: Indicator, need: Need, rating: Rating | None, results: Iterable[Result]
) -> IndicatorLevel:
    """The level of one indicator.

    Args:
        indicator: what is graded.
        need: protection need of its dimension.
        rating: what was said of it; None if nothing was.
        results: results of requirements; those of other indicators are ignored.
    """
    compulsory = indicator.compulsory(need)
    caps = [
        cap
        for result in results
        if result.requirement.indicator == indicator.id
        for cap in _caps_of(result, need)
    ]
    if rating is not None and rating.level is None and rating.by == "examiner":
        return IndicatorLevel(indicator.id, None, None, compulsory)
    rated = rating.level if rating is not None else None
    if rated is None:
        caps.append(Cap(Level.D, Text("Es liegt keine Bewertung vor.", "There is no rating.")))
    elif need is Need.HIGH and not (rating and rating.validated):
        words = Text(
            "Bei hohem Schutzbedarf muss eine Prüferin oder ein Prüfer die Bewertung bestätigen.",
            "At high protection need an examiner must validate the rating.",
        )
        caps.append(Cap(Level.C, words))
    level = min([Level.A if rated is None else rated, *(cap.level for cap in caps)])
    return IndicatorLevel(indicator.id, level, rated, compulsory, tuple(caps))


def _caps_of(result: Result, need: Need) -> list[Cap]:
    if result.verdict is Verdict.MET:
        return []
    compulsory = result.requirement.compulsory
    if result.verdict is Verdict.VIOLATED:
        return [Cap(Level.D if compulsory else Level.C, result.reason)]
    if not compulsory:
        return []
    hard = need is Need.HIGH or not result.rulings
    return [Cap(Level.D if hard else Level.C, result.reason)]


def lower_median(levels: Sequence[Level]) -> Level:
    """The best level that more than half of them reach.

    Raises:
        VerdictError: there is none.
    """
    if not levels:
        raise VerdictError("A median needs at least one level.")
    return sorted(levels)[(len(levels) - 1) // 2]


def criterion_level(key: str, indicators: Sequence[IndicatorLevel]) -> CriterionLevel:
    """The level of a criterion from those of its indicators."""
    applying = [(item, item.level) for item in indicators if item.level is not None]
    if not applying:
        return CriterionLevel(key, None, ())
    middle = lower_median([level for _, level in applying])
    worst = min((level for item, level in applying if item.compulsory), default=Level.A)
    found = min(middle, worst)
    holding = [
        item.id
        for item, level in applying
        if level <= found and (item.compulsory or middle <= worst)
    ]
    return CriterionLevel(key, found, tuple(holding))


def dimension_level(
    key: str, need: Need, demanded: Level, criteria: Sequence[CriterionLevel]
) -> DimensionLevel:
    """The level of a dimension: that of its worst criterion."""
    levels = [item.level for item in criteria if item.level is not None]
    if not levels:
        return DimensionLevel(key, need, None, demanded, ())
    found = min(levels)
    holding = tuple(item.id for item in criteria if item.level == found)
    return DimensionLevel(key, need, found, demanded, holding)


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of everything in a catalogue, each in its order."""

    indicators: tuple[IndicatorLevel, ...]
    criteria: tuple[CriterionLevel, ...]
    dimensions: tuple[DimensionLevel, ...]


def levels(
    catalogue: Catalogue,
    needs: Mapping[str, Need],
    ratings: Iterable[Rating],
    results: Sequence[Result],
) -> Levels:
    """Levels of all indicators, criteria and dimensions of an audit.

    Raises:
        VerdictError: a rating is of an unknown indicator, or an indicator is rated twice.
    """
    said: dict[str, Rating] = {}
    known = {item.id for item in catalogue.indicators}
    for rating in ratings:
        if rating.indicator not in known:
            raise VerdictError(f"There is no indicator {rating.indicator!r} to rate.")
        if rating.indicator in said:
            raise VerdictError(f"The indicator {rating.indicator} is rated twice.")
        said[rating.indicator] = rating
    graded: dict[str, list[IndicatorLevel]] = {}
    for indicator in catalogue.indicators:
        need = needs[catalogue.dimension_of(indicator)]
        found = indicator_level(indicator, need, said.get(indicator.id), results)
        graded.setdefault(indicator.criterion, []).append(found)
    criteria = {
        item.id: criterion_level(item.id, graded.get(item.id, [])) for item in catalogue.criteria
    }
    dimensions = tuple(
        dimension_level(
            item.id,
            needs[item.id],
            catalogue.demanded(needs[item.id]),
            [criteria[criterion.id] for criterion in catalogue.criteria_of(item.id)],
        )
        for item in catalogue.dimensions
    )
    every = tuple(item for group in graded.values() for item in group)
    return Levels(every, tuple(criteria.values()), dimensions)
