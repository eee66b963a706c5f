"""A whole examination: measurements and ratings in, verdicts and levels out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from steiger.engines.audit.catalogue.types import Catalogue, Need
from steiger.engines.audit.catalogue.words import Text
from steiger.engines.audit.measurement import Measurement
from steiger.engines.audit.verdict.conflicts import ConflictStatement, conflict_statements
from steiger.engines.audit.verdict.demands import Deviation, Thresholds, deviations
from steiger.engines.audit.verdict.levels import Levels, Rating, levels
from steiger.engines.audit.verdict.requirements import Result, conclude, requirements
from steiger.engines.audit.verdict.rulings import Ruling, rule

FORMAT = "steiger-audit-verdict/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What came out of an audit.

    Attributes:
        alpha: bound on the probability of at least one wrong verdict.
        catalogue: id, version and SHA-256 of what it was held against.
        needs: dimension → protection need.
        deviations: thresholds that are not those of the catalogue.
    """

    alpha: float
    catalogue: tuple[str, str, str]
    needs: Mapping[str, Need]
    rulings: tuple[Ruling, ...]
    results: tuple[Result, ...]
    levels: Levels
    conflicts: tuple[ConflictStatement, ...]
    deviations: tuple[Deviation, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every dimension reaches what its protection need demands."""
        return all(item.passed for item in self.levels.dimensions)

    def as_plain(self) -> dict[str, Any]:
        """Everything as plain data, for JSON; texts in both languages."""
        return {
            "format": FORMAT,
            "alpha": self.alpha,
            "catalogue": dict(zip(("id", "version", "sha256"), self.catalogue, strict=True)),
            "needs": {key: need.key for key, need in self.needs.items()},
            "measurements": [ruling_as_plain(item) for item in self.rulings],
            "requirements": [_result(item) for item in self.results],
            "indicators": [
                {
                    "id": item.id,
                    "level": item.level.name if item.level is not None else None,
                    "rated": item.rated.name if item.rated is not None else None,
                    "compulsory": item.compulsory,
                    "caps": [{"level": c.level.name, "reason": _both(c.reason)} for c in item.caps],
                }
                for item in self.levels.indicators
            ],
            "criteria": [
                {
                    "id": item.id,
                    "level": item.level.name if item.level is not None else None,
                    "held_by": list(item.held_by),
                }
                for item in self.levels.criteria
            ],
            "dimensions": [
                {
                    "id": item.id,
                    "need": item.need.key,
                    "level": item.level.name if item.level is not None else None,
                    "demanded": item.demanded.name,
                    "passed": item.passed,
                    "held_by": list(item.held_by),
                }
                for item in self.levels.dimensions
            ],
            "conflicts": [
                {"id": item.conflict.id, "sharp": item.sharp, "text": _both(item.text)}
                for item in self.conflicts
            ],
            "deviations": [asdict(item) for item in self.deviations],
            "passed": self.passed,
        }


def examine(
    catalogue: Catalogue,
    *,
    needs: Mapping[str, Need],
    task: str,
    modality: str,
    measurements: Sequence[Measurement],
    ratings: Sequence[Rating],
    alpha: float,
    excuses: Mapping[str, Text] | None = None,
    thresholds: Thresholds | None = None,
) -> Examination:
    """Judge an audit.

    Args:
        catalogue: what it is held against.
        needs: dimension → protection need.
        task: what the system does ("classification", "regression", "text").
        modality: what it looks at ("tabular", "image", "time-series", "text").
        measurements: everything that was measured.
        ratings: what applicant or examiner say of the indicators.
        alpha: declared probability of at least one wrong verdict.
        excuses: check → why it could not be run.
        thresholds: what the audit set; where that is not what the catalogue demands, it is told.

    Raises:
        VerdictError: α, a rating or the needs make no sense, or something was measured twice.
    """
    wanted = requirements(catalogue, needs, task=task, modality=modality)
    rulings = rule(measurements, alpha)
    results = conclude(wanted, rulings, excuses)
    return Examination(
        alpha=alpha,
        catalogue=(catalogue.id, catalogue.version, catalogue.digest()),
        needs=dict(needs),
        rulings=rulings,
        results=results,
        levels=levels(catalogue, needs, ratings, results),
        conflicts=conflict_statements(catalogue, needs, results),
        deviations=deviations(catalogue, needs, thresholds or {}, measurements),
    )


def ruling_as_plain(ruling: Ruling) -> dict[str, Any]:
    """One measurement with its verdict, for JSON; an open end of an interval is null."""
    item = ruling.measurement
    return {
        "check": item.check,
        "name": item.name,
        "subject": item.subject,
        "estimate": _finite(item.estimate),
        "low": _finite(item.low),
        "high": _finite(item.high),
        "level": item.level,
        "count": item.count,
        "threshold": item.threshold,
        "better": item.better,
        "verdict": ruling.verdict.value,
        "p_met": ruling.p_met,
        "p_met_adjusted": ruling.p_met_adjusted,
        "p_violated": ruling.p_violated,
        "p_violated_adjusted": ruling.p_violated_adjusted,
        "reason": _both(ruling.reason),
        "needed": ruling.needed,
        "evidence": list(item.evidence),
    }


def _result(result: Result) -> dict[str, Any]:
    return {
        "id": result.requirement.id,
        "indicator": result.requirement.indicator,
        "check": result.requirement.check,
        "compulsory": result.requirement.compulsory,
        "verdict": result.verdict.value,
        "reason": _both(result.reason),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _both(text: Text) -> dict[str, str]:
    return {"de": text.de, "en": text.en}
