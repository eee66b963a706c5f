"""Who counts as one sender, and what is remembered of her."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from pytest_django import Settings

from steiger.web.accounts.interfaces.limits import within_limit
from steiger.web.accounts.interfaces.lockout import address_of


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_address_is_read_behind_own_proxies_only(
    settings: Settings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    assert address_of(RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})) == expected


def test_limit_remembers_no_address() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    assert [within_limit(request, "test.wish", 2) for _ in range(3)] == [True, True, False]
    other = RequestFactory().get("/", REMOTE_ADDR="192.0.2.8")
    assert within_limit(other, "test.wish", 2)
    assert not [key for key in cache._cache if "192.0.2.7" in key]  # type: ignore[attr-defined]
