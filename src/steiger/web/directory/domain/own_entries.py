"""Lists that came from this map itself: which entry a row is, and whether it says anything new.

A row of our own export names its entry by the address of the entry's page. If it says exactly what
the map shows, an import has nothing to do: it must not turn shown values into statements of a
further source.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from steiger.engines.directory.records import digest
from steiger.engines.directory.records.rows import record_of
from steiger.engines.directory.records.validation import Rejected
from steiger.regions import load_region
from steiger.web.directory.domain.export_fields import IMPORTED, imported_values
from steiger.web.directory.domain.export_rows import export_rows
from steiger.web.directory.domain.queries import target_of
from steiger.web.directory.models import Actor, FormerAddress


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """The entry that a row names.

    Attributes:
        digest: of what the map says about it now, as an import would read it; empty where some of
            that could not be imported.
        public: whether the map shows it.
    """

    number: int
    digest: str
    public: bool


def own_entries(named: Mapping[str, str]) -> dict[str, OwnEntry]:
    """Record id → entry; those whose slug was never in use are missing.

    Args:
        named: record id → slug that it names, also a former one.
    """
    if not named:
        return {}
    actors = _actors(set(named.values()))
    public = {a.pk for a in actors.values() if a.state == Actor.State.PUBLISHED}
    by_slug = {row.slug: row for row in export_rows(sorted(public))}
    here = load_region(settings.REGION)
    found = {}
    for record_id, slug in named.items():
        actor = actors.get(slug)
        if actor is None:
            continue
        said = ""
        if actor.pk in public and actor.slug in by_slug:
            _, *values = imported_values(by_slug[actor.slug], here)
            said = _digest([record_id, *("" if value is None else str(value) for value in values)])
        found[record_id] = OwnEntry(actor.pk, said, actor.pk in public)
    return found


def _actors(slugs: Collection[str]) -> dict[str, Actor]:
    known = Actor.objects.filter(slug__in=slugs).select_related("merged_into")
    found = {actor.slug: actor for actor in known}
    former = FormerAddress.objects.filter(slug__in=set(slugs) - found.keys())
    found |= {row.slug: row.actor for row in former.select_related("actor__merged_into")}
    return {slug: target_of(actor) for slug, actor in found.items()}


def _digest(values: list[str]) -> str:
    fields = dict(zip(IMPORTED, values, strict=True))
    # Named like the columns of a table; the engine knows them by the names of its fields.
    fields |= {"town": fields.pop("city"), "lon": fields.pop("lng")}
    try:
        return digest(record_of(0, fields, timezone.localdate().year, None))
    except Rejected:
        return ""
