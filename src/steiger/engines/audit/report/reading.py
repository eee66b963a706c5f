"""A report from an audit's folder: `verdict.json` says how it ended, `results.json` what ran."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from steiger.engines.audit.certificate.manifest import files_in
from steiger.engines.audit.checks.finding import figure_text, subject_text
from steiger.engines.audit.context import need_texts
from steiger.engines.audit.gaps import gaps_text
from steiger.engines.audit.measurement import Measurement
from steiger.engines.audit.report.types import (
    AuditReport,
    Deviation,
    Level,
    ReportError,
    Requirement,
    Ruled,
)
from steiger.engines.audit.report.words import Text

VERDICT_FORMAT = "steiger-audit-verdict/1"
RESULTS_FORMAT = "steiger-audit-results/1"
LONGEST = 200_000_000
STATES = {
    "failed": Text("Die Prüfung brach ab; das Programm meldet", "The check ended; it says"),
    "lacking": Text(
        "Die Prüfung konnte nicht laufen; es fehlt", "The check could not run; it lacks"
    ),
}


def read_report(folder: Path, names: Mapping[str, Text] | None = None, **facts: str) -> AuditReport:
    """The report of an audit's folder.

    Args:
        names: names of ids; by default those of the folder's `catalogue.json`, if it has one.
        facts: `applicant`, `examiner`, `date`, `version`; `system` replaces the audit's name.

    Raises:
        ReportError: a file is missing or of another form.
    """
    verdict = _read(folder / "verdict.json", VERDICT_FORMAT)
    results = _read(folder / "results.json", RESULTS_FORMAT)
    try:
        audit = results["audit"]
        given: dict[str, Any] = {name: value for name, value in facts.items() if value}
        given = {"system": audit["name"], "task": audit.get("task", "")} | given
        known = _names(folder) if names is None else names
        evidence = tuple(files_in(folder))
        return report_from(verdict, results, names=known, evidence=evidence, **given)
    except (KeyError, TypeError, AttributeError) as error:
        raise ReportError(
            f"{folder}: results have another form ({error}). Run it again."
        ) from error
    except ValueError as error:
        raise ReportError(f"{folder}: {error}") from error


def report_from(
    verdict: Mapping[str, Any],
    results: Mapping[str, Any],
    *,
    names: Mapping[str, Text],
    evidence: tuple[str, ...],
    **facts: Any,
) -> AuditReport:
    """The report of what `verdict.json` and `results.json` hold.

    Args:
        verdict: an examination as plain data.
        results: what ran; empty if nothing did.
        names: names of ids.
        evidence: names of all evidence files.
        facts: other attributes of the report.

    Raises:
        ReportError: a figure names evidence that is not there.
    """
    tool = results.get("tool", {})
    try:
        return AuditReport(
            alpha=verdict["alpha"],
            favourable=str(results.get("audit", {}).get("favourable", "")),
            catalogue=verdict["catalogue"],
            passed=verdict["passed"],
            dimensions=tuple(_level(part) for part in verdict["dimensions"]),
            criteria=tuple(_level(part) for part in verdict["criteria"]),
            requirements=tuple(_requirement(part) for part in verdict["requirements"]),
            rulings=tuple(_ruled(part) for part in verdict["measurements"]),
            deviations=tuple(Deviation(**part) for part in verdict.get("deviations", ())),
            conflicts=tuple(_text(part["text"]) for part in verdict.get("conflicts", ())),
            remarks=tuple(_remarks(results, names)),
            inputs=dict(results.get("inputs", {})),
            tools={tool["name"]: tool["version"]} if tool else {},
            names={**_figures(verdict), **names},
            evidence=evidence,
            **facts,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ReportError(f"results have another form ({error})") from error


def _read(path: Path, form: str) -> dict[str, Any]:
    data = _json(path)
    if data.get("format") != form:
        raise ReportError(f"{path}: format {form} is expected.")
    return data


def _json(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LONGEST:
            raise ReportError(f"{path} is too large.")
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise ReportError(
            f"{path}: {error.strerror}. Name the folder that `steiger audit run` wrote to."
        ) from error
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{path} is no JSON: {error}") from error
    if not isinstance(data, dict):
        raise ReportError(f"{path}: holds no object.")
    return data


def _names(folder: Path) -> dict[str, Text]:
    """Id of a dimension, criterion, indicator or check → its name; ids that people know lead it."""
    path = folder / "catalogue.json"
    if not path.is_file():
        return {}
    return names_in(_json(path))


def names_in(content: Mapping[str, Any]) -> dict[str, Text]:
    """The same of a catalogue as plain data."""
    found = {}
    for kind in ("dimensions", "criteria", "indicators"):
        for part in content.get(kind, ()):
            title = _text(part["title"])
            found[part["id"]] = Text(f"{part['id']} {title.de}", f"{part['id']} {title.en}")
    found |= {part["check"]: _text(part["title"]) for part in content.get("methods", ())}
    return found


def _figures(verdict: Mapping[str, Any]) -> dict[str, Text]:
    """Names of what was measured, and of what about, as the checks declare them."""
    keys = {(part["check"], part["name"]) for part in verdict["measurements"]}
    about = {(part["check"], part["subject"]) for part in verdict["measurements"]}
    return {f"{check}/{name}": _text(figure_text(check, name)) for check, name in keys} | {
        f"{check}: {one}": _text(subject_text(check, one)) for check, one in about if one
    }


def _text(part: Mapping[str, str]) -> Text:
    return Text(part["de"], part["en"])


def _number(value: float | None, otherwise: float) -> float:
    # JSON has no infinity; null is an end that is open.
    return otherwise if value is None else value


def _ruled(part: Mapping[str, Any]) -> Ruled:
    plain = ("check", "name", "subject", "estimate", "level", "count", "threshold", "better")
    return Ruled(
        measurement=Measurement(
            **{name: part[name] for name in plain},
            low=_number(part["low"], -math.inf),
            high=_number(part["high"], math.inf),
            p_met=part["p_met"],
            p_violated=part["p_violated"],
            evidence=tuple(part["evidence"]),
        ),
        verdict=part["verdict"],
        reason=_text(part["reason"]),
        p_met=part.get("p_met_adjusted"),
        p_violated=part.get("p_violated_adjusted"),
    )


def _requirement(part: Mapping[str, Any]) -> Requirement:
    plain = ("id", "indicator", "check", "compulsory", "verdict")
    return Requirement(**{name: part[name] for name in plain}, reason=_text(part["reason"]))


def _level(part: Mapping[str, Any]) -> Level:
    return Level(
        id=part["id"],
        level=part["level"] or "",
        need=part.get("need", ""),
        demanded=part.get("demanded", ""),
        passed=part.get("passed", True),
        held_by=tuple(part["held_by"]),
    )


def _remarks(results: Mapping[str, Any], names: Mapping[str, Text]) -> list[Text]:
    gaps = results.get("missing_steps", ())
    found = [_text(gaps_text(gaps))] if gaps else []
    for check in results.get("checks", ()):
        state = STATES.get(check.get("state", ""))
        if state is not None:
            name = names.get(check["id"]) or _text(
                check.get("title") or figure_text("", check["id"])
            )
            reason = check.get("reason")
            why = Text(reason, reason) if reason else _text(need_texts(check.get("lacking", ())))
            found.append(
                Text(f"{name.de}: {state.de}: {why.de}.", f"{name.en}: {state.en}: {why.en}.")
            )
    return found
