"""The home page's parts, ready for its template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from steiger.lib.text import fold
from steiger.web.directory.domain.areas import area_url
from steiger.web.events.domain.queries import next_events
from steiger.web.portal.domain import queries
from steiger.web.portal.domain.overview import DistrictMark, overview
from steiger.web.portal.domain.region import is_english, region
from steiger.web.portal.interfaces.addresses import reverse_if_there

#: Districts named on the home page before the list of all.
MOST_AREAS = 12
#: Coming events named there.
MOST_DATES = 3


@dataclass(frozen=True, slots=True)
class Way:
    """One of the four ways in. ``building``: what does not exist yet, said plainly."""

    title: str | Promise
    text: str | Promise
    number: int
    unit: str | Promise
    url: str
    action: str | Promise
    building: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Category:
    """One category with its number of actors and the map that shows only these."""

    key: str
    label: str
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Area:
    """A district for the list beside the map."""

    mark: DistrictMark
    url: str


def home_context() -> dict[str, Any]:
    """Everything the home page shows."""
    figures = queries.figures()
    drawing = overview(figures.districts, figures.municipalities)
    areas = [Area(mark, area_url(mark.shape.ags)) for mark in drawing.districts]
    return {
        "figures": figures,
        "drawing": drawing,
        "areas": areas,
        "most_areas": sorted(areas, key=lambda area: -area.mark.actors)[:MOST_AREAS],
        "ranked_areas": sorted(areas, key=lambda area: fold(area.mark.shape.short_name)),
        "categories": _categories(figures),
        "ways": _ways(figures),
        "dates": next_events(MOST_DATES),
    }


def _map(**query: Any) -> str:
    address = reverse_if_there("directory:map")
    return f"{address}?{urlencode(query, doseq=True)}" if address and query else address


def _categories(figures: queries.Figures) -> list[Category]:
    terms = region().vocabularies["category"]
    return [
        Category(
            term.key,
            term.label_en if is_english() else term.label_de,
            figures.categories.get(term.key, 0),
            _map(category=term.key),
        )
        for term in terms
    ]


def _ways(figures: queries.Figures) -> list[Way]:
    ways = figures.ways
    return [
        Way(
            _("Find a partner"),
            _("Firms, institutes and initiatives that work with AI, near you or for your trade."),
            figures.actors,
            ngettext_lazy("entry on the map", "entries on the map", figures.actors),
            _map(),
            _("Open the map"),
        ),
        Way(
            _("Check an idea"),
            _("Places where you can see AI at work and try it before you spend money."),
            ways["try"],
            ngettext_lazy("place to try AI", "places to try AI", ways["try"]),
            _map(role=queries.WAYS["try"]),
            _("Show these places"),
            _("The guide that takes you from the idea to a plan is being built."),
        ),
        Way(
            _("Get help"),
            _("Advice, support and networks. Many of them cost small firms nothing."),
            ways["help"],
            ngettext_lazy("source of help", "sources of help", ways["help"]),
            reverse_if_there("advice:start"),
            _("Book a consultation"),
        ),
        Way(
            _("Give proof"),
            _("Have your AI system examined here, or find a body that tests and certifies."),
            ways["proof"],
            ngettext_lazy("testing body", "testing bodies", ways["proof"]),
            reverse_if_there("audits:start") or _map(role=queries.WAYS["proof"]),
            _("Have an AI system examined"),
        ),
    ]
