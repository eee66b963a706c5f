"""Subscriptions as their owners see them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from steiger.web.flood.domain.queries import is_old
from steiger.web.flood.domain.texts import level_name, level_of, localized
from steiger.web.flood.interfaces import words
from steiger.web.flood.models import Subscription


def described(subscription: Subscription) -> dict[str, Any]:
    """What a page says about a subscription; never the address, which its owner knows."""
    sensor = subscription.sensor
    warning = getattr(sensor, "warning", None)
    return {
        "subscription": subscription,
        "gauge_name": localized(sensor, "name"),
        "gauge_key": sensor.key,
        "level": level_name(subscription.level),
        "meaning": localized(level_of(subscription.level), "meaning"),
        "threshold": words.value_text(sensor.warning_levels[subscription.level - 1], sensor.unit),
        "mark": words.mark(warning.level if warning else 0, old=is_old(sensor.network)),
    }


def too_many_text() -> str:
    """Why no mail is sent just now."""
    return _("Many mails were asked for within an hour. Please try again in an hour.")
