"""The page of an actor: what it says first, what stands behind it, and what machines read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.urls import reverse

from steiger.lib.text import one_line
from steiger.web.directory.domain.areas import area_name, area_url, map_name, region
from steiger.web.directory.domain.details import ActorDetails, actor_details
from steiger.web.directory.domain.queries import Card, history, nearby
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.interfaces.admission import Ground, grounds_of
from steiger.web.directory.interfaces.evidence import Event, Evidence, event, evidence
from steiger.web.directory.interfaces.extras import FullExtra, extras_of
from steiger.web.directory.interfaces.identifiers import is_web, register_url
from steiger.web.directory.interfaces.json_ld import json_ld
from steiger.web.directory.interfaces.outline import Outline, outline
from steiger.web.directory.interfaces.shelves import FullShelf, shelves_of
from steiger.web.directory.models import Actor, Name, Place


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link as it is shown."""

    label: str
    url: str
    text: str


@dataclass(frozen=True)
class ActorPage:
    """Everything the template needs."""

    actor: Actor
    details: ActorDetails
    links: tuple[LinkLine, ...]
    identifiers: tuple[LinkLine, ...]
    evidence: tuple[Evidence, ...]
    events: tuple[Event, ...]
    near: tuple[tuple[Card, float], ...]
    shelves: tuple[FullShelf, ...]
    extras: tuple[FullExtra, ...]
    canvas: Outline
    spot: tuple[int, int] | None
    json_ld: str

    @property
    def summary(self) -> str:
        """One line about the actor, for search engines and previews."""
        offers = (role.offer for role in self.details.roles if role.offer)
        return one_line(self.details.description or next(offers, ""), 155)

    @property
    def lead(self) -> str:
        """What the actor is, unless its first offer says the same."""
        text = self.details.description
        return "" if any(text == role.offer for role in self.details.roles) else text

    @property
    def website(self) -> LinkLine | None:
        """The homepage."""
        return next((link for link in self.links if link.url == self.actor.website), None)

    @property
    def admission(self) -> tuple[Ground, ...]:
        """Why the entry stands on the map, rule by rule."""
        return grounds_of(self.actor.pk)

    @property
    def size(self) -> str:
        """Label of the size class."""
        return self._term("size")

    @property
    def is_sme(self) -> bool:
        """Whether a source marks it as a small or medium-sized firm."""
        return bool(self.details.facts.get("sme"))

    @property
    def initiative(self) -> str:
        """Label of the kind of initiative."""
        return self._term("initiative")

    def _term(self, fact: str) -> str:
        key = str(self.details.facts.get(fact, ""))
        return vocabulary().label(fact, key) if key else ""

    @property
    def founded(self) -> str:
        """Year of foundation."""
        return str(self.details.facts.get("founded", "") or "")

    @property
    def former_names(self) -> list[str]:
        """Names it used to have."""
        return self.details.names_of(Name.Kind.FORMER)

    @property
    def other_names(self) -> list[str]:
        """Short forms, acronyms, names in other languages."""
        kinds = (Name.Kind.SHORT, Name.Kind.ACRONYM, Name.Kind.TRANSLATION, Name.Kind.ALIAS)
        return self.details.names_of(Name.Kind.OFFICIAL, *kinds)

    @property
    def district(self) -> tuple[str, str] | None:
        """Name and address of its district, if it lies in the region."""
        ags = self.actor.district
        return (area_name(ags), area_url(ags)) if ags in region().districts else None

    @property
    def municipality(self) -> tuple[str, str] | None:
        """Name and address of its municipality, if it lies in the region."""
        ags = self.actor.municipality
        return (area_name(ags), area_url(ags)) if ags in region().municipalities else None

    @property
    def more_links(self) -> list[LinkLine]:
        """Links beside the homepage."""
        return [link for link in self.links if link.url != self.actor.website]

    @property
    def sites(self) -> list[str]:
        """Towns of further sites."""
        found = [p.town for p in self.details.places if p.kind == Place.Kind.SITE]
        return list(dict.fromkeys(found))

    @property
    def source_names(self) -> str:
        """Names of the sources, weightiest first."""
        return ", ".join(dict.fromkeys(row.source for row in self.evidence if row.counts))

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """The way from the Landkarte through the district to this page."""
        crumbs = [(map_name(), reverse("directory:map"))]
        crumbs += [self.district] if self.district else []
        return [*crumbs, (self.actor.name, "")]

    @property
    def newest(self) -> date | None:
        """When a source last said something."""
        return max((row.stated_on for row in self.evidence), default=None)


def actor_page(actor: Actor) -> ActorPage:
    """Read and arrange everything about a published actor."""
    details = actor_details(actor)
    canvas = outline()
    inside = (
        actor.latitude is not None
        and actor.longitude is not None
        and canvas.holds(actor.latitude, actor.longitude)
    )
    words = vocabulary()
    return ActorPage(
        actor=actor,
        details=details,
        links=tuple(
            LinkLine(link.label or words.label("link", link.kind), link.url, _host(link.url))
            for link in details.links
            if is_web(link.url)
        ),
        identifiers=tuple(
            LinkLine(
                words.label("identifier", row.scheme),
                register_url(row.scheme, row.value),
                row.value,
            )
            for row in details.identifiers
        ),
        evidence=tuple(evidence(row, details) for row in details.everything),
        events=tuple(event(entry) for entry in history(actor)),
        near=tuple(nearby(actor)),
        shelves=shelves_of(actor.pk),
        extras=extras_of(actor, "contact", "proof"),
        canvas=canvas,
        spot=canvas.point(actor.latitude or 0.0, actor.longitude or 0.0) if inside else None,
        json_ld=json_ld(actor, details),
    )


def _host(url: str) -> str:
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    return f"{parts.netloc.removeprefix('www.')}{path if len(path) < 30 else ''}"
