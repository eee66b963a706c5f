"""`steiger flood warn`: a forecast becomes warnings, updates and all-clears."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import numpy as np

from steiger.adapters.cap import cap_renderer, german_profile, read_profile
from steiger.adapters.flood_geojson import gauges_as_geojson
from steiger.adapters.sensorthings import things_of
from steiger.cli.flood.output import as_text, json_option, network_argument, quiet_option
from steiger.cli.groups import show
from steiger.engines.flood.forecasting import Forecast, ForecastError
from steiger.engines.flood.network import Network, read_network, read_observations
from steiger.engines.flood.warning import (
    VALID_FOR,
    GaugeState,
    Outlook,
    Reading,
    WarningError,
    WarningEvent,
    WarningPolicy,
    in_force,
    read_book,
    read_outlook,
    read_policy,
)
from steiger.engines.flood.warning import (
    warn as run_cycle,
)
from steiger.engines.flood.warning.outlook import instant
from steiger.engines.flood.warning.states import written
from steiger.lib.atomic_files import write_atomically
from steiger.lib.sources import SourceError

_File = click.Path(path_type=Path)


@click.command()
@network_argument
@click.argument("forecast", type=_File)
@click.option("--state", required=True, type=_File, help="File that remembers warnings in force.")
@click.option("--cap", required=True, type=_File, help="Folder for the CAP messages.")
@click.option(
    "--status",
    default="Exercise",
    show_default=True,
    type=click.Choice(["Exercise", "Test", "Actual"]),
    help="What the messages are; Actual alarms people.",
)
@click.option("--profile", type=_File, help="Sender, codes and words (TOML).")
@click.option("--policy", type=_File, help="When to warn and when to clear (TOML).")
@click.option("--measured", is_flag=True, help="Also use NETWORK's newer measurements.")
@click.option("--geojson", type=_File, help="Write gauges, warnings and forecast as GeoJSON.")
@click.option("--sensorthings", type=_File, help="Write the forecast as SensorThings JSON.")
@click.option("--pi", type=_File, help="Write the forecast as Delft-FEWS PI JSON.")
@json_option
@quiet_option
def warn(
    *,
    network: Path,
    forecast: Path,
    state: Path,
    cap: Path,
    status: str,
    profile: Path | None,
    policy: Path | None,
    measured: bool,
    geojson: Path | None,
    sensorthings: Path | None,
    pi: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Turn FORECAST into CAP messages for NETWORK, and remember what is in force.

    Only changes are announced: a warning, a higher or lower level, the all-clear. The same forecast
    twice announces nothing twice; one that is older than what was taken into account before changes
    nothing and is named. Ends with code 2, and writes nothing, if an input makes no sense.
    """
    river = read_network(network)
    outlook = read_forecast(forecast)
    check_fits(outlook, river, forecast)
    words = read_profile(profile) if profile else german_profile()
    rules = WarningPolicy(time_zone=words.time_zone, valid_for=VALID_FOR)
    if policy:
        rules = read_policy(policy, rules)
    check_folders(state, cap, geojson, sensorthings, pi)
    # Made before anything is written: what cannot be expressed leaves no trace.
    outputs = other_formats(forecast, outlook, river, sensorthings=sensorthings, pi=pi)
    events = run_cycle(
        state,
        cap,
        outlook,
        rules,
        cap_renderer(words, river, status),
        status=status,
        latest=newer_readings(network, river, outlook) if measured else None,
    )
    states = read_book(state, outlook.network, status).states
    if geojson:
        outputs[geojson] = _document(gauges_as_geojson(outlook, river, states))
    for file, content in outputs.items():
        write_atomically(file, content)
    if as_json:
        show(as_text(result(outlook, status, events, states)))
    else:
        told = lines(events, states, quiet=quiet)
        if newer := newer_forecast(outlook, states):
            told.insert(
                0,
                f"{forecast}: of {written(outlook.issue_time)}, but one of {newer} was "
                "taken into account before: it changes nothing.",
            )
        show("\n".join(told))


def read_forecast(path: Path) -> Outlook:
    """The forecast in a file that is whole and was not changed since it was made.

    Raises:
        WarningError: it makes no sense, or its id is not that of its content.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WarningError(f"{path}: cannot be read ({error.strerror})") from None
    outlook = read_outlook(content, str(path))
    try:
        Forecast.from_json(content)
    except ForecastError as error:
        raise WarningError(f"{path}: {error}") from None
    return outlook


def _document(data: dict[str, Any]) -> bytes:
    return (as_text(data) + "\n").encode()


def other_formats(
    forecast: Path,
    outlook: Outlook,
    network: Network,
    *,
    sensorthings: Path | None,
    pi: Path | None,
) -> dict[Path, bytes]:
    """The forecast in the formats that are asked for, by file."""
    outputs = {}
    if sensorthings:
        outputs[sensorthings] = _document(things_of(outlook, network))
    if pi:
        from steiger.adapters.fews import forecast_series, write_json

        try:
            outputs[pi] = write_json(forecast_series(json.loads(forecast.read_bytes())))
        except SourceError as error:
            raise WarningError(f"{forecast}: cannot be written as PI JSON ({error})") from None
    return outputs


def check_fits(outlook: Outlook, network: Network, file: Path) -> None:
    """The forecast was made for this network, with these warning levels.

    Raises:
        WarningError: it was not.
    """
    if outlook.network != network.name:
        raise WarningError(
            f"{file}: is a forecast for {outlook.network!r}, not for {network.name!r}"
        )
    for gauge in outlook.gauges:
        if gauge.id not in network.ids:
            raise WarningError(f"{file}: gauge {gauge.id!r} is not in the network")
        sensor = network.sensor(gauge.id)
        if gauge.unit != sensor.unit or gauge.warning_levels != sensor.warning_levels:
            raise WarningError(
                f"{file}: gauge {gauge.id!r} was forecast with warning levels "
                f"{list(gauge.warning_levels)} {gauge.unit}, but network.toml says "
                f"{list(sensor.warning_levels)} {sensor.unit}: forecast again"
            )


def check_folders(state: Path, cap: Path, *files: Path | None) -> None:
    """What is to be written can be written where it is meant to be.

    Raises:
        WarningError: a folder is missing, or a file is in the way.
    """
    for file in (state, *(file for file in files if file)):
        if not file.parent.is_dir():
            raise WarningError(f"{file}: its folder does not exist")
        if file.is_dir():
            raise WarningError(f"{file}: is a folder, not a file")
    if cap.exists() and not cap.is_dir():
        raise WarningError(f"{cap}: is a file, not a folder")


def newer_readings(folder: Path, network: Network, outlook: Outlook) -> dict[str, Reading]:
    """The newest measurement of each gauge that the forecast did not know yet."""
    start = np.datetime64(outlook.issue_time.replace(tzinfo=None), "s")
    observations = read_observations(folder, network, start=start)
    found = {}
    for gauge in outlook.gauges:
        values = observations.column(gauge.id)
        known = np.flatnonzero(np.isfinite(values))
        if known.size:
            time = instant(f"{observations.times[known[-1]]}Z", "time")
            found[gauge.id] = Reading(time, float(values[known[-1]]))
    return found


def newer_forecast(outlook: Outlook, states: Mapping[str, GaugeState]) -> str | None:
    """Issue time of the newest forecast that was taken into account, if it is not this one."""
    known = [state.issue_time for state in states.values() if state.issue_time]
    newest = max(known, default=outlook.issue_time)
    return written(newest) if newest > outlook.issue_time else None


def result(
    outlook: Outlook,
    status: str,
    events: tuple[WarningEvent, ...],
    states: Mapping[str, GaugeState],
) -> dict[str, Any]:
    """Everything, for machines."""
    return {
        "format": "steiger-flood-warn/1",
        "network": outlook.network,
        "forecast": outlook.id,
        "status": status,
        "newer_forecast": newer_forecast(outlook, states),
        "events": [event.as_dict() for event in events],
        "in_force": {name: state.level for name, state in in_force(states)},
    }


def lines(
    events: tuple[WarningEvent, ...], states: Mapping[str, GaugeState], *, quiet: bool
) -> list[str]:
    """What changed and why, and what is in force."""
    shown = []
    for event in events:
        if event.level_before == event.level_after:
            shown.append(f"{event.name}: level {event.level_after} stays in force, renewed")
        else:
            shown.append(f"{event.name}: level {event.level_before} → {event.level_after}")
        if not quiet:
            shown += [f"  {reason.en}" for reason in event.reasons]
    active = [f"{name} (level {state.level})" for name, state in in_force(states)]
    shown.append("In force: " + (", ".join(active) or "no warning") + ".")
    return shown
