"""What the room says of each sensor: its state, its last value, how much of it can be used."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from factories.flood import make_network, make_observations, make_sensor
from steiger.engines.flood.network import Kind
from steiger.web.flood.domain.cycle import SensorNews
from steiger.web.flood.domain.observing import news_of

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
#: Ten days and some hours: between two daily values.
HOURS = 10 * 24 + 13
DAILY = {"accumulation": DAY, "stamped": "start"}


def told(values: Any, kind: Kind = Kind.RAIN, **fields: Any) -> SensorNews:
    """What is told of one sensor beside a gauge that reports each hour."""
    sensor = make_sensor("sensor", kind, **fields)
    network = make_network(make_sensor("level"), sensor)
    level = 1 + 0.1 * np.sin(np.arange(len(values)) / 9)
    seen = make_observations(network, {"level": level, "sensor": values})
    news, _broken = news_of(network, seen)
    return news["sensor"]


def daily(hours: int = HOURS) -> Any:
    """One total each midnight, the last ones not known yet."""
    values = np.full(hours, np.nan)
    values[::24] = 1.0 + np.arange(len(values[::24])) % 4
    return values


def level(hours: int = HOURS) -> Any:
    """A level that moves."""
    return 1 + 0.2 * np.sin(np.arange(hours) / 7)


@pytest.mark.parametrize("hour", range(24))
def test_daily_total_is_in_order_at_every_hour_of_the_day(hour: int) -> None:
    news = told(daily(9 * 24 + 1 + hour), **DAILY)
    assert (news.state, news.share_30d, news.flags) == ("ok", 1.0, [])


def test_daily_total_is_not_shown_before_its_day_is_over() -> None:
    news = told(daily(), **DAILY)
    assert news.last_value == daily()[9 * 24]
    assert news.last_time is not None
    assert news.last_time.day == 10


def test_day_without_its_total_counts_a_whole_day() -> None:
    values = daily()
    values[4 * 24] = np.nan
    # Ten days are due less the first, before which nobody knows when its total began.
    assert told(values, **DAILY).share_30d == pytest.approx(1 - 24 / (HOURS - 24 - 23), abs=1e-3)


def test_silent_daily_total_is_missing() -> None:
    values = daily()
    values[6 * 24 :] = np.nan
    assert told(values, **DAILY).state == "missing"


def test_value_that_is_known_later_is_not_missing() -> None:
    values = level()
    values[-3:] = np.nan
    late = {"kind": Kind.WATER_LEVEL, "available_after": 3 * HOUR}
    news = told(values, **late)
    assert (news.state, news.share_30d) == ("ok", 1.0)
    assert news.trend is not None
    assert news.last_value == values[-4]
    values[-4] = np.nan
    assert told(values, **late).state == "missing"


def test_value_that_should_be_there_is_missing() -> None:
    values = level()
    values[-1] = np.nan
    news = told(values, kind=Kind.WATER_LEVEL)
    assert (news.state, news.share_30d) == ("missing", pytest.approx(1 - 1 / HOURS, abs=1e-4))
