"""Lists that leave the map: CSV, XLSX, GeoJSON and JSON-LD, written while they are sent."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from steiger.adapters.sheets import csv_lines, write_xlsx
from steiger.web.directory.domain.areas import region, region_name
from steiger.web.directory.domain.export_fields import COLUMNS, Columns, SourceWords, Value
from steiger.web.directory.domain.export_rows import export_rows
from steiger.web.directory.interfaces.column_words import column_meanings
from steiger.web.directory.interfaces.schema_org import dataset_node, organisation_node
from steiger.web.directory.interfaces.selection import Selection

#: Rows that are sent in one piece.
PIECE = 250
#: Larger XLSX files than this stay on the disk while they are written.
IN_MEMORY = 2_000_000
_LAT, _LON = COLUMNS.index("lat"), COLUMNS.index("lng")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class About:
    """What is said about a list as a whole.

    Attributes:
        address: of the same view on the map.
        sources: everyone whose values may stand in it.
    """

    title: str
    region: str
    address: str
    today: date
    count: int
    publisher: str
    licence: str
    licence_url: str
    sources: tuple[SourceWords, ...]

    @property
    def attribution(self) -> str:
        """The line that a reuser prints."""
        return f"{self.title}, {self.region} ({self.publisher}), {self.licence}, {self.address}"


def about(selection: Selection, columns: Columns, today: date) -> About:
    """What is said about a selection, in the reader's language."""
    here = region()
    return About(
        title=selection.title,
        region=region_name(),
        address=selection.view_url,
        today=today,
        count=len(selection.numbers),
        publisher=here.imprint["operator"],
        licence=here.open_data["licence"],
        licence_url=here.open_data["licence_url"],
        sources=tuple(columns.sources.values()),
    )


def _pieces(lines: Iterable[str]) -> Iterator[bytes]:
    iterator = iter(lines)
    while part := list(islice(iterator, PIECE)):
        yield "".join(part).encode()


def csv_pieces(selection: Selection, columns: Columns) -> Iterator[bytes]:
    """A table for spreadsheets and programs (RFC 4180, UTF-8, semicolons)."""
    rows = (columns.values(row) for row in export_rows(selection.numbers))
    return _pieces(csv_lines(COLUMNS, rows))


def xlsx_file(selection: Selection, columns: Columns, facts: About) -> IO[bytes]:
    """A workbook: the table, and a sheet that says what it is and what the columns mean."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    rows = (columns.values(row) for row in export_rows(selection.numbers))
    notes = (_("About this table"), notes_rows(facts))
    write_xlsx(file, COLUMNS, rows, title=facts.title, notes=notes)
    file.seek(0)
    return file


def notes_rows(facts: About) -> list[tuple[str, str]]:
    """What stands beside a table: where it is from, what may be done with it, its columns."""
    sources = [
        (_("Source") if n == 0 else "", f"{s.name} · {s.licence} · {s.url or s.licence_url}")
        for n, s in enumerate(facts.sources)
    ]
    return [
        (_("Title"), facts.title),
        (_("Region"), facts.region),
        (_("Date"), facts.today.isoformat()),
        (_("Entries"), str(facts.count)),
        (_("Address"), facts.address),
        (_("Publisher"), facts.publisher),
        (_("Licence"), f"{facts.licence} · {facts.licence_url}"),
        (_("Please name"), facts.attribution),
        *sources,
        ("", ""),
        (_("Column"), _("Meaning")),
        *column_meanings(),
    ]


# --- JSON -----------------------------------------------------------------------------------------
def geojson_pieces(selection: Selection, columns: Columns, facts: About) -> Iterator[bytes]:
    """Points for maps (RFC 7946); who has no place stands there without one."""
    head = {
        "type": "FeatureCollection",
        "title": facts.title,
        "date": facts.today.isoformat(),
        "license": facts.licence_url,
        "attribution": facts.attribution,
    }
    features = (feature(columns.values(row)) for row in export_rows(selection.numbers))
    return _pieces(_document(f'{_encode(head)[:-1]},"features":[', features, "]}\n"))


def feature(values: tuple[Value, ...]) -> dict[str, Any]:
    """One actor as a point; properties without a value are left out."""
    lat, lon = values[_LAT], values[_LON]
    placed = lat is not None and lon is not None
    properties = {
        name: value
        for name, value in zip(COLUMNS, values, strict=True)
        if value not in ("", None) and name not in {"lat", "lng"}
    }
    return {
        "type": "Feature",
        "id": values[0],
        "geometry": {"type": "Point", "coordinates": [lon, lat]} if placed else None,
        "properties": properties,
    }


def json_ld_pieces(selection: Selection, columns: Columns, facts: About) -> Iterator[bytes]:
    """Organisations in the words of schema.org, with the data set that they make up in front."""
    head = dataset_node(
        title=facts.title,
        address=facts.address,
        licence_url=facts.licence_url,
        publisher=facts.publisher,
        today=facts.today,
        place=facts.region,
        sources=[source.url for source in facts.sources if source.url],
    )
    nodes = (organisation_node(row, columns) for row in export_rows(selection.numbers))
    begin = f'{{"@context":"https://schema.org","@graph":[{_encode(head)},'
    if not selection.numbers:
        begin = begin[:-1]
    return _pieces(_document(begin, nodes, "]}\n"))


def _document(begin: str, parts: Iterable[dict[str, Any]], end: str) -> Iterator[str]:
    yield f"{begin}\n"
    comma = ""
    for part in parts:
        yield f"{comma}{_encode(part)}"
        comma = ",\n"
    yield end


def file_name(today: date, ending: str) -> str:
    """What the browser calls the file."""
    return f"landkarte-{settings.REGION}-{today.isoformat()}.{ending}"
