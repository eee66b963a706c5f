"""Lists of organisations as files, right ones and broken ones."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

HEADER = "id,name,city,country_code,region,lat,lng,website,established"


def csv_row(number: int, name: str = "", **values: Any) -> str:
    """One row of an invented organisation in Hagen."""
    row = {
        "id": f"x{number}",
        "name": name or f"Beispiel Werkstatt {number}",
        "city": "Hagen",
        "country_code": "DE",
        "region": "Nordrhein-Westfalen",
        "lat": "51.36",
        "lng": "7.47",
        "website": f"https://werkstatt-{number}.example.org",
        "established": "1990",
        **values,
    }
    return ",".join(str(row[column]) for column in HEADER.split(","))


def csv_text(*rows: str) -> str:
    """A whole CSV file."""
    return "\n".join([HEADER, *rows]) + "\n"


def ror_v2(number: int, name: str = "", **values: Any) -> dict[str, Any]:
    """A record as in ROR's schema v2."""
    return {
        "id": f"https://ror.org/0000{number:05d}",
        "names": [
            {
                "value": name or f"Beispiel Institut {number}",
                "types": ["ror_display", "label"],
                "lang": "de",
            },
            {"value": f"BI{number}", "types": ["acronym"], "lang": None},
        ],
        "locations": [
            {
                "geonames_details": {
                    "name": "Hagen",
                    "country_code": "DE",
                    "country_subdivision_name": "North Rhine-Westphalia",
                    "lat": 51.36,
                    "lng": 7.47,
                }
            }
        ],
        "links": [{"type": "website", "value": f"https://institut-{number}.example.org"}],
        "external_ids": [],
        "relationships": [],
        "types": ["facility"],
        "status": "active",
        "established": 1990,
        "admin": {"last_modified": {"date": "2025-01-22"}},
        **values,
    }


def ror_v1(number: int, name: str = "", **values: Any) -> dict[str, Any]:
    """A record as in ROR's schema v1."""
    return {
        "id": f"https://ror.org/0000{number:05d}",
        "name": name or f"Beispiel Institut {number}",
        "labels": [],
        "aliases": [],
        "acronyms": [f"BI{number}"],
        "addresses": [
            {
                "lat": 51.36,
                "lng": 7.47,
                "state": None,
                "city": "Hagen",
                "geonames_city": {"geonames_admin1": {"name": "North Rhine-Westphalia"}},
            }
        ],
        "links": [f"https://institut-{number}.example.org"],
        "types": ["Facility"],
        "status": "active",
        "established": 1990,
        "relationships": [],
        "external_ids": {},
        "country": {"country_code": "DE"},
        **values,
    }


def write(path: Path, content: str | bytes | list[Any] | dict[str, Any]) -> Path:
    """Write a file: text, bytes, or JSON; packed if it ends with .gz."""
    if isinstance(content, (list, dict)):
        content = json.dumps(content)
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def xlsx(path: Path, rows: list[list[Any]]) -> Path:
    """An XLSX file with one sheet."""
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def zip_bomb(path: Path, name: str, size: int) -> Path:
    """A zip file whose one member unpacks to ``size`` zero bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b" " * size)
    path.write_bytes(buffer.getvalue())
    return path
