"""Speed of the search in one process at 51,370 actors with all facets filled.

Prints JSON with p50, p95 and mean in milliseconds. Every question is asked once, so that nothing
comes from what the index remembers.

    python benchmarks/directory/search_speed.py
"""

from __future__ import annotations

import json
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pool import everything

from steiger.engines.directory.search import ActorDocument, Query, SearchIndex
from steiger.lib.text import tokens
from steiger.regions import load_region

GOLD = Path(__file__).parent / "gold/search_queries.jsonl"


def filled(document: ActorDocument) -> ActorDocument:
    """The same actor with keys in every facet, spread like those of a real region."""
    draw = random.Random(document.id)
    facets: dict[str, tuple[str, ...]] = {
        "category": (draw.choice(("business", "research", "research", "qualification")),),
        "role": tuple({f"role-{int(draw.triangular(0, 16, 2))}" for _ in range(2)}),
        "topic": tuple({f"topic-{int(draw.triangular(0, 40, 4))}" for _ in range(3)}),
        "sector": (f"sector-{int(draw.triangular(0, 22, 3))}",),
        "size": (draw.choice(("micro", "small", "medium", "large")),),
        "district": (f"05{draw.randrange(53):03}",),
        "municipality": (f"05{draw.randrange(396):06}",),
        "verified": (draw.choice(("yes", "no")),),
        "example": ("no",),
    }
    return replace(document, facets=facets, changed=draw.randrange(1_700_000_000, 1_790_000_000))


def questions(documents: Iterable[ActorDocument]) -> dict[str, list[Query]]:
    """Questions of each kind; the common words are the 100 most frequent ones of the names."""
    words = Counter(w for d in documents for n in d.names for w in set(tokens(n.text)))
    common = [word for word, _ in words.most_common(160) if len(word) > 3][:100]
    draw = random.Random(7)
    texts = [json.loads(line)["query"] for line in GOLD.read_text(encoding="utf-8").splitlines()]

    def facets() -> dict[str, frozenset[str]]:
        return {
            "category": frozenset({"research"}),
            "topic": frozenset({f"topic-{draw.randrange(40)}", f"topic-{draw.randrange(40)}"}),
            "size": frozenset(draw.sample(("micro", "small", "medium", "large"), 2)),
        }

    return {
        "text": [Query(text) for text in texts],
        "text_and_facets": [Query(text, facets()) for text in texts],
        "common_word": [Query(word) for word in common],
        "facets_only": [
            Query("", facets(), sort="name", offset=20 * draw.randrange(20)) for _ in range(250)
        ],
        "by_distance": [
            Query(text, near=(50 + 2 * draw.random(), 6 + 3 * draw.random()), sort="distance")
            for text in texts
        ],
        "radius": [
            Query("", near=(50 + 2 * draw.random(), 6 + 3 * draw.random()), radius_km=40)
            for _ in range(250)
        ],
    }


def timed(call: Callable[[Any], object], arguments: Iterable[Any]) -> dict[str, float]:
    """p50, p95 and mean of one call each, in milliseconds, by the clock and of the processor.

    On a machine with other work the clock counts their share, too; the processor's time does not.
    """
    wall, processor = [], []
    for argument in arguments:
        begin, begin_cpu = time.perf_counter(), time.process_time()
        call(argument)
        wall.append((time.perf_counter() - begin) * 1000)
        processor.append((time.process_time() - begin_cpu) * 1000)
    result: dict[str, float] = {"calls": len(wall)}
    for name, times in (("", sorted(wall)), ("cpu_", sorted(processor))):
        result[f"{name}p50_ms"] = round(times[len(times) // 2], 2)
        result[f"{name}p95_ms"] = round(times[int(len(times) * 0.95)], 2)
        result[f"{name}mean_ms"] = round(sum(times) / len(times), 2)
    return result


def main() -> None:
    """Build the index and measure every kind of call."""
    with tempfile.TemporaryDirectory() as folder:
        index = SearchIndex(Path(folder), load_region("nrw").synonyms)
        documents = [filled(document) for _, document in everything()]
        begin = time.perf_counter()
        index.rebuild(lambda: documents)
        result: dict[str, Any] = {
            "actors": len(documents),
            "rebuild_s": round(time.perf_counter() - begin, 2),
        }
        asked = questions(documents)
        documents.clear()
        index.search(Query("warm"))
        result["search"] = {name: timed(index.search, qs) for name, qs in asked.items()}
        typed = [query.text[:n] for query in asked["text"] for n in (3, 5, 8)]
        result["suggest"] = timed(index.suggest, dict.fromkeys(typed))
        result["ids"] = timed(
            index.ids, [replace(q, sort="name") for q in asked["text_and_facets"]]
        )
        result["points_all"] = timed(index.points, [Query("", limit=n) for n in range(1, 11)])
        result["size_mb"] = round(
            sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file()) / 1e6, 1
        )
        result["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
