"""Events and alarms: what begins, what ends, what belongs together."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.flood_forecasts import observations_of, small_network
from steiger.engines.flood.verification import Settings
from steiger.engines.flood.verification.events import Events, match, observed_events
from steiger.engines.flood.verification.pairs import GaugeRecord, gauge_record

RULES = Settings(gap=timedelta(hours=6), tolerance=timedelta(hours=2), hysteresis_m=0.1)
ORIGIN = np.datetime64("2021-07-14T06:00:00", "s")


def record(values: list[float]) -> GaugeRecord:
    network = small_network(levels=(1.0,))
    observed = observations_of({"g1": np.array(values, dtype=float)})
    return gauge_record(network, observed, "g1", RULES)


def hours(times: Any) -> list[int]:
    return [int(h) for h in (times - ORIGIN) / np.timedelta64(1, "h")]


def events_of(values: list[float]) -> list[tuple[int, int]]:
    found = observed_events(record(values), 1, RULES)
    return list(zip(hours(found.start), hours(found.end), strict=True))


LOW, HIGH, NEAR = 0.5, 1.2, 0.95


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([LOW] * 5, []),
        ([LOW, HIGH, HIGH, LOW], [(1, 2)]),
        ([LOW, 1.0, LOW], [(1, 1)]),  # at the level is reached
        ([LOW, HIGH, NEAR, HIGH, LOW], [(1, 3)]),  # never below the hysteresis: one
        ([LOW, HIGH, *[NEAR] * 20, HIGH, LOW], [(1, 22)]),
        ([LOW, HIGH, LOW, LOW, HIGH, LOW], [(1, 4)]),  # within the gap: one
        ([LOW, HIGH, *[LOW] * 5, HIGH, LOW], [(1, 1), (7, 7)]),  # as long as the gap: two
        ([LOW, HIGH, *[LOW] * 4, HIGH, LOW], [(1, 6)]),
        ([HIGH, HIGH, LOW, *[LOW] * 9, HIGH], [(12, 12)]),  # on from the start: no beginning
        ([float("nan"), HIGH, LOW, *[LOW] * 9, HIGH], [(12, 12)]),
        ([LOW, HIGH, float("nan"), float("nan"), HIGH, LOW], [(1, 4)]),
        ([float("nan")] * 4, []),
    ],
)
def test_events_begin_end_and_merge(values: list[float], expected: list[tuple[int, int]]) -> None:
    assert events_of(values) == expected


def matched(
    alarms: dict[int, list[int]], events: list[tuple[int, int]], *, count: int = 60
) -> tuple[list[bool], list[int | None], list[int]]:
    """Alarms are hours of issue by lead time; the water is below outside of events."""
    issued = ORIGIN + np.arange(count).astype("m8[h]")
    open_ = np.ones(count, dtype=np.bool_)
    for start, end in events:
        open_[start : end + 1] = False
    masks = {}
    for minutes, places in alarms.items():
        masks[minutes] = np.zeros(count, dtype=np.bool_)
        masks[minutes][places] = True
    observed = Events(
        ORIGIN + np.array([s for s, _ in events], dtype="m8[h]").astype("m8[s]"),
        ORIGIN + np.array([e for _, e in events], dtype="m8[h]").astype("m8[s]"),
    )
    found = match(issued, masks, open_, observed, RULES)
    first = [None if np.isnat(t) else hours(np.array([t]))[0] for t in found.first]
    return list(map(bool, found.hit)), first, hours(found.false_alarms)


@pytest.mark.parametrize(
    ("alarms", "hit", "first", "false"),
    [
        ({180: []}, [False], [None], []),
        ({180: [27]}, [True], [27], []),  # says 30, which is the beginning
        ({180: [25]}, [True], [25], []),  # says 28: within the tolerance
        ({180: [24]}, [False], [None], [24]),  # says 27: too early
        ({180: [29]}, [True], [29], []),  # says 32, the event lasts until 35
        ({180: [26, 27, 28]}, [True], [26], []),
        ({180: [31]}, [False], [None], []),  # the water is already there
        ({180: [37]}, [False], [None], []),  # shortly after the event: belongs to it
        ({180: [41]}, [False], [None], [41]),
        ({180: [5, 6, 7, 10]}, [False], [None], [5]),  # one false alarm
        ({180: [5, 12]}, [False], [None], [5, 12]),  # two, as they are far apart
        ({180: [], 1440: [7]}, [True], [7], []),
        ({180: [27], 1440: [7]}, [True], [7], []),
        ({180: [27], 1440: [2]}, [True], [27], [2]),
    ],
)
def test_alarm_belongs_to_the_event_it_foretold(
    alarms: dict[int, list[int]], hit: list[bool], first: list[int | None], false: list[int]
) -> None:
    assert matched(alarms, [(30, 35)]) == (hit, first, false)


def test_alarm_between_two_events_belongs_to_the_second() -> None:
    hit, first, false = matched({180: [18]}, [(10, 14), (21, 25)])
    assert (hit, first, false) == ([False, True], [None, 18], [])


def test_event_without_any_forecast_before_is_not_judged() -> None:
    issued = ORIGIN + np.arange(20, 30).astype("m8[h]")
    start = np.array([ORIGIN + np.timedelta64(5, "h")])
    found = match(issued, {60: np.ones(10, bool)}, np.ones(10, bool), Events(start, start), RULES)
    assert not found.judged[0]


level = st.sampled_from([0.5, 0.85, 0.95, 1.0, 1.3, float("nan")])


@settings(max_examples=200, deadline=None)
@given(st.lists(level, min_size=1, max_size=80))
def test_events_are_apart_in_order_and_cover_every_high_value(values: list[float]) -> None:
    found = events_of(values)
    for start, end in found:
        assert start <= end
        assert values[start] >= 1.0
        assert values[end] >= 1.0
    for (_, before), (after, _) in pairwise(found):
        assert after - before >= 6
        assert any(value < 0.9 for value in values[before:after])
    covered = {i for start, end in found for i in range(start, end + 1)}
    if found:
        late = {i for i, value in enumerate(values) if value >= 1.0 and i >= found[0][0]}
        assert late <= covered


@settings(max_examples=200, deadline=None)
@given(
    st.sets(st.integers(0, 59)),
    st.sets(st.integers(0, 59)),
    st.lists(st.integers(3, 50), max_size=3),
)
def test_more_alarms_never_lose_a_hit(some: set[int], more: set[int], starts: list[int]) -> None:
    events: list[tuple[int, int]] = []
    for start in sorted(starts):
        if not events or start - events[-1][1] >= 6:
            events.append((start, start + 2))
    few = matched({120: sorted(some)}, events)
    many = matched({120: sorted(some | more)}, events)
    assert all(b or not a for a, b in zip(few[0], many[0], strict=True))
    for before, after in zip(few[1], many[1], strict=True):
        assert before is None or (after is not None and after <= before)


@settings(max_examples=100, deadline=None)
@given(st.sets(st.integers(0, 59)), st.sets(st.integers(0, 59)))
def test_alarms_of_all_leads_hit_what_one_of_them_hits(one: set[int], two: set[int]) -> None:
    events = [(20, 24), (40, 41)]
    alone = [matched({60: sorted(one)}, events)[0], matched({240: sorted(two)}, events)[0]]
    together = matched({60: sorted(one), 240: sorted(two)}, events)[0]
    assert together == [a or b for a, b in zip(*alone, strict=True)]
