"""From a plan to its verdict: thresholds by protection need before, levels afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from steiger.engines.audit.catalogue import Catalogue, Level, Need, Text
from steiger.engines.audit.checks.finding import all_checks
from steiger.engines.audit.context import need_texts
from steiger.engines.audit.data import AuditError
from steiger.engines.audit.running.plan import Plan
from steiger.engines.audit.running.results import as_bytes, read_measurements, read_thresholds
from steiger.engines.audit.verdict.demands import demanded
from steiger.engines.audit.verdict.examination import Examination, examine
from steiger.engines.audit.verdict.filling import filled
from steiger.engines.audit.verdict.levels import Rating
from steiger.engines.audit.verdict.rulings import VerdictError
from steiger.lib.atomic_files import write_atomically


def needs_of(plan: Plan, catalogue: Catalogue) -> dict[str, Need]:
    """The protection need of each dimension; where `audit.toml` says nothing, it is moderate.

    Raises:
        AuditError: it names a dimension that the catalogue does not know.
    """
    known = [dimension.id for dimension in catalogue.dimensions]
    for name in plan.needs:
        if name not in known:
            raise AuditError(f"{plan.path}: [needs] {name}: known are {', '.join(known)}")
    return {name: Need[plan.needs.get(name, "moderate").upper()] for name in known}


def ratings_of(plan: Plan, catalogue: Catalogue) -> tuple[Rating, ...]:
    """What the applicant says of the indicators.

    Raises:
        AuditError: it names an indicator that the catalogue does not know.
    """
    known = {item.id for item in catalogue.indicators}
    for name in plan.ratings:
        if name not in known:
            raise AuditError(f"{plan.path}: [ratings] {name}: the catalogue has no such indicator")
    return tuple(Rating(name, Level[level]) for name, level in plan.ratings.items())


def prepared(plan: Plan, catalogue: Catalogue) -> Plan:
    """The plan with the catalogue's thresholds for its protection needs and with the indicators
    that each check gives evidence for; what `audit.toml` says itself stays.

    Raises:
        AuditError: needs or ratings name what the catalogue does not know.
    """
    needs = needs_of(plan, catalogue)
    ratings_of(plan, catalogue)
    theirs = demanded(catalogue, needs)
    thresholds: dict[str, dict[str, float]] = {}
    requirements: dict[str, tuple[str, ...]] = {}
    for method in catalogue.methods:
        if method.check not in all_checks() or not method.indicators:
            continue
        own = plan.thresholds.get(method.check, {})
        measured = {threshold.name for threshold in all_checks()[method.check].thresholds}
        given = {name: value for name, value in theirs[method.check].items() if name in measured}
        thresholds[method.check] = given | own
        requirements[method.check] = method.indicators
    digest = hashlib.sha256(f"{plan.digest}/{catalogue.digest()}".encode()).hexdigest()
    return replace(
        plan,
        digest=digest,
        thresholds=plan.thresholds | thresholds,
        requirements=requirements | plan.requirements,
    )


def judge(plan: Plan, results: Mapping[str, Any], catalogue: Catalogue) -> Examination:
    """The verdict on an audit that has been run.

    Raises:
        AuditError: the results do not fit the catalogue.
    """
    try:
        return examine(
            catalogue,
            needs=needs_of(plan, catalogue),
            task=str(plan.task),
            modality=str(plan.modality),
            measurements=read_measurements(dict(results)),
            ratings=ratings_of(plan, catalogue),
            alpha=plan.alpha,
            excuses=excuses_of(results),
            thresholds=read_thresholds(results),
        )
    except VerdictError as error:
        raise AuditError(f"{plan.path}: {error}") from error


def judged_again(
    results: Mapping[str, Any], verdict: Mapping[str, Any], catalogue: Catalogue
) -> Examination:
    """The examination behind `verdict.json`, from `results.json` of the same folder.

    Raises:
        AuditError: the catalogue is another one, a file has another form, or the verdict does not
            follow from the results.
    """
    told = verdict.get("catalogue")
    if not isinstance(told, dict) or told.get("sha256") != catalogue.digest():
        raise AuditError(
            "verdict.json: was held against another catalogue than "
            f"{catalogue.id} {catalogue.version}; name it with --catalogue"
        )
    try:
        audit = results["audit"]
        found = examine(
            catalogue,
            needs={key: Need[value.upper()] for key, value in verdict["needs"].items()},
            task=str(audit["task"]),
            modality=str(audit["modality"]),
            measurements=read_measurements(dict(results)),
            ratings=[
                Rating(item["id"], Level[item["rated"]])
                for item in verdict["indicators"]
                if item["rated"] is not None
            ],
            alpha=verdict["alpha"],
            excuses=excuses_of(results),
            thresholds=read_thresholds(results),
        )
    except (KeyError, TypeError, AttributeError, VerdictError) as error:
        raise AuditError(f"verdict.json or results.json: have another form ({error})") from error
    # Older versions told no deviations, and said some things in other words.
    again = _without_words(json.loads(as_bytes(found.as_plain())))
    if again != _without_words({"deviations": [], **verdict}):
        raise AuditError("verdict.json: does not follow from results.json; run the audit again")
    return found


def _without_words(plain: Any) -> Any:
    """The same without texts in two languages."""
    if isinstance(plain, dict):
        texts = plain.keys() == {"de", "en"}
        return None if texts else {key: _without_words(part) for key, part in plain.items()}
    return [_without_words(part) for part in plain] if isinstance(plain, list) else plain


def excuses_of(results: Mapping[str, Any]) -> dict[str, Text]:
    """Check → why it could not be run, from the content of `results.json`."""
    found = {}
    for check in results["checks"]:
        if check["state"] == "lacking":
            what = need_texts(check["lacking"])
            found[check["id"]] = Text(
                f"Für die Prüfung fehlt: {what['de']}.", f"Missing: {what['en']}."
            )
        elif check["state"] == "failed":
            why = check["reason"]
            found[check["id"]] = Text(
                f"Die Prüfung brach ab; das Programm meldet: {why}", f"The check ended: {why}"
            )
    return found


def write_verdict(
    folder: Path, results: Mapping[str, Any], examination: Examination, catalogue: Catalogue
) -> dict[str, Any]:
    """Writes `verdict.json` and `catalogue.json`, and `results.json` with its verdicts, which is
    also returned."""
    content = filled(results, examination.rulings)
    plain = json.dumps(catalogue.as_plain(), ensure_ascii=False, indent=1, sort_keys=True)
    write_atomically(folder / "catalogue.json", plain.encode())
    write_atomically(folder / "verdict.json", as_bytes(examination.as_plain()))
    write_atomically(folder / "results.json", as_bytes(content))
    return content
