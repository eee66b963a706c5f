"""The site-wide search: entries, regions, events, publications, communities, pages of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from steiger.engines.directory.search import Query
from steiger.web.communities.domain.queries import communities_about
from steiger.web.directory.domain.areas import area_url
from steiger.web.directory.domain.queries import in_language
from steiger.web.directory.domain.search import find
from steiger.web.events.domain.queries import public_events
from steiger.web.events.domain.searching import about
from steiger.web.portal.domain.region import region
from steiger.web.portal.interfaces.addresses import reverse_if_there
from steiger.web.publications.domain.queries import published, with_parts
from steiger.web.publications.domain.searching import answer as publications_about
from steiger.web.publications.interfaces.cards import card_of

MOST_ENTRIES, MOST_AREAS, LONGEST = 10, 5, 200
#: Offers shown of each kind.
MOST_OFFERS = 4


@dataclass(frozen=True, slots=True)
class Result:
    """One answer that is not an entry of the map."""

    title: str | Promise
    url: str


@dataclass(frozen=True, slots=True)
class Offer:
    """An event, a publication or a community. ``kind`` says which."""

    kind: str | Promise
    title: str
    url: str
    note: str


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
ADVICE_WORDS = "sprechstunde beratung termin berater hilfe consultation advice appointment adviser"
ACCESSIBILITY_WORDS = "barrierefreiheit accessibility bitv wcag barriere screenreader"


def search_context(text: str) -> dict[str, Any]:
    """Answers to a text of at most ``LONGEST`` characters."""
    asked = " ".join(text.split())[:LONGEST]
    if not asked:
        return {"asked": ""}
    found = find(Query(text=asked, limit=MOST_ENTRIES))
    address = reverse_if_there("directory:map")
    areas, pages = _areas(asked), _texts(asked)
    offers, are_near = _offers(asked, is_known=bool(areas or pages))
    return {
        "asked": asked,
        "found": found,
        "all_url": f"{address}?{urlencode({'q': asked})}" if address else "",
        "areas": areas,
        "offers": offers,
        "are_near": are_near,
        "pages": pages,
    }


def _areas(asked: str) -> list[Result]:
    places = region().find_place(asked, limit=MOST_AREAS)
    return [Result(place.label, area_url(place.ags)) for place in places]


def _offers(asked: str, *, is_known: bool) -> tuple[list[Offer], bool]:
    """Events to come, publications and communities that hold every word.

    Args:
        is_known: whether the words were found elsewhere. Typing mistakes are forgiven only in
            words that are found nowhere as they are written.

    Returns:
        The offers, and whether they only nearly fit.
    """
    found = (_events(asked), _publications(asked), _communities(asked))
    exact = [offer for offers, is_near in found for offer in offers if not is_near]
    if exact or is_known:
        return exact, False
    near = [offer for offers, _is_near in found for offer in offers]
    return near, bool(near)


def _events(asked: str) -> tuple[list[Offer], bool]:
    answer = about(public_events(), asked)
    offers = [
        Offer(
            event.get_kind_display(),
            in_language(event.title_de, event.title_en),
            event.get_absolute_url(),
            ", ".join(
                part
                for part in (date_format(localtime(event.starts_at), "DATE_FORMAT"), event.town)
                if part
            ),
        )
        for event in answer.rows[:MOST_OFFERS]
    ]
    return offers, answer.is_near


def _publications(asked: str) -> tuple[list[Offer], bool]:
    answer = publications_about(published(), asked)
    cards = [card_of(row) for row in with_parts(answer.rows)[:MOST_OFFERS]]
    return [Offer(card.kind, card.title, card.url, card.day) for card in cards], answer.is_near


def _communities(asked: str) -> tuple[list[Offer], bool]:
    answer = communities_about(asked)
    offers = [
        Offer(
            _("Community"),
            in_language(community.name_de, community.name_en),
            community.get_absolute_url(),
            in_language(community.what_de, community.what_en),
        )
        for community in answer.rows[:MOST_OFFERS]
    ]
    return offers, answer.is_near


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
    if fits("", ADVICE_WORDS):
        pages.append(Result(_("Consultation hours"), reverse_if_there("advice:start")))
    if fits("", ACCESSIBILITY_WORDS):
        pages.append(Result(_("Accessibility"), reverse_if_there("portal:accessibility")))
    return pages
