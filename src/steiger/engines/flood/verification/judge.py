"""Judge forecasts by what was observed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from steiger.engines.flood.network import Network, Observations
from steiger.engines.flood.verification.collect import collect
from steiger.engines.flood.verification.gathered import Collection
from steiger.engines.flood.verification.notes import undecided
from steiger.engines.flood.verification.results import event_results, lead_result
from steiger.engines.flood.verification.settings import Settings
from steiger.engines.flood.verification.tables import ForecastTable

FORMAT = "steiger-flood-scores/1"


def verify(
    network: Network,
    observations: Observations,
    table: ForecastTable,
    settings: Settings | None = None,
    advance: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """All scores of a table of forecasts, as a document in JSON's types.

    Args:
        network: the gauges and their warning levels.
        observations: what was observed, also before and after the forecasts.
        table: the forecasts.
        settings: conventions; see there.
        advance: called once per gauge and once per lead time, to move a progress bar.

    Returns:
        Scores by lead time and method: medians over gauges with 90 % intervals, and each gauge.
        The blend stands beside persistence and every single expert. Values are in the gauges'
        units; null means that a score is not defined.

    Raises:
        VerificationError: no forecast meets an observation, or times do not fit the network.
    """
    settings = settings or Settings()
    gathered = collect(network, observations, table, settings, advance)
    leads = []
    for minutes in table.leads:
        leads.append(lead_result(gathered.leads[minutes], gathered, settings))
        advance()
    result = {
        "format": FORMAT,
        "network": network.name,
        "network_digest": network.digest(),
        "observations_digest": observations.digest(),
        "forecasts": _extent(table),
        "settings": _settings(settings, gathered),
        "leads": leads,
        "events": event_results(gathered, settings),
    }
    result["undecided"] = undecided(result, settings)
    return result


def _extent(table: ForecastTable) -> dict[str, Any]:
    issued = table.columns["issue_time"]
    return {
        "digest": table.digest,
        "rows": len(table),
        "from": f"{issued.min()}Z",
        "to": f"{issued.max()}Z",
        "gauges": list(table.gauges),
        "lead_minutes": list(table.leads),
    }


def _settings(settings: Settings, gathered: Collection) -> dict[str, Any]:
    plain = {
        f"{name}_hours" if isinstance(value, timedelta) else name: (
            value.total_seconds() / 3600 if isinstance(value, timedelta) else value
        )
        for name, value in asdict(settings).items()
    }
    return {
        **plain,
        "blocks": gathered.blocks.count,
        "block_hours": float(gathered.blocks.width.astype("int64")) / 3600,
        "flood_level_by_gauge": dict(gathered.levels),
    }
