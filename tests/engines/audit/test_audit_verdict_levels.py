"""Levels: nothing good outweighs anything bad, whatever the catalogue."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.audit_catalogue import (
    make_catalogue,
    make_indicator,
    make_measurement,
    make_result,
)
from steiger.engines.audit.catalogue import Level, Need, own_catalogue
from steiger.engines.audit.verdict import Rating, Verdict, VerdictError, examine
from steiger.engines.audit.verdict.conflicts import conflict_statements
from steiger.engines.audit.verdict.demands import deviations
from steiger.engines.audit.verdict.levels import (
    CriterionLevel,
    IndicatorLevel,
    criterion_level,
    dimension_level,
    indicator_level,
    levels,
    lower_median,
)

LEVELS = st.sampled_from(Level)
A, B, C, D = Level.A, Level.B, Level.C, Level.D
INDICATORS = st.lists(st.tuples(LEVELS, st.booleans()), min_size=1, max_size=9)


def graded(rows: list[tuple[Level, bool]]) -> list[IndicatorLevel]:
    return [
        IndicatorLevel(f"i{place}", level, level, compulsory)
        for place, (level, compulsory) in enumerate(rows)
    ]


def of(rows: list[tuple[Level, bool]]) -> Level:
    found = criterion_level("c", graded(rows)).level
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("rows", "level"),
    [
        ([(A, True), (D, False), (D, False), (D, False)], D),
        ([(A, False), (D, False)], D),
        ([(A, False), (A, False), (D, False)], A),
        ([(A, False), (A, False), (D, True)], D),
        ([(A, True), (A, True), (B, True)], B),
        ([(B, False), (C, False), (D, False)], C),
        ([(A, True), (C, False), (C, False)], C),
        ([(A, True)], A),
    ],
)
def test_criterion_level_by_the_written_rule(rows: list[tuple[Level, bool]], level: Level) -> None:
    assert of(rows) is level


@given(INDICATORS, st.data())
def test_raising_one_indicator_never_lowers_the_criterion(
    rows: list[tuple[Level, bool]], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    level, compulsory = rows[place]
    higher = data.draw(st.sampled_from([item for item in Level if item >= level]))
    raised = [*rows[:place], (higher, compulsory), *rows[place + 1 :]]
    assert of(raised) >= of(rows)


@given(INDICATORS)
def test_no_level_above_the_worst_compulsory_or_the_majority(
    rows: list[tuple[Level, bool]],
) -> None:
    found = of(rows)
    assert all(found <= level for level, compulsory in rows if compulsory)
    assert 2 * sum(level >= found for level, _ in rows) > len(rows)


@given(INDICATORS, st.lists(LEVELS, min_size=2, max_size=6))
def test_one_a_added_lifts_by_nothing_it_does_not_outvote(
    rows: list[tuple[Level, bool]], bad: list[Level]
) -> None:
    # One A beside at least as many others: the criterion is no better than the best of the others.
    others = [(level, False) for level in bad]
    assert of([*others, (A, False)]) <= max(bad)
    assert of([*rows, (D, True), (A, True)]) is D


@given(INDICATORS)
def test_holders_are_named_and_hold(rows: list[tuple[Level, bool]]) -> None:
    indicators = graded(rows)
    found = criterion_level("c", indicators)
    held = [item for item in indicators if item.id in found.held_by]
    assert held
    assert found.level is not None
    lifted = [replace(item, level=A) if item in held else item for item in indicators]
    lifted_level = criterion_level("c", lifted).level
    assert found.level is A or (lifted_level is not None and lifted_level > found.level)


@given(st.lists(LEVELS, min_size=1, max_size=6))
def test_dimension_is_its_worst_criterion(found: list[Level]) -> None:
    criteria = [CriterionLevel(f"c{i}", level, ()) for i, level in enumerate(found)]
    dimension = dimension_level("d", Need.HIGH, B, criteria)
    assert dimension.level == min(found)
    assert dimension.passed == (min(found) >= B)


def test_what_does_not_apply_passes_and_is_left_out() -> None:
    nothing = dimension_level("d", Need.HIGH, B, [CriterionLevel("c", None, ())])
    assert nothing.passed
    assert nothing.level is None
    rows = [*graded([(A, True)]), IndicatorLevel("x", None, None, True)]
    assert criterion_level("c", rows).level is A


def test_median_needs_something() -> None:
    with pytest.raises(VerdictError):
        lower_median([])


@pytest.mark.parametrize(
    ("need", "verdict", "compulsory", "measured", "level"),
    [
        (Need.MODERATE, Verdict.MET, True, True, A),
        (Need.MODERATE, Verdict.UNDECIDABLE, True, True, C),
        (Need.MODERATE, Verdict.UNDECIDABLE, True, False, D),
        (Need.MODERATE, Verdict.VIOLATED, True, True, D),
        (Need.MODERATE, Verdict.UNDECIDABLE, False, True, A),
        (Need.MODERATE, Verdict.VIOLATED, False, True, C),
        (Need.HIGH, Verdict.MET, True, True, A),
        (Need.HIGH, Verdict.UNDECIDABLE, True, True, D),
        (Need.HIGH, Verdict.VIOLATED, True, True, D),
        (Need.HIGH, Verdict.VIOLATED, False, True, C),
    ],
)
def test_verdicts_cap_an_indicator(
    need: Need, verdict: Verdict, compulsory: bool, measured: bool, level: Level
) -> None:
    rating = Rating("X1.1", A, by="examiner", validated=True)
    result = make_result(verdict, compulsory=compulsory, measured=measured)
    assert indicator_level(make_indicator(), need, rating, [result]).level is level


@pytest.mark.parametrize(
    ("need", "rating", "level"),
    [
        (Need.MODERATE, Rating("X1.1", A), A),
        (Need.MODERATE, None, D),
        (Need.MODERATE, Rating("X1.1", None), D),
        (Need.MODERATE, Rating("X1.1", None, by="examiner"), None),
        (Need.HIGH, Rating("X1.1", A), C),
        (Need.HIGH, Rating("X1.1", A, by="examiner"), C),
        (Need.HIGH, Rating("X1.1", A, by="examiner", validated=True), A),
        (Need.HIGH, Rating("X1.1", D), D),
    ],
)
def test_high_need_makes_validation_compulsory(
    need: Need, rating: Rating | None, level: Level | None
) -> None:
    assert indicator_level(make_indicator(), need, rating, []).level is level


def test_results_of_other_indicators_have_no_say() -> None:
    result = make_result(Verdict.VIOLATED, "X1.2")
    found = indicator_level(make_indicator(), Need.MODERATE, Rating("X1.1", B), [result])
    assert (found.level, found.caps) == (B, ())


def test_only_examiners_validate() -> None:
    with pytest.raises(VerdictError, match="only an examiner validates"):
        Rating("X1.1", A, validated=True)


@pytest.mark.parametrize(
    ("ratings", "told"),
    [
        ([Rating("X9.9", A)], "no indicator 'X9.9'"),
        ([Rating("X1.1", A), Rating("X1.1", B)], "X1.1 is rated twice"),
    ],
)
def test_ratings_that_make_no_sense_are_refused(ratings: list[Rating], told: str) -> None:
    with pytest.raises(VerdictError, match=told):
        levels(make_catalogue(), {"X": Need.MODERATE}, ratings, [])


@given(st.data())
def test_raising_one_rating_never_lowers_anything_in_our_catalogue(data: st.DataObject) -> None:
    own = own_catalogue()
    needs = {item.id: data.draw(st.sampled_from(Need)) for item in own.dimensions}
    rated = {item.id: data.draw(LEVELS) for item in own.indicators}
    key = data.draw(st.sampled_from(sorted(rated)))
    higher = data.draw(st.sampled_from([item for item in Level if item >= rated[key]]))

    def judged(of: dict[str, Level]) -> list[Level]:
        ratings = [Rating(name, level, "examiner", validated=True) for name, level in of.items()]
        found = levels(own, needs, ratings, [])
        every = [*found.indicators, *found.criteria, *found.dimensions]
        return [item.level for item in every if item.level is not None]

    before, after = judged(rated), judged(rated | {key: higher})
    assert all(new >= old for old, new in zip(before, after, strict=True))


def whole(verdicts: dict[str, tuple[float, float]], need: Need = Need.MODERATE) -> object:
    own = own_catalogue()
    return examine(
        own,
        needs=dict.fromkeys([item.id for item in own.dimensions], need),
        task="classification",
        modality="tabular",
        measurements=[
            make_measurement(check=check, p_met=met, p_violated=violated)
            for check, (met, violated) in verdicts.items()
        ],
        ratings=[Rating(item.id, A, "examiner", validated=True) for item in own.indicators],
        alpha=0.05,
    )


def test_thresholds_are_told_where_they_differ_from_those_of_the_need() -> None:
    own = own_catalogue()
    needs = dict.fromkeys([item.id for item in own.dimensions], Need.HIGH)
    given = {"performance_with_intervals": {"accuracy": 0.9, "auc": 0.8}, "drift": {"mmd": 0.1}}
    measurements = [
        make_measurement(check="performance_with_intervals", name=name, better="above")
        for name in ("accuracy", "auc")
    ]
    (one,) = deviations(own, needs, given, measurements)
    assert (one.name, one.better, one.threshold, one.demanded) == ("auc", "above", 0.8, 0.85)
    needs |= {"VE": Need.MODERATE}
    (one,) = deviations(own, needs, given, measurements)
    assert (one.name, one.threshold, one.demanded) == ("accuracy", 0.9, 0.8)


def test_whole_examination_is_plain_data_and_names_the_catalogue() -> None:
    own = own_catalogue()
    met = {method.check: (0.0, 1.0) for method in own.methods}
    found = whole(met, Need.HIGH)
    plain = json.loads(json.dumps(found.as_plain()))  # type: ignore[attr-defined]
    assert plain["passed"] is True
    assert {row["level"] for row in plain["dimensions"]} == {"A"}
    assert plain["catalogue"]["sha256"] == own.digest()
    assert {row["verdict"] for row in plain["measurements"]} == {"met"}
    row = plain["measurements"][0]
    assert {"p_met", "p_met_adjusted", "p_violated", "p_violated_adjusted", "needed"} <= set(row)


def test_one_violated_compulsory_check_sinks_its_dimension_alone() -> None:
    met = {method.check: (0.0, 1.0) for method in own_catalogue().methods}
    found = whole(met | {"group_error_rates": (1.0, 0.0)})
    sunk = {x.id: x.level for x in found.levels.dimensions}  # type: ignore[attr-defined]
    assert sunk == {"FN": D, "AK": A, "TR": A, "VE": A, "SI": A, "DS": A}
    assert not found.passed  # type: ignore[attr-defined]


def test_a_check_left_out_sinks_its_dimension_too() -> None:
    met = {method.check: (0.0, 1.0) for method in own_catalogue().methods}
    del met["model_file_scan"]
    found = whole(met)
    sunk = [x.id for x in found.levels.dimensions if not x.passed]  # type: ignore[attr-defined]
    assert sunk == ["SI"]


def test_conflicts_are_stated_and_sharpened() -> None:
    met = {method.check: (0.0, 1.0) for method in own_catalogue().methods}
    calm = {x.conflict.id: x.sharp for x in whole(met).conflicts}  # type: ignore[attr-defined]
    assert set(calm) == {f"K{number}" for number in range(1, 9)}
    assert not any(calm.values())
    sharp = whole(met | {"membership_inference": (1.0, 0.0)})
    stated = {x.conflict.id: x for x in sharp.conflicts}  # type: ignore[attr-defined]
    assert {key for key, item in stated.items() if item.sharp} == {"K1", "K2", "K5", "K6"}
    assert stated["K1"].favoured == "VE"
    assert "zugunsten von Verlässlichkeit" in stated["K1"].text.de


def test_conflict_with_a_dimension_without_need_is_none() -> None:
    own = own_catalogue()
    needs = dict.fromkeys([item.id for item in own.dimensions], Need.MODERATE) | {"DS": Need.NONE}
    found = {item.conflict.id for item in conflict_statements(own, needs, [])}
    assert found == {"K3", "K4", "K8"}
