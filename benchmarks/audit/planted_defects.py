"""Planted defects and their clean twins: how many does the audit find, how often is it wrong?

    python benchmarks/audit/planted_defects.py [--seeds 10] [--first 0] [--only NAME ...]

Every defect of `steiger.engines.audit.planting` is made with so many seeds, and so is its twin
without the defect. Found: the check's outcome is the expected one at α = 0.05, corrected for the
measurements of the check. False alarm: the twin is called violated (for the group that is too
small: the large one without a gap is not called met). Prints JSON; whoever falls short of recall
0.95 or has more than 0.05 false alarms is listed by name. Exits 1 if one does.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from steiger.engines.audit.planting import Trial, all_plantings, try_one

RECALL, FALSE_ALARMS = 0.95, 0.05


def row(name: str, trials: list[Trial]) -> dict[str, Any]:
    """One defect's figures."""
    one = all_plantings()[name]
    return {
        "check": one.check,
        "effect": one.effect,
        "recall": sum(trial.found for trial in trials) / len(trials),
        "false_alarms": sum(trial.false_alarm for trial in trials) / len(trials),
        "twins_met": sum(trial.twin == "met" for trial in trials) / len(trials),
        "missed_seeds": [trial.seed for trial in trials if not trial.found],
        "alarmed_seeds": [trial.seed for trial in trials if trial.false_alarm],
    }


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    names = given.only or list(all_plantings())
    seeds = range(given.first, given.first + given.seeds)
    begin = time.perf_counter()
    context = multiprocessing.get_context("spawn")
    found: dict[str, Any] = {}
    with ProcessPoolExecutor(given.workers, mp_context=context) as pool:
        futures = {n: [pool.submit(try_one, n, seed) for seed in seeds] for n in names}
        for name, waiting in futures.items():
            found[name] = row(name, [future.result() for future in waiting])
            print(name, found[name]["recall"], found[name]["false_alarms"], file=sys.stderr)
    short = {
        name: {key: one[key] for key in ("recall", "false_alarms")}
        for name, one in found.items()
        if one["recall"] < RECALL or one["false_alarms"] > FALSE_ALARMS
    }
    count = len(found) * given.seeds
    print(
        json.dumps(
            {
                "defects": len(found),
                "seeds": [seeds.start, seeds.stop - 1],
                "alpha": 0.05,
                "recall": sum(one["recall"] for one in found.values()) / len(found),
                "false_alarms": sum(one["false_alarms"] for one in found.values()) / len(found),
                "audits": 2 * count,
                "falls_short": short,
                "seconds": round(time.perf_counter() - begin, 1),
                "by_defect": found,
            },
            indent=1,
        )
    )
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
