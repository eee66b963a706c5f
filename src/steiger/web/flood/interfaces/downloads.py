"""What leaves this room as a file: GeoJSON, SensorThings, PI-JSON, CAP, forecast documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from steiger.engines.flood.warning import GaugeState, outlook_of
from steiger.web.flood.domain.folders import engine_network
from steiger.web.flood.domain.queries import events, latest_forecast
from steiger.web.flood.models import Forecast, GaugeWarning, Network, WarningEvent


@dataclass(frozen=True, slots=True)
class Form:
    """One exchange format."""

    name: str
    text: str | Promise
    media_type: str
    ending: str
    write: Callable[[Network, Forecast], bytes]


def written_as(network: Network, form: str) -> bytes:
    """The latest forecast in a format.

    Raises:
        Http404: there is no forecast yet, or the network has lost its files.
    """
    forecast = latest_forecast(network)
    if forecast is None or network.without_files:
        raise Http404
    return FORMS[form].write(network, forecast)


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _document(network: Network, forecast: Forecast) -> bytes:
    return _json(forecast.document)


def _geojson(network: Network, forecast: Forecast) -> bytes:
    from steiger.adapters.flood_geojson import gauges_as_geojson

    rows = GaugeWarning.objects.select_related("sensor").filter(sensor__network=network)
    states = {r.sensor.source_id: GaugeState.from_dict(r.memory) for r in rows if r.memory}
    written = gauges_as_geojson(outlook_of(forecast.document), engine_network(network), states)
    return _json(written | {"simulated": network.simulated})


def _sensorthings(network: Network, forecast: Forecast) -> bytes:
    from steiger.adapters.sensorthings import things_of

    return _json(things_of(outlook_of(forecast.document), engine_network(network)))


def _pi(network: Network, forecast: Forecast) -> bytes:
    from steiger.adapters.fews import forecast_series, write_json

    return write_json(forecast_series(forecast.document))


FORMS = {
    "geojson": Form(
        "GeoJSON",
        _("Gauges with place, level, warning and forecast, for maps and geographic systems."),
        "application/geo+json",
        "geojson",
        _geojson,
    ),
    "sensorthings": Form(
        "OGC SensorThings",
        _("The forecast as observations, for servers that speak the SensorThings interface."),
        "application/json",
        "json",
        _sensorthings,
    ),
    "pi": Form(
        "Delft-FEWS PI-JSON",
        _("The forecast as time series, for the forecasting systems of flood centres."),
        "application/json",
        "json",
        _pi,
    ),
    "vorhersage": Form(
        "forecast.json",
        _("The whole forecast with quantiles, experts, reasons and digests, as it is kept."),
        "application/json",
        "json",
        _document,
    ),
}


def cap_of(event: WarningEvent) -> str:
    """The CAP message of a change, as it was written with the change itself.

    Raises:
        Http404: there is none.
    """
    if not event.cap:
        raise Http404
    return event.cap


def download_context(network: Network) -> dict[str, Any]:
    """All formats with their addresses, and the latest CAP messages."""
    return {
        "forms": [
            (
                form,
                reverse("flood:download", kwargs={"network": network.key, "form": key}),
            )
            for key, form in FORMS.items()
        ],
        "messages_cap": events(network).exclude(cap="")[:10],
        "forecast": latest_forecast(network),
    }
