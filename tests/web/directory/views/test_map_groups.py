"""Laws of the map's groups, checked in Node with made-up places."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).resolve().parents[4] / "frontend/src/map"
SCRIPT = """
import { Points, mercator, degrees } from "./data.js";
import { Clusters, DEEPEST, worldSize, zoomOf } from "./clusters.js";

let seed = 7;
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
const data = { x: [], y: [], n: [], ids: [], category: "", categories: ["a", "b"],
  total: 0, districts: {}, near: null };
let px = 0, py = 0, id = 0;
for (let place = 0; place < 3000; place += 1) {
  const x = Math.round((place % 5 ? 6 + 3 * random() : 360 * random() - 180) * 1e5);
  const y = Math.round((place % 5 ? 50.5 + 2 * random() : 160 * random() - 80) * 1e5);
  const n = 1 + Math.floor(3 * random() ** 4 * 20);
  data.x.push(x - px); data.y.push(y - py); data.n.push(n);
  [px, py] = [x, y];
  for (let i = 0; i < n; i += 1) {
    const next = 1 + Math.floor(1e6 * random());
    data.ids.push(next - id);
    id = next;
    data.category += "01-"[Math.floor(3 * random())];
  }
}
const points = new Points(data);
const clusters = new Clusters(points);
const report = [];
for (let number = 0; number <= DEEPEST; number += 1) {
  const level = clusters.level(number);
  const seen = new Uint8Array(points.places);
  let owned = 0, weights = 0, own = 0, closest = Infinity;
  for (let g = 0; g < level.size; g += 1) {
    let weight = 0, stands = false;
    for (const place of clusters.members(level, g)) {
      seen[place] += 1;
      owned += level.owner[place] === g;
      weight += points.weight(place);
      stands ||= points.x[place] === level.x[g] && points.y[place] === level.y[g];
    }
    weights += weight === level.weight[g];
    own += stands;
    if (level.size < 1500) for (let o = 0; o < g; o += 1) {
      closest = Math.min(closest, Math.hypot(level.x[g] - level.x[o], level.y[g] - level.y[o]));
    }
  }
  const sum = (list) => list.reduce((a, b) => a + b, 0);
  report.push({
    once: seen.every((times) => times === 1), owned, weights, own, size: level.size,
    total: sum(level.weight), kinds: sum(level.counts),
    pixels: number < DEEPEST && closest < 9 ? closest * worldSize(zoomOf(number)) : null,
  });
}
const round = degrees(...mercator(7.4717, 51.3608));
console.log(JSON.stringify({ report, places: points.places, size: points.size, round }));
"""


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What the map's own code makes of 3,000 places."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs Node")
    done = subprocess.run(
        [node, "--input-type=module", "-e", SCRIPT],
        cwd=SOURCE,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_every_place_is_in_exactly_one_group(found: dict[str, Any]) -> None:
    assert [level["once"] for level in found["report"]] == [True] * len(found["report"])
    assert {level["owned"] for level in found["report"]} == {found["places"]}


def test_no_zoom_loses_an_entry(found: dict[str, Any]) -> None:
    assert {level["total"] for level in found["report"]} == {found["size"]}
    assert {level["kinds"] for level in found["report"]} == {found["size"]}
    for level in found["report"]:
        assert level["weights"] == level["size"]


def test_a_group_stands_where_one_of_its_places_is(found: dict[str, Any]) -> None:
    for level in found["report"]:
        assert level["own"] == level["size"]


def test_groups_never_cover_each_other(found: dict[str, Any]) -> None:
    measured = [level["pixels"] for level in found["report"] if level["pixels"] is not None]
    assert measured
    assert min(measured) >= 54 - 1e-6


def test_the_deepest_level_shows_every_place(found: dict[str, Any]) -> None:
    sizes = [level["size"] for level in found["report"]]
    assert sizes == sorted(sizes)
    assert sizes[-1] == found["places"]


def test_positions_come_back(found: dict[str, Any]) -> None:
    assert found["round"] == pytest.approx([7.4717, 51.3608])
