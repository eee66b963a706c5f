"""What this room's entries of the audit log mean."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import plain, register, words_for
from steiger.web.flood.models import Forecast, TrainedModel

#: What a network's changes are called, and the settings of its sources and sensors.
WORDS = {
    "adapter": _("Kind"),
    "application": _("Application"),
    "around": _("Cells on each side that are averaged"),
    "base": _("Address of the service"),
    "files": _("Values × sensors"),
    "filter_id": _("Subset of its series (filter)"),
    "key": _("Called there"),
    "key_env": _("Variable of the environment that holds the key"),
    "model": _("Model"),
    "paused": _("Paused"),
    "product": _("Product"),
    "profile": _("Way of learning"),
    "rain_forecast": _("Rain forecast"),
    "sensor": _("Sensor"),
    "source": _("Source"),
    "unit": _("Unit there"),
}


def change(key: str, value: Any) -> tuple[str, str] | None:
    """What a change of a network is called, and one side of it. A sensor or source has its name."""
    word, _space, name = key.partition(" ")
    told = plain(value)
    if key == "profile":
        told = str(dict(TrainedModel.Profile.choices).get(told, told))
    # Settings are kept as “adapter pegelonline, base …”.
    parts = [part.partition(" ") for part in told.split(", ")]
    settings = all(word in WORDS and rest for word, _space, rest in parts)
    if settings:
        told = ", ".join(f"{WORDS[word]}: {_setting(word, rest)}" for word, _space, rest in parts)
    if word in WORDS:
        return f"{WORDS[word]} {name}".strip(), told
    # Once a source stood under its bare name.
    return (key, told) if settings else None


def _setting(word: str, told: str) -> str:
    if word != "adapter":
        return told
    from steiger.engines.flood.sources.forms import FORMS

    return FORMS[told].name if told in FORMS else told


register(
    acts={
        "flood.network.set_up": _("River network set up"),
        "flood.network.take_over": _("River network taken over from files"),
        "flood.network.train": _("Forecast model trained"),
        "flood.network.learn": _("New forecast model asked for"),
        "flood.network.stop_learning": _("Learning of a forecast model stopped"),
        "flood.network.pause": _("River network paused"),
        "flood.network.resume": _("River network goes on"),
        "flood.source.save": _("Source of measurements saved"),
        "flood.source.drop": _("Source of measurements removed"),
        "flood.feeds.save": _("Said where sensors are read"),
        "flood.feed.try": _("Source of a sensor tried"),
        "flood.storm.start": _("Simulated storm started"),
        "flood.forecast.check": _("Forecast computed again"),
        "flood.subscription.ask": _("Flood warning by mail asked for"),
        "flood.subscription.confirm": _("Flood warning by mail confirmed"),
        "flood.subscription.leave": _("Flood warning by mail ended"),
        "flood.subscription.expire": _("Flood warning by mail never confirmed"),
    },
    objects={
        "flood.network": _("River network"),
        "flood.storm": _("Simulated storm"),
        "flood.forecast": _("Flood forecast"),
        "flood.subscription": _("Flood warning by mail"),
    },
    changes={
        "flood.network": change,
        "flood.forecast": words_for(
            {"check_result": _("Recomputation")}, {"check_result": dict(Forecast.Check.choices)}
        ),
    },
)
