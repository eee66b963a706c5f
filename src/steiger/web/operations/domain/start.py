"""What has to be true before the first answer; each part is done only if it is missing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from steiger.engines.directory.search import SearchIndexError
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import administrator_has_signed_in
from steiger.web.directory.models import Actor

Say = Callable[[str], None]
#: The same seed gives the same invented life.
SEED = 1


def timed(say: Say, title: str, work: Callable[[], Any]) -> Any:
    """Do one step and say how long it took."""
    say(f"  … {title}")
    begin = time.monotonic()
    result = work()
    say(f"  ✓ {title:<44} {time.monotonic() - begin:5.1f} s")
    return result


def pending_migrations() -> int:
    """How many migrations the database still needs."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate(say: Say) -> None:
    """Bring the database to this version."""
    if pending_migrations():
        timed(say, "Database", lambda: call_command("migrate", verbosity=0, interactive=False))


def load_demo(*, fill: int, say: Say) -> dict[str, int]:
    """The region's vocabularies, actors and examples, and an index that knows them."""
    from steiger.web.directory.domain.demo import load_demo as load

    migrate(say)
    counts: dict[str, int] = timed(
        say, "Region and examples", lambda: load(settings.REGION, fill=fill)
    )
    ensure_index(say)
    counts |= timed(say, "A year of invented life", load_life)
    return counts


def load_life() -> dict[str, int]:
    """An invented year in every room that keeps one, from events to the reports about it."""
    from steiger.web.advice.domain.demo import load as load_advice
    from steiger.web.audits.domain.demo import load_demo as load_audits
    from steiger.web.cases.domain.demo import load_cases_demo
    from steiger.web.communities.domain.demo import load_demo as load_communities
    from steiger.web.curation.domain.demo import load_demo as load_curation
    from steiger.web.events.domain.demo import load as load_events
    from steiger.web.publications.domain.demo import load_demo as load_publications
    from steiger.web.reports.domain.demo import make_demo_reports

    now = timezone.now()
    counts = dict(load_events(settings.REGION, SEED, now))
    counts |= load_advice(settings.REGION, SEED, timezone.localdate())
    counts |= load_publications()
    counts |= load_communities()
    counts |= load_audits()
    counts |= load_curation(now)
    counts["cases"] = load_cases_demo(now=now)
    return counts | {"reports": len(make_demo_reports(today=timezone.localdate()))}


def load_vocabularies(say: Say) -> None:
    """What an installation without demo content needs: the words of its region."""
    from steiger.regions import load_region
    from steiger.web.directory.domain.vocabularies import load_vocabularies as load

    region = load_region(settings.REGION)
    timed(say, "Words of the region", lambda: load(region=region, by=audit.SYSTEM))


def ensure_index(say: Say) -> None:
    """Build the search index if there is none, or none that this version reads."""
    from steiger.web.directory.domain.index import drain, rebuild, search_index

    try:
        known = len(search_index())
        drain()
    except SearchIndexError:
        known = -1
    published = Actor.objects.filter(state=Actor.State.PUBLISHED).count()
    if known < 0 or (known == 0 and published):
        timed(say, "Search index", rebuild)


def ensure_valley(say: Say) -> None:
    """The region's simulated valley, if it has one to show; the worker makes its past."""
    from steiger.web.flood.domain.setting_up import set_up_valley, valley_is_missing
    from steiger.web.flood.tasks import ensure_prepared

    if settings.DEMO and valley_is_missing():
        timed(say, "Simulated valley", set_up_valley)
        ensure_prepared()


def prepare(*, fill: int, say: Say) -> None:
    """Everything that `make run` does after set-up and before serving."""
    migrate(say)
    if not Actor.objects.exists():
        load_demo(fill=fill, say=say) if settings.DEMO else load_vocabularies(say)
    ensure_index(say)
    ensure_valley(say)


def first_link(say: Say) -> None:
    """Until an administrator was here: print a link that signs one in. There is no password."""
    if administrator_has_signed_in():
        return
    from steiger.web.accounts.domain.first_sign_in import issue_link

    address = issue_link(base_url=settings.BASE_URL)
    say("")
    say("  First start. This link signs you in as administrator, once, within 24 hours:")
    say(f"  {address}")
    say("")
