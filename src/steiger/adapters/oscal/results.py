"""Verdicts as OSCAL assessment results.

OSCAL knows *satisfied* and *not-satisfied* only. What cannot be decided is not satisfied, as
nothing shows that it is, and says so: reason ``other``, and our property ``verdict``.

Thresholds that the audit set otherwise than the catalogue demands are properties of the result, two
of one group for each figure: ``threshold-set`` and ``threshold-demanded``. The observations of that
figure carry ``threshold-demanded``, too.
"""

from __future__ import annotations

from datetime import datetime

from steiger.adapters.oscal.terms import VERSION, Node, derived_uuid, props
from steiger.engines.audit.catalogue.types import Catalogue
from steiger.engines.audit.catalogue.words import Language, Text
from steiger.engines.audit.verdict.demands import Deviation
from steiger.engines.audit.verdict.examination import Examination
from steiger.engines.audit.verdict.requirements import Result
from steiger.engines.audit.verdict.rulings import WORDS, Ruling, Verdict

STATES = {
    Verdict.MET: ("satisfied", "pass"),
    Verdict.VIOLATED: ("not-satisfied", "fail"),
    Verdict.UNDECIDABLE: ("not-satisfied", "other"),
}
SIDES = {"above": Text("mindestens", "at least"), "below": Text("höchstens", "at most")}
SET = Text(
    "{}/{}: gesetzt {side} {:g}; der Katalog verlangt {side} {:g}",
    "{}/{}: set {side} {:g}; the catalogue demands {side} {:g}",
)
TITLE = Text("Prüfergebnis: {}", "Result of the examination: {}")


def assessment_results(
    examination: Examination,
    catalogue: Catalogue,
    *,
    audit: str,
    subject: str,
    start: datetime,
    end: datetime,
    language: Language = "de",
) -> Node:
    """An examination as OSCAL JSON, ready for ``json.dumps``.

    Args:
        examination: what came out.
        catalogue: what it was held against.
        audit: identifier of the audit; the same audit gives the same uuids.
        subject: name of the system under test.
        start: when the audit began, with a zone.
        end: when it ended, with a zone.
        language: of the texts.

    Raises:
        ValueError: a moment without a zone, or an end before the start.
    """
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError("OSCAL needs moments with a time zone.")
    if end < start:
        raise ValueError(f"The audit ends ({end}) before it starts ({start}).")
    plan = derived_uuid(audit, "plan")
    title = TITLE.of(language).format(subject)
    result = _result(examination, catalogue, audit, end, language)
    result |= {"title": title, "start": start.isoformat(), "end": end.isoformat()}
    return {
        "assessment-results": {
            "uuid": derived_uuid(audit, "results", end.isoformat()),
            "metadata": {
                "title": title,
                "last-modified": end.isoformat(),
                "version": examination.catalogue[1],
                "oscal-version": VERSION,
            },
            "import-ap": {"href": f"#{plan}"},
            "results": [result],
            "back-matter": {
                "resources": [
                    {
                        "uuid": plan,
                        "title": catalogue.title.of(language),
                        "description": f"SHA-256 {examination.catalogue[2]}",
                    }
                ]
            },
        }
    }


def _result(
    examination: Examination, catalogue: Catalogue, audit: str, end: datetime, language: Language
) -> Node:
    demanded = {(one.check, one.name): one.demanded for one in examination.deviations}
    observations = {
        _key(ruling): _observation(ruling, demanded, audit, end, language)
        for ruling in examination.rulings
    }
    findings = [
        _finding(result, catalogue, audit, observations, language) for result in examination.results
    ]
    controls = sorted({result.requirement.indicator for result in examination.results})
    result: Node = {
        "uuid": derived_uuid(audit, "result"),
        "description": _summary(examination, language),
        "props": props(
            alpha=repr(examination.alpha),
            passed="yes" if examination.passed else "no",
            catalogue_sha256=examination.catalogue[2],
            **{
                f"level_{item.id}": item.level.name
                for item in examination.levels.dimensions
                if item.level is not None
            },
        )
        + [row for one in examination.deviations for row in _deviation(one, language)],
        "reviewed-controls": {
            "control-selections": [
                {"include-controls": [{"control-id": key} for key in controls]}
                if controls
                else {"include-all": {}}
            ]
        },
    }
    if observations:
        result["observations"] = list(observations.values())
    if findings:
        result["findings"] = findings
    return result


def _deviation(one: Deviation, language: Language) -> list[Node]:
    remarks = SET.of(language).format(
        one.check, one.name, one.threshold, one.demanded, side=SIDES[one.better].of(language)
    )
    found = props(threshold_set=repr(one.threshold), threshold_demanded=repr(one.demanded))
    more = {"class": one.check, "group": f"{one.check}.{one.name}", "remarks": remarks}
    return [row | more for row in found]


def _key(ruling: Ruling) -> tuple[str, str, str]:
    item = ruling.measurement
    return item.check, item.name, item.subject


def _observation(
    ruling: Ruling,
    demanded: dict[tuple[str, str], float],
    audit: str,
    collected: datetime,
    language: Language,
) -> Node:
    item = ruling.measurement
    theirs = demanded.get((item.check, item.name))
    found: Node = {
        "uuid": derived_uuid(audit, "observation", *_key(ruling)),
        "title": " / ".join(part for part in _key(ruling) if part),
        "description": ruling.reason.of(language),
        "props": props(
            check=item.check,
            estimate=repr(item.estimate),
            low=repr(item.low),
            high=repr(item.high),
            level=repr(item.level),
            count=str(item.count),
            threshold=repr(item.threshold),
            threshold_demanded="" if theirs is None else repr(theirs),
            better=item.better,
            verdict=ruling.verdict.value,
            p_met=repr(ruling.p_met),
            p_met_adjusted=repr(ruling.p_met_adjusted),
            p_violated=repr(ruling.p_violated),
            p_violated_adjusted=repr(ruling.p_violated_adjusted),
            needed="" if ruling.needed is None else str(ruling.needed),
        ),
        "methods": ["TEST"],
        "types": ["finding"],
        "collected": collected.isoformat(),
    }
    if item.evidence:
        found["relevant-evidence"] = [{"href": name, "description": name} for name in item.evidence]
    return found


def _finding(
    result: Result,
    catalogue: Catalogue,
    audit: str,
    observations: dict[tuple[str, str, str], Node],
    language: Language,
) -> Node:
    state, reason = STATES[result.verdict]
    indicator = next(x for x in catalogue.indicators if x.id == result.requirement.indicator)
    found: Node = {
        "uuid": derived_uuid(audit, "finding", result.requirement.id),
        "title": f"{indicator.title.of(language)} [{result.requirement.check}]",
        "description": f"{WORDS[result.verdict].of(language)}: {result.reason.of(language)}",
        "props": props(
            verdict=result.verdict.value,
            compulsory="yes" if result.requirement.compulsory else "no",
        ),
        "target": {
            "type": "objective-id",
            "target-id": indicator.id,
            "status": {"state": state, "reason": reason},
        },
    }
    if result.rulings:
        found["related-observations"] = [
            {"observation-uuid": observations[_key(ruling)]["uuid"]} for ruling in result.rulings
        ]
    return found


def _summary(examination: Examination, language: Language) -> str:
    counts = dict.fromkeys(Verdict, 0)
    for result in examination.results:
        counts[result.verdict] += 1
    return "; ".join(f"{WORDS[verdict].of(language)}: {n}" for verdict, n in counts.items())
