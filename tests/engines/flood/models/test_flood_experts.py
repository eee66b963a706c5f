"""Ridge, stretched scale, blend, bands, mixture: known answers and laws."""

from __future__ import annotations

import pickle
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from steiger.engines.flood.models.bands import GROUPS, LEVELS, fit_bands, group_of, signs_of
from steiger.engines.flood.models.blend import (
    USUAL_DRY,
    USUAL_WET,
    Blend,
    Regimes,
    fit_blend,
    handed_over,
    shares,
)
from steiger.engines.flood.models.mixture import mixed
from steiger.engines.flood.models.ridge import RidgePath
from steiger.engines.flood.models.settings import PROFILES, ModelError, ModelSettings, Tuning
from steiger.engines.flood.models.stretch import Stretch, fit_stretch
from steiger.engines.flood.models.trees import Trees, TreeSettings, grow

HOUR = timedelta(hours=1)
EXPERTS = ("persistence", "ridge", "gr4h", "trees")


def draws(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_ridge_is_the_closed_form() -> None:
    x, w = draws().normal(size=(200, 4)), draws(1).uniform(0.5, 2, 200)
    y = x @ [1.0, -2.0, 0.0, 0.5] + 3 + draws(2).normal(size=200) * 0.1
    found = RidgePath(x, y, w).solve(0.1)
    centre = (w @ x) / w.sum()
    spread = np.sqrt((w @ (x - centre) ** 2) / w.sum())
    z = (x - centre) / spread
    level = (w @ y) / w.sum()
    left = (z * w[:, None]).T @ z + 0.1 * w.sum() * np.eye(4)
    slopes = np.linalg.solve(left, (z * w[:, None]).T @ (y - level)) / spread
    assert found.slopes == pytest.approx(slopes)
    assert found.predict(x) == pytest.approx((x - centre) @ slopes + level)


def test_ridge_takes_missing_values_for_usual_ones() -> None:
    x = draws().normal(size=(300, 3))
    found = RidgePath(x, x @ [1.0, 2.0, 3.0], np.ones(300)).solve(1e-6)
    row = np.array([[1.0, np.nan, 2.0]])
    filled = np.array([[1.0, found.centre[1], 2.0]])
    assert found.predict(row) == pytest.approx(found.predict(filled))


def test_ridge_is_not_carried_away_by_one_column() -> None:
    x = draws().normal(size=(300, 1))
    found = RidgePath(x, x[:, 0], np.ones(300)).solve(1e-6)
    assert abs(found.predict(np.array([[1e9]]))[0]) < 20


def test_ridge_gives_a_row_the_same_bits_in_any_company() -> None:
    x = draws().normal(size=(5000, 40))
    found = RidgePath(x, x.sum(axis=1), np.ones(5000)).solve(0.1)
    assert found.predict(x)[4321] == found.predict(x[4321:4322])[0]


def test_constant_column_has_no_part() -> None:
    x = np.column_stack([np.ones(50), np.arange(50.0)])
    found = RidgePath(x, np.arange(50.0), np.ones(50)).solve(1e-9)
    assert found.slopes[0] == 0.0


@given(
    st.floats(-5, 5),
    st.floats(0.05, 5),
    st.sampled_from([1.0, 1.5, 2.0]),
    st.floats(0.01, 50),
)
def test_stretch_comes_back(zero: float, spread: float, power: float, above: float) -> None:
    scale = Stretch(zero, spread, power)
    value = np.array([zero + above * spread])
    assert scale.back(scale.stretched(value)) == pytest.approx(value, rel=1e-6, abs=1e-6)
    higher = scale.stretched(value + 0.1 * spread)
    assert higher[0] > scale.stretched(value)[0]


def test_slope_of_the_stretch_is_its_derivative() -> None:
    scale = fit_stretch(np.array([1.0, 2.0, 3.0, np.nan]), 1.5)
    value, small = np.array([2.5]), 1e-6
    numeric = (scale.stretched(value + small) - scale.stretched(value - small)) / (2 * small)
    assert scale.slope(value) == pytest.approx(numeric, rel=1e-4)


def blend_problem(seed: int, size: int = 400) -> dict[str, np.ndarray]:
    draw = draws(seed)
    origin = draw.normal(size=size)
    truth = origin + draw.normal(size=size)
    noise = draw.normal(size=(size, 3)) * [1.0, 0.8, 0.3]
    points = np.column_stack([origin, truth[:, None] + noise])
    regime = draw.integers(0, 3, size)
    return {"origin": origin, "points": points, "truth": truth, "regime": regime}


@given(st.integers(0, 10_000))
def test_blend_weights_are_never_negative_and_no_worse_than_the_usual_ones(seed: int) -> None:
    p = blend_problem(seed)
    blend = fit_blend(EXPERTS, weights=np.ones(400), **p)  # type: ignore[arg-type]
    assert (blend.weights >= 0).all()
    usual = Blend(EXPERTS, np.tile(shares(EXPERTS, USUAL_WET), (3, 1)))
    errors = [
        ((b.combine(p["origin"], p["points"], p["regime"], np.zeros(400)) - p["truth"]) ** 2).mean()
        for b in (blend, usual)
    ]
    assert errors[0] <= errors[1] * (1 + 1e-5)


def test_silent_expert_gives_its_weight_to_the_others() -> None:
    blend = Blend(EXPERTS, np.tile([0.0, 0.5, 0.25, 0.25], (3, 1)))
    points = np.array([[1.0, 2.0, np.nan, 2.0]])
    found = blend.combine(np.array([1.0]), points, np.array([0]), np.zeros(1))
    assert found == pytest.approx([2.0])


def test_expert_that_was_silent_in_training_has_no_weight() -> None:
    p = blend_problem(5)
    p["points"][:, 2] = np.nan
    blend = fit_blend(EXPERTS, weights=np.ones(400), **p)  # type: ignore[arg-type]
    assert (blend.weights[:, 2] == 0).all()


def test_a_lucky_expert_does_not_take_over_a_regime() -> None:
    # GR4H fits the few floods of the record by accident: the trees keep most of the weight.
    p = blend_problem(3, 1000)
    p["regime"] = np.where(np.arange(1000) < 120, 2, 0)
    lucky = p["regime"] == 2
    p["points"][lucky, 2] = p["truth"][lucky]
    weights = fit_blend(EXPERTS, weights=np.ones(1000), **p).weights  # type: ignore[arg-type]
    assert weights[2, 2] > weights[0, 2]
    assert weights[2, 3] > weights[2, 2]


@pytest.mark.parametrize("usual", [USUAL_DRY, USUAL_WET])
@given(seed=st.integers(0, 10_000))
def test_weights_are_the_usual_ones_where_the_record_says_nothing(
    usual: dict[str, float], seed: int
) -> None:
    p = blend_problem(seed)
    p["points"][:, 1:] = p["truth"][:, None]
    found = fit_blend(EXPERTS, weights=np.ones(400), usual=usual, **p).weights  # type: ignore[arg-type]
    expected = np.tile(shares(EXPERTS, usual)[1:], (3, 1))
    assert found[:, 1:] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("experts", "expected"),
    [
        (("persistence", "ridge", "trees", "model_trees"), [0.0, 0.2, 0.5, 0.3]),
        (("ridge", "trees"), [2 / 7, 5 / 7]),
        (("persistence", "gr4h"), [0.5, 0.5]),
    ],
)
def test_usual_weights_sum_to_one(experts: tuple[str, ...], expected: list[float]) -> None:
    assert shares(experts, USUAL_WET) == pytest.approx(expected)


def test_weight_goes_to_the_ridge_beyond_what_was_learned() -> None:
    weights = np.tile([0.0, 0.3, 0.1, 0.6], (3, 1))
    found = handed_over(weights, EXPERTS, np.array([0.0, 0.5, 1.0]))
    assert found.sum(axis=1) == pytest.approx([1.0] * 3)
    assert found[:, 3] == pytest.approx([0.6, 0.45, 0.3])
    assert found[2, 2] == pytest.approx(0.025)
    assert found[2, 1] == pytest.approx(0.675)
    assert weights[2].tolist() == [0.0, 0.3, 0.1, 0.6]


def test_regimes_part_low_mean_and_flood() -> None:
    regimes = Regimes(1.0, 2.0, 3.0)
    assert regimes.of(np.array([0.5, 1.0, 1.9, 2.0])).tolist() == [0, 1, 1, 2]


def band_problem(size: int = 24_000) -> dict[str, np.ndarray]:
    """Errors whose size grows with the forecast change."""
    draw = draws(7)
    change = draw.exponential(0.3, size)
    error = draw.normal(size=size) * (0.02 + 0.3 * change)
    origin = np.full(size, 1.0)
    points = np.column_stack([origin, origin + change * 0.9, origin + change])
    height = change * 2
    signs = signs_of(
        origin, points, origin + change, height=height, activity=change[:, None], spread=1.0
    )
    regime = (change > 0.3).astype(int) + (change > 1.0)
    return {"error": error, "signs": signs, "regime": regime, "point": origin + change}


def test_band_covers_in_calm_and_in_lively_hours() -> None:
    p = band_problem()
    half = np.arange(24_000) % 2 == 0
    bands = fit_bands(
        p["error"][half],
        p["signs"][half],
        p["regime"][half],
        weights=np.ones(12_000),
        near_flood=np.zeros(12_000, dtype=bool),
        spread=1.0,
    )
    rest = ~half
    found = bands.spread(p["point"][rest], p["signs"][rest], p["regime"][rest], np.ones(12_000))
    truth = (p["point"] + p["error"])[rest]
    inside = (truth >= found[:, 1]) & (truth <= found[:, 5])
    for regime in range(3):
        assert 0.74 <= inside[p["regime"][rest] == regime].mean() <= 0.88
    assert (np.diff(found, axis=1) >= 0).all()
    assert found[:, LEVELS.index(0.5)] == pytest.approx(p["point"][rest])


def test_unannounced_floods_raise_the_upper_end_alone() -> None:
    p = band_problem(6000)
    near = np.arange(6000) % 40 == 0
    # Rises that nothing announces: far above all that such hours usually bring.
    error = np.where(near, 12.0 * np.abs(p["error"]) + 0.02, p["error"])
    args = {"weights": np.ones(6000), "spread": 1.0}
    usual = fit_bands(
        error, p["signs"], p["regime"], near_flood=np.zeros(6000, dtype=bool), **args
    ).quantiles
    found = fit_bands(error, p["signs"], p["regime"], near_flood=near, **args).quantiles
    upper, lower, active = LEVELS.index(0.9), LEVELS.index(0.1), [1, 3, 4]
    assert (found[active, upper] > 2.5 * usual[active, upper]).all()
    assert found[:, lower] == pytest.approx(usual[:, lower])
    assert found[[0, 2]] == pytest.approx(usual[[0, 2]])
    assert (np.diff(found, axis=1) >= 0).all()


def test_missing_sensors_widen_a_band() -> None:
    p = band_problem(1000)
    near = np.zeros(1000, dtype=bool)
    bands = fit_bands(
        p["error"], p["signs"], p["regime"], weights=np.ones(1000), near_flood=near, spread=1.0
    )
    one, two = (
        bands.spread(p["point"], p["signs"], p["regime"], np.full(1000, widen))
        for widen in (1.0, 1.5)
    )
    wide = (two[:, 5] - two[:, 1]) / (one[:, 5] - one[:, 1])
    assert wide == pytest.approx(np.full(1000, 1.5))


def test_groups_join_all_floods() -> None:
    found = group_of(np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 0, 1], dtype=bool))
    assert found.tolist() == [0, 1, 2, 3, 4, 4]
    assert found.max() < GROUPS


def test_mixture_of_one_member_is_the_member() -> None:
    member = np.array([[1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 9.0]])
    assert mixed(member).tolist() == member[0].tolist()


@given(arrays(np.float64, (5, 7), elements=st.floats(-10, 10)))
def test_mixture_lies_between_its_members(members: np.ndarray) -> None:
    members = np.sort(members, axis=1)
    found = mixed(members)
    assert (np.diff(found) >= 0).all()
    middle = LEVELS.index(0.5)
    assert members[:, 0].min() - 1e-9 <= found[middle] <= members[:, -1].max() + 1e-9


def test_mixture_of_different_members_is_wider_than_each() -> None:
    member = np.array([-1.0, -0.8, -0.4, 0.0, 0.4, 0.8, 1.0])
    found = mixed(np.stack([member, member + 5]))
    assert found[5] - found[1] > 4.0


def test_mixture_with_a_hole_is_unknown() -> None:
    assert np.isnan(mixed(np.full((2, 7), np.nan))).all()


def test_trees_travel_as_text_and_repeat_their_bits() -> None:
    x = draws().normal(size=(400, 5))
    y = np.sin(x[:, 0])
    settings = TreeSettings(rounds=8, leaves=6)
    trees = grow(x, y, np.ones(400), settings, 3)
    again = grow(x, y, np.ones(400), settings, 3)
    assert trees.text == again.text
    travelled = pickle.loads(pickle.dumps(trees))  # noqa: S301 (our own bytes)
    assert travelled.predict(x).tolist() == Trees(trees.text).predict(x).tolist()
    parts = trees.contributions(x[:3])
    assert parts.sum(axis=1) == pytest.approx(trees.predict(x[:3]))
    assert trees.predict(x[:0]).size == 0


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_settings_come_back_from_json_data(profile: str) -> None:
    settings = ModelSettings(leads=(HOUR, 3 * HOUR), profile=profile, seed=4)
    assert ModelSettings.from_dict(settings.as_dict()) == settings


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"leads": ()}, "one at least"),
        ({"leads": (2 * HOUR, HOUR)}, "ascend"),
        ({"leads": (0 * HOUR,)}, "above 0"),
        ({"leads": (100 * HOUR,)}, "72 hours"),
        ({"profile": "best"}, "profile"),
    ],
)
def test_settings_without_sense_are_refused(options: dict[str, object], word: str) -> None:
    with pytest.raises(ModelError, match=word):
        ModelSettings(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"folds": 1}, "folds"),
        ({"rows": 10}, "500"),
        ({"masked": 2.0}, "masked"),
        ({"penalties": ()}, "penalty"),
    ],
)
def test_tuning_without_sense_is_refused(options: dict[str, object], word: str) -> None:
    with pytest.raises(ModelError, match=word):
        Tuning(**options)  # type: ignore[arg-type]
