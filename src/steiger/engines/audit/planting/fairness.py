"""Defects that hit groups of people."""

from __future__ import annotations

import numpy as np

from steiger.engines.audit.context import Context, Predictions
from steiger.engines.audit.learning import fitted_scores
from steiger.engines.audit.planting.contract import Planting
from steiger.engines.audit.planting.people import (
    FEATURES,
    context,
    drawn,
    fair_system,
    logit,
    people,
    sigmoid,
)

ROWS = 4000


def label_bias(seed: int, planted: bool) -> Context:
    """A model learnt from labels in which half of group f's yes had been turned into no."""
    rng = np.random.default_rng(seed)
    train, test = drawn(people(ROWS, rng), rng), drawn(people(ROWS, rng), rng)
    codes = (train["y"] == "yes").astype(np.intp)
    if planted:
        hit = (train["sex"] == "f") & (rng.random(ROWS) < 0.5)
        codes = np.where(hit, 0, codes)
    names = (*FEATURES, "sex")
    known = {"region": train.values("region"), "sex": ("f", "m")}
    scores = fitted_scores(
        train.matrix(names, known), codes, test.matrix(names, known), classes=2, seed=seed
    )
    return context(test, predictions=Predictions(outputs=scores), protected=("sex",))


def intersectional(seed: int, planted: bool) -> Context:
    """Answers about one crossing are turned round in a third of its cases; margins look mild."""
    rng = np.random.default_rng(seed)
    test = drawn(people(ROWS, rng), rng)
    outputs = fair_system().outputs(test)
    if planted:
        hit = (test["sex"] == "f") & (test["origin"] == "c") & (rng.random(ROWS) < 0.35)
        outputs = np.where(hit[:, None], outputs[:, ::-1], outputs)
    return context(test, predictions=Predictions(outputs=outputs))


def proxy(seed: int, planted: bool) -> Context:
    """Height becomes two standard deviations apart between the sexes (AUC 0.92)."""
    rng = np.random.default_rng(seed)
    columns = people(ROWS, rng)
    if planted:
        columns["height"] = columns["height"] + 2.0 * (columns["sex"] == "m")
    return context(drawn(columns, rng))


def small_group(seed: int, planted: bool) -> Context:
    """Twelve people with errors that look bad; the twin is a large group without any gap."""
    rng = np.random.default_rng(seed)
    columns = people(ROWS, rng)
    size = 12 if planted else ROWS // 2
    member = np.arange(ROWS) < size
    columns["sex"] = np.where(member, "x", "m").astype(object)
    test = drawn(columns, rng)
    outputs = fair_system().outputs(test)
    if planted:
        # Three of twelve wrong: as bad as it looks, it may be chance.
        good = sigmoid(np.where(test["y"] == "yes", 3.0, -3.0))
        wrong = np.isin(np.arange(ROWS), rng.choice(size, 3, replace=False))
        yes = np.where(wrong, 1 - good, good)
        outputs = np.where(member[:, None], np.column_stack([1 - yes, yes]), outputs)
    return context(test, predictions=Predictions(outputs=outputs), protected=("sex",))


def weak_slice(seed: int, planted: bool) -> Context:
    """In one region, long-serving people are judged by coin."""
    rng = np.random.default_rng(seed)
    test = drawn(people(ROWS, rng), rng)
    outputs = fair_system().outputs(test)
    if planted:
        hit = (test["region"] == "West") & (test["tenure"] > 0.67)
        coin = rng.random(ROWS)
        outputs = np.where(hit[:, None], np.column_stack([1 - coin, coin]), outputs)
    return context(test, predictions=Predictions(outputs=outputs), system=None)


def missing_by_outcome(seed: int, planted: bool) -> Context:
    """A column that is filled in only for those who were accepted (90 % against 10 %)."""
    rng = np.random.default_rng(seed)
    columns = people(ROWS, rng)
    test = drawn(columns, rng)
    filled = 0.5 + (0.4 * np.where(test["y"] == "yes", 1, -1) if planted else 0.0)
    height = np.where(rng.random(ROWS) < filled, test["height"], np.nan)
    return context(test.replaced({"height": height}))


def missing_by_group(seed: int, planted: bool) -> Context:
    """A third of one group's values are missing, against a tenth."""
    rng = np.random.default_rng(seed)
    columns = people(ROWS, rng)
    share = np.where((columns["origin"] == "c") & planted, 0.33, 0.1)
    columns["height"] = np.where(rng.random(ROWS) < share, np.nan, columns["height"])
    return context(drawn(columns, rng))


def unequal_selection(seed: int, planted: bool) -> Context:
    """A higher border for one group: 20 points fewer yes."""
    rng = np.random.default_rng(seed)
    test = drawn(people(ROWS, rng), rng)
    shift = 1.5 * (test["sex"] == "f") if planted else 0.0
    yes = sigmoid(2.0 * (logit(test) - shift))
    return context(
        test, predictions=Predictions(outputs=np.column_stack([1 - yes, yes])), protected=("sex",)
    )


PLANTINGS = (
    Planting(
        name="label_bias_in_one_group",
        check="group_error_rates",
        effect="half of one group's positive training labels turned round",
        make=label_bias,
    ),
    Planting(
        name="intersectional_error",
        check="intersectional_groups",
        effect="35 % of the answers about one crossing of 10 % of the people turned round",
        make=intersectional,
    ),
    Planting(
        name="proxy",
        check="proxy_of_protected_attribute",
        effect="one feature separates two groups by two standard deviations (AUC 0.92)",
        make=proxy,
    ),
    Planting(
        name="too_small_a_group",
        check="group_error_rates",
        effect="a group of 12 with 3 errors: must stay undecided; a large one without gap is met",
        make=small_group,
        subject="sex: x",
        expected="undecided",
        twin=("met",),
    ),
    Planting(
        name="weak_slice",
        check="slice_discovery",
        effect="8 % of the people, at the crossing of two features, are judged by coin",
        make=weak_slice,
    ),
    Planting(
        name="post_outcome_column",
        check="post_outcome_columns",
        effect="a column filled for 90 % of one outcome, for 10 % of the other",
        make=missing_by_outcome,
    ),
    Planting(
        name="missingness_in_one_group",
        check="missingness_per_group",
        effect="33 % against 10 % incomplete rows",
        make=missing_by_group,
    ),
    Planting(
        name="unequal_selection",
        check="demographic_parity",
        effect="20 points fewer favourable decisions for one group",
        make=unequal_selection,
    ),
)
