"""Broken and hostile files: a clear message with the place, and a database as it was."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.apps import apps

from factories.lists import csv_row, csv_text, ror_v2, write, xlsx, zip_bomb
from steiger.cli.directory import directory
from steiger.regions import load_region
from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.vocabularies import load_vocabularies

pytestmark = pytest.mark.django_db
Maker = Callable[[Path], Path]


def state() -> str:
    """A hash over every row of our own tables."""
    digest = hashlib.sha256()
    for model in apps.get_models():
        if model.__module__.startswith("steiger."):
            for row in model._default_manager.order_by("pk").values():
                digest.update(repr((model._meta.label, sorted(row.items()))).encode())
    return digest.hexdigest()


def bad_row(**values: str) -> Maker:
    """A CSV file whose second row breaks a rule."""
    return lambda folder: write(folder / "list.csv", csv_text(csv_row(1), csv_row(2, **values)))


def ror(*records: object) -> Maker:
    """A ROR dump with these records."""
    return lambda folder: write(folder / "dump.json", list(records))


#: Name: (format, file, words of the message). The file cannot be used at all: exit code 2.
UNUSABLE: dict[str, tuple[str, Maker, tuple[str, ...]]] = {
    "empty": ("csv", lambda f: write(f / "a.csv", ""), ("a.csv", "empty")),
    "binary": ("csv", lambda f: write(f / "a.csv", b"\x00\x01\x02" * 99), ("zero bytes",)),
    "latin-1": (
        "csv",
        lambda f: write(f / "a.csv", csv_text(csv_row(1, "Bäckerei Müller")).encode("latin-1")),
        ("not UTF-8", "CSV UTF-8"),
    ),
    "utf-16": (
        "csv",
        lambda f: write(f / "a.csv", csv_text(csv_row(1)).encode("utf-16")),
        ("UTF-16",),
    ),
    "truncated gzip": (
        "csv",
        lambda f: _bytes(
            f / "a.csv.gz", gzip.compress(csv_text(*map(csv_row, range(4000))).encode())[:9000]
        ),
        ("cut off or damaged",),
    ),
    "corrupt gzip": (
        "csv",
        lambda f: _bytes(f / "a.csv.gz", gzip.compress(b"id,name\n" * 99)[:30] + b"\xff" * 40),
        ("damaged",),
    ),
    "gzip bomb": (
        "ror",
        lambda f: _bytes(f / "a.json.gz", gzip.compress(b"[" + b" " * 200_000_000, 9)),
        ("unpacks to more than",),
    ),
    "millions of empty lines": (
        "csv",
        lambda f: _bytes(f / "a.csv.gz", gzip.compress(b"id,name\n" + b"\n" * 9_000_000, 9)),
        ("more than 2,000,000 rows",),
    ),
    "millions of doubled rows": (
        "csv",
        lambda f: _bytes(f / "a.csv.gz", gzip.compress(b"id,name\n" + b"1,a\n" * 4_000_000, 9)),
        ("More than 10,000 rows", "row 3, id"),
    ),
    "10 MB cell": (
        "csv",
        lambda f: write(f / "a.csv", f'id,name\n1,"{"x" * 10_000_000}"\n'),
        ("line 2", "100,000"),
    ),
    "open quotation mark": (
        "csv",
        lambda f: write(f / "a.csv", 'id,name\n1,"offen\n' + "2,b\n" * 60_000),
        ("quotation mark",),
    ),
    "no header": (
        "csv",
        lambda f: write(f / "a.csv", csv_row(1) + "\n" + csv_row(2)),
        ("no column", "name"),
    ),
    "html page": (
        "csv",
        lambda f: write(f / "a.csv", "<html><body>404</body></html>"),
        ("no column",),
    ),
    "no json": ("ror", lambda f: write(f / "a.json", "{nonsense"), ("no valid JSON",)),
    "json object": ("ror", lambda f: write(f / "a.json", {"id": "x"}), ("array",)),
    "json cut off": (
        "ror",
        lambda f: write(f / "a.json", json.dumps([ror_v2(1), ror_v2(2)])[:-40]),
        ("after record 1",),
    ),
    "deeply nested": ("ror", lambda f: write(f / "a.json", "[" * 100_000), ("64 levels",)),
    "csv called ror": (
        "ror",
        lambda f: write(f / "a.json", csv_text(csv_row(1))),
        ("no valid JSON",),
    ),
    "no features": (
        "geojson",
        lambda f: write(f / "a.geojson", {"type": "Point"}),
        ("FeatureCollection",),
    ),
    "xlsx that is none": ("xlsx", lambda f: write(f / "a.xlsx", "id,name"), ("no readable XLSX",)),
    "xlsx bomb": (
        "xlsx",
        lambda f: zip_bomb(f / "a.xlsx", "xl/worksheets/sheet1.xml", 400_000_000),
        ("unpacks to",),
    ),
    "xlsx with entity bomb": (
        "xlsx",
        lambda f: _entity_bomb(f / "a.xlsx"),
        ("no readable XLSX",),
    ),
}

#: Name: (format, file, field, words). One row is rejected; under --strict nothing is taken over.
REJECTED: dict[str, tuple[str, Maker, str, str]] = {
    "html in name": ("csv", bad_row(name="<script>alert(1)</script>"), "name", "HTML"),
    "formula in name": ("csv", bad_row(name="=HYPERLINK(1)"), "name", "formula"),
    "control character": ("csv", bad_row(name="Bei\x07spiel"), "name", "U+0007"),
    "bidi override": ("csv", bad_row(name="Bei\u202espiel"), "name", "U+202E"),
    "replacement character": ("csv", bad_row(name="B\ufffdckerei"), "name", "UTF-8"),
    "empty name": ("csv", bad_row(name=" "), "name", "empty"),
    "name too long": ("csv", bad_row(name="x" * 400), "name", "400"),
    "latitude 200": ("csv", bad_row(lat="200"), "lat", "between -90 and 90"),
    "not a number": ("csv", bad_row(lat="NaN"), "lat", "finite"),
    "only latitude": ("csv", bad_row(lng=""), "lon", "missing"),
    "null island": ("csv", bad_row(lat="0", lng="0"), "lat", "Atlantic"),
    "javascript address": ("csv", bad_row(website="javascript:alert(1)"), "website", "https://"),
    "address with password": (
        "csv",
        bad_row(website="https://a:b@example.org"),
        "website",
        "password",
    ),
    "year in the future": ("csv", bad_row(established="3000"), "founded", "year"),
    "too many cells": (
        "csv",
        lambda f: write(f / "a.csv", csv_text(csv_row(1), csv_row(2) + ",extra")),
        "",
        "10 cells",
    ),
    "record without names": ("ror", ror(ror_v2(1), ror_v2(2, names=[])), "name", "empty"),
    "record is a number": ("ror", ror(ror_v2(1), 7), "", "not a record"),
    "names of the wrong kind": ("ror", ror(ror_v2(1), ror_v2(2, names=[{"x": 1}])), "", "KeyError"),
    "xlsx formula": (
        "xlsx",
        lambda f: xlsx(f / "a.xlsx", [["id", "name"], [1, "Beispiel"], [2, "=1+1"]]),
        "name",
        "formula",
    ),
    "polygon": (
        "geojson",
        lambda f: write(
            f / "a.geojson",
            {
                "type": "FeatureCollection",
                "features": [
                    {"properties": {"id": 1, "name": "Beispiel"}, "geometry": None},
                    {"properties": {"id": 2, "name": "B"}, "geometry": {"type": "Polygon"}},
                ],
            },
        ),
        "geometry",
        "Point",
    ),
}


def _bytes(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _entity_bomb(path: Path) -> Path:
    import zipfile

    xlsx(path, [["id", "name"], [1, "x"]])
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    levels = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "xxxxxxxxxx">{levels}]>'
    sheet = members["xl/worksheets/sheet1.xml"].decode().split("?>", 1)[-1]
    members["xl/worksheets/sheet1.xml"] = (
        bomb + sheet.replace("<sheetData>", "<sheetData>&a9;")
    ).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.fixture(autouse=True)
def _terms() -> None:
    load_vocabularies(region=load_region("nrw"), by=audit.SYSTEM)


def test_there_are_thirty_files() -> None:
    assert len(UNUSABLE) + len(REJECTED) >= 30


@pytest.mark.parametrize("name", UNUSABLE)
def test_unusable_file_is_refused_with_reason(name: str, tmp_path: Path) -> None:
    form, make, words = UNUSABLE[name]
    path = make(tmp_path)
    before = state()
    result = CliRunner().invoke(directory, ["import", form, str(path)])
    assert result.exit_code == 2, result.output
    assert [word for word in words if word not in result.output] == []
    assert "Traceback" not in result.output
    assert state() == before


@pytest.mark.parametrize("name", REJECTED)
def test_bad_row_is_named_and_strict_changes_nothing(name: str, tmp_path: Path) -> None:
    form, make, field, word = REJECTED[name]
    path = make(tmp_path)
    before = state()
    result = CliRunner().invoke(directory, ["import", form, str(path), "--strict", "--json"])
    assert result.exit_code == 1, result.output
    rows = json.loads(result.stdout)["rejected_rows"]
    assert [(row["field"], word in row["reason"]) for row in rows] == [(field, True)]
    assert rows[0]["row"] in {2, 3}
    assert state() == before


def test_swapped_coordinates_are_recognised_in_a_region(tmp_path: Path) -> None:
    path = bad_row(lat="7.47", lng="51.36")(tmp_path)
    result = CliRunner().invoke(
        directory, ["import", "csv", str(path), "--region", "nrw", "--json"]
    )
    said = json.loads(result.stdout)
    assert "swapped" in said["rejected_rows"][0]["reason"]
    assert said["new"] == 1


def test_interrupted_import_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from steiger.web.directory.domain import importing

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    path = write(tmp_path / "list.csv", csv_text(*map(csv_row, range(20))))
    before = state()
    monkeypatch.setattr(importing._Import, "_relate", interrupt)
    result = CliRunner().invoke(directory, ["import", "csv", str(path)])
    assert result.exit_code != 0
    assert state() == before
