"""A filtered view inside other pages, and the page that makes the piece of HTML for it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steiger.web.directory.domain.areas import map_name
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.interfaces.embedding import embeddable, snippet, theme_of
from steiger.web.directory.interfaces.finder import finder_page
from steiger.web.directory.interfaces.selection import select
from steiger.web.directory.views.refused import refused

KEPT_S = 300


@require_safe
def maker(request: HttpRequest) -> HttpResponse:
    """Choose view, height, language and colours; see it; copy it."""
    crumbs = [(map_name(), reverse("directory:map")), (_("Embed the map"), "")]
    context = {"snippet": snippet(request.GET), "crumbs": crumbs}
    return render(request, "directory/embed_maker.html", context)


@require_safe
@embeddable
def embedded(request: HttpRequest) -> HttpResponse:
    """The view for a frame: without head and foot, each link opens the map in a new tab."""
    data = request.GET.copy()
    if data.get("view") == "table":
        data["view"] = "list"  # a frame is too narrow for it
    selection = select(data)
    if (wrong := refused(selection)) is not None:
        return wrong
    path, theme = reverse("directory:embed"), theme_of(request.GET)
    page = finder_page(data, path=path, all_path=path)
    context = {
        "page": page,
        "theme": theme,
        "kept": f"&theme={theme}" if theme else "",
        "selection": selection,
        "categories": [(w.key, w.label) for w in vocabulary().facet("category").values()],
    }
    response = render(request, "directory/embed.html", context)
    response["Cache-Control"] = f"public, max-age={KEPT_S}"
    return response
