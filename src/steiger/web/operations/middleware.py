"""One structured log line and one metric per request."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from steiger.web.operations.domain.metrics import count_request

log = structlog.get_logger("steiger.request")


class RequestLogMiddleware:
    """Gives each request an id that also stands in the audit log and in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, then log method, route, status and time; never a person's data.

        The route is the pattern (``landkarte/eintrag/<slug>/``), not the address, which may hold
        what somebody searched for.
        """
        structlog.contextvars.clear_contextvars()
        request_id = uuid.uuid4().hex
        structlog.contextvars.bind_contextvars(request_id=request_id)
        begin = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - begin
        match = request.resolver_match
        route = match.route if match else ""
        count_request(
            method=request.method or "",
            route=route,
            status=response.status_code,
            seconds=seconds,
            timing=response.get("Server-Timing", ""),
        )
        response["X-Request-ID"] = request_id
        # Files and probes come by the hundred and say nothing, unless they fail.
        machine = not match or match.namespace == "operations-machine"
        quiet = machine and response.status_code < 400
        write = log.debug if quiet else log.info
        write(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
        )
        return response
