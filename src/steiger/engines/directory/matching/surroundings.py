"""What a text says about where a candidate lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steiger.engines.directory.matching.candidates import Candidate, Numbered
from steiger.engines.directory.matching.context import Context, Mention
from steiger.engines.directory.matching.pool import Pool

EARTH_KM = 6371.0
#: Stands for a distance that is not known.
UNKNOWN_KM = -1.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Countries, towns and regions beside a candidate, compared with its seat.

    Attributes:
        country: 1 agrees, -1 differs, 0 unknown.
        town_km: from the seat to the nearest town that is mentioned, or ``UNKNOWN_KM``.
    """

    country: int
    town: bool
    town_in_name: bool
    region: bool
    town_differs: bool
    town_km: float

    @property
    def points(self) -> float:
        """For choosing between namesakes."""
        return 2.0 * self.country + 2.0 * self.town + self.region - self.town_differs


def surroundings(one: Candidate, text: Numbered, context: Context, pool: Pool) -> Surroundings:
    """Compare the candidate's seat with the places mentioned beside it."""
    words = text.text
    outside = [m for m in context.countries if m.end <= one.begin or m.begin >= one.end]
    group = words.groups[one.begin]
    near: Sequence[Mention] = [m for m in outside if m.group == group] or outside
    country = int(pool.country_of[one.organisation])
    agrees = 0
    if near and country >= 0:
        agrees = 1 if any(country in m.codes for m in near) else -1
    town, region = int(pool.town_of[one.organisation]), int(pool.region_of[one.organisation])
    beside = [m for m in context.places if m.end <= one.begin or m.begin >= one.end]
    has_town = any(m.place == town for m in beside) and town >= 0
    inside = town >= 0 and any(
        m.place == town and one.begin <= m.begin and m.end <= one.end for m in context.places
    )
    has_region = region >= 0 and any(m.place == region for m in beside)
    # Somewhere a town is called "Germany".
    lands = {(m.begin, m.end) for m in context.countries}
    other = [
        m
        for m in beside
        if m.whole
        and m.group == group
        and m.place not in {town, region}
        and (m.begin, m.end) not in lands
    ]
    countries = {c for m in near for c in m.codes}
    differs = (
        bool(other) and not has_town and (not countries or any(m.codes & countries for m in other))
    )
    distance = 0.0 if has_town else _nearest(one, [m for m in beside if m.whole], pool)
    return Surroundings(agrees, has_town, inside, has_region, differs, distance)


def _nearest(one: Candidate, towns: Sequence[Mention], pool: Pool) -> float:
    seats = [pool.place_seats[m.place] for m in towns if m.place in pool.place_seats]
    seat = pool.seat[one.organisation]
    if not seats or np.isnan(seat[0]):
        return UNKNOWN_KM
    return float(distances_km(seat, np.concatenate(seats)).min())


def distances_km(seat: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float64]:
    """(k) great-circle distances from one (latitude, longitude) to (k, 2) others, in degrees.

    Haversine formula: Sinnott 1984, "Virtues of the Haversine", Sky and Telescope 68.
    """
    here, there = np.radians(seat, dtype=np.float64), np.radians(others, dtype=np.float64)
    half = (there - here) / 2
    root = np.sin(half[:, 0]) ** 2 + (
        np.cos(here[0]) * np.cos(there[:, 0]) * np.sin(half[:, 1]) ** 2
    )
    distance: NDArray[np.float64] = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(root, 0, 1)))
    return distance
