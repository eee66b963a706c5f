"""Time stamps of foreign sources, as seconds in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import numpy as np

#: Outside these years a time stamp is a mistake of the source.
EARLIEST = datetime(1800, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def instant(text: object, *, zone: tzinfo | None = None) -> np.datetime64:
    """UTC second of an ISO 8601 time stamp; fractions of a second are cut off.

    Args:
        text: such as “2026-09-23T20:45:00.000+01:00”.
        zone: zone of time stamps that carry none; without it they are refused, because a guess
            would shift a flood by an hour.

    Raises:
        ValueError: it is no time stamp, has no zone, or lies outside 1800 to 2200.
    """
    if not isinstance(text, str) or len(text) > 40:
        raise ValueError(f"{_shown(text)} is no time stamp")
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{_shown(text)} is no time stamp such as 2026-01-31T12:00:00Z") from None
    if moment.tzinfo is None:
        if zone is None:
            raise ValueError(f"{text!r} has no time zone")
        moment = moment.replace(tzinfo=zone)
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text!r} lies outside the years 1800 to 2200") from None
    return _checked(moment, text)


def instant_of_seconds(seconds: object) -> np.datetime64:
    """UTC second of a number of seconds since 1970.

    Raises:
        ValueError: it is no finite number, or lies outside 1800 to 2200.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        # One error for everything that is no time, because callers add its place.
        raise ValueError(f"{_shown(seconds)} is no time in seconds since 1970")  # noqa: TRY004
    low, high = EARLIEST.timestamp(), LATEST.timestamp()
    if not low <= seconds < high:
        raise ValueError(f"{_shown(seconds)} lies outside the years 1800 to 2200")
    return np.datetime64(int(seconds // 1), "s")


def in_utc(time: datetime) -> datetime:
    """The same instant in UTC.

    Raises:
        ValueError: it has no time zone; the machine's own would be a guess.
    """
    if time.tzinfo is None:
        raise ValueError(f"{time} has no time zone")
    return time.astimezone(UTC)


def iso_utc(time: datetime) -> str:
    """The time in UTC as sources want it in questions: “2026-01-31T12:00:00Z”.

    Raises:
        ValueError: it has no time zone.
    """
    return in_utc(time).strftime("%Y-%m-%dT%H:%M:%SZ")


def _checked(moment: datetime, text: object) -> np.datetime64:
    if not EARLIEST <= moment < LATEST:
        raise ValueError(f"{_shown(text)} lies outside the years 1800 to 2200")
    return np.datetime64(int(moment.timestamp() // 1), "s")


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str | int | float | None) else type(value).__name__
    return text if len(text) <= 60 else text[:59] + "…"
