"""What staff see of the operation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from steiger.web.flood.domain.learning import state_of
from steiger.web.flood.domain.queries import networks
from steiger.web.flood.domain.texts import localized
from steiger.web.flood.interfaces import words
from steiger.web.flood.interfaces.mistakes import mistake_text
from steiger.web.flood.interfaces.pages import (
    NetworkState,
    network_progress,
    network_state,
    preparing_problem,
)
from steiger.web.flood.models import Forecast, Network, Subscription, TrainedModel


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """One network with what staff need to know.

    Attributes:
        subscribers: how many firms are told.
        problem: why it could not be prepared, in words; empty if nothing is wrong.
        learning: “learning”, “failed”, or nothing.
        learned: steps done, steps in all, what is being done; None unless it is learning.
        form: to have it learn anew; None while it cannot.
    """

    network: Network
    state: NetworkState
    stage: str
    last_cycle: str
    cycle: str
    forecasts: int
    subscribers: int
    model: str
    model_note: str
    problem: str
    learning: str
    learned: tuple[int, int | None, str] | None
    form: LearnForm | None


class LearnForm(forms.Form):
    """How a network shall learn anew."""

    profile = forms.ChoiceField(
        label=gettext_lazy("Learn a new model"),
        choices=TrainedModel.Profile.choices,
        initial=TrainedModel.Profile.FULL,
    )


REFUSALS = {
    "preparing": gettext_lazy("The network is still being set up. It learns without being asked."),
    "learning": gettext_lazy("The network is learning already."),
}


def refusal(code: str) -> str:
    """Why a network does not learn now."""
    return str(REFUSALS[code])


def control_context() -> dict[str, Any]:
    """All networks."""
    return {"networks": [_network_row(network) for network in networks()]}


def _network_row(network: Network) -> NetworkRow:
    model = network.models.filter(active=True).first()
    learning = state_of(network)
    confirmed = Subscription.objects.filter(sensor__network=network).exclude(confirmed_at=None)
    return NetworkRow(
        network=network,
        state=network_state(network),
        stage=str(Network.Stage(network.stage).label),
        last_cycle=words.clock_text(network.last_cycle_at),
        cycle=f"{number_format(network.cycle_ms / 1000, 2)} s" if network.cycle_ms else "",
        forecasts=network.forecasts.count(),
        subscribers=confirmed.count(),
        model=model.digest[:12] if model else "–",
        model_note=_model_note(model) if model else "",
        problem=mistake_text(preparing_problem(network))[0],
        learning=learning,
        learned=network_progress(network.learning_run) if learning == "learning" else None,
        form=LearnForm(auto_id=f"{network.key}-%s")
        if learning != "learning"
        and network.stage == Network.Stage.READY
        and not network.without_files
        else None,
    )


def _model_note(model: TrainedModel) -> str:
    word = _("exact") if model.profile == TrainedModel.Profile.FULL else _("quick")
    return _("%(profile)s, learned until %(time)s") % {
        "profile": word,
        "time": words.clock_text(model.trained_until),
    }


class ForecastFilter(forms.Form):
    """Which forecasts to show."""

    network = forms.ModelChoiceField(
        label=gettext_lazy("River network"),
        queryset=Network.objects.all(),
        to_field_name="key",
        required=False,
        empty_label=pgettext_lazy("flood", "All networks"),
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"),
        required=False,
        choices=[("", pgettext_lazy("flood", "All")), *Forecast.Purpose.choices],
    )
    id = forms.CharField(label=gettext_lazy("Beginning of its id"), required=False, max_length=64)

    def forecasts(self) -> QuerySet[Forecast]:
        """The forecasts that fit, the latest first."""
        found = Forecast.objects.select_related("network").defer("document")
        chosen = self.cleaned_data if self.is_valid() else {}
        if chosen.get("network"):
            found = found.filter(network=chosen["network"])
        if chosen.get("purpose"):
            found = found.filter(purpose=chosen["purpose"])
        if chosen.get("id"):
            found = found.filter(forecast_id__startswith=chosen["id"].lower())
        return found.order_by("-issue_time", "-pk")


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """One forecast of the trail."""

    forecast: Forecast
    network: str
    time: str
    purpose: str
    check: str
    checked: str
    model: str


def forecast_rows(page: Iterable[Forecast]) -> list[ForecastRow]:
    """Rows for a page of forecasts."""
    return [
        ForecastRow(
            forecast=forecast,
            network=localized(forecast.network, "name"),
            time=words.clock_text(forecast.issue_time),
            purpose=str(Forecast.Purpose(forecast.purpose).label),
            check=str(Forecast.Check(forecast.check_result).label),
            checked=words.clock_text(forecast.checked_at) if forecast.checked_at else "",
            model=forecast.model_digest[:12],
        )
        for forecast in page
    ]
