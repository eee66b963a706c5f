"""What stands around every operation: language, methods, limits, CORS, ETag, HEAD.

Nothing of it depends on the operation, and nothing of it may be forgotten for one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from steiger.engines.directory.search import SearchIndexError
from steiger.web.accounts.interfaces.limits import Count, WindowCounter
from steiger.web.accounts.interfaces.lockout import address_of
from steiger.web.api.interfaces import problems
from steiger.web.api.interfaces.problems import ProblemError, Wrong

log = structlog.get_logger("steiger.api")

WINDOW_S = 60
COUNTER = WindowCounter(WINDOW_S)
MAX_AGE_S = 60
SAFE = ("GET", "HEAD")
#: Answers that an ETag is worth for, and that anybody may keep.
_EXPOSED = "ETag, Link, Retry-After, RateLimit, RateLimit-Policy, X-Request-ID"
_READ = "Accept, Accept-Language, Content-Type, If-None-Match"
View = Callable[..., HttpResponseBase]


def language_of(request: HttpRequest) -> str:
    """The language of texts: the first one that is wished and known here, else German."""
    known = [code for code, _name in settings.LANGUAGES]
    for wish, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if wish.split("-")[0] in known:
            return wish.split("-")[0]
    return settings.LANGUAGE_CODE


def guarded(view: View, *, is_open: bool = True, own_cache: bool = False) -> View:
    """The view with everything around it.

    Args:
        is_open: other origins may read the answer; false for what needs an access key.
        own_cache: the view itself says how long its answer is kept.
    """

    @wraps(view)
    def around(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(language_of(request)):
            counted = COUNTER.count(address_of(request) or "", settings.API_PER_MINUTE)
            response = _answer(request, view, counted, args, kwargs)
            if is_open:
                _let_in(response)
            response["RateLimit-Policy"] = f'"default";q={counted.most};w={WINDOW_S}'
            response["RateLimit"] = f'"default";r={max(0, counted.left)};t={counted.seconds}'
            patch_vary_headers(
                response, ["Accept-Language", *([] if is_open else ["Authorization"])]
            )
            return _kept(request, response, is_open=is_open, own_cache=own_cache)

    around.csrf_exempt = True  # type: ignore[attr-defined]  # no operation reads a session
    return around


def _answer(
    request: HttpRequest, view: View, counted: Count, args: Any, kwargs: Mapping[str, Any]
) -> HttpResponseBase:
    if not counted.is_within:
        detail = _("Only %(n)s requests are answered within a minute. Wait %(s)s seconds.") % {
            "n": counted.most,
            "s": counted.seconds,
        }
        return problems.answer("too-many", detail, headers={"Retry-After": str(counted.seconds)})
    method = request.method or ""
    try:
        if method == "HEAD":
            request.method = "GET"
        response = view(request, *args, **kwargs)
    except Exception as error:  # noqa: BLE001 -- the outermost place: nothing may get past it
        response = problem_of(request, error)
    finally:
        request.method = method
    if response.status_code == 405:
        return _other_method(method, response)
    return response


def _other_method(method: str, response: HttpResponseBase) -> HttpResponse:
    """The answer to a method that the operation does not take; OPTIONS is always answered."""
    allowed = [name.strip() for name in response.get("Allow", "").split(",") if name.strip()]
    if "GET" in allowed:
        allowed.append("HEAD")
    allow = ", ".join(sorted({*allowed, "OPTIONS"}))
    if method == "OPTIONS":
        return HttpResponse(
            status=204, headers={"Allow": allow, "Access-Control-Allow-Methods": allow}
        )
    return problems.answer("method", headers={"Allow": allow})


def problem_of(request: HttpRequest, error: Exception) -> HttpResponse:
    """What an exception means for the client; what nobody foresaw is logged in full."""
    if isinstance(error, ProblemError):
        return problems.of(error)
    if isinstance(error, RequestDataTooBig):
        largest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        return problems.answer("too-large", _("At most %(n)s bytes are read.") % {"n": largest})
    if isinstance(error, SuspiciousOperation | UnreadablePostError | UnicodeError):
        wrong = [Wrong("body", "", _("It cannot be read."))]
        return problems.answer("invalid", wrong=wrong)
    if isinstance(error, SearchIndexError):
        return problems.answer("unavailable", headers={"Retry-After": "60"})
    log.error("api.failed", path_info=request.path_info[:200], exc_info=error)
    return problems.answer("internal")


def _let_in(response: HttpResponseBase) -> None:
    """Pages of any origin may read, without cookies or keys."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = _EXPOSED
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    if response.status_code == 204:
        response["Access-Control-Allow-Headers"] = _READ
        response["Access-Control-Max-Age"] = "86400"


def _kept(
    request: HttpRequest, response: HttpResponseBase, *, is_open: bool, own_cache: bool
) -> HttpResponseBase:
    """How long the answer may be kept, and whether the client has it already."""
    if not isinstance(response, HttpResponse):
        return response
    if request.method not in SAFE:
        if not is_open:
            response["Cache-Control"] = "no-store"
        return response
    if response.status_code == 200:
        if "ETag" not in response:
            digest = hashlib.sha256(response.content).hexdigest()[:32]
            response["ETag"] = f'"{digest}"'
        if not own_cache:
            scope = f"public, max-age={MAX_AGE_S}" if is_open else "private, no-cache"
            response["Cache-Control"] = scope
        same = get_conditional_response(request, etag=response["ETag"], response=response)
        if isinstance(same, HttpResponse) and same.status_code == 304:
            for name in ("RateLimit", "RateLimit-Policy", "Access-Control-Allow-Origin", "Vary"):
                if name in response:
                    same[name] = response[name]
            same["Access-Control-Expose-Headers"] = _EXPOSED
            return same
    if request.method == "HEAD":
        response["Content-Length"] = str(len(response.content))
        response.content = b""
    return response
