"""Reads ROR dumps: one JSON array of records, schema v1 and v2 also mixed, plain, gzip or zip.

Layouts: ROR schema v2.1 and v1.0 as documented by ROR. Quirks met in real dumps:
v1 knows no language for aliases and often no ``state``; the region then stands only in
``geonames_admin1``. v2 marks the name to show with ``ror_display`` among the name's types.
Coordinates are those of the town's centre in both.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import ijson

from steiger.engines.directory.records import (
    Bounds,
    IncomingName,
    IncomingPlace,
    IncomingRecord,
    IncomingRelation,
    RejectedRow,
    UnusableFileError,
)
from steiger.engines.directory.records.validation import (
    MAX_ID,
    MAX_NAME,
    Rejected,
    clean,
    coordinates,
    web_address,
    year,
)
from steiger.lib.json_stream import TooDeepError, elements
from steiger.lib.limits import BrokenFileError, TooLargeError, open_capped

MAX_NAMES = 200
_SCHEMES = {"wikidata": "wikidata", "grid": "grid", "isni": "isni", "fundref": "fundref"}
_RELATIONS = {"parent": "part_of", "successor": "", "predecessor": "successor_of"}


def read_ror(
    path: Path, *, this_year: int, expected: Bounds | None = None
) -> Iterator[IncomingRecord | RejectedRow]:
    """Each record of a dump, or why it was rejected; one at a time, so memory stays small.

    Raises:
        UnusableFileError: the file is damaged, no JSON array, or too large.
    """
    row = 0
    try:
        with open_capped(path) as stream:
            for row, record in enumerate(elements(stream, "item"), start=1):
                try:
                    yield _record(row, record, this_year, expected)
                except Rejected as problem:
                    yield problem.at(row, _id(record))
                except (KeyError, TypeError, AttributeError, IndexError) as error:
                    reason = f"is not laid out like a ROR record ({type(error).__name__}: {error})"
                    yield Rejected("", reason).at(row, _id(record))
            if row == 0:
                raise UnusableFileError(
                    f"{path.name} holds no records: a JSON array of ROR records is expected."
                )
    except (ijson.JSONError, UnicodeDecodeError, TooDeepError) as error:
        raise UnusableFileError(
            f"{path.name} is no valid JSON after record {row}: {error}. Fetch the dump again."
        ) from error
    except (BrokenFileError, TooLargeError, OSError) as error:
        raise UnusableFileError(f"{error}") from error


def _id(record: Any) -> Any:
    return record.get("id") if isinstance(record, dict) else None


def _record(
    row: int, record: dict[str, Any], this_year: int, expected: Bounds | None
) -> IncomingRecord:
    if not isinstance(record, dict):
        raise Rejected("", "is not a record (an object with an id and names)", str(record))
    record_id = clean("id", str(record.get("id") or ""), MAX_ID)
    if not record_id:
        raise Rejected("id", "is empty, but every record needs it")
    build = (
        _version_2 if "locations" in record or isinstance(record.get("names"), list) else _version_1
    )
    parts = build(record, expected)
    websites = parts.pop("websites")
    return IncomingRecord(
        row=row,
        record_id=record_id,
        website=web_address("links", websites[0]) if websites else "",
        founded=year("established", _plain(record.get("established")), this_year),
        types=tuple(str(kind).lower() for kind in record.get("types") or ()),
        active=str(record.get("status") or "active") == "active",
        **parts,
    )


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _names(found: list[tuple[str, str, str]]) -> tuple[IncomingName, ...]:
    if len(found) > MAX_NAMES:
        raise Rejected("names", f"holds {len(found)} names; at most {MAX_NAMES} are allowed")
    names: dict[str, IncomingName] = {}
    for text, kind, language in found:
        cleaned = clean("name", text, MAX_NAME)
        if cleaned and cleaned not in names:
            names[cleaned] = IncomingName(cleaned, kind, language)
    if not names:
        raise Rejected("name", "is empty, but every record needs one")
    return tuple(names.values())


def _version_2(record: dict[str, Any], expected: Bounds | None) -> dict[str, Any]:
    kinds = {"acronym": "acronym", "label": "translation", "alias": "alias"}
    found = []
    for name in sorted(record["names"], key=lambda n: "ror_display" not in n["types"]):
        shown = "ror_display" in name["types"]
        kind = (
            "official" if shown else next((kinds[t] for t in name["types"] if t in kinds), "alias")
        )
        found.append((str(name["value"]), kind, str(name.get("lang") or "")))
    place = None
    if record.get("locations"):
        details = record["locations"][0]["geonames_details"]
        lat, lon = coordinates(_plain(details.get("lat")), _plain(details.get("lng")), expected)
        place = IncomingPlace(
            town=clean("town", details.get("name") or "", MAX_NAME),
            country=str(details.get("country_code") or ""),
            region=str(details.get("country_subdivision_name") or ""),
            lat=lat,
            lon=lon,
        )
    links = record.get("links") or []
    modified = (record.get("admin") or {}).get("last_modified", {}).get("date")
    return {
        "names": _names(found),
        "place": place,
        "websites": [link["value"] for link in links if link["type"] == "website"],
        "wikipedia": _wikipedia([link["value"] for link in links if link["type"] == "wikipedia"]),
        "identifiers": _identifiers(
            record["id"],
            [
                (e["type"], e.get("preferred") or e["all"][0])
                for e in record.get("external_ids") or ()
                if e.get("preferred") or e.get("all")
            ],
        ),
        "relations": _relations([(r["type"], r["id"]) for r in record.get("relationships") or ()]),
        "stated_on": date.fromisoformat(modified) if modified else None,
    }


def _version_1(record: dict[str, Any], expected: Bounds | None) -> dict[str, Any]:
    found = [(str(record["name"]), "official", "")]
    found += [
        (x["label"], "translation", x.get("iso639") or "") for x in record.get("labels") or ()
    ]
    found += [(text, "alias", "") for text in record.get("aliases") or ()]
    found += [(text, "acronym", "") for text in record.get("acronyms") or ()]
    place = None
    if record.get("addresses"):
        address = record["addresses"][0]
        admin = (address.get("geonames_city") or {}).get("geonames_admin1") or {}
        lat, lon = coordinates(_plain(address.get("lat")), _plain(address.get("lng")), expected)
        place = IncomingPlace(
            town=clean("town", address.get("city") or "", MAX_NAME),
            country=str((record.get("country") or {}).get("country_code") or ""),
            region=str(address.get("state") or admin.get("name") or ""),
            lat=lat,
            lon=lon,
        )
    external = []
    for scheme, entry in (record.get("external_ids") or {}).items():
        every = entry.get("all") or []
        value = entry.get("preferred") or (every if isinstance(every, str) else (every or [""])[0])
        if value:
            external.append((scheme, value))
    return {
        "names": _names(found),
        "place": place,
        "websites": list(record.get("links") or ()),
        "wikipedia": _wikipedia([record.get("wikipedia_url") or ""]),
        "identifiers": _identifiers(record["id"], external),
        "relations": _relations([(r["type"], r["id"]) for r in record.get("relationships") or ()]),
        "stated_on": None,
    }


def _wikipedia(found: list[str]) -> str:
    return web_address("wikipedia", found[0]) if found and found[0] else ""


def _identifiers(ror: str, found: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    result = [("ror", ror)]
    for scheme, value in found:
        key = _SCHEMES.get(scheme.lower())
        if key:
            result.append((key, clean(scheme, str(value), MAX_ID)))
    return tuple(dict.fromkeys(result))


def _relations(found: list[tuple[str, str]]) -> tuple[IncomingRelation, ...]:
    return tuple(
        IncomingRelation(kind, other)
        for type_, other in found
        if (kind := _RELATIONS.get(str(type_).lower(), ""))
    )
