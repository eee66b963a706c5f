"""An actor in the words of schema.org, for search engines."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.urls import reverse

from steiger.web.directory.domain.details import ActorDetails
from steiger.web.directory.interfaces.identifiers import register_url
from steiger.web.directory.models import Actor, Place


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
    same = [u for i in details.identifiers if (u := register_url(i.scheme, i.value))]
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
