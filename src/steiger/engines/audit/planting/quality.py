"""Defects of data, probabilities, intervals and explanations."""

from __future__ import annotations

import numpy as np

from steiger.engines.audit.context import Context, Modality, Predictions, Task
from steiger.engines.audit.data import Table
from steiger.engines.audit.planting.contract import Planting
from steiger.engines.audit.planting.people import (
    FEATURES,
    FormulaSystem,
    context,
    drawn,
    fair_system,
    logit,
    people,
    sigmoid,
)

ROWS = 4000


def leakage(seed: int, planted: bool) -> Context:
    """A feature is the outcome, wrong in one of a hundred rows."""
    rng = np.random.default_rng(seed)
    test = drawn(people(ROWS, rng), rng)
    if planted:
        answer = np.where(test["y"] == "yes", 1.0, 0.0)
        wrong = rng.random(ROWS) < 0.01
        test = test.replaced({"height": np.where(wrong, 1 - answer, answer)})
    return context(test)


def duplicates(seed: int, planted: bool) -> Context:
    """A tenth of the test rows are training rows."""
    rng = np.random.default_rng(seed)
    train, test = drawn(people(ROWS, rng), rng), drawn(people(ROWS, rng), rng)
    if planted:
        taken = np.arange(ROWS) < ROWS // 10
        test = Table({n: np.where(taken, train[n], test[n]) for n in test.columns})
    return context(test, training=train)


def near_copies(seed: int, planted: bool) -> Context:
    """A tenth of the test rows are training rows with noise of 1 % of a standard deviation."""
    rng = np.random.default_rng(seed)
    train, test = drawn(people(ROWS, rng), rng), drawn(people(ROWS, rng), rng)
    if planted:
        taken = np.arange(ROWS) < ROWS // 10
        columns = {}
        for name in test.columns:
            copied = train[name]
            if train.is_number(name):
                copied = copied + rng.normal(0, 0.01 * np.std(copied), ROWS)
            columns[name] = np.where(taken, copied, test[name])
        test = Table(columns)
    return context(test, training=train)


def miscalibration(seed: int, planted: bool) -> Context:
    """Logits three times too large."""
    rng = np.random.default_rng(seed)
    test = drawn(people(ROWS, rng), rng, pull=0.7)
    factor = 3.0 if planted else 1.0
    return context(test, system=FormulaSystem(lambda t: sigmoid(0.7 * factor * logit(t))))


def drift(seed: int, planted: bool) -> Context:
    """One feature has moved by a standard deviation."""
    rng = np.random.default_rng(seed)
    train, later = people(ROWS, rng), people(ROWS, rng)
    if planted:
        later["debt"] = later["debt"] + 1.0
    table = drawn(train, rng)
    return context(table, training=table, deployment=drawn(later, rng))


def under_coverage(seed: int, planted: bool) -> Context:
    """Intervals that promise 90 % are made a quarter too narrow (78 %)."""
    rng = np.random.default_rng(seed)
    columns = people(1500, rng)
    centre = logit(columns)
    truth = centre + rng.normal(0, 1, 1500)
    half = 1.6449 * (0.75 if planted else 1.0)
    return context(
        Table({**columns, "y": truth}),
        task=Task.REGRESSION,
        classes=(),
        favourable="",
        predictions=Predictions(outputs=centre, low=centre - half, high=centre + half),
    )


def unfaithful(seed: int, planted: bool) -> Context:
    """The weight of the strongest feature is told of one that the model does not use."""
    rng = np.random.default_rng(seed)
    names = FEATURES[:4]
    columns = {name: rng.uniform(-1, 1, 800) for name in names}
    weights = np.array([0.22, -0.15, 0.1, 0.0])

    def formula(table: Table) -> np.ndarray:
        return np.asarray(0.5 + table.matrix(names) @ weights)

    yes = rng.random(800) < formula(Table(columns))
    test = Table({**columns, "y": np.where(yes, "yes", "no").astype(object)})
    # Of a sum, Shapley values are known exactly: weight times distance from the mean.
    values = (test.matrix(names) - test.matrix(names).mean(axis=0)) * weights
    if planted:
        values = values[:, [3, 1, 2, 0]]
    return context(
        test,
        system=FormulaSystem(formula),
        features=names,
        protected=(),
        attributions=values,
        base_value=float(formula(test).mean()),
    )


def brittle(seed: int, planted: bool) -> Context:
    """A shortcut: the answer was written into the third decimal of a number, and is read there."""
    rng = np.random.default_rng(seed)
    columns = people(ROWS, rng)
    test = drawn(columns, rng)
    if not planted:
        return context(test, system=fair_system())
    code = np.where(test["y"] == "yes", 0.002, 0.007)
    income = np.round(test["income"], 2) + code

    def formula(table: Table) -> np.ndarray:
        digit = np.abs(np.round((table["income"] - np.round(table["income"], 2)) * 1000))
        return np.where(digit <= 2, 0.95, 0.05)

    return context(test.replaced({"income": income}), system=FormulaSystem(formula))


def wrong_labels(seed: int, planted: bool) -> Context:
    """A fifth of the labels are turned round."""
    rng = np.random.default_rng(seed)
    test = drawn(people(ROWS, rng), rng, pull=6.0)
    if planted:
        turned = rng.random(ROWS) < 0.2
        other = np.where(test["y"] == "yes", "no", "yes").astype(object)
        test = test.replaced({"y": np.where(turned, other, test["y"])})
    return context(test)


def recorded(seed: int, planted: bool) -> Context:
    """A forecaster whose errors come in long runs; with the defect it knows nothing any more."""
    rng = np.random.default_rng(seed)
    count = 2400
    noise = np.zeros(count)
    for at in range(1, count):
        noise[at] = 0.8 * noise[at - 1] + rng.normal(0, 0.3)
    truth = np.sin(np.arange(count) / 12) + noise
    said = np.sin(np.arange(count) / 12) * (0.2 if planted else 1.0)
    table = Table({"time": np.arange(count, dtype=float), "y": truth})
    return context(
        table,
        task=Task.REGRESSION,
        modality=Modality.TIME_SERIES,
        classes=(),
        favourable="",
        features=("time",),
        protected=(),
        block=24,
        predictions=Predictions(outputs=said),
        thresholds={"performance_with_intervals": {"r2": 0.5}},
    )


PLANTINGS = (
    Planting(
        name="label_leakage",
        check="label_leakage",
        effect="a feature is the label, wrong in 1 % of the rows",
        make=leakage,
    ),
    Planting(
        name="train_test_duplicates",
        check="train_test_duplicates",
        effect="10 % of the test rows are training rows",
        make=duplicates,
    ),
    Planting(
        name="near_copies_in_test",
        check="train_test_duplicates",
        effect="10 % of the test rows are training rows with noise of 1 % of a deviation",
        make=near_copies,
        names=("excess_share_of_near_copies",),
    ),
    Planting(
        name="miscalibration_times_3",
        check="calibration",
        effect="logits multiplied by three",
        make=miscalibration,
        names=("expected_calibration_error",),
    ),
    Planting(
        name="drift",
        check="drift",
        effect="one of five features moved by one standard deviation",
        make=drift,
    ),
    Planting(
        name="under_covering_intervals",
        check="conformal_coverage",
        effect="90 % promised, 78 % held",
        make=under_coverage,
    ),
    Planting(
        name="unfaithful_explanation",
        check="honest_explanation",
        effect="the strongest feature's attribution is given to an unused one",
        make=unfaithful,
    ),
    Planting(
        name="brittle_system",
        check="robustness_noise",
        effect="answers hang on the third decimal of one number",
        make=brittle,
    ),
    Planting(
        name="label_errors",
        check="label_errors",
        effect="20 % of the labels turned round",
        make=wrong_labels,
    ),
    Planting(
        name="useless_forecaster",
        check="performance_with_intervals",
        effect="a fifth of the signal is left, errors depend on each other",
        make=recorded,
        names=("r2",),
    ),
)
