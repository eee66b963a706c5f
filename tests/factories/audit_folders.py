"""The folder of a finished audit, as `steiger audit run` and the verdict engine leave it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CURVE = "evidence/calibration/curve.csv"
RATES = "evidence/group_error_rates/rates.csv"


def both(de: str, en: str) -> dict[str, str]:
    """A text in both languages."""
    return {"de": de, "en": en}


def measurement(**change: Any) -> dict[str, Any]:
    """One measurement with its verdict."""
    plain: dict[str, Any] = {
        "check": "calibration",
        "name": "expected_calibration_error",
        "subject": "",
        "estimate": 0.0123,
        "low": 0.0101,
        "high": 0.0149,
        "level": 0.95,
        "count": 1500,
        "threshold": 0.05,
        "better": "below",
        "verdict": "met",
        "p_met": 0.001,
        "p_met_adjusted": 0.002,
        "p_violated": 1.0,
        "p_violated_adjusted": 1.0,
        "reason": both("Das Intervall liegt darunter.", "The interval lies below."),
        "needed": None,
        "evidence": [CURVE],
    }
    return {**plain, **change}


def requirement(check: str, verdict: str, indicator: str) -> dict[str, Any]:
    """How one requirement ended."""
    reason = {
        "met": both("Alle Messungen sind erfüllt.", "All measurements are met."),
        "violated": both("Eine Messung ist nicht erfüllt.", "One measurement is not met."),
        "undecidable": both("Die Stichprobe ist zu klein.", "The sample is too small."),
    }[verdict]
    return {
        "id": f"{indicator}/{check}",
        "indicator": indicator,
        "check": check,
        "compulsory": True,
        "verdict": verdict,
        "reason": reason,
    }


def verdict() -> dict[str, Any]:
    """The content of verdict.json."""
    small = measurement(
        check="group_error_rates",
        name="false_positive_rate_difference",
        subject="Alter <25 & „jung“",
        estimate=0.081,
        low=-0.02,
        high=None,
        count=41,
        verdict="undecidable",
        reason=both("Die Stichprobe ist zu klein.", "The sample is too small."),
        needed=900,
        evidence=[RATES],
    )
    level = {"level": "C", "need": "moderate", "demanded": "C", "passed": True}
    return {
        "format": "steiger-audit-verdict/1",
        "alpha": 0.05,
        "catalogue": {"id": "steiger", "version": "2026-11", "sha256": "0" * 64},
        "needs": {"fairness": "moderate"},
        "measurements": [measurement(), small],
        "requirements": [
            requirement("calibration", "met", "VE2.1"),
            requirement("group_error_rates", "undecidable", "FN3.1"),
        ],
        "indicators": [],
        "criteria": [{"id": "FN3", "level": "C", "held_by": ["FN3.1"]}],
        "dimensions": [{"id": "fairness", "held_by": ["FN3"], **level}],
        "conflicts": [{"id": "x", "sharp": True, "text": both("Zielkonflikt.", "Conflict.")}],
        "passed": True,
    }


def results() -> dict[str, Any]:
    """The content of results.json."""
    return {
        "format": "steiger-audit-results/1",
        "tool": {"name": "steiger", "version": "0.1.0"},
        "audit": {"name": "Kreditprüfung <1>", "task": "classification", "alpha": 0.05},
        "inputs": {"model.onnx": "a" * 64, "data/test.csv": "b" * 64},
        "checks": [
            {"id": "calibration", "state": "measured", "measurements": []},
            {"id": "drift", "state": "lacking", "lacking": ["deployment data"]},
        ],
    }


def audit_folder(folder: Path) -> Path:
    """Write everything."""
    for name, content in ((CURVE, "bin,rate\n1,0.5\n"), (RATES, "group,fpr\na,0.1\n")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    for name, data in (("verdict.json", verdict()), ("results.json", results())):
        (folder / name).write_text(json.dumps(data, ensure_ascii=False))
    (folder / "catalogue.json").write_text('{"id": "steiger"}\n')
    return folder
