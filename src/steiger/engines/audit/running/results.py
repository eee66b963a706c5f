"""What an audit leaves: one part per check while it runs, `results.json` at its end."""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from steiger.engines.audit.checks.contract import CheckResult
from steiger.engines.audit.data import AuditError
from steiger.engines.audit.data.times import Gap
from steiger.engines.audit.measurement import Measurement
from steiger.engines.audit.running.plan import Plan
from steiger.lib.atomic_files import write_atomically

FORMAT = "steiger-audit-results/1"
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def stored(folder: Path, check: str, result: CheckResult) -> tuple[Measurement, ...]:
    """Writes the evidence of a check; the measurements then name its files.

    Raises:
        AuditError: a file name that is none.
    """
    home = folder / "evidence" / check
    shutil.rmtree(home, ignore_errors=True)
    names = []
    for name, content in sorted(result.evidence.items()):
        if not PLAIN.fullmatch(name):
            raise AuditError(f"{check}: {name!r} is no name for an evidence file")
        home.mkdir(parents=True, exist_ok=True)
        write_atomically(home / name, content)
        names.append(f"evidence/{check}/{name}")
    return tuple(replace(one, evidence=one.evidence or tuple(names)) for one in result.measurements)


def row(one: Measurement) -> dict[str, Any]:
    """A measurement for `results.json`; the verdict engine fills in what is null here."""
    found = {name: _finite(value) for name, value in asdict(one).items()}
    low, high = found.pop("low"), found.pop("high")
    evidence = found.pop("evidence")
    return {
        **found,
        "interval": [low, high],
        "verdict": None,
        "p_met_corrected": None,
        "p_violated_corrected": None,
        "evidence": list(evidence),
    }


def _finite(value: Any) -> Any:
    # JSON has no infinity; null is an end that is open.
    return None if isinstance(value, float) and not math.isfinite(value) else value


def read_measurements(results: dict[str, Any]) -> list[Measurement]:
    """The measurements in the content of `results.json`.

    Raises:
        AuditError: it has another form.
    """
    if results.get("format") != FORMAT:
        raise AuditError(f"results.json: format {results.get('format')!r}, expected {FORMAT!r}")
    found = []
    try:
        for check in results["checks"]:
            for one in check["measurements"]:
                low, high = one["interval"]
                names = ("check", "name", "subject", "estimate", "level", "count", "threshold")
                found.append(
                    Measurement(
                        **{name: one[name] for name in names},
                        low=-math.inf if low is None else low,
                        high=math.inf if high is None else high,
                        better=one["better"],
                        p_met=one["p_met"],
                        p_violated=one["p_violated"],
                        evidence=tuple(one["evidence"]),
                    )
                )
    except (KeyError, TypeError, ValueError) as error:
        raise AuditError(f"results.json: {type(error).__name__}: {error}") from None
    return found


def read_thresholds(results: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Check → figure → threshold that the audit was held against; older results tell none.

    Raises:
        AuditError: it has another form.
    """
    try:
        told = results["audit"].get("thresholds", {})
        found = {
            str(check): {str(name): float(value) for name, value in part.items()}
            for check, part in told.items()
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise AuditError(f"results.json: {type(error).__name__}: {error}") from None
    if not all(math.isfinite(value) for part in found.values() for value in part.values()):
        raise AuditError("results.json: a threshold is no finite number")
    return found


def as_bytes(content: Any) -> bytes:
    """JSON for machines and people."""
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def read_part(path: Path, digest: str) -> dict[str, Any] | None:
    """What an interrupted run of the same audit left; None for anything else."""
    try:
        part = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(part, dict) or part.get("digest") != digest:
        return None
    return part


def summary(
    plan: Plan, version: str, parts: list[dict[str, Any]], gaps: Sequence[Gap] = ()
) -> dict[str, Any]:
    """The content of `results.json`; `gaps` are steps that the test data lack."""
    base = plan.path.parent.resolve()
    names = {path: _shown(Path(path), base) for path in plan.inputs}
    return {
        "format": FORMAT,
        "tool": {"name": "steiger", "version": version},
        "audit": {
            "name": plan.name,
            "task": str(plan.task),
            "modality": str(plan.modality),
            "favourable": plan.favourable,
            "alpha": plan.alpha,
            "seed": plan.seed,
            "digest": plan.digest,
            "thresholds": {
                part["id"]: plan.thresholds[part["id"]]
                for part in parts
                if part["id"] in plan.thresholds
            },
        },
        "inputs": {names[path]: digest for path, digest in sorted(plan.inputs.items())},
        "missing_steps": [asdict(gap) for gap in gaps],
        "checks": [{k: v for k, v in part.items() if k != "digest"} for part in parts],
    }


def _shown(path: Path, base: Path) -> str:
    return str(path.relative_to(base)) if path.is_relative_to(base) else path.name
