"""The reconciliation service for OpenRefine and its kin (Reconciliation Service API 0.2)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from steiger.web.accounts.interfaces.lockout import address_of
from steiger.web.api.domain import reconciling
from steiger.web.api.interfaces import schemas
from steiger.web.api.interfaces.description import PROBLEMS, known_parameters
from steiger.web.api.interfaces.guard import COUNTER
from steiger.web.api.interfaces.problems import ProblemError, Wrong
from steiger.web.api.interfaces.reconciliation import (
    batch_of,
    extension_of,
    manifest,
    parts_of,
)
from steiger.web.directory.domain.queries import cards, find_actor, target_of
from steiger.web.directory.domain.search import suggest
from steiger.web.directory.interfaces.filters import MAX_TEXT, clean_text
from steiger.web.directory.models import Actor

router = Router(tags=[_("Matching lists (OpenRefine)")])
#: So many queries of a batch count like one request.
QUERIES_PER_REQUEST = 5
PAGE = 10


@router.get(
    "/reconcile",
    response={200: dict[str, Any], **PROBLEMS["send"]},
    summary=_("Manifest, or candidates for some names"),
    description=_(
        "Without parameters the manifest: give this address to OpenRefine as a reconciliation "
        "service. With “queries” candidates for each name, with “extend” values of entries."
    ),
    operation_id="reconcile",
    url_name="reconcile",
)
def read(
    request: HttpRequest,
    queries: str = Query("", description=_("A batch of queries as JSON.")),
    extend: str = Query("", description=_("Ids and properties as JSON.")),
) -> dict[str, Any]:
    """Manifest, candidates, or values."""
    known_parameters(request, "reconcile")
    parts = parts_of(request)
    return _answer(request, parts) if parts else manifest()


@router.post(
    "/reconcile",
    response={200: dict[str, Any], **PROBLEMS["send"]},
    summary=_("Candidates for the names of a list, or values of entries"),
    description=_(
        "“queries”: up to 50 names by keys of your choice; the answer has the same keys. “extend”: "
        "ids and properties. As a form, as OpenRefine sends it, or as JSON. Changes nothing."
    ),
    operation_id="reconcile_batch",
    url_name="reconcile",
)
def send(request: HttpRequest) -> dict[str, Any]:
    """Candidates or values."""
    known_parameters(request, "reconcile_batch")
    parts = parts_of(request)
    if not parts:
        text = gettext("Send “queries” or “extend”.")
        raise ProblemError("invalid", wrong=[Wrong("body", "queries", text)])
    return _answer(request, parts)


def _answer(request: HttpRequest, parts: dict[str, tuple[Any, str]]) -> dict[str, Any]:
    if len(parts) > 1:
        text = gettext("Send either “queries” or “extend”.")
        raise ProblemError("unknown-value", wrong=[Wrong(parts["extend"][1], "extend", text)])
    if "extend" in parts:
        ids, wanted = extension_of(*parts["extend"])
        names = {one["id"]: one["name"] for one in reconciling.properties()}
        meta = [{"id": key, "name": names[key]} for key in wanted]
        return {"meta": meta, "rows": reconciling.extended(ids, wanted)}
    batch = batch_of(*parts["queries"])
    _count(request, len(batch))
    return {key: {"result": reconciling.candidates(asked)} for key, asked in batch.items()}


def _count(request: HttpRequest, queries: int) -> None:
    """A large batch counts like several requests; the guard has counted the first."""
    weight = max(0, -(-queries // QUERIES_PER_REQUEST) - 1)
    counted = COUNTER.count(address_of(request) or "", settings.API_PER_MINUTE, weight)
    if not counted.is_within:
        raise ProblemError("too-many", headers={"Retry-After": str(counted.seconds)})


_PREFIX = Query(max_length=MAX_TEXT, description=_("What has been typed."), examples=["Fraunhof"])
_CURSOR = Query(0, ge=0, le=1_000, description=_("How many suggestions to leave out."))


@router.get(
    "/reconcile/suggest/entity",
    response={200: schemas.ReconcileSuggestions, **PROBLEMS["question"]},
    exclude_none=True,
    summary=_("Completions of entries"),
    description=_("For the search box of OpenRefine. An id finds its entry, too."),
    operation_id="suggest_entity",
)
def suggest_entity(
    request: HttpRequest, prefix: str = _PREFIX, cursor: int = _CURSOR
) -> dict[str, Any]:
    """Entries whose names continue the text."""
    known_parameters(request, "suggest_entity")
    text = clean_text(prefix, MAX_TEXT)
    slugs = [p.slug for p in (suggest(text, cursor + PAGE) if len(text) > 1 else [])]
    slugs = list(dict.fromkeys([text, *slugs]))
    rows = Actor.objects.filter(slug__in=slugs, state=Actor.State.PUBLISHED)
    actors = {row.slug: row for row in rows.order_by()}
    names = {one["id"]: one["name"] for one in reconciling.types()}
    items = [
        {
            "id": slug,
            "name": actors[slug].name,
            "description": reconciling.description_of(actors[slug]),
            "notable": [
                {"id": key, "name": names.get(key, key)}
                for key in reconciling.type_ids(actors[slug])
            ],
        }
        for slug in slugs
        if slug in actors
    ]
    return {"result": items[cursor : cursor + PAGE]}


@router.get(
    "/reconcile/suggest/type",
    response={200: schemas.ReconcileSuggestions, **PROBLEMS["question"]},
    exclude_none=True,
    summary=_("Completions of types"),
    description=_("Kinds of entries, and the categories of the map."),
    operation_id="suggest_type",
)
def suggest_type(
    request: HttpRequest, prefix: str = _PREFIX, cursor: int = _CURSOR
) -> dict[str, Any]:
    """Types whose names begin with the text."""
    known_parameters(request, "suggest_type")
    found = reconciling.beginning(reconciling.types(), prefix)
    return {"result": [_short(one) for one in found][cursor:]}


@router.get(
    "/reconcile/suggest/property",
    response={200: schemas.ReconcileSuggestions, **PROBLEMS["question"]},
    exclude_none=True,
    summary=_("Completions of properties"),
    description=_("Town, website and identifiers refine queries; all of them extend lists."),
    operation_id="suggest_property",
)
def suggest_property(
    request: HttpRequest, prefix: str = _PREFIX, cursor: int = _CURSOR
) -> dict[str, Any]:
    """Properties whose names begin with the text."""
    known_parameters(request, "suggest_property")
    found = reconciling.beginning(reconciling.properties(), prefix)
    return {"result": [_short(one) for one in found][cursor:]}


def _short(one: dict[str, Any]) -> dict[str, Any]:
    return {"id": one["id"], "name": one["name"]}


@router.get(
    "/reconcile/properties",
    response={200: schemas.ReconcileProposal, **PROBLEMS["question"]},
    summary=_("Properties with which a list can be extended"),
    description=_("The same for every type."),
    operation_id="propose_properties",
)
def propose_properties(
    request: HttpRequest,
    type: str = Query(  # noqa: A002 -- the specification names it
        "actor", max_length=80, description=_("Id of a type."), examples=["actor"]
    ),
    limit: int = Query(50, ge=1, le=100, description=_("How many properties at most.")),
) -> dict[str, Any]:
    """Properties for a type."""
    known_parameters(request, "propose_properties")
    found = [_short(one) for one in reconciling.properties()]
    return {"properties": found[:limit], "type": type, "limit": limit}


@router.get(
    "/reconcile/preview",
    response={200: None, **PROBLEMS["actor"]},
    summary=_("A small page about one entry"),
    description=_("For the window that OpenRefine shows beside a candidate; an HTML page."),
    operation_id="preview",
)
def preview(
    request: HttpRequest,
    id: str = Query(  # noqa: A002 -- the specification names it
        max_length=120,
        pattern=schemas.SLUG,
        description=_("Id of the entry."),
        examples=["beispiel-ag"],
    ),
) -> HttpResponse:
    """The entry as a card that may stand in a frame of any page."""
    known_parameters(request, "preview")
    found = find_actor(id)
    if found is None:
        raise ProblemError("not-found")
    target = target_of(found)
    card = cards([target.pk]).get(target.pk)
    if card is None:
        raise ProblemError("gone")
    return _card(request, {"card": card, "base_url": settings.BASE_URL})


def _card(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    response = render(request, "api/preview.html", context)
    response["Cache-Control"] = "public, max-age=60"
    # What the decorators of the two libraries set; they want a view and this is none.
    response.xframe_options_exempt = True
    response._csp_replace = {"frame-ancestors": ["*"]}  # type: ignore[attr-defined]
    return response
