"""Verdicts go beside their measurements; nothing else changes, and nothing is mixed up."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import pytest

from factories.audit_catalogue import make_measurement
from steiger.engines.audit.verdict import VerdictError, rule
from steiger.engines.audit.verdict.examination import ruling_as_plain
from steiger.engines.audit.verdict.filling import filled

RULINGS = rule(
    [make_measurement(name="a", p_met=0.0, p_violated=1.0), make_measurement(name="b")], 0.05
)


def results() -> dict[str, Any]:
    rows = [
        {"check": "measuring", "name": name, "subject": "", "verdict": None, "p_met": 0.1}
        for name in "ba"
    ]
    return {
        "format": "x",
        "checks": [{"id": "measuring", "measurements": rows}, {"measurements": []}],
    }


def test_every_measurement_gets_its_own_verdict() -> None:
    before = results()
    found = filled(before, RULINGS)
    assert before == results()
    rows = found["checks"][0]["measurements"]
    assert [(row["name"], row["verdict"]) for row in rows] == [("b", "undecidable"), ("a", "met")]
    assert (rows[1]["p_met_corrected"], rows[1]["needed"], rows[1]["p_met"]) == (0.0, None, 0.1)
    assert rows[0]["needed"] > 400
    assert filled(found, RULINGS) == found


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tree: tree.pop("checks"),
        lambda tree: tree["checks"][0]["measurements"].pop(),
        lambda tree: tree["checks"][0]["measurements"][0].update(name="z"),
        lambda tree: tree["checks"][0]["measurements"][0].update(name="a"),
        lambda tree: tree["checks"][0]["measurements"][0].pop("subject"),
        lambda tree: tree.update(checks=7),
    ],
)
def test_results_of_another_audit_are_refused(spoil: Any) -> None:
    tree = copy.deepcopy(results())
    spoil(tree)
    with pytest.raises(VerdictError, match=r"results\.json"):
        filled(tree, RULINGS)


def test_open_intervals_are_null_in_json() -> None:
    (ruling,) = rule([make_measurement(high=math.inf, low=-math.inf)], 0.05)
    plain = ruling_as_plain(ruling)
    assert json.loads(json.dumps(plain, allow_nan=False))["high"] is None
