"""A flood forecast as series, so that any system that reads the published interface can show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from steiger.engines.flood.network import Kind
from steiger.engines.flood.network.series import Quality, Series
from steiger.lib.sources import SourceError, each, instant, number

FORMAT = "steiger-flood-forecast/1"
QUANTILES = {
    "q05": 0.05,
    "q10": 0.10,
    "q25": 0.25,
    "q50": 0.50,
    "q75": 0.75,
    "q90": 0.90,
    "q95": 0.95,
}
KINDS = {"m": Kind.WATER_LEVEL, "m3/s": Kind.DISCHARGE, "mm/h": Kind.DISCHARGE}


def forecast_series(forecast: Mapping[str, Any]) -> tuple[Series, ...]:
    """One series for each gauge and quantile of a `forecast.json`.

    Write them with `write_json` or `write_xml`.

    Args:
        forecast: the decoded document.

    Raises:
        SourceError: it is no such document; naming gauge and lead.
    """
    if forecast.get("format") != FORMAT:
        raise SourceError("forecast.json", f"is no document of the format {FORMAT}")
    try:
        issued = instant(forecast["issue_time"])
    except (KeyError, ValueError) as error:
        raise SourceError("forecast.json", f"issue_time: {error}") from None
    gauges = each(
        forecast.get("gauges"), lambda g: _gauge(g, issued), "forecast.json", what="gauge"
    )
    return tuple(one for gauge in gauges for one in gauge)


def _gauge(gauge: Any, issued: np.datetime64) -> list[Series]:
    name, unit = str(gauge["id"]), str(gauge["unit"])

    def read(lead: Any) -> tuple[np.datetime64, dict[str, float]]:
        return instant(lead["valid_time"]), {key: number(lead[key]) for key in QUANTILES}

    leads = each(gauge["leads"], read, "forecast.json", what="lead", station=name)
    return [
        Series.of_rows(
            [(time, values[key], Quality.UNCHECKED) for time, values in leads],
            sensor=name,
            kind=KINDS[unit],
            unit=unit,
            name=str(gauge.get("name") or ""),
            issue_time=issued,
            quantile=quantile,
        )
        for key, quantile in QUANTILES.items()
    ]
