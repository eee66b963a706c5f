"""Hears of every unforeseen error, wherever in the chain of a request it arose."""

from __future__ import annotations

import sys
from typing import Any

import structlog
from django.core.signals import got_request_exception
from django.dispatch import receiver

from steiger.web.operations.domain.metrics import FAILURES

log = structlog.get_logger("steiger.request")


@receiver(got_request_exception, dispatch_uid="operations.failure")
def log_failure(request: Any = None, **_: Any) -> None:
    """Write the error with its traceback under the request's id, and count it."""
    match = getattr(request, "resolver_match", None)
    error = sys.exc_info()[1]
    log.error(
        "request.failed",
        method=getattr(request, "method", ""),
        route=match.route if match else "",
        error=type(error).__name__,
        exc_info=error,
    )
    FAILURES.inc()
