"""The page of an actor: what it says first, what stands behind it, and what machines read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from steiger.web.accounts.models import LogEntry
from steiger.web.directory.domain.areas import area_name, area_url, map_name, region
from steiger.web.directory.domain.details import ActorDetails, actor_details
from steiger.web.directory.domain.queries import Card, history, in_language, nearby, one_line
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.interfaces.outline import Outline, outline
from steiger.web.directory.models import Actor, Name, Place, Sourced

#: Where a public register shows an id; others stand as plain text.
REGISTERS: Mapping[str, str] = {
    "ror": "https://ror.org/{}",
    "wikidata": "https://www.wikidata.org/wiki/{}",
    "grid": "https://www.grid.ac/institutes/{}",
    "isni": "https://isni.org/isni/{}",
    "gnd": "https://d-nb.info/gnd/{}",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of the table of sources."""

    what: str
    value: str
    url: str
    source: str
    licence: str
    licence_url: str
    stated_on: date
    counts: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history: when, in which role, what. Never a person."""

    on: date
    role: str
    what: str
    fields: str
    reason: str


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
    canvas: Outline
    spot: tuple[int, int] | None
    json_ld: str

    @property
    def summary(self) -> str:
        """One line about the actor, for search engines and previews."""
        offers = (role.offer for role in self.details.roles if role.offer)
        return one_line(self.details.description or next(offers, ""), 155)

    @property
    def website(self) -> LinkLine | None:
        """The homepage."""
        return next((link for link in self.links if link.url == self.actor.website), None)

    @property
    def size(self) -> str:
        """Label of the size class."""
        key = str(self.details.facts.get("size", ""))
        return vocabulary().label("size", key) if key else ""

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
            if _safe(link.url)
        ),
        identifiers=tuple(
            LinkLine(
                words.label("identifier", row.scheme),
                _register_url(row.scheme, row.value),
                row.value,
            )
            for row in details.identifiers
        ),
        evidence=tuple(_evidence(row, details) for row in details.everything),
        events=tuple(_event(entry) for entry in history(actor)),
        near=tuple(nearby(actor)),
        canvas=canvas,
        spot=canvas.point(actor.latitude or 0.0, actor.longitude or 0.0) if inside else None,
        json_ld=json_ld(actor, details),
    )


def _safe(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def _host(url: str) -> str:
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    return f"{parts.netloc.removeprefix('www.')}{path if len(path) < 30 else ''}"


def _register_url(scheme: str, value: str) -> str:
    if _safe(value):
        return value
    word = vocabulary().word("identifier", scheme)
    pattern = str((word.details if word else {}).get("url", "")) or REGISTERS.get(scheme, "")
    if not pattern:
        return ""
    return pattern.replace("{}", value).replace("{value}", value)


# --- sources --------------------------------------------------------------------------------------
def _evidence(row: Sourced, details: ActorDetails) -> Evidence:
    what, value = _described(row)
    kind = row._meta.model_name or ""
    record = row.source_record
    return Evidence(
        what=what,
        value=one_line(value, 140),
        url=record if _safe(record) else row.source.url,
        source=row.source.name,
        licence=row.source.licence,
        licence_url=row.source.licence_url,
        stated_on=row.stated_on,
        counts=(kind, row.pk) in details.counting,
    )


def _described(row: Any) -> tuple[str, str]:
    words = vocabulary()
    kind = row._meta.model_name
    if kind == "name":
        return str(row.get_kind_display()), row.text
    if kind == "place":
        return str(row.get_kind_display()), _address(row)
    if kind == "link":
        return words.label("link", row.kind), row.url
    if kind == "identifier":
        return words.label("identifier", row.scheme), row.value
    if kind == "description":
        return _("Description (%(language)s)") % {"language": row.language}, row.text
    if kind == "role":
        word = words.by_id.get(row.term_id)
        offer = in_language(row.offer_de, row.offer_en)
        label = word.label if word else ""
        return _("Role"), f"{label}: {offer}" if offer else label
    if kind == "classification":
        word = words.by_id.get(row.term_id)
        sector = word is not None and word.vocabulary == "sector"
        return _("Sector") if sector else _("Topic"), word.label if word else ""
    if kind == "relation":
        return words.label("relation", row.kind), row.other.name
    facts = {"founded": _("Founded"), "size": _("Size"), "types": _("Kind")}
    value = row.value
    if row.key == "size":
        value = words.label("size", str(value))
    elif isinstance(value, list):
        value = ", ".join(map(str, value))
    return facts.get(row.key, row.key), str(value)


def _address(place: Place) -> str:
    town = " ".join(part for part in (place.postcode, place.town) if part)
    return ", ".join(part for part in (place.street, town) if part)


# --- history --------------------------------------------------------------------------------------
def _event(entry: LogEntry) -> Event:
    acts = {
        "create": _("Entry created"),
        "edit": _("Values changed"),
        "update": _("Values changed"),
        "import": _("Taken over from a source"),
        "withdraw": _("Entry withdrawn"),
        "restore": _("Entry restored"),
        "merge": _("Merged with another entry"),
        "rename": _("Address changed"),
        "hide": _("A value hidden"),
        "unhide": _("A value shown again"),
        "verify": _("Confirmed to be right"),
    }
    roles = {
        "system": _("automatically"),
        "visitor": _("visitor"),
        "representative": _("actor's representative"),
        "adviser": _("advice"),
        "moderator": _("moderation"),
        "examiner": _("examination"),
        "funding_officer": _("funding office"),
        "administrator": _("administration"),
    }
    act = entry.act.rsplit(".", 1)[-1]
    what = next((text for key, text in acts.items() if act.startswith(key)), _("Entry changed"))
    names = {
        "name": _("name"),
        "short_name": _("short name"),
        "town": _("town"),
        "website": _("website"),
        "role_keys": _("roles"),
        "state": _("state"),
        "latitude": _("place"),
        "longitude": _("place"),
        "slug": _("address"),
    }
    fields = dict.fromkeys(names[key] for key in entry.changes if key in names)
    role = roles.get(entry.as_role, entry.as_role)
    return Event(entry.at.date(), role, what, ", ".join(fields), entry.reason)


# --- for machines -----------------------------------------------------------------------------------
def json_ld(actor: Actor, details: ActorDetails) -> str:
    """The actor in the words of schema.org, safe inside a script element."""
    research = any(role.category == "research" for role in details.roles)
    if actor.kind == Actor.Kind.INITIATIVE:
        kind = "Project"
    else:
        kind = "ResearchOrganization" if research else "Organization"
    address = f"{settings.BASE_URL}{reverse('directory:actor', kwargs={'slug': actor.slug})}"
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": address,
        "name": actor.name,
        "url": actor.website or address,
    }
    others = [name.text for name in details.names if name.text != actor.name]
    if others:
        data["alternateName"] = list(dict.fromkeys(others))
    if details.description:
        data["description"] = details.description
    if details.facts.get("founded"):
        data["foundingDate"] = str(details.facts["founded"])
    same = [u for i in details.identifiers if (u := _register_url(i.scheme, i.value))]
    if same:
        data["sameAs"] = same
    seat = details.seat
    if seat is not None:
        data["location"] = _json_place(seat)
    topics = [term.label for term in details.terms if term.facet == "topic"]
    if topics:
        data["knowsAbout"] = topics
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # Inside a script element only these could end it or start another one.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _json_place(place: Place) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "streetAddress": place.street,
        "postalCode": place.postcode,
        "addressLocality": place.town,
        "addressCountry": place.country,
    }
    found: dict[str, Any] = {
        "@type": "Place",
        "address": {key: value for key, value in address.items() if value},
    }
    if place.latitude is not None and place.longitude is not None:
        found["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": round(place.latitude, 5),
            "longitude": round(place.longitude, 5),
        }
    return found


