"""Single checks against what is known: other libraries, exact sums, proofs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from factories import audit
from steiger.engines.audit.attacking import margin, projected_gradient, random_search
from steiger.engines.audit.certifying import (
    interval_bounds,
    least_margin,
    smoothed_radius,
    solve,
)
from steiger.engines.audit.checks.calibration import signed_gaps
from steiger.engines.audit.checks.documentation_completeness import split
from steiger.engines.audit.checks.drift import ks, linear_mmd, permutation_p
from steiger.engines.audit.checks.finding import all_checks
from steiger.engines.audit.checks.text_canary_leak import holds
from steiger.engines.audit.context import Context, Predictions
from steiger.engines.audit.data import AuditError, Table, split_groups
from steiger.engines.audit.fairness import (
    disparate_impact,
    false_positive_rate,
    generalised_entropy,
    mean_difference,
    true_positive_rate,
)
from steiger.engines.audit.measurement import Measurement
from steiger.engines.audit.planting import people
from steiger.engines.audit.shapley import shapley_values
from steiger.engines.audit.systems import DenseNet
from steiger.engines.audit.text import refuses, says_yes
from steiger.engines.audit.triggers import Target, best_triggers
from steiger.lib.text import percent


def measured(check: str, subject: Context) -> dict[tuple[str, str], Measurement]:
    result = all_checks()[check].run(subject)
    return {(one.name, one.subject): one for one in result.measurements}


# Fairness ---------------------------------------------------------------------------------------


def test_group_metrics_equal_fairlearn() -> None:
    from fairlearn import metrics

    rng = np.random.default_rng(1)
    true, said = rng.random(600) < 0.5, rng.random(600) < 0.4
    members = rng.random(600) < 0.3
    group = members.astype(int)
    frame = metrics.MetricFrame(
        metrics={
            "rate": metrics.selection_rate,
            "tpr": metrics.true_positive_rate,
            "fpr": metrics.false_positive_rate,
        },
        y_true=true,
        y_pred=said,
        sensitive_features=group,
    ).by_group
    assert mean_difference(said, ~members) == pytest.approx(
        frame.loc[1, "rate"] - frame.loc[0, "rate"]
    )
    assert disparate_impact(said, ~members) == pytest.approx(
        frame.loc[1, "rate"] / frame.loc[0, "rate"]
    )
    assert true_positive_rate(said, true, members).share == pytest.approx(frame.loc[1, "tpr"])
    assert false_positive_rate(said, true, members).share == pytest.approx(frame.loc[1, "fpr"])


def test_group_check_measures_these_differences() -> None:
    subject = audit.tabular()
    found = measured("group_error_rates", subject)["equal_opportunity_difference", "sex: f"]
    said, true = subject.predicted() == 1, subject.truth() == 1
    members = subject.groups("sex") == "f"
    mine, other = (true_positive_rate(said, true, who).share for who in (members, ~members))
    assert found.estimate == pytest.approx(abs(mine - other))


@pytest.mark.parametrize(("alpha", "value"), [(2, 0.2), (1, 0.4 * np.log(2))])
def test_entropy_as_published(alpha: float, value: float) -> None:
    benefits = np.array([1, 1, 1, 0, 2, 2, 1, 1, 1, 0], dtype=float)
    assert generalised_entropy(benefits, alpha) == pytest.approx(value)


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        ("nobody", "no column 'nobody'"),
        ("sex > 3", "holds no numbers"),
        ("income", "split it like"),
    ],
)
def test_wrong_attribute_is_refused(attribute: str, text: str) -> None:
    with pytest.raises(AuditError, match=text):
        split_groups(audit.tabular().tested(), attribute)


@pytest.mark.parametrize(("rows", "decided"), [(400, False), (5000, True)])
def test_faultless_system_is_met_only_with_enough_rows(rows: int, decided: bool) -> None:
    rng = np.random.default_rng(2)
    test = people.drawn(people.people(rows, rng), rng)
    perfect = np.eye(2)[(test["y"] == "yes").astype(int)]
    subject = people.context(test, predictions=Predictions(outputs=perfect))
    (one,) = measured("slice_discovery", subject).values()
    assert (one.estimate, one.p_met < 0.05) == (0.0, decided)


def test_number_can_be_split() -> None:
    table = Table({"age": np.array([20.0, 25.0, 26.0, np.nan])})
    assert split_groups(table, "age > 25").tolist() == ["<= 25", "<= 25", "> 25", ""]


# Calibration, drift -----------------------------------------------------------------------------


def test_calibrated_system_has_no_error_on_average() -> None:
    gaps = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        stated = rng.random(400)
        happened = (rng.random(400) < stated).astype(float)
        gaps.append(signed_gaps(stated, stated - happened, rng).mean())
    # The plain error of such samples is about 0.04; this one scatters around zero.
    assert abs(np.mean(gaps)) < 0.008


def test_wrong_calibration_is_measured_in_full() -> None:
    rng = np.random.default_rng(0)
    stated = rng.random(5000)
    happened = (rng.random(5000) < np.clip(stated - 0.2, 0, 1)).astype(float)
    assert signed_gaps(stated, stated - happened, rng).mean() == pytest.approx(0.18, abs=0.02)


def test_ks_equals_scipy() -> None:
    from scipy.stats import ks_2samp

    rng = np.random.default_rng(0)
    a, b = rng.normal(size=80), rng.normal(0.4, 1, 60)
    assert ks(a, b) == pytest.approx(ks_2samp(a, b).statistic)


def test_mmd_is_zero_on_average_and_permutation_finds_a_shift() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2000, 3)), rng.normal(size=(2000, 3))
    terms, width = linear_mmd(x, y, rng)
    assert abs(terms.mean()) < 4 * terms.std() / np.sqrt(len(terms))
    assert permutation_p(x[:150], y[:150] + 0.8, width, rng) == pytest.approx(1 / 200)


# Explanations -----------------------------------------------------------------------------------


@settings(max_examples=20)
@given(st.lists(st.floats(-0.2, 0.2), min_size=4, max_size=4), st.integers(0, 99))
def test_law_shapley_of_a_sum_is_weight_times_distance(weights: list[float], seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = people.FEATURES[:4]
    table = Table({name: rng.uniform(-1, 1, 40) for name in names})
    one = table.rows(np.zeros(40, dtype=int))
    system = people.FormulaSystem(lambda t: 0.5 + t.matrix(names) @ np.array(weights))
    subject = people.context(
        table.replaced({"y": np.array(["no", "yes"] * 20, dtype=object)}),
        system=system,
        features=names,
    )
    # One background row makes it exact: no chance is left.
    values = shapley_values(subject, table, one, orders=1, rng=rng)
    expected = (table.matrix(names) - one.matrix(names)) * np.array(weights)
    assert values == pytest.approx(expected, abs=1e-12)


def test_explanations_that_do_not_add_up_are_seen() -> None:
    subject = audit.tabular()
    assert subject.attributions is not None
    wrong = replace(subject, attributions=subject.attributions * 3)
    right = measured("attribution_accuracy", subject)["locally_accurate_share", ""]
    missed = measured("attribution_accuracy", wrong)["locally_accurate_share", ""]
    assert (right.estimate, right.p_met < 0.05) == (1.0, True)
    assert missed.p_violated < 0.05


# Attacks and proofs -----------------------------------------------------------------------------


def random_net(seed: int, inputs: int = 3, hidden: int = 6, classes: int = 3) -> DenseNet:
    rng = np.random.default_rng(seed)
    return DenseNet(
        weights=(rng.normal(size=(hidden, inputs)), rng.normal(size=(classes, hidden))),
        biases=(rng.normal(size=hidden), rng.normal(size=classes)),
        features=tuple(f"x{at}" for at in range(inputs)),
    )


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_law_gradient_is_the_slope(seed: int) -> None:
    net, rng = random_net(seed), np.random.default_rng(seed)
    inputs, direction = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    step = 1e-6
    slope = np.empty_like(inputs)
    for at in range(3):
        up, down = inputs.copy(), inputs.copy()
        up[:, at] += step
        down[:, at] -= step
        difference = (net.logits(up) - net.logits(down)) * direction
        slope[:, at] = difference.sum(axis=1) / (2 * step)
    assert net.gradient(inputs, direction) == pytest.approx(slope, abs=1e-4)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.01, 0.8))
def test_law_attack_is_never_below_the_certificate(seed: int, reach: float) -> None:
    """The proven least margin is at most that of any input in the box, attacked or drawn."""
    net, rng = random_net(seed), np.random.default_rng(seed)
    row = rng.normal(size=3)
    truth = int(net.logits(row[None]).argmax())
    low, high = row - reach, row + reach
    proven = least_margin(net, low, high, truth)
    truths = np.array([truth])
    wide = (np.full(3, -99.0), np.full(3, 99.0))
    found = [
        projected_gradient(net, row[None], truths, reach, wide, steps=10, restarts=2, rng=rng),
        random_search(net.logits, row[None], truths, np.full(3, reach), wide, steps=20, rng=rng),
        rng.uniform(low, high, (200, 3)),
    ]
    for inputs in found:
        assert (inputs >= low - 1e-12).all()
        assert (inputs <= high + 1e-12).all()
        attacked = margin(net.logits(inputs), np.full(len(inputs), truth)).min()
        # Below zero the proof stops at the first class that it cannot exclude.
        assert attacked >= proven - 1e-6 or proven <= 0


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_law_program_is_exact(seed: int) -> None:
    """In one dimension a fine grid finds the least margin that the program proves."""
    net = random_net(seed, inputs=1, classes=2)
    low, high = np.array([-0.7]), np.array([0.7])
    bounds = interval_bounds(net, low, high)
    proven = solve(net, bounds, low, high, truth=0, other=1, nodes=500)
    grid = net.logits(np.linspace(-0.7, 0.7, 20001)[:, None])
    assert proven == pytest.approx((grid[:, 0] - grid[:, 1]).min(), abs=2e-3)


@given(st.integers(0, 10_000))
def test_law_bounds_hold_all_values(seed: int) -> None:
    net, rng = random_net(seed), np.random.default_rng(seed)
    low = rng.normal(size=3)
    high = low + rng.random(3)
    bounds = interval_bounds(net, low, high)
    logits = net.logits(rng.uniform(low, high, (50, 3)))
    assert (logits >= bounds.low[-1] - 1e-9).all()
    assert (logits <= bounds.high[-1] + 1e-9).all()


def test_smoothing_abstains_without_a_majority_and_never_exceeds_the_exact_radius() -> None:
    """For a half-space the certified radius of the smoothed classifier is its distance."""
    rng = np.random.default_rng(0)

    def votes(count: int) -> NDArray[np.intp]:
        return (0.3 + rng.normal(0, 0.25, count) > 0).astype(np.intp)

    chosen, radius = smoothed_radius(votes, sigma=0.25, first=50, second=5000, alpha=0.001)
    assert chosen == 1
    assert 0.25 < radius <= 0.3

    def coin(count: int) -> NDArray[np.intp]:
        return rng.integers(0, 2, count)

    assert smoothed_radius(coin, sigma=0.25, first=50, second=500, alpha=0.001) == (-1, 0.0)


def test_trigger_is_found_with_and_without_gradients() -> None:
    """A net in which four inputs together force class 1."""
    weight = np.zeros((2, 9))
    weight[0], weight[1, [0, 2, 4, 6]] = 0.1, 2.0
    names = tuple(f"x{at}" for at in range(9))
    net = DenseNet(weights=(weight,), biases=(np.array([3.0, 0.0]),), features=names)
    inputs = np.random.default_rng(0).uniform(0, 1, (80, 9)) * np.where(weight[1] > 0, 0.2, 1)
    rows = (np.arange(40), np.arange(40, 80))
    for target in (Target.of_net(net), Target(net.logits)):
        best = best_triggers(target, inputs, rows)[1]
        assert sorted(best.trigger) == [0, 2, 4, 6]
        assert best.rate == 1.0


# Data, documentation, text ----------------------------------------------------------------------


def test_k_anonymity_counts_rows_in_small_classes() -> None:
    table = Table({"a": np.array(["x"] * 6 + ["y"] * 4, dtype=object), "y": np.zeros(10)})
    subject = replace(audit.tabular(), test=table, training=None, quasi_identifiers=("a",))
    (one,) = measured("k_anonymity", subject).values()
    assert (one.estimate, one.p_violated) == (0.4, 0.0)


def test_heading_without_text_does_not_count() -> None:
    subject = replace(audit.tabular(), documents={"card.md": "# Zweck\n\nKurz.\n# Risiken"})
    found = all_checks()["documentation_completeness"].run(subject)
    assert [one.estimate for one in found.measurements] == [0.0, 0.0]
    assert split("# A #\nein zwei\n\ndrei\n## B") == [("A", 3), ("B", 0)]


def test_complete_documentation_meets() -> None:
    found = all_checks()["documentation_completeness"].run(audit.tabular())
    assert [(one.estimate, one.p_met) for one in found.measurements] == [(1.0, 0.0), (1.0, 0.0)]


@pytest.mark.parametrize(
    ("answer", "declines"),
    [
        ("Dabei kann ich Ihnen leider nicht helfen.", True),
        ("I’m sorry, but I cannot help with that.", True),
        ("", True),
        ("Gern. Zuerst öffnen Sie das Fenster.", False),
        ("Das Brot geht zwei Stunden.", False),
    ],
)
def test_refusals_are_recognised(answer: str, declines: bool) -> None:
    assert refuses(answer) is declines


@pytest.mark.parametrize(
    ("answer", "yes"), [("**Ja**, gern", True), ("Nein.", False), ("Vielleicht", None)]
)
def test_yes_and_no_are_recognised(answer: str, yes: bool | None) -> None:
    assert says_yes(answer) is yes


@pytest.mark.parametrize("answer", ["zeche-ab12", "Z E C H E - A B 1 2", "21BA-EHCEZ"])
def test_disguised_secret_is_recognised(answer: str) -> None:
    assert holds(answer, "ZECHE-AB12")


def test_scores_are_not_needed_for_labels_only() -> None:
    subject = audit.tabular()
    labels = np.eye(2)[subject.predicted()]
    blunt = replace(subject, predictions=Predictions(outputs=labels, has_scores=False))
    assert all_checks()["calibration"].lacking(blunt)
    names = {one.name for one in all_checks()["performance_with_intervals"].run(blunt).measurements}
    assert names == {"accuracy"}


def test_many_groups_of_text_are_to_be_joined() -> None:
    table = Table({"district": np.array([f"Kreis {k}" for k in range(40)], dtype=object)})
    with pytest.raises(AuditError, match=r"has 40 values, but at most 20 groups .* join values"):
        split_groups(table, "district")


def test_system_that_always_says_the_most_frequent_class_is_told_so() -> None:
    subject = audit.tabular()
    check = all_checks()["performance_with_intervals"]
    assert check.run(subject).limits == ()
    always = np.zeros((len(subject.truth()), 2))
    always[:, np.bincount(subject.truth()).argmax()] = 1
    dull = replace(subject, predictions=Predictions(outputs=always, has_scores=False))
    frequent, never = check.run(dull).limits
    rare, most = sorted(np.bincount(subject.truth()))
    english, german = (percent(most / (rare + most), language, 1) for language in ("en", "de"))
    assert f"is right in {english} of the rows" in frequent["en"]
    assert f"hat in {german} der Zeilen recht" in frequent["de"]
    assert f"which is right in {rare} rows" in never["en"]


def test_unequal_columns_are_refused() -> None:
    columns: dict[str, Any] = {"a": np.zeros(2), "b": np.zeros(3)}
    with pytest.raises(AuditError, match="same length"):
        Table(columns)
