"""A worker is alive and no task has failed lately."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from steiger.web.background.domain.workers import last_sign_s, live_workers
from steiger.web.operations.domain.findings import Finding

ORDER = 60
PART = "workers"
LATELY = timedelta(days=1)


def look() -> Iterator[Finding]:
    """Findings about background work."""
    try:
        alive, sign = len(live_workers()), last_sign_s()
        since = timezone.now() - LATELY
        failed = DBTaskResult.objects.failed().filter(finished_at__gte=since).count()
    except DatabaseError:
        text = _("Nothing is known, because the database does not answer.")
        yield Finding(PART, "warn", text, _("Mend the database first."))
        return
    if alive:
        text = _("Workers: %(number)s, last sign of life %(seconds)s s ago.")
        yield Finding(PART, "ok", text % {"number": alive, "seconds": f"{sign or 0:.0f}"})
    elif sign is None:
        text = _("No worker has given a sign of life.")
        yield Finding(PART, "warn", text, _("Start web and worker with “steiger run”."))
    else:
        text = _("The last sign of life came %(seconds)s s ago.") % {"seconds": f"{sign:.0f}"}
        yield Finding(PART, "fail", text, _("Start web and worker with “steiger run”."))
    if failed:
        text = _("Failed runs within a day: %(number)s.") % {"number": failed}
        yield Finding(PART, "warn", text, _("Look at them on the page “Background work”."))
