"""The root of the API, its description, words, facets, regions."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router

from steiger.web.api.domain import words as read
from steiger.web.api.domain.actors import absolute, both, page_url
from steiger.web.api.interfaces import schemas
from steiger.web.api.interfaces.description import PROBLEMS, as_bytes, known_parameters
from steiger.web.api.interfaces.problems import ProblemError
from steiger.web.api.interfaces.questions import FilterQuestion, asked
from steiger.web.directory.domain.areas import area_page, figures, region
from steiger.web.directory.interfaces.facets import option_label

router = Router(tags=[_("Words and regions")])
LINKS = ("actors", "facets", "vocabularies", "regions", "suggestions", "match", "reconcile")


@router.get(
    "/",
    response={200: schemas.Index, **PROBLEMS["plain"]},
    summary=_("Where everything is"),
    url_name="index",
    operation_id="index",
    description=_("Name, version, licences, and the addresses of everything else."),
)
def index(request: HttpRequest) -> dict[str, Any]:
    """The beginning of every way."""
    known_parameters(request, "index")
    here = region()
    return {
        "name": both(here.map_name_de, here.map_name_en),
        "version": "1",
        "description": absolute(reverse("api:openapi")),
        "documentation": page_url("api-pages:reference"),
        "licence": both(
            "Jeder Wert trägt die Lizenz seiner Quelle; die Quellen stehen bei jedem Eintrag.",
            "Each value carries the licence of its source; the sources stand with each entry.",
        ),
        "links": {name: absolute(reverse(f"api:{name}")) for name in LINKS},
    }


@router.get("/openapi.json", include_in_schema=False, url_name="openapi", operation_id="openapi")
def openapi(request: HttpRequest) -> HttpResponse:
    """The description in the reader's language."""
    return HttpResponse(as_bytes(get_language() or "de"), content_type="application/json")


@router.get(
    "/facets",
    response={200: schemas.Facets, **PROBLEMS["question"]},
    summary=_("How many entries each filter would leave"),
    description=_("Takes the same filters as the list. Each facet is counted without its own one."),
    operation_id="facets",
)
def facets(request: HttpRequest, question: Query[FilterQuestion]) -> dict[str, Any]:
    """Numbers for each value of each facet."""
    known_parameters(request, "facets")
    understood = asked(request, 1)
    return read.counted(understood.question, understood.filters.chosen, option_label)


@router.get(
    "/vocabularies",
    response={200: schemas.Vocabularies, **PROBLEMS["plain"]},
    summary=_("All vocabularies"),
    description=_("Categories, sub-categories (role), methods, sectors, sizes and so on."),
    operation_id="vocabularies",
)
def vocabularies(request: HttpRequest) -> dict[str, Any]:
    """Names of the vocabularies."""
    known_parameters(request, "vocabularies")
    items = [
        {"key": name, "terms": number, "url": absolute(reverse("api:terms", args=[name]))}
        for name, number in read.vocabulary_names().items()
    ]
    return {"items": items}


@router.get(
    "/vocabularies/{vocabulary}",
    response={200: schemas.Terms, **PROBLEMS["one"]},
    summary=_("The words of one vocabulary"),
    description=_("Both languages, meaning, synonyms; for sub-categories also their own fields."),
    url_name="terms",
    operation_id="terms",
)
def terms(
    request: HttpRequest,
    vocabulary: str = Path(
        max_length=32,
        pattern=schemas.SLUG,
        description=_("Key of the vocabulary."),
        examples=["role"],
    ),
) -> dict[str, Any]:
    """Words with their meaning."""
    known_parameters(request, "terms")
    items = read.terms(vocabulary)
    if not items:
        text = gettext("There is no vocabulary “%(key)s”.")
        raise ProblemError("not-found", text % {"key": vocabulary})
    return {"items": items}


@router.get(
    "/regions",
    response={200: schemas.Regions, **PROBLEMS["question"]},
    summary=_("Figures of all districts or municipalities"),
    description=_("Inhabitants, entries, entries per 100,000 inhabitants."),
    operation_id="regions",
)
def regions(
    request: HttpRequest,
    level: Literal["district", "municipality"] = Query(
        "district", description=_("Districts or municipalities.")
    ),
) -> dict[str, Any]:
    """All areas of one level."""
    known_parameters(request, "regions")
    rows = [read.figure(row) for row in figures(level)]
    return {"region": read.region_label(), "level": level, "items": rows}


@router.get(
    "/regions/{ags}",
    response={200: schemas.Region, **PROBLEMS["one"]},
    summary=_("One district or municipality"),
    description=_("Its figures, its place among the others, its neighbours and parts."),
    url_name="region",
    operation_id="region",
)
def one_region(
    request: HttpRequest,
    ags: str = Path(
        pattern=r"^[0-9]{5}([0-9]{3})?$",
        description=_("Official key (AGS), five or eight digits."),
        examples=["05124"],
    ),
) -> dict[str, Any]:
    """One area."""
    known_parameters(request, "region")
    page = area_page(ags)
    if page is None:
        text = gettext("“%(key)s” is no district or municipality of this region.")
        raise ProblemError("not-found", text % {"key": ags})
    return read.area(page)
