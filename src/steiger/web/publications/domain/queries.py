"""What pages and higher rooms read about publications.

For the reports room: :func:`published_between`, :func:`downloads_between`, :func:`orders_between`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, QuerySet, Sum

from steiger.web.publications.models import (
    Author,
    Document,
    DownloadCount,
    Order,
    Publication,
    Version,
)


def published() -> QuerySet[Publication]:
    """What the public sees."""
    return Publication.objects.filter(state=Publication.State.PUBLISHED)


def with_parts(publications: QuerySet[Publication]) -> QuerySet[Publication]:
    """With authors, topics, public versions and their files (without texts), for lists."""
    files = Document.objects.defer("texts")
    versions = Version.objects.filter(public=True).prefetch_related(Prefetch("documents", files))
    return publications.prefetch_related(
        Prefetch("authors", Author.objects.select_related("actor")),
        "topics",
        Prefetch("versions", versions),
    ).defer("search_title", "search_beside", "search_text", "text_de", "text_en")


def of_community(slug: str, limit: int = 50) -> QuerySet[Publication]:
    """Public materials of a community, the newest first."""
    return with_parts(published().filter(community=slug))[:limit]


def of_actor(actor_id: int) -> QuerySet[Publication]:
    """What an actor of the map has written, the newest first."""
    return with_parts(published().filter(authors__actor_id=actor_id).distinct())


def drafts() -> QuerySet[Publication]:
    """What is not public yet, the one last worked on first."""
    found = Publication.objects.filter(state=Publication.State.DRAFT)
    return found.defer("search_title", "search_beside", "search_text").order_by("-changed_at")


def find(slug: str) -> Publication | None:
    """One publication in whatever state, with its parts."""
    return with_parts(Publication.objects.filter(slug=slug)).first()


# --- figures --------------------------------------------------------------------------------------
def published_between(first: date, last: date) -> QuerySet[Publication]:
    """Published for the first time from ``first`` to ``last`` (both included), also if withdrawn.

    One row is one publication; ``kind`` parts them.
    """
    return Publication.objects.filter(
        published_at__date__gte=first, published_at__date__lte=last
    ).order_by("published_at", "pk")


def downloads_between(first: date, last: date) -> QuerySet[DownloadCount]:
    """Counters of the days from ``first`` to ``last``; the figure is the sum of ``number``."""
    return (
        DownloadCount.objects.filter(day__gte=first, day__lte=last)
        .select_related("document__version__publication")
        .order_by("day", "pk")
    )


def download_total(rows: Iterable[DownloadCount] | QuerySet[DownloadCount]) -> int:
    """The sum of counters."""
    if isinstance(rows, QuerySet):
        return rows.order_by().aggregate(sum=Sum("number"))["sum"] or 0
    return sum(row.number for row in rows)


def orders_between(first: date, last: date) -> QuerySet[Order]:
    """Confirmed wishes for a publication by mail; they hold no address any more."""
    return Order.objects.filter(
        confirmed_at__date__gte=first, confirmed_at__date__lte=last
    ).select_related("publication")
