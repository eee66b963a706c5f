"""How long what is known of a case is kept; the region says so (``regions/<key>/cases.toml``)."""

from __future__ import annotations

import calendar
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from steiger.regions import CaseRules, load_case_rules
from steiger.web.cases.models import Case


def rules() -> CaseRules:
    """The rules of this installation's region."""
    return load_case_rules(settings.REGION)


def add_months(moment: datetime, months: int) -> datetime:
    """The same day so many months later (earlier, if negative); the last one of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def erased_on(case: Case) -> date | None:
    """The day on which a closed case loses its words; None while it is open or erased already."""
    if case.closed_at is None or case.erased_at is not None:
        return None
    return timezone.localdate(add_months(case.closed_at, rules().keep_months))
