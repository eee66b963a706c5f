"""Where values come from."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from steiger.web.directory.models import Source

#: Our own sources by key; those from outside are called what they call themselves.
OWN_LABELS = {
    "moderation": _("Editors of the map"),
    "owner": _("Stated by the organisation itself"),
    "examples": _("Invented examples"),
    "region": _("Editors of the region, with a note for each entry"),
}

#: Whose word weighs more; see docs/decisions/0004.
PRECEDENCE = {
    Source.Kind.MODERATOR: 100,
    Source.Kind.OWNER: 90,
    Source.Kind.REGION: 50,
    Source.Kind.REGISTER: 40,
    Source.Kind.EXAMPLE: 10,
}


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is said about a source when it is first used."""

    key: str
    name: str
    kind: str
    licence: str
    licence_url: str = ""
    url: str = ""


MODERATION = SourceInfo("moderation", "Redaktion der KI-Landkarte", "moderator", "CC BY 4.0")
OWNER = SourceInfo("owner", "Angabe der Stelle selbst", "owner", "CC BY 4.0")
EXAMPLES = SourceInfo("examples", "Erfundene Beispiele", "example", "CC0 1.0")
ROR = SourceInfo(
    "ror",
    "Research Organization Registry (ROR)",
    "register",
    "CC0 1.0",
    "https://creativecommons.org/publicdomain/zero/1.0/",
    "https://ror.org",
)


#: Reuse: Commission Decision 2011/833/EU, https://cordis.europa.eu/about/legal.
CORDIS = SourceInfo(
    "cordis",
    "CORDIS, Projekte der EU",
    "register",
    "CC BY 4.0",
    "https://creativecommons.org/licenses/by/4.0/",
    "https://cordis.europa.eu",
)


def region_source(region_key: str) -> SourceInfo:
    """The region's own editors."""
    return SourceInfo(
        f"region-{region_key}",
        "Redaktion der Region, mit Einzelnachweis",
        "region",
        "CC BY 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
    )


def source_label(source: Source) -> str:
    """What a source is called in the reader's language; names are stored in German."""
    key = "region" if source.kind == Source.Kind.REGION else source.key
    if key in OWN_LABELS and not (get_language() or "de").startswith("de"):
        return str(OWN_LABELS[key])
    return source.name


def get_source(info: SourceInfo) -> Source:
    """The row for a source, made if need be."""
    kind = Source.Kind(info.kind)
    source, _made = Source.objects.get_or_create(
        key=info.key,
        defaults={
            "name": info.name,
            "kind": kind,
            "licence": info.licence,
            "licence_url": info.licence_url,
            "url": info.url,
            "precedence": PRECEDENCE[kind],
        },
    )
    return source
