"""Which times are offered to a firm, with whom, and why."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Count, Max, Q

from steiger.engines.advice import Candidate, in_turn
from steiger.engines.directory.search.geometry import distance_km
from steiger.web.advice.domain.diaries import ZONE, free_times
from steiger.web.advice.domain.need import Need
from steiger.web.advice.models import Adviser, Format, MeetingPlace
from steiger.web.directory.domain.areas import region

#: Distances within a band are no reason to prefer one adviser to another.
BANDS_KM = (10.0, 25.0, 50.0, 100.0)
MOST, MOST_PER_DAY, TOO_FEW = 9, 3, 3
#: A worse fit is offered too if it is so much sooner.
MUCH_SOONER = timedelta(days=4)
#: Over which time bookings count for the rotation.
ROTATION = timedelta(days=28)
_STANDING = ("asked", "confirmed", "held", "no_show")


@dataclass(frozen=True, slots=True)
class Fit:
    """How well an adviser fits a need.

    Attributes:
        topics: keys of the need's topics on which the adviser advises.
        place, km: where they meet on site, and how far that is from the firm (if it said where).
    """

    adviser: Adviser
    topics: tuple[str, ...] = ()
    place: MeetingPlace | None = None
    km: float | None = None

    @property
    def rank(self) -> tuple[int, int]:
        """Lower is better; who has the same rank fits equally well."""
        return (-len(self.topics), bisect_left(BANDS_KM, self.km) if self.km is not None else 0)

    @property
    def area(self) -> str:
        """AGS of the municipality where they meet, or empty."""
        return self.place.municipality if self.place else ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A time with all who fit equally well and are free."""

    start: datetime
    end: datetime
    area: str
    fits: tuple[Fit, ...]
    best: bool

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.start:%Y%m%dT%H%MZ}{self.area}"


@dataclass(frozen=True, slots=True)
class Offers:
    """Times in order; `more_since` is set if there are later ones."""

    offers: tuple[Offer, ...]
    more_since: datetime | None = None


def fitting(need: Need) -> list[Fit]:
    """Advisers who speak the language and meet in the wanted way; on site, one fit per place."""
    found = []
    advisers = (
        Adviser.objects.filter(active=True, user__is_active=True)
        .select_related("user")
        .prefetch_related("hours", "absences", "topics", "places")
    )
    for adviser in advisers:
        if need.language not in adviser.languages or need.format not in adviser.formats:
            continue
        if need.format == Format.VIDEO and not adviser.video_url:
            continue
        knows = {term.key for term in adviser.topics.all()}
        topics = tuple(key for key in need.keys if key in knows)
        if need.format != Format.SITE:
            found.append(Fit(adviser, topics))
            continue
        found += [
            Fit(adviser, topics, place, distance(need.ags, place.municipality))
            for place in adviser.places.all()
            if place.active
        ]
    return found


def distance(here: str, there: str) -> float | None:
    """Kilometres between two areas as the crow flies; None where one is unknown."""
    one, other = region().area(here), region().area(there)
    if one is None or other is None:
        return None
    lat, lon = np.array([other.lat]), np.array([other.lon])
    return float(distance_km((one.lat, one.lon), lat, lon)[0])


def offers(need: Need, *, now: datetime, since: datetime | None = None) -> Offers:
    """Times that fit: the best-fitting advisers first, at most three a day, in order of time.

    Where they have few, others fill up; where others are much sooner, the soonest of theirs is
    offered beside.
    """
    every = _by_time(fitting(need), now=now, since=since)
    if not every:
        return Offers(())
    top = min(fits[0].rank for fits in every.values())
    ranked = [
        Offer(start, end, area, tuple(fits), fits[0].rank == top)
        for (start, end, area), fits in sorted(every.items())
    ]
    best = _spread([offer for offer in ranked if offer.best])
    others = [offer for offer in ranked if not offer.best]
    shown = best[:MOST]
    if len(shown) < TOO_FEW:
        shown += _spread(others)[: MOST - len(shown)]
    elif others and since is None and others[0].start + MUCH_SOONER <= shown[0].start:
        shown.append(others[0])
    later = best[MOST].start if len(best) > MOST else None
    return Offers(tuple(sorted(shown, key=lambda offer: (offer.start, offer.area))), later)


def pool(need: Need, *, start: datetime, area: str, now: datetime) -> list[Fit]:
    """Who may take this very time, in turn; empty if it is not (or no longer) offered."""
    times = _by_time(fitting(need), now=now, since=start, until=start + timedelta(hours=8))
    fits = next(
        (found for (begin, _, where), found in times.items() if (begin, where) == (start, area)),
        [],
    )
    return turns(fits, now=now)


def turns(fits: Iterable[Fit], *, now: datetime) -> list[Fit]:
    """The fits in the order of the rotation (see `engines.advice.rotation`)."""
    by_number = {fit.adviser.pk: fit for fit in fits}
    lately = Q(bookings__state__in=_STANDING, bookings__created_at__gt=now - ROTATION)
    loads = (
        Adviser.objects.filter(pk__in=by_number)
        .annotate(
            load=Count("bookings", filter=lately),
            latest=Max("bookings__created_at", filter=lately),
        )
        .values_list("pk", "load", "latest")
    )
    return [by_number[one.key] for one in in_turn(Candidate(*row) for row in loads)]


def _by_time(
    fits: Sequence[Fit],
    *,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[tuple[datetime, datetime, str], list[Fit]]:
    """For each time and place those who fit best of all who are free then."""
    advisers = list({fit.adviser.pk: fit.adviser for fit in fits}.values())
    free = free_times(advisers, now=now, since=since, until=until)
    found: defaultdict[tuple[datetime, datetime, str], list[Fit]] = defaultdict(list)
    for fit in fits:
        for slot in free[fit.adviser.pk]:
            found[(slot.start, slot.end, fit.area)].append(fit)
    return {
        key: [fit for fit in group if fit.rank == min(one.rank for one in group)]
        for key, group in found.items()
    }


def _spread(offers: Sequence[Offer]) -> list[Offer]:
    days: defaultdict[object, int] = defaultdict(int)
    result = []
    for offer in offers:
        day = offer.start.astimezone(ZONE).date()
        days[day] += 1
        if days[day] <= MOST_PER_DAY:
            result.append(offer)
    return result
