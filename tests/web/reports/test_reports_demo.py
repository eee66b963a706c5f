"""The demonstration has a public report and a draft, once."""

from __future__ import annotations

from datetime import date

from steiger.web.reports.domain.demo import make_demo_reports


def test_demo_reports_are_made_once(life: None) -> None:
    made = make_demo_reports(today=date(2026, 3, 1))
    assert [report.period_key for report in made] == ["2025-H2", "2026-H1"]
    assert [report.editions.filter(published_at__isnull=False).count() for report in made] == [1, 0]
    assert make_demo_reports(today=date(2026, 3, 1)) == []
