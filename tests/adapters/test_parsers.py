"""Readers of foreign lists: the same organisation whatever the format; one suite for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from factories.lists import csv_row, csv_text, ror_v1, ror_v2, write, xlsx
from steiger.adapters.geojson import read_geojson
from steiger.adapters.ror import read_ror
from steiger.adapters.table import read_csv, read_xlsx
from steiger.engines.directory.records import (
    Bounds,
    IncomingRecord,
    LeftOut,
    RejectedRow,
    UnusableFileError,
    digest,
)

Reader = Callable[..., Iterator[IncomingRecord | RejectedRow | LeftOut]]
HEADER = ["id", "name", "city", "country_code", "region", "lat", "lng", "website", "established"]
VALUES: list[Any] = [
    "x1", "Beispiel Werkstatt", "Hagen", "DE", "Nordrhein-Westfalen",
    51.36, 7.47, "https://w.example.org", 1990,
]  # fmt: skip


def geojson(path: Path) -> Path:
    properties = {k: v for k, v in zip(HEADER, VALUES, strict=True) if k not in {"lat", "lng"}}
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [7.47, 51.36]},
        "properties": properties,
    }
    return write(path, {"type": "FeatureCollection", "features": [feature]})


FORMATS: dict[str, tuple[Reader, Callable[[Path], Path]]] = {
    "comma": (
        read_csv,
        lambda f: write(f / "a.csv", csv_text(csv_row(1, "Beispiel Werkstatt", website=VALUES[7]))),
    ),
    "semicolon, BOM, gzip": (
        read_csv,
        lambda f: write(
            f / "a.csv.gz",
            "\ufeff" + ";".join(HEADER) + "\r\n" + ";".join(map(str, VALUES)) + "\r\n",
        ),
    ),
    "tab, German, other order": (
        read_csv,
        lambda f: write(
            f / "a.tsv",
            "\t".join(["Ort", "Name", "Nummer", "Land", "Bundesland", "Breite", "Länge",
                       "Webseite", "gegründet"])
            + "\n"
            + "\t".join(map(str, [VALUES[2], VALUES[1], VALUES[0], *VALUES[3:]])),
        ),
    ),
    "xlsx": (read_xlsx, lambda f: xlsx(f / "a.xlsx", [HEADER, VALUES])),
    "geojson": (read_geojson, lambda f: geojson(f / "a.geojson")),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_every_table_format_says_the_same(name: str, tmp_path: Path) -> None:
    read, make = FORMATS[name]
    (record,) = read(make(tmp_path), this_year=2026)
    assert isinstance(record, IncomingRecord)
    place = record.place
    assert place is not None
    assert (record.record_id, record.names[0].text, record.founded) == ("x1", VALUES[1], 1990)
    assert (place.town, place.country, place.lat, place.lon) == ("Hagen", "DE", 51.36, 7.47)
    assert record.website == VALUES[7]


def test_both_ror_schemas_say_the_same(tmp_path: Path) -> None:
    new, old = read_ror(write(tmp_path / "a.json", [ror_v2(1), ror_v1(1)]), this_year=2026)
    assert isinstance(new, IncomingRecord)
    assert isinstance(old, IncomingRecord)
    assert new.place == old.place
    assert (new.website, new.founded, new.identifiers) == (
        old.website,
        old.founded,
        old.identifiers,
    )
    assert [n.text for n in new.names] == [n.text for n in old.names]


def test_closed_organisations_are_marked(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", [ror_v2(1, status="withdrawn")])
    (record,) = read_ror(path, this_year=2026)
    assert isinstance(record, IncomingRecord)
    assert not record.active


def test_digest_ignores_only_the_row() -> None:
    one = IncomingRecord(1, "x", ())
    assert digest(one) == digest(IncomingRecord(7, "x", ()))
    assert digest(one) != digest(IncomingRecord(1, "x", (), founded=1990))


def test_swapped_coordinates_need_a_region_to_be_seen(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", csv_text(csv_row(1, lat="7.47", lng="51.36")))
    (taken,) = read_csv(path, this_year=2026)
    assert isinstance(taken, IncomingRecord)
    (refused,) = read_csv(path, this_year=2026, expected=Bounds(5.8, 50.3, 9.5, 52.6))
    assert isinstance(refused, RejectedRow)
    assert "swapped" in refused.reason


def one(read: Reader, path: Path) -> IncomingRecord:
    """The one record of a file."""
    (record,) = read(path, this_year=2026)
    assert isinstance(record, IncomingRecord), record
    return record


@pytest.mark.parametrize(
    ("postcode", "key", "founded"),
    [("42283.0", "5124000.0", "1998.0"), ("42283", "5124000", "1998-05-01 00:00:00"),
     (" 42283.00 ", "05124000", "1.5.1998")],
)  # fmt: skip
def test_codes_that_became_numbers_are_codes_again(
    tmp_path: Path, postcode: str, key: str, founded: str
) -> None:
    row = f"1,Beispiel,{postcode},Wuppertal,{key},{founded}"
    record = one(read_csv, write(tmp_path / "a.csv", f"id,name,plz,ort,ags,gegründet\n{row}\n"))
    place = record.place
    assert place is not None
    assert (place.postcode, place.municipality, record.founded) == ("42283", "05124000", 1998)


@pytest.mark.parametrize(
    ("country", "given", "read"),
    [("DE", "1069", "01069"), ("AT", "1010", "1010"), ("NL", "1012 AB", "1012 AB"),
     ("GB", "SW1A 1.0", "SW1A 1.0")],
)  # fmt: skip
def test_only_german_postcodes_get_their_zero_back(
    tmp_path: Path, country: str, given: str, read: str
) -> None:
    path = write(tmp_path / "a.csv", f"id,name,plz,ort,land\n1,Beispiel,{given},Ort,{country}\n")
    place = one(read_csv, path).place
    assert place is not None
    assert place.postcode == read


def test_day_in_a_cell_of_excel_tells_the_year(tmp_path: Path) -> None:
    rows = [["id", "name", "gegründet"], ["1", "Beispiel", date(1998, 5, 1)]]
    assert one(read_xlsx, xlsx(tmp_path / "a.xlsx", rows)).founded == 1998


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\n', "\ufeffsep=;\r"])
def test_line_that_tells_excel_the_separator_is_no_row(tmp_path: Path, first: str) -> None:
    end = first[len(first.rstrip()) :]
    path = write(tmp_path / "a.csv", f"{first}id;name;ort{end}1;Beispiel, jetzt;Hagen{end}")
    assert one(read_csv, path).names[0].text == "Beispiel, jetzt"


def test_empty_cells_at_the_end_are_none(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id;name;ort\n1;Beispiel;Hagen;; \n")
    assert one(read_csv, path).record_id == "1"


def test_lists_in_geojson_are_several_values(tmp_path: Path) -> None:
    said: dict[str, Any] = {
        "name": "Beispiel",
        "Other Names": ["A", "B"],
        "roles": ["provider", "user"],
    }
    feature = {"id": 7, "geometry": None, "properties": said}
    path = write(tmp_path / "a.geojson", {"type": "FeatureCollection", "features": [feature]})
    record = one(read_geojson, path)
    assert [name.text for name in record.names] == ["Beispiel", "A", "B"]
    assert record.roles == ("provider", "user")
    said["roles"] = [{"key": "provider"}]
    write(path, {"type": "FeatureCollection", "features": [feature]})
    (refused,) = read_geojson(path, this_year=2026)
    assert isinstance(refused, RejectedRow)
    assert refused.field == "roles"


@pytest.mark.parametrize(
    "feature",
    [
        {"properties": {"topics": {"a": 1}, "name": "Beispiel", "id": "x1"}},
        {"properties": None, "id": "x1"},
        {"properties": {"name": "Beispiel"}, "id": "x1", "geometry": {"type": "Polygon"}},
    ],
)
def test_rejected_feature_is_known_by_its_id(tmp_path: Path, feature: dict[str, Any]) -> None:
    path = write(tmp_path / "a.geojson", {"type": "FeatureCollection", "features": [feature]})
    refused = [one for one in read_geojson(path, this_year=2026) if isinstance(one, RejectedRow)]
    assert [one.record_id for one in refused] == ["x1"]


@pytest.mark.parametrize("form", ["csv", "geojson"])
def test_columns_that_nobody_reads_are_named_once(form: str, tmp_path: Path) -> None:
    read = read_csv if form == "csv" else read_geojson
    if form == "csv":
        text = "id,name,Breitengrad,Längengrad,Höhe,district,\n1,A,51.3,7.4,200,Hagen,\n"
        path = write(tmp_path / "a.csv", text)
    else:
        said = {"name": "A", "Höhe": 200, "district": "Hagen"}
        spot = {"type": "Point", "coordinates": [7.4, 51.3]}
        features = [
            {"id": number, "geometry": spot, "properties": said, "type": "Feature"}
            for number in (1, 2)
        ]
        path = write(tmp_path / "a.geojson", {"type": "FeatureCollection", "features": features})
    column, *records = read(path, this_year=2026)
    assert isinstance(column, LeftOut)
    assert (column.row, column.field) == (1, "höhe")
    for record in records:
        assert isinstance(record, IncomingRecord)
        assert record.place is not None
        assert (record.place.lat, record.place.lon) == (51.3, 7.4)


REJECTED: dict[str, tuple[Reader, Callable[[Path], Path]]] = {
    "table": (
        read_csv,
        lambda f: write(f / "a.csv", csv_text(csv_row(1, lat="abc"), csv_row(1) + ",more")),
    ),
    "geojson": (
        read_geojson,
        lambda f: write(
            f / "a.geojson",
            {
                "type": "FeatureCollection",
                "features": [
                    {"id": "x1", "geometry": None, "properties": {"name": "A", "website": "x"}},
                    {"id": "x1", "geometry": {"type": "Line"}, "properties": {"name": "A"}},
                ],
            },
        ),
    ),
    "ror": (
        read_ror,
        lambda f: write(f / "a.json", [ror_v2(1, id="x1", established=1), {"id": "x1"}]),
    ),
}


@pytest.mark.parametrize("name", REJECTED)
def test_rejected_rows_name_their_record(name: str, tmp_path: Path) -> None:
    read, make = REJECTED[name]
    rows = list(read(make(tmp_path), this_year=2026))
    assert [isinstance(row, RejectedRow) and row.record_id for row in rows] == ["x1", "x1"]


def test_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UnusableFileError, match="none"):
        list(read_csv(tmp_path / "none.csv", this_year=2026))


@pytest.mark.shared
def test_world_list_is_read_whole(shared: Path) -> None:
    path = shared / "data/directory/organisations_world.csv.gz"
    rows = list(read_csv(path, this_year=2026))
    rejected = [row for row in rows if isinstance(row, RejectedRow)]
    assert len(rows) == 51_370
    assert [(row.row, row.field) for row in rejected] == [(5883, "other_names")]
