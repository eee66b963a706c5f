"""The state machine: one forecast after another, per gauge and warning level.

Every level is a latch of its own. It goes on when a measurement reaches it (at once) or when the
forecast makes it probable enough, and off only after several calm forecasts in a row. The warning
of a gauge is the highest latch that is on. More probability or more water never lowers a warning,
and between a warning and its all-clear lie at least `clear_cycles` forecasts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from steiger.engines.flood.warning import reasons
from steiger.engines.flood.warning.outlook import GaugeOutlook, Outlook, Reading
from steiger.engines.flood.warning.policy import WarningPolicy
from steiger.engines.flood.warning.reasons import Situation
from steiger.engines.flood.warning.states import (
    Change,
    GaugeState,
    Reference,
    Text,
    Trigger,
    WarningEvent,
    event_id,
)


@dataclass(frozen=True, slots=True)
class _View:
    """What one forecast and the newest measurement say of one level."""

    reached: bool
    probability: float | None
    likely: bool
    urgent: bool
    unrest: bool
    calm: bool


def advance(
    states: Mapping[str, GaugeState],
    outlook: Outlook,
    policy: WarningPolicy,
    *,
    latest: Mapping[str, Reading] | None = None,
) -> tuple[dict[str, GaugeState], tuple[WarningEvent, ...]]:
    """Take one forecast into account.

    Args:
        states: of each gauge so far; a gauge that is missing is new.
        outlook: the forecast.
        policy: the operator's rules.
        latest: measurements newer than those that the forecast knew, by gauge.

    Returns:
        All states afterwards (also of gauges that the forecast does not name), and what changed,
        in the forecast's order. A forecast older than the last one changes nothing. The same one
        again, or another one for the same time, can raise (if `latest` says so, or the other one
        does) but neither confirm nor clear; with the same input it changes nothing.
    """
    after, events = dict(states), []
    for gauge in outlook.gauges:
        before = states.get(gauge.id, GaugeState()).fitted(len(gauge.warning_levels))
        if before.issue_time is not None and outlook.issue_time < before.issue_time:
            continue
        reading = _newest(gauge.last, (latest or {}).get(gauge.id))
        rules = policy.for_gauge(gauge.id)
        after[gauge.id], event = _step(before, gauge, outlook, reading, rules)
        if event is not None:
            events.append(event)
    return after, tuple(events)


def _newest(*readings: Reading | None) -> Reading | None:
    given = [reading for reading in readings if reading is not None]
    return max(given, key=lambda reading: reading.time, default=None)


def _step(
    before: GaugeState,
    gauge: GaugeOutlook,
    outlook: Outlook,
    reading: Reading | None,
    rules: WarningPolicy,
) -> tuple[GaugeState, WarningEvent | None]:
    counts = before.issue_time is None or outlook.issue_time > before.issue_time
    levels = range(1, len(gauge.warning_levels) + 1)
    fresh = _fresh(reading, outlook.issue_time, rules.stale_after)
    views = [_view(gauge, level, fresh, rules) for level in levels]
    active, seen, calm = [], [], []
    for number, view in enumerate(views):
        seen.append(_seen(before.seen[number], view, counts=counts))
        calm.append(_calm(before.calm[number], view, counts=counts))
        confirmed = view.likely and seen[-1] >= rules.confirm_cycles
        raised = view.reached or view.urgent or confirmed
        cleared = counts and calm[-1] >= rules.clear_cycles
        active.append(raised or (before.active[number] and not cleared))
    # Who warns of level 3 warns of level 2, too.
    for number in range(len(active) - 2, -1, -1):
        active[number] = active[number] or active[number + 1]
    after = replace(
        before,
        active=tuple(active),
        seen=tuple(seen),
        calm=tuple(calm),
        issue_time=outlook.issue_time,
        forecast_id=outlook.id,
    )
    if after.level == before.level and not _expiring(before, outlook, rules):
        return after, None
    event = _event(before, after, views, Situation(gauge, outlook, fresh, rules))
    if event.change is Change.ALL_CLEAR:
        return replace(after, episode=(), since=None), event
    reference = Reference(event.id, event.time)
    since = before.since or event.time
    return replace(after, episode=(*before.episode, reference), since=since), event


def _expiring(state: GaugeState, outlook: Outlook, rules: WarningPolicy) -> bool:
    """Whether a warning in force must be announced again, before its last message expires.

    Half of the time is left for that, so that a forecast or a delivery may fail.
    """
    if not (rules.valid_for and state.level and state.episode):
        return False
    return outlook.issue_time - state.episode[-1].time >= rules.valid_for / 2


def _fresh(reading: Reading | None, now: datetime, stale_after: timedelta) -> Reading | None:
    return reading if reading and now - reading.time <= stale_after else None


def _view(gauge: GaugeOutlook, level: int, reading: Reading | None, rules: WarningPolicy) -> _View:
    height = gauge.warning_levels[level - 1]
    by_lead = [(lead.minutes, lead.p_levels[level - 1]) for lead in gauge.leads if lead.p_levels]
    highest = max((p for _, p in by_lead), default=None)
    threshold = rules.raise_at(level)
    first = min((minutes for minutes, p in by_lead if p >= threshold), default=None)
    soon = False
    if first is not None:
        shortest = min(minutes for minutes, _ in by_lead)
        soon = first == shortest or timedelta(minutes=first) <= rules.minimum_lead
    below = height - rules.hysteresis(height, gauge.unit)
    unrest = (highest is not None and highest >= rules.clear_at(level)) or (
        reading is not None and reading.value >= below
    )
    return _View(
        reached=reading is not None and reading.value >= height,
        probability=highest,
        likely=first is not None,
        urgent=soon,
        unrest=unrest,
        calm=not unrest and highest is not None and reading is not None,
    )


def _seen(before: int, view: _View, *, counts: bool) -> int:
    if view.probability is None or not counts:
        return before
    return before + 1 if view.likely else 0


def _calm(before: int, view: _View, *, counts: bool) -> int:
    if view.unrest:
        return 0
    # Without forecast or measurement the count stands still: no all-clear is given blindly.
    return before + 1 if view.calm and counts else before


def _event(
    before: GaugeState, after: GaugeState, views: list[_View], situation: Situation
) -> WarningEvent:
    gauge, outlook = situation.gauge, situation.outlook
    falling = after.level < before.level
    level = before.level if falling else after.level
    view = views[level - 1]
    onset = None
    # A warning that stays may rest on nothing but that it has not been calm for long enough.
    if not falling and not view.reached and (view.likely or after.level > before.level):
        minutes = _minutes_left(gauge, level, situation.rules)
        onset = outlook.issue_time + timedelta(minutes=minutes)
    trigger = Trigger.FORECAST if onset else Trigger.CALM
    if view.reached and not falling:
        trigger = Trigger.OBSERVED
    levels = (before.level, after.level)
    time = outlook.issue_time
    if trigger is Trigger.OBSERVED and situation.reading is not None:
        # To the second, as it is written: what was announced must be found again by its time.
        time = max(time, situation.reading.time.replace(microsecond=0))
    change = _change(*levels)
    expires = None
    if situation.rules.valid_for and change is not Change.ALL_CLEAR:
        expires = max(time, onset or time) + situation.rules.valid_for
    return WarningEvent(
        id=event_id(outlook.network, gauge.id, levels, outlook.issue_time, outlook.id),
        network=outlook.network,
        gauge=gauge.id,
        name=gauge.name,
        unit=gauge.unit,
        change=change,
        trigger=trigger,
        level_before=before.level,
        level_after=after.level,
        level_value=gauge.warning_levels[level - 1],
        time=time,
        issue_time=outlook.issue_time,
        forecast_id=outlook.id,
        probability=view.probability,
        measured=situation.reading.value if situation.reading else None,
        onset=onset,
        reasons=_reasons(situation, levels, view, onset, after),
        references=before.episode,
        expires=expires,
    )


def _change(before: int, after: int) -> Change:
    if after > before:
        return Change.ESCALATED if before else Change.RAISED
    if after == before:
        return Change.RENEWED
    return Change.DEESCALATED if after else Change.ALL_CLEAR


def _minutes_left(gauge: GaugeOutlook, level: int, rules: WarningPolicy) -> int:
    expected = gauge.expected_minutes[level - 1] if gauge.expected_minutes else None
    if expected:
        return expected
    threshold = rules.raise_at(level)
    return min(
        lead.minutes
        for lead in gauge.leads
        if lead.p_levels and lead.p_levels[level - 1] >= threshold
    )


def _reasons(
    situation: Situation,
    levels: tuple[int, int],
    view: _View,
    onset: datetime | None,
    after: GaugeState,
) -> tuple[Text, ...]:
    before, now = levels
    if now == before:
        return reasons.stays(situation, now, after.calm[now - 1], reached=view.reached)
    if now > before and view.reached:
        return reasons.reached(situation, now)
    if onset is not None:
        seen = after.seen[now - 1]
        return reasons.expected(situation, now, onset, view.probability or 0.0, seen)
    return reasons.over(situation, before, now, view.probability or 0.0, after.calm[before - 1])


def in_force(states: Mapping[str, GaugeState]) -> Iterable[tuple[str, GaugeState]]:
    """Gauges for which a warning is in force, the most severe first."""
    warned = [(name, state) for name, state in states.items() if state.level]
    return sorted(warned, key=lambda item: (-item[1].level, item[0]))
