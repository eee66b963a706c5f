"""Entries on the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from steiger.engines.reporting.indicators import Dimension, Indicator, Row
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.words import Text
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.models import Actor
from steiger.web.reports.domain.case_rows import DISTRICT
from steiger.web.reports.domain.declared import Declared, Named, local_day, moments


def rows(period: Period) -> list[Row]:
    """Published entries that were there at the period's end."""
    words = vocabulary()
    found = Actor.objects.filter(
        state=Actor.State.PUBLISHED, created_at__lt=moments(period)[1]
    ).order_by("pk")
    made = []
    for pk, created, roles, district in found.values_list(
        "pk", "created_at", "role_keys", "district"
    ):
        categories = sorted({c for role in roles if (c := words.category_of(role))})
        values: dict[str, str | tuple[str, ...]] = {
            "category": tuple(categories),
            "role": tuple(roles),
            "district": district,
        }
        made.append(Row(str(pk), local_day(created), values))
    return made


def names(keys: Sequence[str]) -> Mapping[str, Named]:
    """Names of entries, with their pages where they are public."""
    found = Actor.objects.filter(pk__in=[int(key) for key in keys if key.isdigit()])
    return {
        str(actor.pk): Named(actor.name, actor.get_absolute_url())
        for actor in found.only("pk", "name", "slug", "state")
        if actor.state == Actor.State.PUBLISHED
    }


DECLARED = Declared(
    about=Indicator(
        key="map_entries",
        name=Text("Einträge auf der Landkarte", "Entries on the map"),
        definition=Text(
            "Jede Organisation oder Initiative, die am Ende des Zeitraums eingetragen und am Tag "
            "der Auszählung veröffentlicht war.",
            "Each organisation or initiative that was entered by the end of the period and "
            "published on the day of counting.",
        ),
        unit=Text("Einträge", "Entries"),
        source=Text("KI-Landkarte in Steiger", "AI map in Steiger"),
        owner=Text("Redaktion der Landkarte", "Editors of the map"),
        since=date(2026, 1, 1),
        dimensions=(
            Dimension("category", Text("Kategorie", "Category"), several=True),
            Dimension("role", Text("Unterkategorie", "Sub-category"), several=True),
            DISTRICT,
        ),
        personal=False,
        stock=True,
    ),
    rows=rows,
    names=names,
    named_for=None,
)
