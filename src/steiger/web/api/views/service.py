"""The API as a whole: its operations, its description, its addresses."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext_noop as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as Invalid
from ninja.renderers import JSONRenderer

from steiger.web.api.interfaces import problems
from steiger.web.api.interfaces.description import describe_with
from steiger.web.api.interfaces.guard import View, guarded, problem_of
from steiger.web.api.interfaces.problems import ProblemError, Wrong, finding_text
from steiger.web.api.interfaces.reconciliation import described
from steiger.web.api.views import actors, me, reconcile, words

TITLE = _("API of the map")
DESCRIPTION = _(
    "Everything that is published on the map, for programs: entries with the source of each value, "
    "words, figures of regions, matching of names. Reading needs no key."
)
PARTS = {"query": "query", "path": "path", "header": "header", "form": "form", "body": "body"}


class Readable(JSONRenderer):
    """Umlauts as they are."""

    json_dumps_params = {"ensure_ascii": False}


service = NinjaAPI(
    title=TITLE,
    version="1",
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    renderer=Readable(),
    servers=[{"url": settings.BASE_URL}],
)
service.add_router("", words.router)
service.add_router("", actors.router)
service.add_router("", reconcile.router)
service.add_router("/me", me.router)


# --- what goes wrong ------------------------------------------------------------------------------
@service.exception_handler(Invalid)
def _invalid(request: HttpRequest, error: Exception) -> HttpResponse:
    findings = error.errors if isinstance(error, Invalid) else []
    # A value that may be of several kinds is found wrong once for each of them.
    wrong = {(one.part, one.name): one for one in (_wrong(f, request) for f in findings)}
    return problems.answer("invalid", wrong=wrong.values())


def _wrong(finding: dict[str, Any], request: HttpRequest) -> Wrong:
    part, *way = [str(step) for step in finding.get("loc", ("body",))]
    name = way[-1] if part != "body" else _pointer(way[1:], request.body)
    if part in {"query", "path"} and way and way[-1].isdigit() and len(way) > 1:
        name = way[-2]
    limits = finding.get("ctx") or {}
    return Wrong(PARTS.get(part, "body"), name, finding_text(finding.get("type", ""), limits))


def _pointer(way: list[str], body: bytes) -> str:
    """A JSON pointer to what was sent; the library's own steps below a plain value are left out."""
    here, found = json.loads(body or b"null"), ""
    for step in way:
        if not isinstance(here, dict | list):
            break
        found += "/" + step.replace("~", "~0").replace("/", "~1")
        if isinstance(here, list):
            here = here[int(step)] if step.isdigit() and int(step) < len(here) else {}
        else:
            here = here.get(step, {})
    return found


@service.exception_handler(AuthenticationError)
def _no_key(request: HttpRequest, error: Exception) -> HttpResponse:
    return problems.answer("no-key", headers={"WWW-Authenticate": 'Bearer realm="api"'})


@service.exception_handler(HttpError)
def _http(request: HttpRequest, error: Exception) -> HttpResponse:
    """The library raises these for bodies that cannot be read."""
    return problems.answer("invalid", wrong=[Wrong("body", "", finding_text("json_invalid", {}))])


@service.exception_handler(Http404)
def _missing(request: HttpRequest, error: Exception) -> HttpResponse:
    return problems.answer("not-found")


@service.exception_handler(Exception)
def _other(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_of(request, error)


def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """Any address under the API that is none."""
    raise ProblemError("not-found")


describe_with(
    lambda: described(json.loads(json.dumps(service.get_openapi_schema(path_prefix="/api/v1/"))))
)


# --- addresses ------------------------------------------------------------------------------------
#: Operations whose answers are not for every origin.
CLOSED = ("my_actors", "my_actor", "my_submission")


def addresses() -> list[URLPattern]:
    """Every operation with its guard, and one place for all other addresses."""
    found = []
    for router in service._get_bound_routers():  # the library names no other way to them
        for pattern in router.urls_paths(router.prefix):
            assert isinstance(pattern, URLPattern)  # noqa: S101 -- routers hold nothing else
            view: View = pattern.callback
            name = pattern.name or ""
            guard = guarded(view, is_open=name not in CLOSED, own_cache=name == "preview")
            found.append(path(str(pattern.pattern).lstrip("/"), guard, name=name))
    rest = re_path(r"^(?P<rest>.*)$", guarded(nothing_here))
    rest.name = "nothing"
    return [*found, rest]
