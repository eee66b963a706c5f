"""Whose failures count together, and how long a lock still lasts."""

from __future__ import annotations

from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils import timezone


def username_of(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The address that was tried, in small letters."""
    tried = (credentials or {}).get("email") or (credentials or {}).get("username")
    if not tried and request is not None:
        tried = request.POST.get("login", "")
    return str(tried or "").strip().lower()


def address_of(request: HttpRequest) -> str | None:
    """The network address, behind the number of reverse proxies that the settings name.

    A request that passed fewer proxies counts as that of whoever is connected.
    """
    try:
        return get_client_ip(request)
    except ImproperlyConfigured:
        return request.META.get("REMOTE_ADDR")


def is_locked(request: HttpRequest, email: str) -> bool:
    """Whether this address has to wait, seen from this network address."""
    return not AxesProxyHandler.is_allowed(request, {"username": email})


def count_failure(request: HttpRequest, email: str) -> None:
    """Count a wrong code like a wrong password, whether or not the address has an account."""
    user_login_failed.send(sender=__name__, credentials={"username": email}, request=request)


def seconds_left(request: HttpRequest, credentials: dict[str, Any] | None) -> int:
    """How long the lock still lasts, in seconds; at least one."""
    last = (
        AccessAttempt.objects.filter(
            username=username_of(request, credentials), ip_address=address_of(request)
        )
        .order_by("-attempt_time")
        .first()
    )
    whole = get_cool_off(request)
    begun = last.attempt_time if last else timezone.now()
    return max(1, round((begun + whole - timezone.now()).total_seconds()))
