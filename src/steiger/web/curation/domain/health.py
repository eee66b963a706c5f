"""How the map is doing: figures counted by the database, of real entries only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, QuerySet
from django.db.models.functions import Coalesce

from steiger.web.cases.domain.retention import add_months
from steiger.web.curation.models import Confirmation, LinkCheck, Representation, Submission
from steiger.web.directory.models import Actor

#: Upper ends of the bands of age in months; above the last, and never confirmed, come after.
BANDS = (3, 6, 12, 24)
YEAR = 12


@dataclass(frozen=True, slots=True)
class Health:
    """Figures of one moment.

    Attributes:
        entries: published entries, without invented examples.
        confirmed: of these, confirmed by the organisation or the editors within 12 months.
        represented: entries for which somebody speaks.
        median_age: of the last confirmation, over entries that were ever confirmed.
        bands: number of entries by age of the last confirmation: up to 3, 6, 12, 24 months, older,
            never.
        open: proposals that wait for a decision.
        decided: decisions within 12 months.
        median_decision: from the confirmed address to the decision, of these.
        links: result → number of websites, as last looked at.
        links_since: when the oldest of these looks was.
    """

    entries: int
    confirmed: int
    represented: int
    median_age: timedelta | None
    bands: tuple[int, ...]
    open: int
    decided: int
    median_decision: timedelta | None
    links: Mapping[str, int]
    links_since: datetime | None

    @property
    def share(self) -> float | None:
        """Share confirmed within 12 months, 0 to 1; None without entries."""
        return self.confirmed / self.entries if self.entries else None

    @property
    def looked_at(self) -> int:
        """Websites that were looked at."""
        return sum(self.links.values())


def health(now: datetime) -> Health:
    """Count."""
    entries = Actor.objects.filter(state=Actor.State.PUBLISHED, is_example=False)
    total = entries.count()
    last = (
        Confirmation.objects.filter(actor__in=entries)
        .order_by()
        .values("actor")
        .annotate(last=Max("at"))
    )
    within = [last.filter(last__gt=add_months(now, -months)).count() for months in BANDS]
    ever = last.count()
    bands = [after - before for before, after in zip([0, *within], within, strict=False)]
    bands += [ever - within[-1], total - ever]
    middle = _middle(last.order_by("last").values_list("last", flat=True), ever)
    real = Submission.objects.filter(details__example__isnull=True)
    decided = (
        real.filter(
            state__in=(Submission.State.ACCEPTED, Submission.State.REJECTED),
            decided_at__gt=add_months(now, -YEAR),
            decided_at__lte=now,
        )
        .exclude(kind=Submission.Kind.IMPORT)
        .annotate(
            took=ExpressionWrapper(
                F("decided_at") - Coalesce("confirmed_at", "created_at"),
                output_field=DurationField(),
            )
        )
    )
    number = decided.count()
    links = LinkCheck.objects.filter(actor__in=entries, url=F("actor__website"))
    found = dict(links.order_by().values_list("result").annotate(n=Count("pk")))
    return Health(
        entries=total,
        confirmed=within[BANDS.index(YEAR)],
        represented=entries.filter(
            pk__in=Representation.objects.filter(state=Representation.State.ACTIVE).values("actor")
        ).count(),
        median_age=None if middle is None else now - _mean_time(middle),
        bands=tuple(bands),
        open=real.filter(state__in=Submission.OPEN).count(),
        decided=number,
        median_decision=_mean(
            _middle(decided.order_by("took").values_list("took", flat=True), number)
        ),
        links={key: found.get(key, 0) for key in LinkCheck.Result.values},
        links_since=links.order_by("checked_at").values_list("checked_at", flat=True).first(),
    )


def _middle(ordered: QuerySet[Any], number: int) -> list[Any] | None:
    """The one or two values in the middle of an ordered row, read by the database."""
    if not number:
        return None
    first = (number - 1) // 2
    return list(ordered[first : number // 2 + 1])


def _mean(values: list[timedelta] | None) -> timedelta | None:
    return None if values is None else sum(values, timedelta()) / len(values)


def _mean_time(values: list[datetime]) -> datetime:
    return values[0] + (values[-1] - values[0]) / 2
