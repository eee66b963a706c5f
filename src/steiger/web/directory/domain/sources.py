"""Where values come from."""

from __future__ import annotations

from dataclasses import dataclass

from steiger.web.directory.models import Source

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


def region_source(region_key: str) -> SourceInfo:
    """The region's own editors."""
    return SourceInfo(
        f"region-{region_key}",
        "Redaktion der Region, mit Einzelnachweis",
        "region",
        "CC BY 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
    )


def get_source(info: SourceInfo) -> Source:
    """The row for a source, made if need be."""
    kind = Source.Kind(info.kind)
    source, _ = Source.objects.get_or_create(
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
