"""The demonstration has a public report and a draft, once."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from steiger.engines.reporting.periods import Period
from steiger.web.directory.domain.demo import load_demo
from steiger.web.directory.models import Actor
from steiger.web.reports.domain.declared import all_declared
from steiger.web.reports.domain.demo import make_demo_reports


def test_demo_reports_are_made_once(life: None) -> None:
    made = make_demo_reports(today=date(2026, 3, 1))
    assert [report.period_key for report in made] == ["2025-H2", "2026-H1"]
    assert [report.editions.filter(published_at__isnull=False).count() for report in made] == [1, 0]
    assert make_demo_reports(today=date(2026, 3, 1)) == []


def test_the_map_of_the_demonstration_has_a_size_in_every_part_of_its_year(db: None) -> None:
    load_demo("nrw", fill=50)
    today = timezone.localdate()
    ends = [today - timedelta(days=days) for days in (370, 360, 180, 0)]
    rows = all_declared()["map_entries"].rows
    before, begin, middle, now = (len(list(rows(Period(end, end)))) for end in ends)
    real = Actor.objects.filter(is_example=False).count()
    assert (before, now) == (0, real + 50)
    assert real + 30 <= begin < middle < now
    days = Actor.objects.order_by("pk").values_list("created_at", flat=True)
    assert sorted(days) == list(days)
    load_demo("nrw", fill=50)
    assert list(Actor.objects.order_by("pk").values_list("created_at", flat=True)) == list(days)
