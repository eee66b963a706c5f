"""Matching of affiliations against 51,370 organisations, beside a plain baseline, in one run.

Counting: the ids of a string that lie in the pool are what can be found. A string all of whose ids
lie outside the pool counts as "no match", and any answer to it is wrong. Precision and recall are
over all (string, id) pairs; intervals are 95 % bootstrap intervals over strings (2,000 draws).

The 3,000 strings are halved by place in the list (even: development, odd: held out). Words,
features, the model and its floor were made on the development half only (train_matching.py). Its
figures here are of strings the model has learned from; what says something is the held-out half,
and of it the part none of whose organisations occur in the development half ("unseen").

The baseline: the 20 best full-text candidates by SQLite's FTS5 (bm25) over all names, ranked by
rapidfuzz's token_set_ratio against the string; its floor is set on the development half to the
lowest one that reaches precision .95 there, or the best precision if none does. Its words are the
30 rarest of the string, so that it does not spend seconds on "of" and "university". "all" answers
with every candidate over the floor, "best" with the best one only (the longest name among equals).

    python benchmarks/directory/matching.py
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from itertools import compress
from pathlib import Path
from typing import Any

from matching_pool import affiliations, world
from rapidfuzz import fuzz

from steiger.engines.directory.matching import Matcher, Organisation
from steiger.lib.text import tokens

DRAWS = 2_000
#: Words of a string that the baseline asks for.
WORDS = 30
EVERY = 100
Gold = list[tuple[str, frozenset[str]]]
Counts = list[tuple[int, int, int]]
Scores = dict[str, tuple[float, int]]


def counts(answers: list[set[str]], gold: Gold, pool: frozenset[str]) -> Counts:
    """(right, wrong, missed) of each string."""
    rows = []
    for found, (_, ids) in zip(answers, gold, strict=True):
        there = ids & pool
        rows.append((len(found & there), len(found - there), len(there - found)))
    return rows


def figures(rows: Counts) -> tuple[float, float]:
    """Precision and recall."""
    right, wrong, missed = (sum(column) for column in zip(*rows, strict=True))
    return right / max(right + wrong, 1), right / max(right + missed, 1)


def with_intervals(rows: Counts) -> dict[str, Any]:
    """Precision and recall with 95 % intervals."""
    draw = random.Random(1)
    sampled = [figures(draw.choices(rows, k=len(rows))) for _ in range(DRAWS)]
    result: dict[str, Any] = {}
    for place, name in enumerate(("precision", "recall")):
        ordered = sorted(one[place] for one in sampled)
        result[name] = round(figures(rows)[place], 4)
        low, high = ordered[int(DRAWS * 0.025)], ordered[int(DRAWS * 0.975)]
        result[f"{name}_95"] = [round(low, 4), round(high, 4)]
    return result


class Baseline:
    """Full-text candidates and rapidfuzz."""

    def __init__(self, organisations: list[Organisation]) -> None:
        self.database = sqlite3.connect(":memory:")
        self.frequency: Counter[str] = Counter()
        self.database.execute("CREATE VIRTUAL TABLE names USING fts5(name, id UNINDEXED)")
        rows = [
            (" ".join(tokens(name)), one.id)
            for one in organisations
            if one.active
            for name in (one.name, *one.other_names)
        ]
        self.database.executemany("INSERT INTO names VALUES (?, ?)", rows)
        for name, _ in rows:
            self.frequency.update(set(name.split()))

    def scores(self, text: str) -> Scores:
        """Id -> (score, length of the name) of the best candidates."""
        known = [word for word in dict.fromkeys(tokens(text)) if word in self.frequency]
        words = sorted(known, key=lambda word: self.frequency[word])[:WORDS]
        if not words:
            return {}
        query = " OR ".join(f'"{word}"' for word in words)
        rows = self.database.execute(
            "SELECT id, name FROM names WHERE names MATCH ? ORDER BY bm25(names) LIMIT 20", (query,)
        )
        folded = " ".join(tokens(text))
        found: Scores = {}
        for key, name in rows:
            score = fuzz.token_set_ratio(name, folded) / 100 * min(len(name) / 8, 1)
            found[key] = max(found.get(key, (0.0, 0)), (score, len(name)))
        return found


def timed(call: Callable[[str], Any], gold: Gold, what: str) -> tuple[list[Any], dict[str, float]]:
    """Answers, and times per string on one core in milliseconds."""
    answers, wall, processor = [], [], []
    for number, (text, _) in enumerate(gold, start=1):
        begin, cpu = time.perf_counter(), time.process_time()
        answers.append(call(text))
        wall.append((time.perf_counter() - begin) * 1000)
        processor.append((time.process_time() - cpu) * 1000)
        if number % EVERY == 0 or number == len(gold):
            progress(f"{what}: {number} of {len(gold)}")
    times: dict[str, float] = {}
    for name, values in (("", sorted(wall)), ("cpu_", sorted(processor))):
        times[f"{name}mean_ms"] = round(sum(values) / len(values), 2)
        times[f"{name}p50_ms"] = round(values[len(values) // 2], 2)
        times[f"{name}p95_ms"] = round(values[int(len(values) * 0.95)], 2)
    return answers, times


def progress(line: str) -> None:
    """Say on the error output how far it is."""
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Measure both on both halves."""
    organisations = world()
    pool = frozenset(one.id for one in organisations)
    progress(f"{len(pool)} organisations; building the matcher and the baseline's index")
    begin = time.perf_counter()
    matcher = Matcher.build(organisations)
    result: dict[str, Any] = {
        "organisations": len(pool),
        "build_s": round(time.perf_counter() - begin, 2),
    }
    with tempfile.TemporaryDirectory() as folder:
        matcher.save(Path(folder) / "pool.npz")
        begin = time.perf_counter()
        matcher = Matcher.load(Path(folder) / "pool.npz")
        result["load_s"] = round(time.perf_counter() - begin, 2)
    baseline = Baseline(organisations)
    floors: dict[str, float] = {}
    seen = {key for _, ids in affiliations("development") for key in ids}
    for half in ("development", "held_out"):
        gold = affiliations(half)
        answers, times = timed(matcher.match, gold, f"{half}, matcher")
        ours = counts([{m.id for m in found} for found in answers], gold, pool)
        result[half] = {"strings": len(gold), "matcher": {**with_intervals(ours), **times}}
        answers, times = timed(baseline.scores, gold, f"{half}, baseline")
        ways = {"all": answers, "best": [best_only(found) for found in answers]}
        if half == "development":
            floors = {way: chosen_floor(found, gold, pool) for way, found in ways.items()}
        theirs = {
            way: counts([over(row, floors[way]) for row in found], gold, pool)
            for way, found in ways.items()
        }
        result[half]["baseline"] = {
            **{way: {"floor": floors[way], **with_intervals(theirs[way])} for way in ways},
            **times,
        }
        if half == "held_out":
            unseen = [not ids & seen for _, ids in gold]
            result["held_out_unseen"] = {
                "strings": sum(unseen),
                "matcher": with_intervals(list(compress(ours, unseen))),
                "baseline": {
                    way: with_intervals(list(compress(theirs[way], unseen))) for way in ways
                },
            }
    print(json.dumps(result, indent=1))


def best_only(found: Scores) -> Scores:
    """The best candidate, the first by id among equals."""
    ranked = sorted(found.items(), key=lambda item: (-item[1][0], -item[1][1], item[0]))
    return dict(ranked[:1])


def over(found: Scores, floor: float) -> set[str]:
    """Candidates from the floor on."""
    return {key for key, (score, _) in found.items() if score >= floor}


def chosen_floor(answers: list[Scores], gold: Gold, pool: frozenset[str]) -> float:
    """The lowest floor with a precision of .95, or the one with the best precision."""
    best = (0.0, 1.0)
    for floor in (number / 100 for number in range(60, 101, 2)):
        precision, _ = figures(counts([over(row, floor) for row in answers], gold, pool))
        if precision >= 0.95:
            return floor
        best = max(best, (precision, floor))
    return best[1]


if __name__ == "__main__":
    main()
