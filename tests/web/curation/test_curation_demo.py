"""The editors' desk has something to try in the demonstration, and what is invented stays so."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import timezone

from factories.curation import acting
from steiger.web.background.models import OutgoingMail
from steiger.web.curation.domain import decisions, queue
from steiger.web.curation.domain.demo import CLAIMS, PROPOSALS, load_demo
from steiger.web.curation.domain.health import health
from steiger.web.curation.models import Submission
from steiger.web.directory.domain.demo import load_demo as load_map

pytestmark = pytest.mark.django_db


def test_desk_has_work_and_the_figures_do_not_count_it() -> None:
    load_map(settings.REGION, fill=8)
    now = timezone.now()
    assert load_demo(now) == {"submissions": PROPOSALS + CLAIMS}
    assert load_demo(now) == {"submissions": 0}
    assert queue.load().waiting == PROPOSALS + CLAIMS
    assert health(now).open == 0
    assert OutgoingMail.objects.count() == 0
    row = Submission.objects.filter(kind="new").earliest("created_at")
    decisions.accept(row, by=acting(), reason="admitted", version=row.version)
    row.refresh_from_db()
    assert row.actor is not None
    assert (row.actor.is_example, row.actor.name) == (True, row.title)
    assert health(now).decided == 0
