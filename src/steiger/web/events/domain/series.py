"""What staff do with series: create, rename."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Count, QuerySet

from steiger.web.accounts.domain.audit import Actor, record
from steiger.web.directory.domain.slugs import base_slug
from steiger.web.events.models import Series

MOST_LETTERS = 70


@transaction.atomic
def create_series(*, values: Mapping[str, str], by: Actor) -> Series:
    """A new series, to which events may then belong."""
    stem = slug = base_slug(values["title_de"])[:MOST_LETTERS].rstrip("-")
    number = 1
    while Series.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    row = Series.objects.create(slug=slug, **values)
    record(by=by, act="events.series.create", on=row)
    return row


@transaction.atomic
def change_series(*, series: Series, values: Mapping[str, str], by: Actor) -> bool:
    """Give a series another title; whether anything changed. Its events stay in it."""
    row = Series.objects.select_for_update().get(pk=series.pk)
    changes = {
        name: [getattr(row, name), value]
        for name, value in values.items()
        if getattr(row, name) != value
    }
    if not changes:
        return False
    for name, (_before, value) in changes.items():
        setattr(row, name, value)
    row.save()
    record(by=by, act="events.series.change", on=row, changes=changes)
    return True


def all_series() -> QuerySet[Series]:
    """Every series with the number of its events, by title."""
    return Series.objects.annotate(number=Count("events")).order_by("title_de", "pk")
