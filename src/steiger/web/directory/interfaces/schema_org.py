"""Actors and lists in the words of schema.org, for files that leave the map."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from steiger.web.directory.domain.export_fields import Columns, entry_address
from steiger.web.directory.domain.export_rows import ExportRow, OfferedRole
from steiger.web.directory.interfaces.identifiers import is_web, register_url
from steiger.web.directory.models import Actor

RESEARCH = "research"


def dataset_node(
    *,
    title: str,
    address: str,
    licence_url: str,
    publisher: str,
    today: date,
    place: str,
    sources: Sequence[str],
) -> dict[str, Any]:
    """The list as a whole (https://schema.org/Dataset)."""
    found = {
        "@type": "Dataset",
        "@id": address,
        "name": title,
        "description": f"{title} ({place})",
        "url": address,
        "license": licence_url,
        "dateModified": today.isoformat(),
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": publisher},
        "spatialCoverage": {"@type": "Place", "name": place},
    }
    return found | ({"isBasedOn": list(sources)} if sources else {})


def organisation_node(row: ExportRow, columns: Columns) -> dict[str, Any]:
    """One actor (https://schema.org/Organization); what is unknown is left out."""
    address = entry_address(row.slug)
    research = any(columns.words.category_of(role.key) == RESEARCH for role in row.roles)
    kind = "ResearchOrganization" if research else "Organization"
    data: dict[str, Any] = {
        "@type": "Project" if row.kind == Actor.Kind.INITIATIVE else kind,
        "@id": address,
        "name": row.name,
        "url": row.website if is_web(row.website) else address,
    }
    if others := [*row.names_en, *row.short, *row.former, *row.others]:
        data["alternateName"] = others
    if text := columns.text(row.description_de, row.description_en):
        data["description"] = text
    if row.founded:
        data["foundingDate"] = str(row.founded)
    same = [url for scheme, value in row.identifiers if (url := register_url(scheme, value))]
    if is_web(row.wikipedia):
        same.append(row.wikipedia)
    if same:
        data["sameAs"] = same
    if row.town or row.latitude is not None:
        data["location"] = _place(row)
    if row.topics:
        data["knowsAbout"] = [columns.topic(key) for key in row.topics]
    if row.roles:
        data["makesOffer"] = [
            {"@type": "Offer", "itemOffered": _service(columns, r)} for r in row.roles
        ]
    return data


def _service(columns: Columns, role: OfferedRole) -> dict[str, Any]:
    text = columns.text(role.offer_de, role.offer_en)
    return {"@type": "Service", "name": columns.role(role.key)} | (
        {"description": text} if text else {}
    )


def _place(row: ExportRow) -> dict[str, Any]:
    address = {
        "streetAddress": row.street,
        "postalCode": row.postcode,
        "addressLocality": row.town,
        "addressCountry": row.country,
    }
    stated = {key: value for key, value in address.items() if value}
    found: dict[str, Any] = {"@type": "Place", "address": {"@type": "PostalAddress", **stated}}
    if row.latitude is not None and row.longitude is not None:
        found["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": row.latitude,
            "longitude": row.longitude,
        }
    return found
