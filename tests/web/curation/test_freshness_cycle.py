"""Laws of the cycle, on plain data: nothing is archived unasked, confirming begins anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from steiger.regions.curation import CurationRules
from steiger.web.cases.domain.retention import add_months
from steiger.web.curation.domain.cycle import Standing, Step, next_step

BEGIN = datetime(2026, 1, 31, 12, tzinfo=UTC)
RULES = st.builds(
    CurationRules,
    fresh_months=st.integers(1, 24),
    remind_every_days=st.integers(1, 60),
    reminders=st.integers(1, 5),
    archive_months=st.integers(1, 48),
)
#: Days until the next nightly run, and whether the mail server takes what is sent then.
NIGHTS = st.lists(st.tuples(st.integers(1, 120), st.booleans()), min_size=1, max_size=60)


def after(standing: Standing, step: Step, now: datetime, *, delivered: bool) -> Standing:
    """What the step makes of a standing."""
    if step is Step.REMIND:
        return replace(standing, delivered=standing.delivered + delivered, last_made=now)
    if step is Step.UNCONFIRM:
        return replace(standing, unconfirmed_at=now)
    return replace(standing, archived=True) if step is Step.ARCHIVE else standing


@settings(max_examples=150, deadline=None)
@given(rules=RULES, nights=NIGHTS)
def test_never_archived_before_all_reminders_and_the_mark(
    rules: CurationRules, nights: list[tuple[int, bool]]
) -> None:
    standing, now, made = Standing(since=BEGIN), BEGIN, []
    pause = timedelta(days=rules.remind_every_days)
    for days, delivered in nights:
        now += timedelta(days=days)
        step = next_step(standing, rules, now)
        if step is Step.REMIND:
            assert now >= add_months(BEGIN, rules.fresh_months)
            assert not made or now - made[-1] >= pause
            made.append(now)
        if step is Step.UNCONFIRM:
            assert standing.delivered >= rules.reminders
            assert now - made[-1] >= pause
        if step is Step.ARCHIVE:
            assert standing.delivered >= rules.reminders
            assert standing.unconfirmed_at is not None
            assert now >= add_months(BEGIN, rules.archive_months)
            assert now - standing.unconfirmed_at >= pause
        standing = after(standing, step, now, delivered=delivered)
        assert not (standing.archived and next_step(standing, rules, now) is not Step.NOTHING)


@settings(max_examples=60, deadline=None)
@given(rules=RULES)
def test_silence_ends_in_the_archive(rules: CurationRules) -> None:
    standing, now, steps = Standing(since=BEGIN), BEGIN, []
    for _ in range(3 * 365):
        now += timedelta(days=2)
        step = next_step(standing, rules, now)
        steps += [step] if step is not Step.NOTHING else []
        standing = after(standing, step, now, delivered=True)
    expected = [Step.REMIND] * rules.reminders + [Step.UNCONFIRM, Step.ARCHIVE]
    assert steps == expected


@given(rules=RULES, days=st.integers(0, 2000))
def test_confirming_begins_anew(rules: CurationRules, days: int) -> None:
    now = BEGIN + timedelta(days=days)
    confirmed = Standing(since=now)
    assert next_step(confirmed, rules, now) is Step.NOTHING
    assert next_step(confirmed, rules, add_months(now, rules.fresh_months)) is Step.REMIND


def test_mails_that_did_not_arrive_do_not_count() -> None:
    rules = CurationRules()
    late = add_months(BEGIN, 60)
    standing = Standing(since=BEGIN, delivered=2, last_made=late - timedelta(days=21))
    assert next_step(standing, rules, late) is Step.REMIND
    assert next_step(replace(standing, delivered=3), rules, late) is Step.UNCONFIRM
