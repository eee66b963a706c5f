"""Changes of warnings as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from steiger.web.flood.domain.documents import moment
from steiger.web.flood.domain.queries import present
from steiger.web.flood.domain.texts import in_words, is_english, localized, name_of
from steiger.web.flood.interfaces import words
from steiger.web.flood.interfaces.gauges import gauge_url
from steiger.web.flood.models import Forecast, Network, Sensor, WarningEvent


@dataclass(frozen=True, slots=True)
class EventRow:
    """One change, ready to be shown."""

    pk: int
    gauge: str
    gauge_url: str
    time: str
    short_time: str
    iso: str
    kind: str
    before: words.Mark
    after: words.Mark
    reasons: tuple[str, ...]
    rises: bool


def event_rows(network: Network, events: Iterable[WarningEvent]) -> list[EventRow]:
    """Rows for a page of changes."""
    return [event_row(network, event) for event in events]


def event_row(network: Network, event: WarningEvent) -> EventRow:
    """One change."""
    return EventRow(
        pk=event.pk,
        gauge=localized(event.sensor, "name"),
        gauge_url=gauge_url(network, event.sensor.key),
        time=words.clock_text(event.issue_time),
        short_time=words.hour_text(event.issue_time, near=present(network)),
        iso=event.issue_time.isoformat(),
        kind=str(WarningEvent.Kind(event.kind).label),
        before=words.mark(event.before),
        after=words.mark(event.after),
        reasons=tuple(
            in_words(reason, network)
            for reason in event.document["reasons"]["en" if is_english() else "de"]
        ),
        rises=event.after > event.before,
    )


class EventFilter(forms.Form):
    """Which changes to show."""

    pegel = forms.ModelChoiceField(
        label=gettext_lazy("Gauge"),
        queryset=Sensor.objects.none(),
        to_field_name="key",
        required=False,
        empty_label=pgettext_lazy("flood", "All gauges"),
    )
    art = forms.ChoiceField(
        label=gettext_lazy("Kind of change"),
        required=False,
        choices=[("", pgettext_lazy("flood", "All")), *WarningEvent.Kind.choices],
    )

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["pegel"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = network.sensors.filter(target=True)
        field.label_from_instance = name_of  # type: ignore[method-assign]

    def narrow(self, events: QuerySet[WarningEvent]) -> QuerySet[WarningEvent]:
        """The changes that fit; a wrong choice narrows nothing."""
        self.is_valid()
        chosen = self.cleaned_data if self.is_bound else {}
        if chosen.get("pegel"):
            events = events.filter(sensor=chosen["pegel"])
        return events.filter(kind=chosen["art"]) if chosen.get("art") else events


def event_context(event: WarningEvent) -> dict[str, Any]:
    """One change with its forecast and its predecessors."""
    document = event.document
    earlier_ids = [item["event_id"] for item in document.get("references", ())]
    known = WarningEvent.objects.select_related("sensor").filter(network=event.network)
    earlier = known.filter(event_id__in=earlier_ids)
    forecast = Forecast.objects.filter(forecast_id=document["forecast_id"]).first()
    probability = document.get("probability")
    measured = document.get("measured")
    return {
        "event": event,
        "row": event_row(event.network, event),
        "earlier": event_rows(event.network, earlier.order_by("issue_time")),
        "forecast": forecast,
        "forecast_short": document["forecast_id"][:16],
        "probability": words.percent(probability) if probability is not None else "",
        "measured": words.value_text(measured, event.sensor.unit) if measured is not None else "",
        "expires": words.clock_text(moment(document["expires"])) if document.get("expires") else "",
        "level_value": words.value_text(document["level_value"], event.sensor.unit),
    }
