"""Ways to take a filtered view along: files, feed, frame."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from steiger.web.directory.domain.areas import map_name, region
from steiger.web.directory.interfaces.finder import FinderPage

register = template.Library()


def reuse_query(page: FinderPage, view: str = "list") -> str:
    """The filters and the order of a page, with what the page itself sets."""
    filters = page.filters.but(view=view, more="")
    for facet, key in page.preset.items():
        filters = filters.with_facet(facet, [key])
    return filters.query_string()


@register.inclusion_tag("directory/parts/reuse.html")
def reuse(page: FinderPage) -> dict[str, Any]:
    """The block under the list, the map and the table."""
    query, here = reuse_query(page), region()
    view = "map" if page.filters.view == "map" else "list"
    files = (
        ("csv", "CSV", _("table for programs")),
        ("xlsx", "Excel", _("table with notes")),
        ("geojson", "GeoJSON", _("points for maps")),
        ("json_ld", "JSON-LD", _("linked data, schema.org")),
    )
    return {
        "files": [
            (reverse(f"directory:export_{key}") + query, name, note) for key, name, note in files
        ],
        "feed": reverse("directory:feed_atom") + query,
        "embed": reverse("directory:embed_maker") + reuse_query(page, view=view),
        "catalogue": reverse("directory:catalogue_turtle"),
        "licence": here.open_data["licence"],
        "licence_url": here.open_data["licence_url"],
        "total": page.found.total,
    }


@register.inclusion_tag("directory/parts/feed_links.html")
def feed_links(page: FinderPage) -> dict[str, Any]:
    """What programs find in the head of the page."""
    query = reuse_query(page)
    more = f"{query}&" if query else "?"
    return {
        "new": reverse("directory:feed_atom") + query,
        "changed": f"{reverse('directory:feed_atom')}{more}show=changed",
        "name": map_name(),
    }
