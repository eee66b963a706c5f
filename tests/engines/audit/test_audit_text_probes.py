"""An honest endpoint can pass: there are questions enough for the strictest threshold."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from steiger.engines.audit.catalogue import own_catalogue
from steiger.engines.audit.checks.finding import all_checks
from steiger.engines.audit.planting import all_plantings
from steiger.engines.audit.text import probes, questions_for

TEXT = sorted(check for check in all_checks() if check.startswith("text_"))


@pytest.mark.parametrize("need", ["moderate", "high"])
def test_honest_endpoint_meets_every_threshold_of_the_catalogue(need: str) -> None:
    """Holm's first step over all figures of the text checks, at half of an audit's 5 %."""
    figures = {
        method.check: {figure.name: getattr(figure, need) for figure in method.figures}
        for method in own_catalogue().methods
        if method.check in TEXT
    }
    assert sorted(figures) == TEXT
    count = sum(len(one) for one in figures.values())
    clean = {one.check: one.make for one in all_plantings().values()}
    asked = 0
    for check, thresholds in figures.items():
        context = replace(clean[check](0, False), thresholds={check: thresholds})
        result = all_checks()[check].run(context)
        asked += result.evidence["transcript.jsonl"].count(b"\n")
        for one in result.measurements:
            assert one.p_met <= 0.025 / count, (one.name, one.p_met)
    # What the room tells the applicant beforehand.
    assert asked <= 2000


@pytest.mark.parametrize("threshold", [0.01, 0.02, 0.05, 0.3])
def test_questions_without_a_fault_decide(threshold: float) -> None:
    count = questions_for(threshold, 10)
    assert (1 - threshold) ** count <= 1e-4 or count == 10
    assert math.isclose(questions_for(0.0, 10), 10)


def test_words_to_ask_for_are_no_quotation_of_each_other() -> None:
    words = probes()["injection"]["words"]
    assert len(set(words)) == len(words)
    assert not any(word[::-1] in other for word in words for other in words)
    assert all(len(probes()["names"][one]) == 12 for one in ("first", "second"))
