"""The warning while someone types a new entry, over 51,370 organisations.

300 names of the pool, altered by typical typing (legal form, acronym, umlaut, word order, English
or other name): is the right one among the first three? 300 names shortened to an acronym with a
word of the name or the town, or with initials for its first words: the same question, reported
apart, since some of these fit several organisations. 300 names with one letter dropped, doubled,
swapped or wrong, wherever it is: the same question, and again for the region's own entries (all of
them) on a map with 1,500 examples. And 300 new names: organisations that are
left out of the pool, and of which no namesake in the same country and town is in it: does anything
come up? Only the name is given, as while typing, and then also the town.

The floor of the warning was set with other seeds (TUNING); the figures are of fresh ones.

    python benchmarks/directory/duplicate_warning.py [--tuning]
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from matching_pool import world

from steiger.engines.directory.matching import Matcher, Organisation
from steiger.regions import example_actors, load_region

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from factories.misspelling import mistyped, shortened, typed

COUNT = 300
TUNING, FINAL = 101, 2026


def main() -> None:
    """Measure both."""
    seed = TUNING if "--tuning" in sys.argv else FINAL
    everyone = world()
    draw = random.Random(seed)
    new = draw.sample(sorted((o for o in everyone if o.active), key=lambda o: o.id), COUNT)
    left_out = {one.id for one in new}
    pool = [one for one in everyone if one.id not in left_out]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pool.npz"
        Matcher.build(pool).save(path)
        begin = time.perf_counter()
        matcher = Matcher.load(path)
        matcher.suggest("warm")
        load_s = time.perf_counter() - begin
        size = path.stat().st_size
    asked = typed(pool, COUNT, seed)
    result: dict[str, Any] = {"pool": len(pool), "seed": seed, "load_s": round(load_s, 2)}
    result["file_mb"] = round(size / 1e6, 1)
    for with_town in (False, True):
        result["with_town" if with_town else "name_only"] = measured(matcher, asked, new, with_town)
    for part, altered in (("short_names", shortened), ("one_typing_mistake", mistyped)):
        result[part] = measured(matcher, altered(pool, COUNT, seed), [], with_town=False)
    own, examples = region_map()
    slips = mistyped(own, len(own), seed)
    result["one_typing_mistake_region"] = measured(
        Matcher.build([*own, *examples]), slips, [], with_town=False
    )
    print(json.dumps(result, indent=1, ensure_ascii=False))


def region_map() -> tuple[list[Organisation], list[Organisation]]:
    """The region's own entries, and invented ones beside them."""
    region = load_region("nrw")
    seeds = [*region.actors(), *example_actors(region, 1_500)]
    entries = [
        Organisation(
            seed.slug,
            seed.names[0].text,
            tuple(name.text for name in seed.names[1:]),
            next((place.town for place in seed.places), ""),
        )
        for seed in seeds
    ]
    own = len(region.seed)
    return entries[:own], entries[own:]


def measured(
    matcher: Matcher,
    asked: list[tuple[str, Organisation, str]],
    new: list[Organisation],
    with_town: bool,
) -> dict[str, Any]:
    """Shares of right ones and false alarms, and times in milliseconds."""
    wall, processor, found, kinds = [], [], Counter[str](), Counter(kind for _, _, kind in asked)
    missed: list[list[str]] = []
    for name, meant, kind in asked:
        begin, cpu = time.perf_counter(), time.process_time()
        rows = matcher.suggest(name, town=meant.town if with_town else "")
        wall.append((time.perf_counter() - begin) * 1000)
        processor.append((time.process_time() - cpu) * 1000)
        if any(row.id == meant.id for row in rows):
            found[kind] += 1
        else:
            missed.append([name, meant.name])
    alarms = []
    for one in new:
        rows = matcher.suggest(one.name, town=one.town if with_town else "")
        if rows:
            alarms.append([one.name, rows[0].name, str(rows[0].score)])
    return {
        "right_in_first_three": round(found.total() / len(asked), 4),
        "by_kind": {kind: round(found[kind] / count, 3) for kind, count in kinds.items()},
        "false_alarms": round(len(alarms) / max(len(new), 1), 4),
        "p50_ms": round(sorted(wall)[len(wall) // 2], 2),
        "p95_ms": round(sorted(wall)[int(len(wall) * 0.95)], 2),
        "cpu_p95_ms": round(sorted(processor)[int(len(processor) * 0.95)], 2),
        "missed": missed,
        "alarms": alarms,
    }


if __name__ == "__main__":
    main()
