"""Days on which entries of the demonstration came: invented for an empty map only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from steiger.web.directory.domain.demo import YEAR, load_demo
from steiger.web.directory.models import Actor

pytestmark = pytest.mark.django_db
MINUTES = timedelta(minutes=10)


def test_what_comes_later_is_new_and_the_newest_have_the_latest_days() -> None:
    load_demo(settings.REGION, fill=8)
    first = set(Actor.objects.values_list("pk", flat=True))
    began = timezone.now() - YEAR - MINUTES
    assert Actor.objects.filter(created_at__lt=began).count() == 0
    assert Actor.objects.filter(created_at__lt=began + 2 * MINUTES).count() > len(first) / 2
    load_demo(settings.REGION, fill=14)
    later = Actor.objects.exclude(pk__in=first)
    assert later.filter(created_at__gt=timezone.now() - MINUTES).count() == later.count() == 6
    days = list(Actor.objects.order_by("pk").values_list("created_at", flat=True))
    assert days == sorted(days)
    assert days[-1] <= timezone.now()


def test_without_examples_no_day_is_invented() -> None:
    load_demo(settings.REGION)
    assert not Actor.objects.filter(created_at__lt=timezone.now() - MINUTES).exists()
