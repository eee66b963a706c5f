"""What the pages of text need beyond their text."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from steiger.web.directory.models import Source
from steiger.web.portal.domain.queries import WAYS
from steiger.web.portal.domain.region import is_english, region
from steiger.web.portal.interfaces import privacy, privacy_curation
from steiger.web.portal.interfaces.addresses import reverse_if_there

#: Pages that are only text; their template carries the slug's name.
PAGES = (
    "ueber",
    "hilfe",
    "einfache-sprache",
    "einfache-sprache-suchen",
    "einfache-sprache-hilfe",
    "impressum",
    "datenschutz",
    "datenquellen",
)
#: When the accessibility statement was last checked against the product.
STATED_ON = date(2026, 11, 24)


def text_context(slug: str) -> dict[str, Any]:
    """Facts from the region's data for one page of text."""
    here, language = region(), "en" if is_english() else "de"
    if slug == "ueber":
        return {"admission": [getattr(rule, f"text_{language}") for rule in here.admission]}
    if slug == "einfache-sprache-hilfe":
        query = urlencode({"role": WAYS["help"]}, doseq=True)
        return {"help_url": f"{reverse_if_there('directory:map')}?{query}"}
    if slug == "datenquellen":
        return {"sources": Source.objects.all(), "map_sources": map_sources()}
    if slug == "datenschutz":
        return {
            "sections": privacy.sections() + privacy_curation.curation(),
            "unproven": privacy.unproven(),
            "unsent": privacy.unsent(),
            "supervision": here.imprint.get(f"supervision_{language}", ""),
        }
    return {"supervision": here.imprint.get(f"supervision_{language}", "")}


def accessibility_context() -> dict[str, Any]:
    """Facts for the accessibility statement."""
    language = "en" if is_english() else "de"
    body = region().imprint.get(f"accessibility_body_{language}", "")
    return {"stated_on": STATED_ON, "monitoring_body": body}


def map_sources() -> list[dict[str, str]]:
    """Whose data the map shows, in the reader's language."""
    language = "en" if is_english() else "de"
    return [
        {
            "text": getattr(source, f"attribution_{language}"),
            "url": source.url,
            "licence": source.licence,
            "licence_url": source.licence_url,
        }
        for source in region().map_sources
    ]
