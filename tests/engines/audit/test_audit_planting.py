"""The audit finds planted defects and leaves their clean twins alone: one seed here, ten and more
in `benchmarks/audit/planted_defects.py`."""

from __future__ import annotations

import pytest

from steiger.engines.audit.checks.finding import all_checks
from steiger.engines.audit.planting import all_plantings, judge, try_one


@pytest.mark.parametrize("name", all_plantings())
def test_defect_is_found_and_twin_is_not_accused(name: str) -> None:
    trial = try_one(name, 1)
    assert trial.found, trial
    assert not trial.false_alarm, trial


def test_plantings_name_checks_that_exist() -> None:
    for one in all_plantings().values():
        known = {threshold.name for threshold in all_checks()[one.check].thresholds}
        assert set(one.names) <= known


def test_nothing_measured_is_nothing_decided() -> None:
    assert judge([], 0.05) == "undecided"
