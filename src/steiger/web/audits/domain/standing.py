"""The catalogue that an examination is held against, and what follows from what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from steiger.engines.audit.catalogue import (
    Catalogue,
    CatalogueError,
    Indicator,
    Level,
    Need,
    own_catalogue,
    protection_needs,
)
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.models import Audit, EvidenceFile, Rating

if TYPE_CHECKING:
    from steiger.engines.audit.verdict import Examination

NEEDS = {need.key: need for need in Need}


def catalogue_of(audit: Audit) -> Catalogue:
    """The catalogue.

    Raises:
        RefusedError: the installation has another edition by now.
    """
    catalogue = own_catalogue()
    if catalogue.digest() != audit.catalogue_digest:
        raise RefusedError("catalogue", f"{audit.catalogue_version} → {catalogue.version}")
    return catalogue


def needs_from(catalogue: Catalogue, answers: dict[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Dimension → need, as far as it is known, and the questions that are still open.

    Raises:
        RefusedError: an answer is not in the catalogue.
    """
    try:
        found = protection_needs(catalogue, answers)
    except CatalogueError as error:
        raise RefusedError("answers", str(error)) from error
    known = {key: item.need.key for key, item in found.items() if item.need is not None}
    missing = {question for item in found.values() for question in item.missing}
    return known, [question.id for question in catalogue.questions if question.id in missing]


def wanted(audit: Audit, catalogue: Catalogue) -> list[Indicator]:
    """Indicators that have to be rated: those of dimensions that need protection."""
    return [
        item
        for item in catalogue.indicators
        if audit.needs.get(catalogue.dimension_of(item), "none") != "none"
    ]


def unrated(audit: Audit, catalogue: Catalogue, stage: str) -> list[str]:
    """Ids of indicators that have no rating at this stage."""
    done = set(audit.ratings.filter(stage=stage).values_list("indicator", flat=True))
    return [item.id for item in wanted(audit, catalogue) if item.id not in done]


def unshown(audit: Audit) -> list[str]:
    """Ids of indicators that the applicant rates A, B or C, and for which no file is evidence.

    D needs none: whoever rates D says that there is nothing to show.
    """
    shown = {one for file in audit.evidence.all() for one in file.indicators}
    rated = audit.ratings.filter(stage=Rating.Stage.SELF).exclude(level="D")
    asked = {item.id for item in wanted(audit, catalogue_of(audit))}
    return [one for one in rated.values_list("indicator", flat=True) if one in asked - shown]


def final_level(first: str, second: str | None) -> str:
    """Of two examiners' levels the lower; that something does not apply must both say."""
    if second is None:
        return first
    given = [level for level in (first, second) if level]
    return max(given, default="")  # D is the lowest level and the last letter


def results_of(audit: Audit) -> EvidenceFile | None:
    """The newest results of tests."""
    return audit.evidence.filter(kind=EvidenceFile.Kind.RESULTS).last()


def examined(audit: Audit, *, stage: str, results: bytes | None) -> dict[str, Any]:
    """What the verdict engine says of the ratings and results so far, as plain data.

    Raises:
        RefusedError: as for :func:`examination_of`.
    """
    return examination_of(audit, stage, results).as_plain()


def examination_of(audit: Audit, stage: str, results: bytes | None) -> Examination:
    """What the verdict engine says of the ratings and results so far.

    Args:
        stage: "self": what the applicant says; "examiner": what examiners say.
        results: content of ``results.json``; None: nothing was measured.

    Raises:
        RefusedError: the results cannot be read, or do not belong to this system.
    """
    from steiger.engines.audit.verdict import Rating as Said
    from steiger.engines.audit.verdict import VerdictError, examine

    catalogue = catalogue_of(audit)
    measurements, thresholds = measured(audit, results) if results is not None else ([], {})
    ratings = []
    second = dict(audit.ratings.filter(stage=Rating.Stage.SECOND).values_list("indicator", "level"))
    for indicator, level in audit.ratings.filter(stage=stage).values_list("indicator", "level"):
        if stage == Rating.Stage.SELF:
            ratings.append(Said(indicator, Level[level]))
        else:
            final = final_level(level, second.get(indicator))
            said = Level[final] if final else None
            ratings.append(Said(indicator, said, by="examiner", validated=True))
    needs = {key: NEEDS[value] for key, value in audit.needs.items()}
    try:
        return examine(
            catalogue,
            needs=needs,
            task=audit.task,
            modality=audit.modality,
            measurements=measurements,
            ratings=ratings,
            alpha=audit.alpha,
            thresholds=thresholds,
        )
    except VerdictError as error:
        raise RefusedError("results", str(error)) from error


def measured(audit: Audit, content: bytes) -> tuple[list[Any], dict[str, dict[str, float]]]:
    """The measurements in the content of ``results.json``, and the thresholds that were set.

    Raises:
        RefusedError: it is none, or of another kind of system.
    """
    import json

    from steiger.engines.audit.data import AuditError
    from steiger.engines.audit.running import read_measurements, read_thresholds

    try:
        results = json.loads(content)
        if not isinstance(results, dict):
            raise RefusedError("results", "results.json")
        found, thresholds = read_measurements(results), read_thresholds(results)
        told = results["audit"]
        kind = (str(told["task"]), str(told["modality"]))
    except (AuditError, KeyError, TypeError, ValueError, RecursionError) as error:
        if isinstance(error, RefusedError):
            raise
        raise RefusedError("results", str(error)[:200]) from error
    if kind != (audit.task, audit.modality):
        raise RefusedError("results_kind", ", ".join(kind))
    return found, thresholds
