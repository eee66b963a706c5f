"""Looking whether the websites of entries are still there: evidence for the editors.

A look costs one question to one server. Nothing is said in public before three looks in a row, each
on another day, found nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from steiger.adapters.websites import Finding, Websites, read_answers
from steiger.web.curation.domain.freshness import FAILURES, rules
from steiger.web.curation.models import LinkCheck
from steiger.web.directory.models import Actor

log = structlog.get_logger("steiger.curation")
#: Seconds between two questions, whoever is asked.
PAUSE_S = 1.0
#: A look that failed is repeated after so long, not after the whole interval.
AGAIN = timedelta(days=2)
#: How long one run may take.
LONGEST = timedelta(minutes=45)
Ask = Callable[[str], Finding]


def ask_website(url: str) -> Finding:
    """Ask one website, as this hub."""
    agent = f"SteigerLinkCheck/1 (+{settings.BASE_URL}/eintraege/zustand/)"
    return read_answers(Websites(user_agent=agent).ask(url))


def due(now: datetime) -> QuerySet[Actor]:
    """Published, real entries whose website was not looked at for too long, the oldest first."""
    fresh = LinkCheck.objects.filter(
        actor=OuterRef("pk"),
        url=OuterRef("website"),
        checked_at__gt=now - timedelta(days=rules().check_links_days),
    ).exclude(failures__range=(1, FAILURES - 1), checked_at__lte=now - AGAIN)
    found = Actor.objects.filter(state=Actor.State.PUBLISHED, is_example=False)
    return found.exclude(website="").exclude(Exists(fresh)).order_by("pk")


def check_due(
    now: datetime | None = None,
    *,
    ask: Ask = ask_website,
    pause: Callable[[float], None] = time.sleep,
) -> dict[str, int]:
    """Look at the websites that are due, each server once in a run; returns how many of what."""
    now = now or timezone.now()
    counts = dict.fromkeys(LinkCheck.Result.values, 0)
    begun, seen = time.monotonic(), set[str]()
    for number, url in due(now).values_list("pk", "website").iterator():
        host = urlsplit(url).hostname or ""
        if host in seen:
            continue  # the next run asks this server again
        if time.monotonic() - begun > LONGEST.total_seconds():
            break
        if seen:
            pause(PAUSE_S)
        seen.add(host)
        finding = ask(url)
        note(number, url, finding, now)
        counts[finding.result] += 1
    forget_old()
    log.info("curation.links", **counts)
    return counts


@transaction.atomic
def note(actor_id: int, url: str, finding: Finding, now: datetime) -> LinkCheck:
    """Write down what was found; a look that found something ends the row of failures."""
    row = LinkCheck.objects.select_for_update().filter(actor_id=actor_id, url=url).first()
    row = row or LinkCheck(actor_id=actor_id, url=url)
    row.result, row.status, row.target = finding.result, finding.status, finding.target
    row.checked_at = now
    if finding.failed:
        row.failures += 1
        row.failing_since = row.failing_since or now
    elif finding.result != LinkCheck.Result.UNCLEAR:
        row.failures, row.failing_since = 0, None
    row.save()
    return row


def forget_old() -> int:
    """Looks at addresses that no entry names any more."""
    return LinkCheck.objects.exclude(url=F("actor__website")).delete()[0]


def for_moderators() -> Iterable[LinkCheck]:
    """Websites that failed or moved, those that failed longest first."""
    found = LinkCheck.objects.filter(actor__state=Actor.State.PUBLISHED).select_related("actor")
    bad = found.filter(failures__gte=1) | found.filter(result=LinkCheck.Result.MOVED)
    return bad.order_by("-failures", "failing_since", "actor__sort_name")
