"""The site-wide search: entries, regions, pages of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from steiger.engines.directory.search import Query
from steiger.web.directory.domain.areas import area_url
from steiger.web.directory.domain.search import find
from steiger.web.portal.domain.region import region
from steiger.web.portal.interfaces.addresses import reverse_if_there

MOST_ENTRIES, MOST_AREAS, LONGEST = 10, 5, 200


@dataclass(frozen=True, slots=True)
class Result:
    """One answer that is not an entry of the map."""

    title: str | Promise
    url: str


#: Slug of a page of text, its title, words by which people look for it.
TEXTS: tuple[tuple[str, Promise, str], ...] = (
    ("ueber", _("About this page"), "über steiger about aufnahme eintrag admission"),
    ("hilfe", _("Help"), "hilfe help anleitung suchen filter tastatur keyboard"),
    ("einfache-sprache", _("Plain language"), "einfache leichte sprache plain easy language"),
    ("datenquellen", _("Data sources"), "daten quellen lizenz sources licence open data"),
    ("impressum", _("Imprint"), "impressum imprint kontakt contact adresse telefon betreiber"),
    ("datenschutz", _("Privacy"), "datenschutz privacy cookies dsgvo gdpr personenbezogen"),
)
FLOOD_WORDS = "hochwasser pegel wasserstand überschwemmung warnung flood gauge water level storm"
ACCESSIBILITY_WORDS = "barrierefreiheit accessibility bitv wcag barriere screenreader"


def search_context(text: str) -> dict[str, Any]:
    """Answers to a text of at most ``LONGEST`` characters."""
    asked = " ".join(text.split())[:LONGEST]
    if not asked:
        return {"asked": ""}
    found = find(Query(text=asked, limit=MOST_ENTRIES))
    address = reverse_if_there("directory:map")
    return {
        "asked": asked,
        "found": found,
        "all_url": f"{address}?{urlencode({'q': asked})}" if address else "",
        "areas": _areas(asked),
        "pages": _texts(asked),
    }


def _areas(asked: str) -> list[Result]:
    places = region().find_place(asked, limit=MOST_AREAS)
    return [Result(place.label, area_url(place.ags)) for place in places]


def _texts(asked: str) -> list[Result]:
    words = [word for word in asked.lower().split() if len(word) > 2]

    def fits(title: object, known: str) -> bool:
        return any(word in f"{str(title).lower()} {known}" for word in words)

    pages = [
        Result(title, reverse_if_there("portal:page", slug=slug))
        for slug, title, known in TEXTS
        if fits(title, known)
    ]
    if fits("", FLOOD_WORDS):
        pages.append(Result(_("Flood warning"), reverse_if_there("flood:overview")))
    if fits("", ACCESSIBILITY_WORDS):
        pages.append(Result(_("Accessibility"), reverse_if_there("portal:accessibility")))
    return pages
