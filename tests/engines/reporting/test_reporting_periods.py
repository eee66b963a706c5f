"""Periods have one key, compare with the year before, and fall into months."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steiger.engines.reporting.periods import Period


@pytest.mark.parametrize(
    ("key", "days", "before", "labels"),
    [
        ("2026", "2026-01-01 2026-12-31", "2025", ("2026", "2026")),
        (
            "2026-H1",
            "2026-01-01 2026-06-30",
            "2025-H1",
            ("1. Halbjahr 2026", "first half of 2026"),
        ),
        (
            "2026-H2",
            "2026-07-01 2026-12-31",
            "2025-H2",
            ("2. Halbjahr 2026", "second half of 2026"),
        ),
        ("2026-Q1", "2026-01-01 2026-03-31", "2025-Q1", ("1. Quartal 2026", "Q1 2026")),
        ("2026-Q4", "2026-10-01 2026-12-31", "2025-Q4", ("4. Quartal 2026", "Q4 2026")),
        ("2024-02", "2024-02-01 2024-02-29", "2023-02", ("Februar 2024", "February 2024")),
    ],
)
def test_period(key: str, days: str, before: str, labels: tuple[str, str]) -> None:
    period = Period.of(key)
    assert f"{period.first} {period.last}" == days
    assert (period.key, period.year_before().key) == (key, before)
    assert (period.label("de"), period.label("en")) == labels


@pytest.mark.parametrize(
    "key", ["", "2026-H3", "2026-13", "26", "2026-07-01", "2026-07-02..2026-07-01"]
)
def test_nonsense_is_no_period(key: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - several reasons
        Period.of(key)


days = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@given(days, days)
def test_key_leads_back_and_months_cover_all_days(one: date, other: date) -> None:
    period = Period(min(one, other), max(one, other))
    assert Period.of(period.key) == period
    months = list(period.months())
    assert sum((m.last - m.first).days + 1 for m in months) == (period.last - period.first).days + 1
    assert all(period.covers(month) for month in months)
