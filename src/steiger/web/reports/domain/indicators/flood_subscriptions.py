"""Flood warnings by mail that were confirmed."""

from __future__ import annotations

from datetime import date

from steiger.engines.reporting.indicators import Dimension, Indicator, Row
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.words import Text
from steiger.web.flood.models import Subscription
from steiger.web.reports.domain.declared import Declared, local_day, moments, no_names


def rows(period: Period) -> list[Row]:
    """Subscriptions confirmed in the period that still exist."""
    begin, end = moments(period)
    found = Subscription.objects.filter(confirmed_at__gte=begin, confirmed_at__lt=end)
    listed = found.order_by("confirmed_at").values_list(
        "pk", "confirmed_at", "sensor__network__key"
    )
    return [Row(str(pk), local_day(at), {"network": network}) for pk, at, network in listed if at]


DECLARED = Declared(
    about=Indicator(
        key="flood_subscriptions",
        name=Text("Hochwasserwarnungen per E-Mail", "Flood warnings by mail"),
        definition=Text(
            "Jede im Zeitraum bestätigte Bestellung einer Warnung. Wer sie wieder beendet, wird "
            "gelöscht und nicht mehr gezählt.",
            "Each order of a warning that was confirmed in the period. Whoever ends it is erased "
            "and no longer counted.",
        ),
        unit=Text("Bestellungen", "Subscriptions"),
        source=Text("Hochwasserwarnung in Steiger", "Flood warning in Steiger"),
        owner=Text("Betrieb der Hochwasserwarnung", "Operation of the flood warning"),
        since=date(2026, 1, 1),
        dimensions=(Dimension("network", Text("Flussgebiet", "River network")),),
        personal=True,
    ),
    rows=rows,
    names=no_names,
    named_for=(),
)
