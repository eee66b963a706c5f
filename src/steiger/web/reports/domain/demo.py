"""Reports for the demonstration: the last complete half-year, handed in and public, and a draft."""

from __future__ import annotations

from datetime import date

from steiger.engines.reporting.periods import Period
from steiger.web.accounts.domain import audit
from steiger.web.reports.domain.templates import templates
from steiger.web.reports.domain.writing import create_report, hand_in, publish
from steiger.web.reports.models import Report


def make_demo_reports(*, today: date) -> list[Report]:
    """Made once; call it after the year of life has been generated. Returns what was made."""
    found = templates()
    if not found or Report.objects.exists():
        return []
    half = 2 if today.month > 6 else 1
    now = Period.of(f"{today.year}-H{half}")
    last = Period.of(f"{today.year}-H1" if half == 2 else f"{today.year - 1}-H2")
    over = create_report(template=found[0], period=last, by=audit.SYSTEM)
    publish(edition=hand_in(report=over, by=audit.SYSTEM), by=audit.SYSTEM)
    return [over, create_report(template=found[0], period=now, by=audit.SYSTEM)]
