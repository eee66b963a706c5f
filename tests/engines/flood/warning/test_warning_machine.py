"""The state machine: what raises, what clears, and what never happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.flood_forecasts import START, outlook
from steiger.engines.flood.warning import (
    Change,
    GaugeState,
    Reading,
    Trigger,
    WarningEvent,
    WarningPolicy,
    advance,
    in_force,
)

POLICY = WarningPolicy(
    raise_probability=(0.5,),
    clear_probability=(0.2,),
    confirm_cycles=2,
    clear_cycles=3,
    minimum_lead=timedelta(hours=2),
)


def run(
    cycles: Sequence[dict[str, Any]], policy: WarningPolicy = POLICY
) -> tuple[list[int], list[WarningEvent]]:
    """Levels after each hourly forecast, and all events."""
    states: dict[str, GaugeState] = {}
    levels, events = [], []
    for number, cycle in enumerate(cycles):
        states, new = advance(states, outlook(number, **cycle), policy)
        levels.append(states["g1"].level)
        events += new
    return levels, events


def p(first: float, second: float = 0.0, third: float = 0.0) -> dict[str, Any]:
    """Probabilities by level, seen only at the longest lead (6 h)."""
    return {"p": [(0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (first, second, third)]}


CALM = p(0.0)


def test_far_crossing_waits_for_confirmation() -> None:
    levels, events = run([p(0.9), p(0.9)])
    assert levels == [0, 1]
    assert [(e.change, e.trigger) for e in events] == [(Change.RAISED, Trigger.FORECAST)]
    assert "2 forecasts in a row" in " ".join(r.en for r in events[0].reasons)


def test_interrupted_signal_is_not_confirmed() -> None:
    levels, _ = run([p(0.9), p(0.3), p(0.9)])
    assert levels == [0, 0, 0]


def test_crossing_within_minimum_lead_is_warned_of_at_once() -> None:
    near = {"p": [(0.0,) * 3, (0.6, 0.0, 0.0), (0.6, 0.0, 0.0)], "leads": (60, 120, 360)}
    levels, events = run([near])
    assert levels == [1]
    assert events[0].onset == START + timedelta(minutes=120)
    assert "Deshalb wird nicht auf die nächste Vorhersage gewartet" in events[0].reasons[2].de


def test_crossing_at_the_shortest_lead_is_warned_of_at_once() -> None:
    levels, _ = run([{"p": [(0.6, 0.0, 0.0)] * 2, "leads": (180, 360)}])
    assert levels == [1]


@pytest.mark.parametrize(("value", "level"), [(0.9999, 0), (1.0, 1), (2.0, 2), (3.7, 3)])
def test_measurement_at_a_level_is_warned_of_at_once(value: float, level: int) -> None:
    levels, events = run([{**CALM, "last": value}])
    assert levels == [level]
    assert [e.trigger for e in events] == [Trigger.OBSERVED] * bool(level)


@pytest.mark.parametrize(("probability", "level"), [(0.4999, 0), (0.5, 1)])
def test_minimum_probability_is_a_sharp_border(probability: float, level: int) -> None:
    levels, _ = run([p(probability)] * 2)
    assert levels[-1] == level


def test_each_level_has_its_own_minimum_probability() -> None:
    policy = WarningPolicy(
        raise_probability=(0.9, 0.3), clear_probability=(0.2, 0.1), confirm_cycles=1
    )
    levels, events = run([p(0.4, 0.35, 0.0)], policy)
    assert levels == [2]
    assert events[0].level_value == 2.0


def test_warning_in_force_is_renewed_before_its_message_expires() -> None:
    policy = replace(POLICY, valid_for=timedelta(hours=6))
    rising = [{**CALM, "last": 1.2}] * 5
    levels, events = run([*rising, {**CALM, "last": 0.97}, p(0.9), p(0.9), *[CALM] * 3], policy)
    assert levels == [1] * 10 + [0]
    told = [(e.change, e.trigger, (e.time - START) // timedelta(hours=1)) for e in events]
    assert told == [
        (Change.RAISED, Trigger.OBSERVED, 0),
        (Change.RENEWED, Trigger.OBSERVED, 3),
        (Change.RENEWED, Trigger.FORECAST, 6),
        (Change.RENEWED, Trigger.CALM, 9),
        (Change.ALL_CLEAR, Trigger.CALM, 10),
    ]
    # A message that tells of an onset holds from there on.
    hours = [e.expires and (e.expires - START) // timedelta(hours=1) for e in events]
    assert hours == [6, 9, 18, 15, None]
    assert [len(e.references) for e in events] == [0, 1, 2, 3, 4]
    assert events[1].reasons[0].de == "Brücke: Die Warnung vor Stufe 1 gilt weiter."
    # Who reads of a warning while the water is low wants to know when it ends.
    assert "Aufgehoben" not in events[1].reasons[1].de
    assert events[3].reasons[1].de == (
        f"Aufgehoben wird sie, wenn {POLICY.clear_cycles} Vorhersagen in Folge ruhig sind; "
        "bisher sind es 2."
    )


def test_without_a_validity_a_warning_holds_until_it_is_changed() -> None:
    _, events = run([{**CALM, "last": 1.2}] * 30)
    assert [(e.change, e.expires) for e in events] == [(Change.RAISED, None)]


def test_same_forecast_again_renews_nothing() -> None:
    policy = replace(POLICY, valid_for=timedelta(hours=2))
    states: dict[str, GaugeState] = {}
    told = []
    for number in (0, 0, 1, 1, 1, 2):
        states, new = advance(states, outlook(number, **CALM, last=1.2), policy)
        told.append([e.change for e in new])
    assert told == [[Change.RAISED], [], [Change.RENEWED], [], [], [Change.RENEWED]]


def test_all_clear_needs_calm_cycles_in_a_row() -> None:
    levels, events = run([p(0.9), p(0.9), CALM, CALM, p(0.25), CALM, CALM, CALM])
    assert levels == [0, 1, 1, 1, 1, 1, 1, 0]
    assert events[-1].change is Change.ALL_CLEAR
    assert "In 3 Vorhersagen in Folge" in events[-1].reasons[1].de


@pytest.mark.parametrize(("value", "cleared"), [(0.96, False), (0.95, False), (0.9499, True)])
def test_all_clear_waits_for_the_water_to_fall_below_the_hysteresis(
    value: float, cleared: bool
) -> None:
    low = {**CALM, "last": value}
    levels, _ = run([{**CALM, "last": 1.1}, low, low, low])
    assert (levels[-1] == 0) is cleared


def test_hysteresis_of_a_discharge_is_a_share_of_the_level() -> None:
    flow = {"unit": "m3/s", "levels": (100.0, 200.0, 300.0), **CALM}
    high, between, low = ({**flow, "last": value} for value in (101.0, 96.0, 94.0))
    assert run([high, between, between, between])[0][-1] == 1
    assert run([high, low, low, low])[0][-1] == 0


def test_no_all_clear_without_measurement() -> None:
    levels, _ = run([{**CALM, "last": 1.2}, *[{**CALM, "last": None}] * 20])
    assert levels[-1] == 1


def test_no_all_clear_without_forecast() -> None:
    levels, _ = run([{**CALM, "last": 1.2}, *[{"p": (None,), "last": 0.4}] * 20])
    assert levels[-1] == 1


def test_stale_measurement_neither_raises_nor_clears() -> None:
    stale = Reading(START - timedelta(hours=4), 2.5)
    states, events = advance({}, outlook(last=None, **CALM), POLICY, latest={"g1": stale})
    assert (states["g1"].level, events) == (0, ())
    fresh = Reading(START - timedelta(hours=3), 2.5)
    states, events = advance({}, outlook(last=None, **CALM), POLICY, latest={"g1": fresh})
    assert states["g1"].level == 2


def test_escalation_and_de_escalation_refer_to_the_whole_episode() -> None:
    up = {**CALM, "last": 1.2}
    _, events = run([up, {**CALM, "last": 2.2}, *[up] * 3, *[CALM] * 3])
    assert [e.change for e in events] == [
        Change.RAISED,
        Change.ESCALATED,
        Change.DEESCALATED,
        Change.ALL_CLEAR,
    ]
    assert [len(e.references) for e in events] == [0, 1, 2, 3]
    assert [r.event_id for r in events[3].references] == [e.id for e in events[:3]]
    assert "Stufe 1 gilt weiter" in events[2].reasons[0].de


def test_a_new_episode_forgets_the_old_one() -> None:
    up = {**CALM, "last": 1.2}
    _, events = run([up, *[CALM] * 3, up])
    assert events[-1].change is Change.RAISED
    assert events[-1].references == ()


def test_same_forecast_twice_changes_nothing() -> None:
    states, first = advance({}, outlook(last=1.2), POLICY)
    again, second = advance(states, outlook(last=1.2), POLICY)
    assert (len(first), second, again) == (1, (), states)


def test_same_forecast_many_times_confirms_nothing_and_clears_nothing() -> None:
    states: dict[str, GaugeState] = {}
    for _ in range(5):
        states, events = advance(states, outlook(0, **p(0.9)), POLICY)
        assert (states["g1"].level, events) == (0, ())
    states, _ = advance(states, outlook(1, last=1.2, **CALM), POLICY)
    for _ in range(9):
        states, _ = advance(states, outlook(2, **CALM), POLICY)
    assert states["g1"].level == 1


def test_older_forecast_changes_nothing() -> None:
    states, _ = advance({}, outlook(5, **CALM), POLICY)
    assert advance(states, outlook(4, last=2.5), POLICY) == (states, ())


def test_newer_measurement_raises_between_two_forecasts() -> None:
    forecast = outlook(0, **CALM)
    states, _ = advance({}, forecast, POLICY)
    reading = Reading(START + timedelta(minutes=20), 1.4)
    states, events = advance(states, forecast, POLICY, latest={"g1": reading})
    assert [(e.level_after, e.time) for e in events] == [(1, reading.time)]
    assert advance(states, forecast, POLICY, latest={"g1": reading})[1] == ()


def test_gauges_do_not_touch_each_other() -> None:
    states, _ = advance({}, outlook(gauge="a", last=2.5), POLICY)
    states, _ = advance(states, outlook(1, gauge="b", last=1.5), POLICY)
    assert [(name, s.level) for name, s in in_force(states)] == [("a", 2), ("b", 1)]


def test_gauge_rules_override_the_general_ones() -> None:
    own = WarningPolicy(raise_probability=(0.95,), clear_probability=(0.2,), confirm_cycles=1)
    policy = WarningPolicy(confirm_cycles=1, gauges={"g1": own})
    assert run([p(0.9)], policy)[0] == [0]


def test_gauge_with_fewer_levels_than_before_keeps_its_warning() -> None:
    states, _ = advance({}, outlook(last=3.5), POLICY)
    low = {"levels": (1.0, 2.0), "p": [(0.0, 0.0)], "last": 0.5}
    states, _ = advance(states, outlook(1, **low), POLICY)
    assert states["g1"].level == 2


def test_gauge_without_levels_is_never_warned_of() -> None:
    levels, events = run([{"levels": (), "p": [()], "last": 9.0}])
    assert (levels, events) == ([0], [])


def test_reasons_say_what_a_dispatcher_asks() -> None:
    policy = WarningPolicy(confirm_cycles=1, time_zone="Europe/Berlin")
    _, (event,) = run([{"p": [(0.7, 0.1, 0.0)] * 3, "median": 1.3}], policy)
    german = " ".join(reason.de for reason in event.reasons)
    assert german == (
        "Brücke: Stufe 1 (1,00 m) wird voraussichtlich erreicht, in etwa 60 Minuten, am "
        "14.07.2021, 09:00 Uhr (MESZ). Die Wahrscheinlichkeit beträgt 70\u00a0%; gewarnt wird ab "
        "50\u00a0%. Eine Vorhersage genügt. Zuletzt gemessen: 0,50 m am 14.07.2021, 08:00 Uhr "
        "(MESZ). "
        "Höchster vorhergesagter Wert: 1,30 m am 14.07.2021, 09:00 Uhr (MESZ); in 8 von 10 Fällen "
        "zwischen 1,15 m und 1,45 m. Ausschlaggebend: viel Regen seit Mitternacht."
    )
    assert all(reason.en for reason in event.reasons)


def test_texts_call_levels_as_the_region_does() -> None:
    policy = WarningPolicy(confirm_cycles=1, level_de="Meldestufe", level_en="alert level")
    _, (event,) = run([{"p": [(0.7, 0.1, 0.0)] * 3, "median": 1.3}], policy)
    assert event.reasons[0].de.startswith("Brücke: Meldestufe 1 (1,00 m)")
    assert event.reasons[0].en.startswith("Brücke: alert level 1 (1.00 m)")


def test_what_is_less_likely_than_not_may_be_reached() -> None:
    policy = WarningPolicy(raise_probability=(0.3,), clear_probability=(0.1,), confirm_cycles=1)
    _, (event,) = run([p(0.4)], policy)
    assert "kann erreicht werden, in etwa 6 Stunden" in event.reasons[0].de
    assert "may be reached in about 6 hours" in event.reasons[0].en


def test_expected_time_of_the_forecast_is_used() -> None:
    ahead = [{"level": 1, "expected_minutes": 130}]
    _, (event,) = run([{"p": [(0.7, 0.0, 0.0)] * 3, "time_to_level": ahead}])
    assert event.onset == START + timedelta(minutes=130)


probability = st.floats(0.0, 1.0)
measured = st.one_of(st.none(), st.floats(0.0, 4.0))


@st.composite
def cycle(draw: st.DrawFn) -> dict[str, Any]:
    rows = []
    for _ in range(3):
        first, second, third = sorted(
            (draw(probability), draw(probability), draw(probability)), reverse=True
        )
        rows.append((first, second, third))
    blind = draw(st.integers(0, 9)) == 0
    return {"p": (None,) if blind else rows, "last": draw(measured)}


policies = st.builds(
    WarningPolicy,
    raise_probability=st.tuples(st.floats(0.3, 1.0), st.floats(0.3, 1.0)),
    clear_probability=st.tuples(st.floats(0.01, 0.29), st.floats(0.01, 0.29)),
    minimum_lead=st.sampled_from([timedelta(0), timedelta(hours=2), timedelta(hours=9)]),
    confirm_cycles=st.integers(1, 3),
    clear_cycles=st.integers(1, 5),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(cycle(), min_size=1, max_size=25), policies)
def test_a_level_is_never_left_before_the_calm_cycles(
    cycles: list[dict[str, Any]], policy: WarningPolicy
) -> None:
    levels, _ = run(cycles, policy)
    for level in (1, 2, 3):
        on = [0, *(int(value >= level) for value in levels)]
        raised = [i for i in range(1, len(on)) if on[i] > on[i - 1]]
        cleared = [i for i in range(1, len(on)) if on[i] < on[i - 1]]
        for end in cleared:
            begin = max(i for i in raised if i < end)
            assert end - begin >= policy.clear_cycles


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(0.21, 0.49), min_size=1, max_size=30), st.booleans())
def test_probabilities_between_the_borders_change_nothing(
    values: list[float], warned: bool
) -> None:
    start = [{**CALM, "last": 1.2}] if warned else [CALM]
    levels, _ = run([*start, *(p(value) for value in values)])
    assert set(levels) == {int(warned)}


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(cycle(), st.floats(0.0, 1.0), st.floats(0.0, 2.0)), max_size=20), policies
)
def test_more_probability_or_water_never_lowers_a_warning(
    cycles: list[tuple[dict[str, Any], float, float]], policy: WarningPolicy
) -> None:
    lower, higher = [], []
    for low, shift, water in cycles:
        rows = [row and tuple(v + (1.0 - v) * shift for v in row) for row in low["p"]]
        last = None if low["last"] is None else low["last"] + water
        lower.append(low)
        higher.append({"p": rows, "last": last})
    for below, above in zip(run(lower, policy)[0], run(higher, policy)[0], strict=True):
        assert above >= below


@settings(max_examples=80, deadline=None)
@given(st.lists(cycle(), min_size=1, max_size=12), policies)
def test_every_forecast_twice_gives_the_same_events(
    cycles: list[dict[str, Any]], policy: WarningPolicy
) -> None:
    states: dict[str, GaugeState] = {}
    events: list[WarningEvent] = []
    for number, one in enumerate(cycles):
        for _ in range(2):
            states, new = advance(states, outlook(number, **one), policy)
            events += new
    assert events == run(cycles, policy)[1]
    assert len({event.id for event in events}) == len(events)


@settings(max_examples=80, deadline=None)
@given(st.lists(cycle(), min_size=1, max_size=20), policies)
def test_events_form_a_chain_and_explain_themselves(
    cycles: list[dict[str, Any]], policy: WarningPolicy
) -> None:
    levels, events = run(cycles, policy)
    level, episode = 0, 0
    for event in events:
        assert event.level_before == level != event.level_after
        assert len(event.references) == episode
        assert all(reason.de and reason.en for reason in event.reasons)
        level = event.level_after
        episode = 0 if event.change is Change.ALL_CLEAR else episode + 1
    assert level == levels[-1]


@settings(max_examples=80, deadline=None)
@given(st.lists(cycle(), min_size=1, max_size=10), policies)
def test_state_survives_being_written_and_read(
    cycles: list[dict[str, Any]], policy: WarningPolicy
) -> None:
    states: dict[str, GaugeState] = {}
    for number, one in enumerate(cycles):
        states, _ = advance(states, outlook(number, **one), policy)
    for state in states.values():
        assert GaugeState.from_dict(state.as_dict()) == state
