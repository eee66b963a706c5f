"""`steiger flood check`: what a network holds and what is wrong with it."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import click

from steiger.cli.flood.output import as_text, counted, json_option, network_argument
from steiger.cli.groups import complain, show
from steiger.engines.flood.network import Network, Observations, examine
from steiger.engines.flood.network.reading import format_duration
from steiger.engines.flood.quality import Flag, Flags, check_quality

#: Findings of one rule about one sensor that are listed one by one; the rest is counted.
LISTED = 3


@click.command()
@network_argument
@json_option
@click.option("--quiet", is_flag=True, help="Only how many findings there are.")
def check(network: Path, as_json: bool, quiet: bool) -> None:
    """Read NETWORK and say what is wrong with its sensors.

    NETWORK is a folder with network.toml and observations.parquet. Nothing in it is changed. Ends
    with code 0 if it could be read, whatever was found, and with 2 if it makes no sense; then
    every mistake is named, one on a line, not only the first.
    """
    found = examine(network)
    if found.network is None or found.observations is None:
        for problem in found.problems:
            complain(f"{network / problem.file}: {problem.text}")
        sys.exit(2)
    river, observations = found.network, found.observations
    flags = check_quality(river, observations)
    if as_json:
        show(as_text(result(river, observations, flags)))
    elif quiet:
        show(last_line(flags))
    else:
        show("\n".join([*summary(river, observations), "", *findings(flags), last_line(flags)]))


def result(network: Network, observations: Observations, flags: Flags) -> dict[str, Any]:
    """Everything, for machines."""
    kinds: dict[str, int] = defaultdict(int)
    for sensor in network.sensors:
        kinds[str(sensor.kind)] += 1
    return {
        "format": "steiger-flood-check/1",
        "network": network.name,
        "network_digest": network.digest(),
        "observations_digest": observations.digest(),
        "step_minutes": int(network.step.total_seconds() // 60),
        "sensors": dict(kinds),
        "targets": [sensor.id for sensor in network.targets],
        "rows": len(observations),
        "from": f"{observations.times[0]}Z" if len(observations) else None,
        "to": f"{observations.times[-1]}Z" if len(observations) else None,
        "unusable_part": float(flags.unusable.mean()) if flags.unusable.size else 0.0,
        "findings": flags.as_list(),
    }


def summary(network: Network, observations: Observations) -> list[str]:
    """What the network is."""
    kinds: dict[str, int] = defaultdict(int)
    for sensor in network.sensors:
        kinds[str(sensor.kind).replace("_", " ")] += 1
    extent = "no rows"
    if len(observations):
        first, last = (str(observations.times[i])[:16].replace("T", " ") for i in (0, -1))
        extent = f"{len(observations):,} rows, {first} to {last} UTC"
    return [
        f"{network.name}: every {format_duration(network.step)}, {extent}",
        f"{len(network.sensors)} sensors: "
        + ", ".join(f"{count} {kind}" for kind, count in kinds.items()),
        "Forecasts for: " + (", ".join(sensor.id for sensor in network.targets) or "none"),
    ]


def findings(flags: Flags) -> list[str]:
    """Findings per sensor, in words."""
    by_sensor: dict[str, dict[str, list[Flag]]] = defaultdict(lambda: defaultdict(list))
    for flag in flags.items:
        by_sensor[flag.sensor][flag.rule].append(flag)
    lines = []
    for sensor, rules in by_sensor.items():
        lines.append(sensor or "(all sensors)")
        for rule, group in rules.items():
            longest = sorted(group, key=lambda flag: (-flag.count, flag.start))
            lines += [f"  {line(flag)}" for flag in longest[:LISTED]]
            if len(group) > LISTED:
                count = sum(flag.count for flag in longest[LISTED:])
                lines.append(f"  … and {len(group) - LISTED} more of “{rule}” ({count} values)")
    return [*lines, ""] if lines else []


def line(flag: Flag) -> str:
    """One finding."""
    first, last = (str(time)[:16].replace("T", " ") for time in (flag.start, flag.end))
    when = first if first == last else f"{first} to {last}"
    return f"{when}: {flag.reason['en']} [{flag.rule}, {flag.effect}]"


def last_line(flags: Flags) -> str:
    """How much cannot be used."""
    part = 100 * float(flags.unusable.mean()) if flags.unusable.size else 0.0
    return f"{counted(len(flags.items), 'finding')}; {part:.2f} % of all values are not used."
