"""Reads: reports, editions, the rows behind a figure, what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from steiger.engines.reporting.book import Book, Spot
from steiger.engines.reporting.freezing import (
    Difference,
    compare,
    digest,
    indicator_as_json,
    spot_from_json,
)
from steiger.engines.reporting.indicators import Indicator, Row
from steiger.web.accounts.models import User
from steiger.web.reports.domain.declared import Named, all_declared
from steiger.web.reports.domain.documents import frozen_book, live_book
from steiger.web.reports.models import Edition, Report


def published() -> QuerySet[Edition]:
    """Editions that the public may read; of each report all of them, the newest first."""
    return (
        Edition.objects.filter(published_at__isnull=False)
        .select_related("report")
        .defer("content", "pdf_de", "pdf_en")
        .order_by("-report__period_key", "report_id", "-number")
    )


def latest_published() -> list[Edition]:
    """The newest published edition of each report, the latest period first."""
    found: dict[object, Edition] = {}
    for edition in published():
        found.setdefault(edition.report_id, edition)
    return list(found.values())


def reports() -> QuerySet[Report]:
    """Every report with its editions."""
    light = Edition.objects.defer("content", "pdf_de", "pdf_en")
    return Report.objects.prefetch_related(Prefetch("editions", queryset=light))


def unfinished() -> QuerySet[Report]:
    """Reports that nobody has handed in yet, or whose last edition is not published."""
    later = Edition.objects.filter(report=OuterRef("report"), number__gt=OuterRef("number"))
    newest = Edition.objects.filter(report=OuterRef("pk")).filter(~Exists(later))
    return Report.objects.exclude(Exists(newest.filter(published_at__isnull=False)))


def successor(edition: Edition) -> Edition | None:
    """The newest published edition of the same report, where it is another one."""
    newest = published().filter(report=edition.report_id).order_by("-number").first()
    return newest if newest and newest.number > edition.number else None


@dataclass(frozen=True, slots=True)
class Opened:
    """A figure with its rows.

    Attributes:
        count: what the rows add up to; it is the figure.
        names: key of a row → what it stands for; empty for people who may not see names.
        may_name: whether this reader may see names.
    """

    spot: Spot
    count: int
    rows: Sequence[Row]
    names: Mapping[str, Named]
    may_name: bool


def opened(book: Book, spot: Spot, reader: object) -> Opened:
    """The rows behind a figure, as far as the reader may see them."""
    rows = book.behind(spot)
    may_name = may_see_names(spot.indicator, reader)
    declared = all_declared().get(spot.indicator)
    names = declared.names([row.key for row in rows]) if declared and may_name else {}
    return Opened(spot, book.figure(spot), rows, names, may_name)


def live_opened(spot: Spot, reader: object) -> Opened:
    """The same from the rows of today."""
    return opened(live_book([spot.indicator], [spot.period]), spot, reader)


def may_see_names(indicator: str, reader: object) -> bool:
    """Whether a reader may see what the rows stand for."""
    declared = all_declared().get(indicator)
    if declared is None:
        return False
    if declared.named_for is None:
        return True
    return (
        isinstance(reader, User)
        and bool(declared.named_for)
        and reader.has_role(*declared.named_for)
    )


def may_see_rows(book: Book, spot: Spot, reader: object) -> bool:
    """Whether a reader may see the rows: staff all, others where nobody could be guessed."""
    if isinstance(reader, User) and reader.is_staff_member:
        return True
    about = book.indicators.get(spot.indicator)
    return about is not None and not about.personal


def sealed(content: dict[str, Any], rows: Iterable[str], salt: str) -> str:
    """The digest of an edition, from its content and the digests of its rows."""
    return digest({"content": content, "rows": sorted(rows)}, salt)


def intact(edition: Edition) -> bool:
    """Whether content and rows of an edition still give its digests."""
    frozen = list(edition.frozen.all())
    good = all(digest(each.rows, edition.salt) == each.digest for each in frozen)
    seal = sealed(edition.content, [each.digest for each in frozen], edition.salt)
    return good and seal == edition.digest


def redefined(edition: Edition) -> list[Indicator]:
    """Indicators of an edition that are defined otherwise today, as they are defined today.

    An edition keeps its own definitions; figures of today follow those of today.
    """
    then = dict(edition.frozen.values_list("indicator", "definition"))
    today = {key: declared.about for key, declared in all_declared().items() if key in then}
    return [about for key, about in today.items() if indicator_as_json(about) != then[key]]


def compared(edition: Edition) -> list[Difference]:
    """Every figure of an edition beside the same figure today."""
    spots: Iterable[Spot] = [spot_from_json(spot) for spot in edition.content["spots"]]
    known = all_declared()
    spots = [spot for spot in spots if spot.indicator in known]
    then = frozen_book(edition)
    now = live_book({s.indicator for s in spots}, {s.period for s in spots})
    return compare(then, now, spots, edition.salt)
