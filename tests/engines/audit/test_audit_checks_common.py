"""One suite for every check: found, described, honest about what it lacks, repeatable."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from factories import audit
from steiger.engines.audit.checks import finding
from steiger.engines.audit.checks.contract import Check, CheckResult, as_csv
from steiger.engines.audit.checks.finding import all_checks, by_id
from steiger.engines.audit.context import Context, Need
from steiger.engines.audit.data import AuditError

#: What a catalogue refers to. A check may be added; none of these may vanish.
PROMISED = (
    "performance_with_intervals",
    "calibration",
    "conformal_coverage",
    "slice_discovery",
    "robustness_noise",
    "robustness_missing_values",
    "robustness_corruptions",
    "adversarial_robustness",
    "certified_robustness",
    "drift",
    "demographic_parity",
    "group_error_rates",
    "intersectional_groups",
    "proxy_of_protected_attribute",
    "label_leakage",
    "post_outcome_columns",
    "train_test_duplicates",
    "label_errors",
    "missingness_per_group",
    "attribution_accuracy",
    "honest_explanation",
    "documentation_completeness",
    "backdoor_search",
    "model_stealing_surface",
    "membership_inference",
    "k_anonymity",
    "memorised_canaries",
    "text_refusal_consistency",
    "text_name_swap",
    "text_canary_leak",
    "text_prompt_injection",
)
CHECKS = list(all_checks().values())
PAIRS = [
    pytest.param(check, kind, id=f"{check.id}-{kind}")
    for check in CHECKS
    for kind, subject in audit.subjects().items()
    if check.applies_to(subject.task, subject.modality) and not check.lacking(subject)
]


def test_nothing_promised_is_missing() -> None:
    assert set(PROMISED) <= set(all_checks())


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.id)
def test_check_describes_itself(check: Check) -> None:
    assert type(check).__module__.rsplit(".", 1)[1] == check.id
    assert re.fullmatch(r"[a-z][a-z0-9_]+", check.id)
    assert all(isinstance(need, Need) for need in check.needs)
    assert check.tasks
    assert check.modalities
    texts = [check.title, *(threshold.text for threshold in check.thresholds)]
    for text in (*texts, *check.subjects.values()):
        assert set(text) == {"de", "en"}
    for text in texts:
        assert text["de"] != text["en"]
        assert "!" not in "".join(text.values())
    names = [threshold.name for threshold in check.thresholds]
    assert names
    assert len(set(names)) == len(names)
    assert inspect.getdoc(type(check))


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.id)
def test_check_is_tried_on_a_subject(check: Check) -> None:
    assert any(parameters.values[0] is check for parameters in PAIRS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.id)
def test_check_says_what_it_lacks(check: Check) -> None:
    for subject in audit.subjects().values():
        assert set(check.lacking(audit.bare(subject))) == set(check.needs)


@pytest.mark.parametrize(("check", "kind"), PAIRS)
def test_check_measures_what_it_declares(check: Check, kind: str) -> None:
    subject = audit.subjects()[kind]
    result = check.run(subject)
    assert isinstance(result, CheckResult)
    declared = {threshold.name: threshold for threshold in check.thresholds}
    assert result.measurements
    for one in result.measurements:
        assert one.check == check.id
        assert one.better == declared[one.name].better
        assert one.level == subject.level
    keys = [(one.name, one.subject) for one in result.measurements]
    assert len(set(keys)) == len(keys)
    assert result.evidence
    for name, content in result.evidence.items():
        assert re.fullmatch(r"[a-z0-9_]+\.(json|csv|jsonl)", name)
        assert isinstance(content, bytes)
        assert b"NaN" not in content
    for limit in result.limits:
        assert set(limit) == {"de", "en"}
    # A second run is the same in every digit: chance comes from the seed alone.
    assert check.run(subject) == result


@pytest.mark.parametrize(("check", "kind"), PAIRS)
def test_threshold_of_the_audit_is_used(check: Check, kind: str) -> None:
    name = check.thresholds[0].name
    subject = audit.subjects()[kind]
    lower, upper = (
        {
            one.threshold
            for one in check.run(
                replace(subject, thresholds={check.id: {name: value}})
            ).measurements
            if one.name == name
        }
        for value in (0.0625, 0.1875)
    )
    # A backdoor's threshold stands above its twins', up to 1: the audit's value is added.
    assert {round(min(1.0, value + 0.125), 9) for value in lower} == {
        round(value, 9) for value in upper
    }


class Foreign(Check):
    """A check of another distribution."""

    id = "foreign_check"
    title = {"de": "Fremd", "en": "Foreign"}
    needs = frozenset[Need]()
    thresholds = ()

    def run(self, context: Context) -> CheckResult:  # noqa: ARG002 - measures nothing
        """Nothing."""
        return CheckResult(measurements=())


def test_check_of_another_distribution_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("foreign", f"{__name__}:Foreign", finding.GROUP)
    monkeypatch.setattr(finding, "entry_points", lambda group: [point] if group else [])
    all_checks.cache_clear()
    try:
        assert isinstance(all_checks()["foreign_check"], Foreign)
        assert set(PROMISED) < set(all_checks())
    finally:
        all_checks.cache_clear()


@pytest.mark.parametrize(
    ("value", "text"),
    [(f"{__name__}:nothing", "no attribute|has no"), (f"{__name__}:PROMISED", "is no check")],
)
def test_entry_point_that_is_no_check_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str, text: str
) -> None:
    point = EntryPoint("wrong", value, finding.GROUP)
    monkeypatch.setattr(finding, "entry_points", lambda group: [point] * bool(group))
    all_checks.cache_clear()
    try:
        with pytest.raises(AuditError, match=text):
            all_checks()
    finally:
        all_checks.cache_clear()


def test_same_id_twice_is_refused() -> None:
    with pytest.raises(AuditError, match="foreign_check"):
        by_id([Foreign(), Foreign()])


def test_finding_checks_loads_nothing_heavy() -> None:
    script = """
import sys
from steiger.engines.audit.checks.finding import all_checks
import steiger.engines.audit.running, steiger.engines.audit.planting
all_checks()
heavy = {"sklearn", "scipy", "pandas", "onnxruntime", "lightgbm", "pyarrow", "sliceline", "django"}
print(sorted(heavy & set(sys.modules)))
"""
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("value", "written"), [("=1+1", "'=1+1"), ("a,b", '"a,b"'), (0.1, "0.1"), ("@x", "'@x")]
)
def test_evidence_tables_cannot_run_in_a_spreadsheet(value: Any, written: str) -> None:
    assert as_csv({"name": [value]}).decode() == f"name\n{written}\n"
