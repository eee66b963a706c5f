"""Areas, borders and rivers of the region."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import union_all
from shapely.geometry import LineString, Point, shape
from shapely.geometry.base import BaseGeometry

from steiger.regions import Region, known_regions, load_region

REGION = load_region("nrw")
MUNICIPALITIES = list(REGION.municipalities.values())


def geometry(path: Path) -> BaseGeometry:
    return shape(json.loads(path.read_text(encoding="utf-8"))["geometry"])


def test_every_known_region_loads() -> None:
    assert [load_region(key).key for key in known_regions()] == known_regions()


def test_region_has_all_areas() -> None:
    assert len(REGION.government_regions) == 5
    assert len(REGION.districts) == 53
    assert len(REGION.municipalities) == 396


def test_keys_fit_together() -> None:
    for municipality in MUNICIPALITIES:
        assert municipality.ags.startswith(REGION.ags)
        assert municipality.district == municipality.ags[:5]
    for district in REGION.districts.values():
        assert district.government_region == district.ags[:3]
        assert district.largest in district.municipalities


def test_kinds_of_districts() -> None:
    kinds = [district.kind for district in REGION.districts.values()]
    assert kinds.count("Kreis") == 30
    assert kinds.count("Kreisfreie Stadt") == 22
    assert kinds.count("Städteregion") == 1


@pytest.mark.parametrize(
    ("ags", "name"),
    [
        ("05978", "Kreis Unna"),
        ("05962", "Märkischer Kreis"),
        ("05334", "Städteregion Aachen"),
        ("05362", "Rhein-Erft-Kreis"),
        ("05914", "Hagen"),
    ],
)
def test_district_is_named_as_spoken(ags: str, name: str) -> None:
    assert REGION.districts[ags].display_name == name


def test_centres_lie_inside() -> None:
    outside = [
        area.name
        for area in (*REGION.municipalities.values(), *REGION.districts.values())
        if not REGION.shape(area.ags).intersects(Point(area.lon, area.lat))
    ]
    assert outside == []


def test_locate_finds_each_centre() -> None:
    wrong = [m.name for m in MUNICIPALITIES if REGION.locate(m.lon, m.lat) != m.ags]
    assert wrong == []


def test_locate_outside_is_none() -> None:
    assert REGION.locate(13.4, 52.5) is None


def test_borders_are_valid_and_leave_no_gap() -> None:
    shapes = [REGION.shape(m.ags) for m in MUNICIPALITIES]
    assert all(item.is_valid for item in shapes)
    whole = union_all(shapes)
    state = geometry(REGION.geo.state)
    assert whole.symmetric_difference(state).area / state.area < 1e-4
    overlap = sum(item.area for item in shapes) / whole.area
    assert overlap == pytest.approx(1.0, abs=1e-4)


def test_region_lies_in_its_bounds() -> None:
    west, south, east, north = REGION.bounds
    bounds = geometry(REGION.geo.state).bounds
    assert west <= bounds[0]
    assert south <= bounds[1]
    assert bounds[2] <= east
    assert bounds[3] <= north
    assert REGION.locate(*REGION.centre) is not None


def test_neighbours_are_mutual_and_complete() -> None:
    for ags in (*REGION.districts, *REGION.municipalities):
        near = REGION.neighbours(ags)
        assert near, ags
        for other in near:
            assert len(other) == len(ags)
            assert ags in REGION.neighbours(other)


def test_neighbours_of_hagen() -> None:
    names = {REGION.districts[ags].name for ags in REGION.neighbours("05914")}
    assert names == {"Dortmund", "Ennepe-Ruhr-Kreis", "Märkischer Kreis", "Unna"}


@pytest.mark.parametrize(
    ("river", "towns"),
    [
        ("Rhein", ["Bonn", "Köln", "Düsseldorf", "Duisburg", "Wesel"]),
        ("Ruhr", ["Arnsberg", "Hattingen", "Essen", "Mülheim an der Ruhr"]),
        ("Wupper", ["Wuppertal", "Solingen", "Leverkusen"]),
        ("Lippe", ["Paderborn", "Lippstadt", "Lünen", "Dorsten"]),
        ("Weser", ["Höxter", "Minden"]),
        ("Ems", ["Warendorf", "Rheine"]),
        ("Lenne", ["Altena", "Hagen"]),
    ],
)
def test_river_passes_its_towns(river: str, towns: list[str]) -> None:
    features = json.loads(REGION.geo.rivers.read_text(encoding="utf-8"))["features"]
    line = next(
        LineString(f["geometry"]["coordinates"])
        for f in features
        if f["properties"]["name"] == river
    )
    by_name = {m.name: m for m in MUNICIPALITIES}
    missed = [town for town in towns if not line.intersects(REGION.shape(by_name[town].ags))]
    assert missed == []


def test_files_are_small() -> None:
    data = b"".join(path.read_bytes() for path in sorted(REGION.geo.folder.glob("*.*json")))
    assert len(gzip.compress(data)) < 250_000


@given(lon=st.floats(5.5, 9.8), lat=st.floats(50.1, 52.8))
def test_located_area_contains_the_point(lon: float, lat: float) -> None:
    ags = REGION.locate(lon, lat)
    if ags is None:
        assert not geometry(REGION.geo.state).buffer(-0.001).contains(Point(lon, lat))
    else:
        assert REGION.shape(ags).intersects(Point(lon, lat))


def official(shared: Path) -> dict[str, dict[str, str]]:
    path = shared / "data/directory/nrw_municipalities.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["ags"]: row for row in csv.DictReader(file)}


@pytest.mark.shared
def test_municipalities_agree_with_official_list(shared: Path) -> None:
    rows = official(shared)
    assert set(rows) == set(REGION.municipalities)
    for ags, row in rows.items():
        ours = REGION.municipalities[ags]
        assert ours.name.split(" (")[0] == row["name"].split(" (")[0]
        assert ours.area_km2 == pytest.approx(float(row["area_km2"]), rel=0.09)
        assert REGION.districts[ours.district].name in row["district"] or row["district"]


def population_by_district(region: Region, rows: dict[str, dict[str, str]]) -> dict[str, float]:
    """Our figure divided by the official one."""
    return {
        ags: (district.population or 0)
        / sum(int(rows[member]["population_2019"]) for member in district.municipalities)
        for ags, district in region.districts.items()
    }


@pytest.mark.shared
def test_population_is_as_exact_as_stated(shared: Path) -> None:
    rows = official(shared)
    total = sum(int(row["population_2019"]) for row in rows.values())
    assert REGION.population == pytest.approx(total, rel=0.02)
    ratios = population_by_district(REGION, rows).values()
    assert min(ratios) > 0.87
    assert max(ratios) < 1.11
    close = sum(
        abs((m.population or 0) / int(rows[m.ags]["population_2019"]) - 1) < 0.1
        for m in MUNICIPALITIES
    )
    assert close >= 325


@pytest.mark.shared
def test_postcodes_agree_with_town_halls(shared: Path) -> None:
    rows = official(shared)
    known = [row for row in rows.values() if REGION.knows_postcode(row["zip_of_town_hall"])]
    right = [row for row in known if row["ags"] in REGION.postcodes[row["zip_of_town_hall"]]]
    assert len(known) >= 390
    assert len(known) - len(right) <= 3
