"""The catalogue of open data, for portals that harvest it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_safe

from steiger.adapters.dcat import FORMATS, as_rdf
from steiger.web.directory.domain.index import search_index
from steiger.web.directory.interfaces.open_data import catalogue

KEPT_S = 3600


@require_safe
def turtle(request: HttpRequest) -> HttpResponse:
    """As Turtle."""
    return _answer(request, "turtle")


@require_safe
def rdf_xml(request: HttpRequest) -> HttpResponse:
    """As RDF/XML."""
    return _answer(request, "rdf")


@require_safe
def json_ld(request: HttpRequest) -> HttpResponse:
    """As JSON-LD."""
    return _answer(request, "json-ld")


def _answer(request: HttpRequest, form: str) -> HttpResponse:
    tag = f'"{search_index().generation}-{form}"'

    @condition(etag_func=lambda _request: tag)
    def answer(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(as_rdf(catalogue(), form), content_type=FORMATS[form][1])

    response = answer(request)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={KEPT_S}"
    return response
