"""An event as schema.org Event (https://schema.org/Event), for search engines."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

from steiger.web.events.models import Event

ATTENDANCE = {
    Event.Format.ONSITE: "OfflineEventAttendanceMode",
    Event.Format.ONLINE: "OnlineEventAttendanceMode",
    Event.Format.HYBRID: "MixedEventAttendanceMode",
}


def json_ld(event: Event) -> str:
    """The text for a script element of the type application/ld+json."""
    url = settings.BASE_URL + event.get_absolute_url()
    cancelled = event.state == Event.State.CANCELLED
    free = sum(ticket.free for ticket in event.tickets.all())
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "startDate": event.starts_at.isoformat(),
        "endDate": event.ends_at.isoformat(),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if cancelled else 'Scheduled'}",
        "eventAttendanceMode": f"https://schema.org/{ATTENDANCE[Event.Format(event.format)]}",
        "inLanguage": event.language,
        "isAccessibleForFree": True,
        "url": url,
        "location": _places(event, url),
        "offers": {
            "@type": "Offer",
            "price": "0",
            "priceCurrency": "EUR",
            "availability": f"https://schema.org/{'InStock' if free else 'SoldOut'}",
            "url": url,
        },
    }
    if event.words("summary"):
        data["description"] = event.words("summary")
    if event.host:
        data["organizer"] = {"@type": "Organization", "name": event.host}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # Inside a script element only these could end it or start another one.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _places(event: Event, url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if event.is_onsite:
        address = {
            "@type": "PostalAddress",
            "streetAddress": event.street,
            "postalCode": event.postcode,
            "addressLocality": event.town,
            "addressCountry": "DE",
        }
        place: dict[str, Any] = {
            "@type": "Place",
            "name": event.venue or event.town,
            "address": {key: value for key, value in address.items() if value},
        }
        if event.latitude is not None and event.longitude is not None:
            place["geo"] = {
                "@type": "GeoCoordinates",
                "latitude": round(event.latitude, 5),
                "longitude": round(event.longitude, 5),
            }
        found.append(place)
    if event.format != Event.Format.ONSITE:
        # The link to take part is for those who registered; the page is public.
        found.append({"@type": "VirtualLocation", "url": url})
    return found
