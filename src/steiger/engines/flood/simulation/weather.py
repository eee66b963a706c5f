"""Invented rain, month by month: fronts that cross the whole valley, and showers that hit a part.

Rain is a sum of events, each born in one month from the seed and that month alone, so any period
can be computed without those before it. The frame is that of Neyman–Scott and similar point
processes (Rodriguez-Iturbe, Cox, Isham 1987, doi:10.1098/rspa.1987.0039); the numbers are chosen to
look like the hills between Rhine and Ruhr: 1100 mm a year, long fronts in winter, showers on
summer afternoons.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from steiger.engines.flood.simulation.plan import Storm, Valley

Array = NDArray[np.float64]
#: Per month January … December.
FRONTS = (15, 13, 12, 11, 10, 10, 10, 10, 10, 12, 14, 16)
FRONT_MM = (7.5, 7.0, 6.5, 6.0, 6.5, 6.5, 6.5, 7.0, 7.0, 7.5, 7.5, 8.0)
FRONT_HOURS = (11.0, 11.0, 10.0, 8.0, 7.0, 6.0, 6.0, 6.0, 8.0, 9.0, 11.0, 11.0)
#: A front of the invented past brings no more; what is beyond comes as a `Storm`.
LARGEST_FRONT_MM = 45.0
MEAN_INTENSITY = 2.5
SHOWERS = (0.0, 0.0, 0.3, 2.0, 6.0, 9.0, 10.0, 9.0, 4.0, 1.0, 0.0, 0.0)
#: Showers are counted for an area of this size, km².
SHOWER_AREA = 1500.0
CORRELATION_KM = 40.0
SPREAD = 0.30


def month_of(hour: int) -> int:
    """Months since 1970 of an hour since 1970."""
    return int(np.datetime64(hour, "h").astype("datetime64[M]").astype(np.int64))


def first_hour(month: int) -> int:
    """The first hour (since 1970) of a month (since 1970)."""
    return int(np.datetime64(month, "M").astype("datetime64[h]").astype(np.int64))


def rain_between(valley: Valley, seed: int, begin: int, end: int) -> Array:
    """Rain of the hours begin … end − 1 (since 1970) at the valley's points, mm (T, P).

    The storms of the valley's history are part of it.
    """
    parts = []
    for month in range(month_of(begin), month_of(max(begin, end - 1)) + 1):
        start = first_hour(month)
        whole = month_of_rain(valley, seed, month)
        parts.append(whole[max(begin - start, 0) : max(end - start, 0)])
    return np.concatenate(parts)[: end - begin] + storm_rain(valley, valley.storms, begin, end)


@lru_cache(maxsize=24)
def month_of_rain(valley: Valley, seed: int, month: int) -> Array:
    """Rain of one month, mm (hours, P); storms of the history are not in it."""
    start, end = first_hour(month), first_hour(month + 1)
    total = np.zeros((end - start, len(valley.points)))
    # A front that began on the last day of the month before reaches into this one.
    for born in (month - 1, month):
        for begin, rain in _events(valley, seed, born):
            first, last = max(begin, start), min(begin + len(rain), end)
            if first < last:
                total[first - start : last - start] += rain[first - begin : last - begin]
    total.setflags(write=False)
    return total


def _events(valley: Valley, seed: int, month: int) -> list[tuple[int, Array]]:
    random = np.random.default_rng([seed, month % 2**32, 1])
    start, end = first_hour(month), first_hour(month + 1)
    season = month % 12
    events = [
        _front(valley, random, season, start, end) for _ in range(random.poisson(FRONTS[season]))
    ]
    low, high = valley.points.min(axis=0) - 10.0, valley.points.max(axis=0) + 10.0
    area = float(np.prod(high - low))
    count = random.poisson(SHOWERS[season] * area / SHOWER_AREA)
    events += [_shower(valley, random, (start, end), (low, high)) for _ in range(count)]
    return events


def _front(
    valley: Valley, random: np.random.Generator, season: int, start: int, end: int
) -> tuple[int, Array]:
    begin = int(random.integers(start, end))
    amount = min(random.gamma(0.9, FRONT_MM[season] / 0.9), LARGEST_FRONT_MM)
    usual = random.gamma(2.0, FRONT_HOURS[season] / 2)
    # Much rain of a front takes long: heavy hours are the business of showers.
    hours = int(np.clip(max(usual, amount / MEAN_INTENSITY), 2, 60))
    course = np.exp(0.6 * _smooth(random.standard_normal(hours + 2)))
    course *= np.sin(np.pi * (np.arange(hours) + 0.5) / hours)
    field = np.exp(SPREAD * (_roughness(valley) @ random.standard_normal(len(valley.points))))
    field *= _wetness(valley)
    return begin, np.outer(course * (amount / course.sum()), field)


def _shower(
    valley: Valley,
    random: np.random.Generator,
    span: tuple[int, int],
    box: tuple[Array, Array],
) -> tuple[int, Array]:
    day = int(random.integers(span[0], span[1])) // 24 * 24
    begin = day + int(np.clip(random.normal(15.0, 3.0), 0, 23))
    hours = int(random.integers(1, 5))
    amount = min(8.0 * random.lognormal(0.4, 0.6), 60.0)
    radius = random.uniform(3.0, 8.0)
    centre, drift = random.uniform(*box), random.normal(0.0, 5.0, 2)
    path = centre + np.arange(hours)[:, None] * drift
    distance = ((valley.points[None] - path[:, None]) ** 2).sum(axis=2)
    course = np.sin(np.pi * (np.arange(hours) + 0.5) / hours)
    field = np.exp(-0.5 * distance / radius**2)
    return begin, course[:, None] / course.sum() * amount * field


def storm_rain(valley: Valley, storms: Sequence[Storm], begin: int, end: int) -> Array:
    """What storms bring in the hours begin … end − 1 at the valley's points, mm (T, P)."""
    total = np.zeros((end - begin, len(valley.points)))
    for storm in storms:
        start = int(storm.start.timestamp()) // 3600
        first, last = max(start, begin), min(start + storm.hours, end)
        if first >= last:
            continue
        course = np.sin(np.pi * (np.arange(storm.hours) + 0.5) / storm.hours) ** 1.5
        centre = valley.to_km(np.array([[storm.lat, storm.lon]]))
        distance = ((valley.points - centre) ** 2).sum(axis=1)
        field = storm.amount_mm * np.exp(-0.5 * distance / storm.radius_km**2)
        part = (course / course.sum())[first - start : last - start]
        total[first - begin : last - begin] += np.outer(part, field)
    return total


def _smooth(noise: Array) -> Array:
    smooth: Array = (noise[:-2] + noise[1:-1] + noise[2:]) / np.sqrt(3.0)
    return smooth


@lru_cache(maxsize=8)
def _roughness(valley: Valley) -> Array:
    """Matrix (P, P) that makes independent noise a field which is alike nearby."""
    points = valley.points
    distance = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    matrix = np.exp(-distance / CORRELATION_KM) + 1e-9 * np.eye(len(points))
    factor: Array = np.linalg.cholesky(matrix)
    return factor


@lru_cache(maxsize=8)
def _wetness(valley: Valley) -> Array:
    """How wet each point is against the valley's mean, (P,)."""
    gauges = np.array([gauge.wetness for gauge in valley.rain])
    own, land = valley.points[: len(gauges)], valley.points[len(gauges) :]
    distance = ((land[:, None] - own[None]) ** 2).sum(axis=2) + 1.0
    weight = 1.0 / distance
    return np.concatenate([gauges, (weight * gauges).sum(axis=1) / weight.sum(axis=1)])
