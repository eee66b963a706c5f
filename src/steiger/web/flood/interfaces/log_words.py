"""What this room's entries of the audit log mean."""

from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import register

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
)
