"""Kill the warning cycle again and again (SIGKILL, at random instants) and look at what is left.

A worker process runs `steiger flood warn` for one forecast after another, as a flood centre does.
It is killed mid-cycle, its files are examined, and it is started anew with the forecast that it was
at. Meanwhile a river rises and falls, so that most cycles announce something. At the end, the files
must be those of a run that nobody disturbed: nothing half-written, nothing lost, nothing twice.

    python benchmarks/flood/crash_safety.py [--kills 30]

Prints JSON and ends with code 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from steiger.adapters.cap import CapError, parse_cap
from steiger.engines.flood.network import Kind, Network, Sensor, write_network
from steiger.engines.flood.warning import WarningError, read_book

START = datetime(2021, 7, 14, tzinfo=UTC)
GAUGES = 6
CYCLES = 300
#: Measured levels (m) that one gauge after another goes through; the warning levels are 1, 2, 3 m.
RIVER = (0.4, 1.2, 2.3, 3.1, 2.3, 1.2, 0.4, 0.4, 0.3)


def network() -> Network:
    """Gauges along a river that does not exist."""
    sensors = tuple(
        Sensor(
            id=f"g{n}", kind=Kind.WATER_LEVEL, unit="m", name=f"Pegel {n}", lat=51.2,
            lon=7.0 + n / 9, warning_levels=(1.0, 2.0, 3.0), target=True,
        )
        for n in range(GAUGES)
    )  # fmt: skip
    return Network("Invented valley", timedelta(hours=1), sensors)


def forecast(cycle: int) -> dict[str, Any]:
    """The document of one hour."""
    issue = (START + timedelta(hours=cycle)).strftime("%Y-%m-%dT%H:%M:%SZ")
    gauges = []
    for n in range(GAUGES):
        level = RIVER[(cycle + n) % len(RIVER)]
        quantiles = dict.fromkeys(("q05", "q10", "q25", "q50", "q75", "q90", "q95"), level)
        lead = {"lead_minutes": 180, "valid_time": issue, **quantiles, "experts": {}}
        gauges.append(
            {
                "id": f"g{n}", "name": f"Pegel {n}", "unit": "m", "warning_levels": [1.0, 2.0, 3.0],
                "last": {"time": issue, "value": level}, "state": "ok", "missing": [],
                "leads": [{**lead, "p_levels": [0.0, 0.0, 0.0]}], "time_to_level": [],
                "drivers": [],
            }
        )  # fmt: skip
    body = {
        "format": "steiger-flood-forecast/1", "network": network().name, "network_digest": "",
        "observations_digest": "", "model": {}, "issue_time": issue, "rain": "none",
        "rain_digest": "", "gauges": gauges,
    }  # fmt: skip
    plain = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return {**body, "id": hashlib.sha256(plain.encode()).hexdigest()}


def worker(folder: Path, first: int) -> None:
    """Run one cycle after another, and say which before each."""
    from steiger.cli import main

    for cycle in range(first, CYCLES):
        print(cycle, flush=True)
        file = folder / "forecast.json"
        file.write_text(json.dumps(forecast(cycle)))
        command = ["flood", "warn", str(folder), str(file), "--state", str(folder / "state.json")]
        command += [
            "--cap",
            str(folder / "cap"),
            "--policy",
            str(folder / "policy.toml"),
            "--quiet",
        ]
        main(command, standalone_mode=False)


def prepared(folder: Path) -> Path:
    """A folder in which the worker can begin."""
    folder.mkdir()
    write_network(folder, network())
    (folder / "policy.toml").write_text("clear_cycles = 1\nconfirm_cycles = 1\n")
    return folder


def run(folder: Path, first: int, seconds: float | None) -> tuple[int, bool]:
    """Let the worker run from a cycle on; gives the last one begun and whether it was killed."""
    command = [sys.executable, str(Path(__file__).resolve()), "--worker", str(folder), str(first)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    last = int(process.stdout.readline())
    if seconds is not None:
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
    begun = [int(line) for line in process.stdout.read().split("\n") if line.strip().isdigit()]
    code = process.wait()
    assert code in {0, -signal.SIGKILL}, f"the worker failed with code {code}"
    return (begun[-1] if begun else last), code != 0


def messages(folder: Path) -> dict[str, bytes]:
    """What a receiver that takes all XML files finds."""
    return {path.name: path.read_bytes() for path in sorted((folder / "cap").glob("*.xml"))}


def broken_files(folder: Path) -> int:
    """How many files are not whole."""
    broken = 0
    for content in messages(folder).values():
        try:
            parse_cap(content)
        except CapError:
            broken += 1
    try:
        read_book(folder / "state.json", network().name, "Exercise")
    except WarningError:
        broken += 1
    return broken


def alerted_twice(folder: Path) -> int:
    """How many messages announce what had already been announced."""
    identifiers: set[str] = set()
    level: dict[str, str] = {}
    twice = 0
    for content in messages(folder).values():
        message = parse_cap(content)
        facts = {value.name: value.value for value in message.infos[0].parameters}
        gauge = facts["steiger:gauge"]
        known = level.get(gauge, "0")
        wrong = known == facts["steiger:level"] or known != facts["steiger:levelBefore"]
        twice += wrong or message.identifier in identifiers
        identifiers.add(message.identifier)
        level[gauge] = facts["steiger:level"]
    return twice


def main(kills: int, seed: int) -> dict[str, Any]:
    """Kill `kills` times, then let the worker finish, and compare with an undisturbed run."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        calm, rough = prepared(Path(name) / "calm"), prepared(Path(name) / "rough")
        run(calm, 0, None)
        killed = broken = twice = unfinished = cycle = 0
        while killed < kills and cycle < CYCLES - 1:
            cycle, was_killed = run(rough, cycle, chance.uniform(0.0, 0.12))
            killed += was_killed
            unfinished += bool(list(rough.rglob("*.unfinished")))
            broken += broken_files(rough)
            twice += alerted_twice(rough)
        run(rough, cycle, None)
        return {
            "benchmark": "crash_safety",
            "kills": killed,
            "kills_amid_a_write": unfinished,
            "cycles": CYCLES,
            "messages": len(messages(calm)),
            "half_written_files": broken + broken_files(rough),
            "alerted_twice": twice + alerted_twice(rough),
            "lost_or_changed": len(set(messages(calm).items()) ^ set(messages(rough).items())),
            "same_state_as_undisturbed": (calm / "state.json").read_bytes()
            == (rough / "state.json").read_bytes(),
        }


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        worker(Path(sys.argv[2]), int(sys.argv[3]))
        sys.exit()
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    figures = main(options.kills, options.seed)
    print(json.dumps(figures))
    faults = figures["half_written_files"] + figures["alerted_twice"] + figures["lost_or_changed"]
    good = figures["kills"] >= min(options.kills, 20) and figures["same_state_as_undisturbed"]
    sys.exit(bool(faults) or not good)
