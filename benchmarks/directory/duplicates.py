"""Search for duplicates in 51,370 organisations with 500 planted ones.

How it is counted. A pair is right if it joins a planted entry with its source, or with a second
record of the source's organisation (a common name of two words or more, in one country;
`precision_strict` leaves these out). Every other pair with a planted entry is wrong. Pairs of two
real entries decide nothing, since nobody has labelled them; they are counted, and a sample is
printed to be judged by a person (`real_pairs_sample`). Recall is the share of planted entries that
are paired with their source.

    python benchmarks/directory/duplicates.py [--tuning] [--workers 2] [--dask]
"""

from __future__ import annotations

import json
import random
import resource
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from matching_pool import world

from steiger.engines.directory.matching import Pair, clusters, find_duplicates

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from factories.misspelling import plant

COUNT = 500
TUNING, FINAL = 101, 2026


class Memory:
    """The most memory that this process and its children held together, sampled five times a
    second."""

    def __enter__(self) -> Memory:
        self.most, self._on = 0, True
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._on = False
        self._thread.join()

    def _watch(self) -> None:
        me = psutil.Process()
        while self._on:
            total = 0
            for process in (me, *me.children(recursive=True)):
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.most = max(self.most, total)
            time.sleep(0.2)


def main() -> None:
    """Search, count, and search again on a Dask cluster."""
    seed = TUNING if "--tuning" in sys.argv else FINAL
    everyone = world()
    planted = plant(everyone, COUNT, seed)
    entries = everyone + [entry for entry, _, _ in planted]
    result: dict[str, Any] = {"organisations": len(entries), "seed": seed, "workers": 2}
    with Memory() as memory:
        begin = time.perf_counter()
        with ProcessPoolExecutor(2) as pool:
            pairs = find_duplicates(entries, pool, progress)
        result["seconds"] = round(time.perf_counter() - begin, 1)
    result["memory_mb"] = memory.most // 2**20
    result |= counted(pairs, planted, {one.id: one for one in everyone})
    result["cpu_seconds"] = round(sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]), 1)
    if "--dask" in sys.argv:
        # What is known is said now: the second search is as long again.
        print(json.dumps(result, ensure_ascii=False), file=sys.stderr, flush=True)
        begin = time.perf_counter()
        result["dask_equal"] = on_dask(entries) == pairs
        result["dask_seconds"] = round(time.perf_counter() - begin, 1)
    result["peak_of_this_process_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(result, indent=1, ensure_ascii=False))


def on_dask(entries: list[Any]) -> list[Pair]:
    """The same search on a local cluster of two worker processes."""
    from distributed import Client, LocalCluster

    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    try:
        with Client(cluster) as client:
            return find_duplicates(entries, client.get_executor(), progress)
    finally:
        # On a busy machine the workers may take longer to end than the cluster waits for them.
        with suppress(TimeoutError):
            cluster.close()


def progress(done: int, total: int) -> None:
    """Say on the error output how far the search is."""
    print(f"{done} of {total}", file=sys.stderr, flush=True)


def counted(
    pairs: list[Pair], planted: list[tuple[Any, str, str]], real: dict[str, Any]
) -> dict[str, Any]:
    """Precision and recall by the rule above."""
    source = {entry.id: (first, kind) for entry, first, kind in planted}
    right, wrong, found, between = 0, [], Counter[str](), []
    second = 0
    for pair in pairs:
        new = [one for one in (pair.first, pair.second) if one in source]
        if not new:
            between.append(pair)
            continue
        other = pair.second if new[0] == pair.first else pair.first
        meant = source[new[0]][0]
        if other == meant:
            right += 1
            found[source[new[0]][1]] += 1
        elif other in real and twins(real[other], real[meant]):
            second += 1
        else:
            wrong.append(pair)
    names = {entry.id: entry.name for entry, _, _ in planted} | {k: o.name for k, o in real.items()}
    kinds = Counter(kind for _, _, kind in planted)
    seen = {i for pair in pairs for i in (pair.first, pair.second)}
    draw = random.Random(1)
    sample = draw.sample(between, min(40, len(between)))
    return {
        "pairs": len(pairs),
        "clusters": len(clusters(pairs)),
        "right": right,
        "right_second_record": second,
        "wrong": len(wrong),
        "precision": round((right + second) / max(right + second + len(wrong), 1), 4),
        "precision_strict": round(right / max(right + second + len(wrong), 1), 4),
        "recall": round(found.total() / len(planted), 4),
        "by_kind": {kind: round(found[kind] / count, 3) for kind, count in kinds.items()},
        "wrong_pairs": [shown(pair, names) for pair in wrong],
        "missed": [
            [kind, entry.name, names[first]]
            for entry, first, kind in planted
            if entry.id not in seen
        ],
        "real_pairs": len(between),
        "real_pairs_sample": [shown(pair, names) for pair in sample],
    }


def twins(one: Any, other: Any) -> bool:
    """Whether two real records share a name of two or more words in one country."""
    names = [
        {n.casefold() for n in (o.name, *o.other_names) if len(n.split()) > 1} for o in (one, other)
    ]
    return one.country == other.country and bool(names[0] & names[1])


def shown(pair: Pair, names: dict[str, str]) -> list[str]:
    """A pair to be judged by a person."""
    return [names[pair.first], names[pair.second], str(pair.score), ", ".join(pair.reasons)]


if __name__ == "__main__":
    main()
