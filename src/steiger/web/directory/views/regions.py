"""Districts and municipalities."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from steiger.web.directory.domain.areas import area_page, area_url
from steiger.web.directory.interfaces.finder import finder_page
from steiger.web.directory.interfaces.regions import AreaView, overview
from steiger.web.directory.views.finder import finder_response


@require_safe
def regions(request: HttpRequest) -> HttpResponse:
    """All districts with their figures, as drawing and table."""
    return render(request, "directory/regions.html", {"overview": overview(request.GET)})


@require_safe
def region_page(request: HttpRequest, ags: str, slug: str) -> HttpResponse:
    """One district or municipality: figures, neighbours, and the Landkarte narrowed to it."""
    area = area_page(ags)
    if area is None:
        raise Http404
    path = area_url(ags)
    if request.path != path:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)
    preset = {"district" if area.is_district else "municipality": ags}
    page = finder_page(request.GET, path=path, all_path=reverse("directory:map"), preset=preset)
    return finder_response(request, page, "directory/region.html", {"area": AreaView(area)})
