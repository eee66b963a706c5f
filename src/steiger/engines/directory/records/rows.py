"""One row of named fields, from whatever format, becomes a record.

Several values in one field are separated by ``|``.
"""

from __future__ import annotations

from collections.abc import Mapping

from steiger.engines.directory.records.types import (
    IncomingName,
    IncomingPlace,
    IncomingRecord,
    LeftOut,
)
from steiger.engines.directory.records.validation import (
    MAX_ID,
    MAX_NAME,
    MAX_TEXT,
    Bounds,
    Rejected,
    check_row,
    clean,
    code,
    coordinates,
    one_of,
    pairs,
    web_address,
    year,
)

#: Field -> names of its column.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "ror_id", "record_id", "nummer"),
    "name": ("name", "name_de", "bezeichnung"),
    "name_en": ("name_en", "english_name"),
    "short_name": ("short_name", "kurzname", "acronym", "akronym"),
    "former_names": ("former_names", "fruehere_namen", "frühere_namen"),
    "other_names": ("other_names", "aliases", "weitere_namen"),
    "types": ("types", "type", "art"),
    "status": ("status",),
    "country": ("country_code", "country", "land"),
    "region": ("region", "state", "bundesland"),
    "town": ("city", "town", "ort", "stadt"),
    "postcode": ("postcode", "postal_code", "plz"),
    "street": ("street", "strasse", "straße"),
    "lat": ("lat", "latitude", "breite", "breitengrad"),
    "lon": ("lng", "lon", "longitude", "laenge", "länge", "laengengrad", "längengrad"),
    "website": ("website", "url", "homepage", "webseite"),
    "founded": ("established", "founded", "gegruendet", "gegründet"),
    "roles": ("roles", "role", "rollen", "unterkategorie"),
    "topics": ("topics", "themen"),
    "sectors": ("sectors", "branchen"),
    "size": ("size", "groesse", "größe"),
    "description_de": ("description_de", "beschreibung"),
    "description_en": ("description_en", "description"),
    "kind": ("kind", "organisation_or_initiative"),
    "initiative": ("initiative", "initiative_kind"),
    "municipality": ("municipality", "ags", "gemeindeschluessel", "gemeindeschlüssel"),
    "wikipedia": ("wikipedia",),
    "identifiers": ("identifiers", "kennungen"),
    "offers_de": ("offers_de", "angebote"),
    "offers_en": ("offers_en", "offers"),
    "example": ("example", "beispiel"),
}
#: Columns of our own lists that are there for readers and say nothing new.
FOR_READERS = (
    "district", "categories", "role_names", "topic_names", "sector_names", "precision",
    "verified_on", "changed_on", "sources", "licences", "stated_on",
)  # fmt: skip
_READ = frozenset(name for names in COLUMNS.values() for name in names) | set(FOR_READERS)
KINDS = ("organisation", "initiative")
#: What a list says of organisations that it has not closed.
ACTIVE = ("", "active", "aktiv")
YES, NO = ("yes", "ja", "1", "true"), ("no", "nein", "0", "false")


def unread(name: str, row: int) -> LeftOut | None:
    """What to say about a column that nobody reads; None about the others.

    Args:
        name: in small letters, with _ for spaces.
        row: where it was met.
    """
    if not name or name in _READ:
        return None
    return LeftOut(row, name, "is no column that is read; see the list of columns")


def _several(row: Mapping[str, str], field: str, limit: int = MAX_NAME) -> tuple[str, ...]:
    parts = (clean(field, part, limit) for part in row.get(field, "").split("|"))
    return tuple(dict.fromkeys(part for part in parts if part))


def _offers(row: Mapping[str, str], field: str, roles: tuple[str, ...]) -> tuple[str, ...]:
    """One text per role, in their order; trailing roles may go without."""
    parts = [clean(field, part, MAX_TEXT) for part in row.get(field, "").split("|")]
    while parts and not parts[-1]:
        parts.pop()
    if len(parts) > len(roles):
        raise Rejected(
            field,
            f"holds {len(parts)} texts for {len(roles)} roles; give one per role, with | between",
            row[field],
        )
    return tuple(parts)


def record_of(
    number: int, row: Mapping[str, str], this_year: int, expected: Bounds | None
) -> IncomingRecord:
    """One record from named fields.

    Raises:
        Rejected: a field breaks a rule.
    """
    check_row(row, ("id", "name"))
    names = [IncomingName(clean("name", row["name"], MAX_NAME))]
    names += [IncomingName(text, "translation", "en") for text in _several(row, "name_en")]
    names += [IncomingName(text, "short") for text in _several(row, "short_name")]
    names += [IncomingName(text, "former") for text in _several(row, "former_names")]
    names += [IncomingName(text, "alias") for text in _several(row, "other_names")]
    unique = {name.text: name for name in reversed(names)}
    lat, lon = coordinates(row.get("lat"), row.get("lon"), expected)
    town = clean("town", row.get("town", ""), MAX_NAME)
    place = _place(row, town, lat, lon) if town or lat is not None else None
    record_id = clean("id", row["id"], MAX_ID)
    status = clean("status", row.get("status", ""), 40).lower()
    roles = _several(row, "roles")
    own = (("ror", record_id),) if record_id.startswith("https://ror.org/") else ()
    return IncomingRecord(
        row=number,
        record_id=record_id,
        names=tuple(reversed(unique.values())),
        place=place,
        website=web_address("website", row.get("website", "")),
        wikipedia=web_address("wikipedia", row.get("wikipedia", "")),
        identifiers=tuple(dict.fromkeys((*own, *pairs("identifiers", row.get("identifiers", ""))))),
        types=_several(row, "types"),
        founded=year("founded", row.get("founded"), this_year),
        roles=roles,
        topics=_several(row, "topics"),
        sectors=_several(row, "sectors"),
        size=clean("size", row.get("size", ""), 64),
        description_de=clean("description_de", row.get("description_de", ""), MAX_TEXT),
        description_en=clean("description_en", row.get("description_en", ""), MAX_TEXT),
        active=status in ACTIVE,
        kind=one_of("kind", row.get("kind", ""), KINDS),
        initiative=clean("initiative", row.get("initiative", ""), 64),
        offers_de=_offers(row, "offers_de", roles),
        offers_en=_offers(row, "offers_en", roles),
        example=one_of("example", row.get("example", ""), YES + NO) in YES,
    )


def _place(
    row: Mapping[str, str], town: str, lat: float | None, lon: float | None
) -> IncomingPlace:
    country = clean("country", row.get("country", ""), 2).upper()
    return IncomingPlace(
        town=town,
        country=country,
        region=clean("region", row.get("region", ""), MAX_NAME),
        postcode=code("postcode", row.get("postcode", ""), 12, digits=5 if country == "DE" else 0),
        street=clean("street", row.get("street", ""), 120),
        lat=lat,
        lon=lon,
        precision="address" if row.get("street") else "town",
        municipality=code("municipality", row.get("municipality", ""), 8, digits=8),
    )
