"""A river network for this room's tests."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from factories.flood_room import make_network
from steiger.web.flood.models import Network, Sensor


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Counters of one test are not those of the next."""
    cache.clear()


@pytest.fixture
def network(db: None, settings: Any) -> Network:
    """A simulated valley with three gauges."""
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    return make_network()


@pytest.fixture
def gauge(network: Network) -> Sensor:
    """The gauge in the middle."""
    return network.sensors.get(key="mittelwerk")
