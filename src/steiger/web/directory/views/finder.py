"""The Landkarte: one address for list, map and table, and completions while typing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from steiger.web.directory.domain.search import suggest
from steiger.web.directory.interfaces.filters import MAX_TEXT, clean_text
from steiger.web.directory.interfaces.finder import FinderPage, finder_page


@require_safe
def finder(request: HttpRequest) -> HttpResponse:
    """List, map or table of everyone who passes the filters of the address."""
    path = reverse("directory:map")
    page = finder_page(request.GET, path=path, all_path=path)
    return finder_response(request, page, "directory/finder.html", {})


def finder_response(
    request: HttpRequest, page: FinderPage, template: str, context: dict[str, object]
) -> HttpResponse:
    """The whole page, or only the parts that change when a filter changes."""
    partial = request.headers.get("HX-Request") == "true"
    response = render(
        request,
        "directory/parts/finder_parts.html" if partial else template,
        {"page": page, **context},
    )
    patch_vary_headers(response, ["HX-Request"])
    if partial:
        response["Cache-Control"] = "no-store"
    return response


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """Completions of a name as JSON: text, former or other name that matched, town, address."""
    text = clean_text(request.GET.get("q", ""), MAX_TEXT)
    begin, end = reverse("directory:actor", kwargs={"slug": "_"}).rsplit("_", 1)
    found = suggest(text) if len(text) > 1 else []
    items = [
        {
            "text": item.text,
            "matched": item.matched,
            "why": item.why,
            "town": item.town,
            "url": f"{begin}{item.slug}{end}",
        }
        for item in found
    ]
    return JsonResponse({"suggestions": items}, json_dumps_params={"ensure_ascii": False})
