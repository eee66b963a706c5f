"""What several pages of this room show: the tabs, the state of the network, the storm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django_tasks_db.models import DBTaskResult

from steiger.web.background.domain.queries import progress_of
from steiger.web.background.interfaces.runs import failure_reason
from steiger.web.flood.domain.feeds import is_live
from steiger.web.flood.domain.queries import (
    Gauge,
    gauges_of,
    is_old,
    latest_forecast,
    network_or_first,
    networks,
    stands_still,
)
from steiger.web.flood.domain.storms import current_storm
from steiger.web.flood.domain.texts import level_word, localized
from steiger.web.flood.interfaces import words
from steiger.web.flood.interfaces.forms import StormForm
from steiger.web.flood.interfaces.gauges import gauge_card
from steiger.web.flood.models import Network, Storm

TABS = (
    ("overview", pgettext_lazy("flood", "Map")),
    ("board", gettext_lazy("Situation board")),
    ("warnings", gettext_lazy("Warnings")),
    ("quality", gettext_lazy("Data quality")),
    ("downloads", gettext_lazy("Data to take along")),
    ("subscribe", gettext_lazy("Warning by mail")),
)


def choose_network(request: HttpRequest) -> Network | None:
    """The network that the address names, else the first one; None if there is none at all.

    Raises:
        Http404: there is no network of this name.
    """
    key = request.GET.get("netz", "")
    found = network_or_first(key)
    if found is None and key:
        raise Http404
    return found


def room_context(network: Network | None, current: str) -> dict[str, Any]:
    """Tabs, name and state of the network."""
    query = f"?netz={network.key}" if network and len(networks()) > 1 else ""
    return {
        "network": network,
        "tabs": [
            {"label": label, "url": reverse(f"flood:{view}") + query, "current": view == current}
            for view, label in TABS
        ],
        "others": [
            {"label": localized(n, "name"), "url": f"?netz={n.key}", "current": n == network}
            for n in networks()
        ],
        "state": network_state(network) if network else None,
    }


@dataclass(frozen=True, slots=True)
class NetworkState:
    """A network in words.

    Attributes:
        clock: the time of the latest values.
        pace: how fast the model's time runs; empty for a real network.
        notices: what readers must know, as (kind, title, text).
        progress: steps done, steps in all, what is being done; None unless it is prepared now.
    """

    name: str
    note: str
    simulated: bool
    clock: str
    pace: str
    notices: tuple[tuple[str, str, str], ...]
    progress: tuple[int, int | None, str] | None
    attribution: str
    licence: str
    licence_url: str
    renew_s: int


def network_state(network: Network) -> NetworkState:
    """The state of a network for people."""
    storm = current_storm(network)
    pace = network.storm_pace_s if storm else network.pace_s
    return NetworkState(
        name=localized(network, "name"),
        note=localized(network, "note"),
        simulated=network.simulated,
        clock=words.clock_text(network.clock) if network.clock else "",
        pace=_pace(network, pace) if network.simulated and network.clock else "",
        notices=tuple(_notices(network)),
        progress=_progress(network),
        attribution=localized(network, "attribution"),
        licence=network.licence,
        licence_url=network.licence_url,
        renew_s=max(4, round(pace)) if network.simulated else 60,
    )


def _pace(network: Network, pace: float) -> str:
    return _("Time runs faster here: %(span)s in %(wait)s.") % {
        "span": words.span(network.step_s / 60),
        "wait": words.seconds_text(pace),
    }


def _notices(network: Network) -> list[tuple[str, str, str]]:
    found = []
    if preparing_problem(network):
        found.append(_not_prepared(network))
    elif network.stage == Network.Stage.PLANNED and not network.simulated:
        title = _("The network is being taken over.")
        found.append(("info", title, _("Its values are read and checked. The page renews itself.")))
    elif network.stage == Network.Stage.PLANNED:
        title = _("The valley is being set up.")
        found.append(("info", title, _("Years of weather are computed. The page renews itself.")))
    elif network.stage == Network.Stage.RECORDED:
        title = _("The forecast model is still learning.")
        text = _(
            "Until it is ready, a simple rule forecasts: the level stays or falls as it usually "
            "does. This rule sees no rain coming."
        )
        found.append(("info", title, text))
    if network.without_files:
        text = _("Until they are back, nothing is measured or forecast. The staff see what to do.")
        found.append(("warning", _("The files of this network are missing."), text))
    elif network.paused:
        text = _("No new values arrive until somebody of the staff lets it go on.")
        found.append(("warning", _("The network rests."), text))
    elif stands_still(network) and not network.simulated:
        title = _("The latest values are old.")
        text = _("They are from %(time)s. Newer ones come when the staff import them.")
        if is_live(network):
            text = _("They are from %(time)s. The sources are asked again and again.")
        found.append(("warning", title, text % {"time": words.clock_text(network.clock)}))
    elif stands_still(network):
        title = _("No new values are arriving.")
        text = _("What you see is from %(time)s. The staff can see the reason.")
        found.append(("warning", title, text % {"time": words.clock_text(network.clock)}))
    return found


def _not_prepared(network: Network) -> tuple[str, str, str]:
    if network.stage == Network.Stage.PLANNED:
        title = _("The network could not be set up.")
        return ("warning", title, _("The staff can see the reason."))
    title = _("The forecast model could not be learned.")
    text = _("A simple rule goes on forecasting; it sees no rain coming. The staff see the reason.")
    return ("warning", title, text)


def preparing_problem(network: Network) -> str:
    """Why the preparation failed last, also while it waits to be tried again; else empty."""
    if network.stage == Network.Stage.READY or network.preparing_run is None:
        return ""
    run = DBTaskResult.objects.filter(pk=network.preparing_run, status__in=("READY", "FAILED"))
    failures = run.values_list("exception_class_path", "traceback")
    return next((failure_reason(*failure) for failure in failures), "")


def _progress(network: Network) -> tuple[int, int | None, str] | None:
    if network.stage == Network.Stage.READY or preparing_problem(network):
        return None
    return network_progress(network.preparing_run)


def network_progress(run: UUID | None) -> tuple[int, int | None, str] | None:
    """How far a run has come: steps done, steps in all, what is being done; None if unknown."""
    row = progress_of([run]).get(run) if run else None
    return (row.done, row.total, _(row.message) if row.message else "") if row else None


# --- now ----------------------------------------------------------------------------------------
def now_context(network: Network) -> dict[str, Any]:
    """All gauges as cards, the most severe first, and one sentence about them."""
    forecast = latest_forecast(network)
    gauges = gauges_of(network, forecast)
    cards = [gauge_card(network, gauge) for gauge in gauges]
    return {
        "cards": cards,
        "ranked": sorted(cards, key=lambda card: card.rank),
        "headline": headline(network, gauges),
        "worst": words.mark(max((c.mark.number for c in cards), default=0)),
        "forecast": forecast,
        "issued": words.clock_text(forecast.issue_time) if forecast else "",
    }


def headline(network: Network, gauges: Sequence[Gauge]) -> str:
    """The state of all gauges in one sentence, or that it is unknown."""
    if not gauges:
        return _("Nothing is measured yet.")
    warned = [gauge.level for gauge in gauges if gauge.level > 0]
    silent = sum(gauge.blind and gauge.level == 0 for gauge in gauges)
    if silent == len(gauges):
        return _("The state is unknown: there is no value of any gauge.")
    if is_old(network):
        return _last_known(network, warned)
    if not warned and silent:
        text = ngettext(
            "No flood warning is in force; of one gauge nothing is known.",
            "No flood warning is in force; of %(n)s gauges nothing is known.",
            silent,
        )
        return text % {"n": silent}
    if not warned:
        return _("No flood warning is in force.")
    text = ngettext(
        "A warning is in force at one gauge: %(level)s.",
        "Warnings are in force at %(n)s gauges, the highest is %(level)s.",
        len(warned),
    )
    return text % {"n": len(warned), "level": f"{level_word()} {max(warned)}"}


def _last_known(network: Network, warned: Sequence[int]) -> str:
    time = words.clock_text(network.clock)
    if not warned:
        text = _("The present state is unknown. Last (%(time)s) no flood warning was in force.")
        return text % {"time": time}
    text = _("The present state is unknown. Last (%(time)s) a warning was in force: %(level)s.")
    return text % {"time": time, "level": f"{level_word()} {max(warned)}"}


# --- storm --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StormPhase:
    """One part of a storm. ``state``: past, now or ahead."""

    name: str
    text: str
    state: str


def storm_context(network: Network) -> dict[str, Any]:
    """The form, or how far the storm under way has come."""
    if not network.simulated or network.clock is None:
        return {}
    storm = current_storm(network)
    return {
        "storm": storm,
        "storm_form": None if storm or network.paused or network.without_files else StormForm(),
        "phases": storm_phases(storm, network) if storm else [],
        "storm_length": words.seconds_text(46 * network.storm_pace_s),
    }


def storm_phases(storm: Storm, network: Network) -> list[StormPhase]:
    """What has been, what is, what comes; waits are told in our time."""
    clock = network.clock
    assert clock is not None  # noqa: S101 - a storm needs a clock to begin
    turn = storm.rain_ends + (storm.ends - storm.rain_ends) / 3
    parts = [
        (_("Clouds gather"), None, storm.begins),
        (_("It rains"), storm.begins, storm.rain_ends),
        (_("The rivers rise and pass their peak"), storm.rain_ends, turn),
        (_("The water falls, warnings end"), turn, storm.ends),
    ]
    phases = []
    for name, first, last in parts:
        if clock >= last and name != parts[-1][0]:
            phases.append(StormPhase(name, "", "past"))
        elif first is None or clock >= first:
            text = _("about %(wait)s more") % {"wait": _wait(last - clock, network)}
            phases.append(StormPhase(name, text, "now"))
        else:
            text = _("in about %(wait)s") % {"wait": _wait(first - clock, network)}
            phases.append(StormPhase(name, text, "ahead"))
    return phases


def _wait(span: timedelta, network: Network) -> str:
    steps = max(0.0, span.total_seconds() / network.step_s)
    return words.seconds_text(steps * network.storm_pace_s)


def storm_started(storm: Storm, network: Network) -> str:
    """What happens next, and how long it takes."""
    return _(
        "The storm is coming. In about %(soon)s it rains; the whole takes about %(whole)s. "
        "Watch map and warnings, they renew themselves."
    ) % {
        "soon": _wait(storm.begins - (network.clock or storm.begins), network),
        "whole": _wait(storm.ends - (network.clock or storm.begins), network),
    }


REFUSALS = {
    "real": gettext_lazy("Storms can only be started over a simulated valley."),
    "waiting": gettext_lazy("The valley is still being set up. Try again in a few minutes."),
    "paused": gettext_lazy("The valley rests just now. The staff can let it go on."),
    "files": gettext_lazy("The valley’s files are missing just now. The staff see what to do."),
    "under_way": gettext_lazy("A storm is passing already. Watch it, or wait until it is over."),
    "often": gettext_lazy("Many storms were started within an hour. Please wait a while."),
}


def storm_refusal(reason: str, network: Network) -> str:
    """Why no storm can be started."""
    return str(REFUSALS[reason])
