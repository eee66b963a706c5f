"""Quality control on real data: are all known faults found, and how much healthy data is marked?

    python benchmarks/flood/quality_faults.py [--data FOLDER]

`wupper` has faults that its publisher's data really contain (listed in the folder's README);
`catchment_b` is healthy; in `network_a` the publisher filled gaps. Faults of every kind are also
put into the simulated valley, where the truth is known. Prints JSON; exits 1 if a known fault is
missed, if more than 2 % of `network_a` is marked, or if it takes more than two seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from steiger.engines.flood.network import Network, Observations, read_network, read_observations
from steiger.engines.flood.quality import Flags, check_quality, online_mask
from steiger.engines.flood.simulation import DEMO_SEED, beispieltal, history

FOLDER = Path(__file__).resolve().parents[3] / "shared/data/flood"
#: rule, sensor, first and last time
KNOWN = [
    ("dead", "p_barmen_mm", "2020-03-28T08:00:00", "2021-06-30T23:30:00"),
    ("daily_total", "p_beyenburg_mm_daily", "2020-03-28T08:00:00", "2021-06-30T23:30:00"),
    ("negative_discharge", "q_beyenburg_m3s", "2020-04-20T16:00:00", "2020-04-20T16:00:00"),
    *(
        ("frozen", sensor, "2020-04-17T14:00:00", "2020-04-19T06:30:00")
        for sensor in (
            "w_kluserbruecke_cm",
            "w_beyenburg_cm",
            "w_leimbach_cm",
            "q_beyenburg_m3s",
        )
    ),
]
LARGEST_PART, LONGEST_S = 0.02, 2.0


def covers(flags: Flags, rule: str, sensor: str, first: str, last: str) -> bool:
    """Whether one finding covers the whole fault."""
    begin, end = np.datetime64(first), np.datetime64(last)
    return any(
        flag.sensor == sensor and flag.start <= begin and flag.end >= end
        for flag in flags.by_rule(rule)
    )


def read(folder: Path) -> tuple[Network, Observations]:
    """Both files of a folder."""
    network = read_network(folder)
    return network, read_observations(folder, network)


def counted(flags: Flags) -> dict[str, int]:
    """Marked values by rule."""
    counts: Counter[str] = Counter()
    for flag in flags.items:
        counts[flag.rule] += flag.count
    return dict(sorted(counts.items()))


def simulated() -> dict[str, Any]:
    """How many of the faults that were put into ten simulated years are found."""
    period = (datetime(2012, 1, 1, tzinfo=UTC), datetime(2021, 12, 31, 23, tzinfo=UTC))
    network, faulty, _ = history(beispieltal(), *period, seed=DEMO_SEED)
    _, healthy, _ = history(beispieltal(), *period, seed=DEMO_SEED, faults=False)
    wrong = (faulty.values != healthy.values) & ~np.isnan(faulty.values)
    # A fault that shows the true value (a level that really stood still) cannot be told.
    flags = check_quality(network, faulty)
    return {
        "wrong_values": int(wrong.sum()),
        "wrong_values_marked": round(float(flags.unusable[wrong].mean()), 3),
        "right_values_marked": round(float(flags.unusable[~wrong].mean()), 5),
    }


def main() -> int:
    """Check all folders and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=FOLDER)
    data = parser.parse_args().data
    wupper = check_quality(*read(data / "wupper"))
    missed = [fault for fault in KNOWN if not covers(wupper, *fault)]
    network, observations = read(data / "network_a")
    begin = time.perf_counter()
    flags = check_quality(network, observations)
    seconds = time.perf_counter() - begin
    begin = time.perf_counter()
    online = online_mask(network, observations)
    seconds_online = time.perf_counter() - begin
    part = float(flags.unusable.mean())
    result = {
        "wupper_known_faults": len(KNOWN),
        "wupper_missed": missed,
        "wupper_other_findings": len(wupper.items) - len(KNOWN),
        "catchment_b_findings": len(check_quality(*read(data / "catchment_b")).items),
        "network_a_values": int(observations.values.size),
        "network_a_unusable_part": round(part, 4),
        "network_a_unusable_part_online": round(float(online.mean()), 4),
        "network_a_marked_by_rule": counted(flags),
        "network_a_seconds": round(seconds, 2),
        "network_a_seconds_online": round(seconds_online, 2),
        "simulated": simulated(),
    }
    print(json.dumps(result))
    return 0 if not missed and part <= LARGEST_PART and seconds <= LONGEST_S else 1


if __name__ == "__main__":
    sys.exit(main())
