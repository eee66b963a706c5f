"""Verdicts: Holm over the whole audit, three ends, and how large a sample would have decided."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.audit_catalogue import make_catalogue, make_measurement, make_text
from steiger.engines.audit.catalogue import Need, own_catalogue
from steiger.engines.audit.measurement import Measurement
from steiger.engines.audit.statistics import bootstrap_statistic
from steiger.engines.audit.verdict import Verdict, VerdictError, conclude, requirements, rule
from steiger.engines.audit.verdict.multiplicity import first_step, holm, two_families
from steiger.engines.audit.verdict.power import needed

P = st.floats(0, 1)
#: Pairs as proper one-sided tests give them: they add up to at least 1.
PAIRS = st.lists(
    st.tuples(P, P).map(lambda pair: (pair[0], max(pair[1], 1 - pair[0]))), max_size=12
)


def measured(pairs: list[tuple[float, float]]) -> list[Measurement]:
    return [
        make_measurement(name=f"n{place}", p_met=met, p_violated=violated)
        for place, (met, violated) in enumerate(pairs)
    ]


def test_holm_gives_the_known_values() -> None:
    # R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == ()
    assert holm([0.7, 0.7]) == (1.0, 1.0)


def test_holm_refuses_what_is_no_p_value() -> None:
    with pytest.raises(ValueError, match="is no p-value"):
        holm([0.5, 1.5])
    with pytest.raises(ValueError, match="is no p-value"):
        holm([math.nan])
    with pytest.raises(ValueError, match="2 p-values for met, 1 for violated"):
        two_families([0.1, 0.2], [0.1])


@given(st.lists(P, min_size=1, max_size=10), st.randoms())
def test_holm_laws(values: list[float], chance: object) -> None:
    adjusted = holm(values)
    order = list(range(len(values)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    shuffled = holm([values[i] for i in order])
    assert [shuffled[order.index(i)] for i in range(len(values))] == list(adjusted)
    for p, q in zip(values, adjusted, strict=True):
        # Never more certain than before, never less than Bonferroni's.
        assert p <= q <= min(1, len(values) * p) + 1e-12
    for i, p in enumerate(values):
        for j, q in enumerate(values):
            assert p > q or adjusted[i] <= adjusted[j]


@given(st.lists(P, max_size=8), st.floats(0.001, 0.5))
def test_exact_checks_cost_the_others_nothing(values: list[float], alpha: float) -> None:
    alone = two_families(values, [1.0] * len(values))[0]
    beside = two_families([0.0, 0.0, *values], [1.0] * (len(values) + 2))[0][2:]
    assert beside == pytest.approx(alone)


@pytest.mark.parametrize(
    ("p_met", "p_violated", "verdict"),
    [
        (0.0, 1.0, Verdict.MET),
        (0.025, 0.975, Verdict.MET),
        (0.026, 0.974, Verdict.UNDECIDABLE),
        (0.5, 0.5, Verdict.UNDECIDABLE),
        (0.974, 0.026, Verdict.UNDECIDABLE),
        (0.975, 0.025, Verdict.VIOLATED),
        (1.0, 0.0, Verdict.VIOLATED),
        (1.0, 1.0, Verdict.UNDECIDABLE),
        # A faulty check claims both.
        (0.0, 0.0, Verdict.UNDECIDABLE),
    ],
)
def test_verdict_at_its_boundaries(p_met: float, p_violated: float, verdict: Verdict) -> None:
    (ruling,) = rule([make_measurement(p_met=p_met, p_violated=p_violated)], 0.05)
    assert ruling.verdict is verdict
    assert (ruling.p_met, ruling.p_violated) == (p_met, p_violated)
    assert (ruling.needed is not None) == (
        verdict is Verdict.UNDECIDABLE and (p_met, p_violated) not in {(0.0, 0.0), (1.0, 1.0)}
    )


def test_the_same_figure_needs_more_certainty_among_many() -> None:
    alone = rule(measured([(0.02, 0.98)]), 0.05)
    among = rule(measured([(0.02, 0.98)] + [(0.5, 0.5)] * 9), 0.05)
    assert alone[0].verdict is Verdict.MET
    assert among[0].verdict is Verdict.UNDECIDABLE
    assert among[0].p_met_adjusted == pytest.approx(0.4)


@given(PAIRS, st.floats(0.001, 0.5))
def test_verdicts_follow_the_adjusted_p_values(
    pairs: list[tuple[float, float]], alpha: float
) -> None:
    for ruling in rule(measured(pairs), alpha):
        met, violated = ruling.p_met_adjusted <= alpha, ruling.p_violated_adjusted <= alpha
        assert not (met and violated)
        assert (ruling.verdict is Verdict.MET) == met
        assert (ruling.verdict is Verdict.VIOLATED) == violated
        assert ruling.reason.de
        assert ruling.reason.en


@given(PAIRS)
def test_a_stricter_error_rate_never_decides_more(pairs: list[tuple[float, float]]) -> None:
    strict, lax = rule(measured(pairs), 0.01), rule(measured(pairs), 0.1)
    for one, other in zip(strict, lax, strict=True):
        assert one.verdict in {Verdict.UNDECIDABLE, other.verdict}


@pytest.mark.parametrize("alpha", [0.0, -0.1, 0.51, 1.0, math.nan])
def test_error_rates_without_meaning_are_refused(alpha: float) -> None:
    with pytest.raises(VerdictError, match="error rate"):
        rule([], alpha)


def test_one_measurement_stands_once() -> None:
    with pytest.raises(VerdictError, match="measuring/error/women was measured twice"):
        rule([make_measurement(subject="women"), make_measurement(subject="women")], 0.05)


def test_wrong_verdicts_of_audits_at_the_threshold_stay_under_alpha() -> None:
    # 300 audits, 20 requirements exactly at their threshold, every decision counted as wrong.
    # The long version, with dependence: benchmarks/audit/type_one_error.py.
    chance, wrong = np.random.default_rng(7), 0
    for _ in range(300):
        p = chance.random(20)
        rulings = rule(measured([(float(x), float(1 - x)) for x in p]), 0.05)
        wrong += any(ruling.verdict is not Verdict.UNDECIDABLE for ruling in rulings)
    # Expected 15; above 25 only with a probability below 1 %.
    assert wrong <= 25


def test_needed_is_what_the_formula_says() -> None:
    # s = 0.04 / 1.95996 at n = 400; distance 0.02; critical 0.025: (1.95996 + 0.84162) s / 0.02.
    assert needed(make_measurement(), 0.025) == math.ceil(400 * (2.80158 * 0.0204086 / 0.02) ** 2)


@given(
    st.floats(0.001, 0.09),
    st.floats(0.001, 0.09),
    st.floats(0.0005, 0.4),
    st.floats(0.0005, 0.4),
)
def test_needed_falls_with_distance_and_rises_with_certainty(
    near: float, far: float, strict: float, lax: float
) -> None:
    near, far = sorted((near, far))
    strict, lax = sorted((strict, lax))

    def asked(distance: float, critical: float) -> int:
        estimate = 0.1 - distance
        item = make_measurement(estimate=estimate, low=estimate - 0.05, high=estimate + 0.05)
        found = needed(item, critical)
        assert found is not None
        return found

    assert asked(far, strict) <= asked(near, strict)
    assert asked(near, lax) <= asked(near, strict)
    assert asked(far, lax) > 400


@pytest.mark.parametrize(
    "other",
    [
        {"estimate": 0.1},
        {"count": 0},
        {"high": 0.08, "low": 0.08},
        {"estimate": 0.1 - 1e-9, "low": 0.0, "high": 0.2},
        {"high": math.inf},
    ],
)
def test_no_number_where_none_would_do(other: dict[str, float]) -> None:
    assert needed(make_measurement(**other), 0.025) is None


def test_reasons_are_sentences_in_both_languages() -> None:
    small, empty, met, violated = rule(
        [
            make_measurement(name="a"),
            make_measurement(name="b", count=0, p_met=1.0, p_violated=1.0),
            make_measurement(name="c", p_met=0.0, p_violated=1.0),
            make_measurement(name="d", p_met=1.0, p_violated=0.0, better="above", threshold=0.8),
        ],
        0.05,
    )
    assert small.needed is not None
    assert small.needed > 400
    assert "Die Stichprobe ist zu klein: Statt 400 wären etwa" in small.reason.de
    assert empty.reason.en == "There is no observation."
    assert met.reason.de == "Der Wert liegt gesichert höchstens 0,1 (p = 0 ≤ α = 0,05)."
    assert "below 0.8 with certainty" in violated.reason.en


@pytest.mark.parametrize(
    ("count", "german", "english"),
    [
        (18, "nur 18 unabhängige Beobachtungen (", "Only 18 independent observations are behind"),
        (1, "nur 1 unabhängige Beobachtung (", "Only 1 independent observation is behind"),
    ],
)
def test_too_few_observations_are_called_that_however_far_the_threshold(
    count: int, german: str, english: str
) -> None:
    far = bootstrap_statistic(
        lambda _rows: 0.98,
        count * 30,
        level=0.95,
        rng=np.random.default_rng(1),
        block=30,
        possible=(-1e9, 1.0),
    ).against(0.5, "above", check="performance_with_intervals", name="r2")
    (ruling,) = rule([far], 0.05)
    assert (ruling.verdict, ruling.needed) == (Verdict.UNDECIDABLE, None)
    assert german in ruling.reason.de
    assert english in ruling.reason.en


def test_first_step_is_safe_for_any_count() -> None:
    assert first_step(10, 0.05) == pytest.approx(0.0025)
    assert first_step(0, 0.05) == pytest.approx(0.025)


def test_requirements_follow_need_task_and_kind_of_data() -> None:
    own = own_catalogue()
    none, moderate, high = (
        requirements(
            own, {d.id: need for d in own.dimensions}, task="classification", modality="tabular"
        )
        for need in Need
    )
    assert len(none) == len(moderate) == len(high)
    compulsory = [{x.id for x in found if x.compulsory} for found in (none, moderate, high)]
    assert compulsory[0] == set()
    assert compulsory[1] < compulsory[2]
    assert "FN3.1/group_error_rates" in compulsory[1]
    assert "DS1.3/membership_inference" in compulsory[2] - compulsory[1]
    # Voluntary at any need: two notions of fairness cannot both be demanded.
    assert "FN3.1/demographic_parity" in {x.id for x in high} - compulsory[2]
    needs = dict.fromkeys([d.id for d in own.dimensions], Need.HIGH)
    text = {x.check for x in requirements(own, needs, task="text", modality="text")}
    assert "text_prompt_injection" in text
    assert "group_error_rates" not in text


def test_unknown_need_is_refused() -> None:
    with pytest.raises(VerdictError, match="protection need of dimension 'X' is not known"):
        requirements(make_catalogue(), {}, task="classification", modality="tabular")


def wanted() -> tuple[object, ...]:
    return requirements(
        make_catalogue(), {"X": Need.MODERATE}, task="classification", modality="tabular"
    )


@pytest.mark.parametrize(
    ("pairs", "verdict"),
    [
        ([(0.0, 1.0), (0.0, 1.0)], Verdict.MET),
        ([(0.0, 1.0), (0.5, 0.5)], Verdict.UNDECIDABLE),
        ([(0.0, 1.0), (1.0, 0.0)], Verdict.VIOLATED),
        ([(0.5, 0.5), (1.0, 0.0)], Verdict.VIOLATED),
    ],
)
def test_requirement_joins_its_measurements(
    pairs: list[tuple[float, float]], verdict: Verdict
) -> None:
    results = conclude(wanted(), rule(measured(pairs), 0.05))  # type: ignore[arg-type]
    assert [(x.requirement.id, x.verdict) for x in results] == [
        ("X1.1/measuring", verdict),
        ("X1.2/measuring", verdict),
    ]
    assert all(len(result.rulings) == 2 for result in results)


def test_compulsory_requirement_without_measurement_is_undecidable() -> None:
    (result,) = conclude(wanted(), [])  # type: ignore[arg-type]
    assert (result.requirement.id, result.verdict) == ("X1.1/measuring", Verdict.UNDECIDABLE)
    assert "keine Messung" in result.reason.de
    excuse = make_text("Grund")
    (result,) = conclude(wanted(), [], {"measuring": excuse})  # type: ignore[arg-type]
    assert result.reason == excuse
