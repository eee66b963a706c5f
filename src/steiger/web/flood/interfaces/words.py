"""What numbers mean, in the reader's words: levels, trends, spans of time, kinds of sensors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from steiger.lib import text
from steiger.web.flood.domain.documents import moment
from steiger.web.flood.domain.texts import is_english, level_name, level_of, localized

#: Changes per hour, in metres, from which a level counts as rising or rising fast.
RISES, RISES_FAST = 0.01, 0.10
#: So far from now a weekday names one day only.
WEEKDAY_TELLS = timedelta(days=6)

KINDS = {
    "water_level": gettext_lazy("Water level"),
    "discharge": gettext_lazy("Discharge"),
    "rain": gettext_lazy("Rain"),
    "release": gettext_lazy("Release from a dam"),
    "reservoir_level": gettext_lazy("Level of a reservoir"),
    "potential_evapotranspiration": gettext_lazy("Potential evapotranspiration"),
    "temperature": gettext_lazy("Temperature"),
    "soil_moisture": gettext_lazy("Soil moisture"),
    "air_pressure": gettext_lazy("Air pressure"),
    "humidity": gettext_lazy("Humidity"),
    "wind": gettext_lazy("Wind"),
}
UNITS = {"m3/s": "m³/s", "m3/m3": "m³/m³"}
UNIT = re.compile(r"\b(?:m3/s|m3/m3)(?![\w/])")
#: Digits after the comma by unit.
DIGITS = {"m": 2, "m3/s": 2, "mm": 1, "mm/h": 1, "°C": 1, "m3/m3": 2}


@dataclass(frozen=True, slots=True)
class Mark:
    """A level as shape and word. ``number``: 0 to 3 choose the shape; -1 is "nothing known"."""

    number: int
    name: str
    short: str

    @property
    def key(self) -> str:
        """Part of a class name."""
        return "unknown" if self.number < 0 else str(min(self.number, 3))


def mark(level: int, *, blind: bool = False, old: bool = False) -> Mark:
    """The mark of a level.

    Of a blind gauge without a warning in force it says that nothing is known, of what is old that
    it was so last.
    """
    if blind and level == 0:
        return Mark(-1, _("no data"), _("no data"))
    name, short = level_name(level), localized(level_of(level), "name")
    if old:
        last = _("last: %(level)s")
        return Mark(-1, last % {"level": name}, last % {"level": short})
    return Mark(level, name, short)


@dataclass(frozen=True, slots=True)
class Trend:
    """Where a level is going: key of the arrow, and the word."""

    key: str
    word: str


def trend(per_hour: float | None) -> Trend:
    """The trend of a level that changes by ``per_hour`` metres an hour."""
    if per_hour is None:
        return Trend("unknown", _("trend unknown"))
    if per_hour >= RISES_FAST:
        return Trend("fast", _("rising fast"))
    if per_hour >= RISES:
        return Trend("up", _("rising"))
    if per_hour <= -RISES:
        return Trend("down", _("falling"))
    return Trend("steady", _("steady"))


def value_text(value: float | None, unit: str, *, with_unit: bool = True) -> str:
    """A value as the language writes it: “1,42 m”; a dash where there is none."""
    if value is None:
        return "–"
    number = number_format(value, DIGITS.get(unit, 2))
    return f"{number} {unit_text(unit)}" if with_unit else number


def unit_text(unit: str) -> str:
    """The unit as people write it."""
    return UNITS.get(unit, unit)


def told(said: Mapping[str, str]) -> str:
    """What the engine says (``text_de``, ``text_en``), with units as people write them."""
    words = said["text_en" if is_english() else "text_de"]
    return UNIT.sub(lambda found: UNITS[found[0]], words)


def kind_text(kind: str) -> str:
    """What a sensor measures."""
    return str(KINDS.get(kind, kind))


def share_of(part: float, decimals: int = 0) -> str:
    """A share in per cent, as the reader writes it."""
    return text.percent(part, "en" if is_english() else "de", decimals)


def percent(probability: float) -> str:
    """A probability in steps of five percent; the ends are not claimed."""
    if probability < 0.025:
        return _("under %(share)s") % {"share": share_of(0.05)}
    if probability > 0.975:
        return _("over %(share)s") % {"share": share_of(0.95)}
    return share_of(round(probability * 20) / 20)


def span(minutes: float) -> str:
    """A span of time in words: “25 minutes”, “3 hours”."""
    minutes = max(0, round(minutes))
    if minutes < 90 and minutes != 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    if hours <= 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = round(hours / 24)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def seconds_text(seconds: float) -> str:
    """A short wait of ours in words: “20 seconds”, “about 3 minutes”."""
    whole = max(1, round(seconds))
    if whole < 90:
        return ngettext("%(n)s second", "%(n)s seconds", whole) % {"n": whole}
    minutes = round(whole / 60)
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


def moment_of(text: str | None) -> datetime | None:
    """A time from ISO 8601; None for nothing."""
    return moment(text) if text else None


def clock_text(time: datetime | None) -> str:
    """Day and time: “Mi., 14.07.2021, 18:00”."""
    if time is None:
        return "–"
    local = timezone.localtime(time)
    parts = (date_format(local, form) for form in ("D", "SHORT_DATE_FORMAT", "H:i"))
    return ", ".join(parts)


def hour_text(time: datetime, *, near: datetime | None = None) -> str:
    """The time of day, with its weekday where that is another day than ``near``.

    Where a weekday would not say which one, with the whole date.
    """
    local = timezone.localtime(time)
    hour = date_format(local, "H:i")
    if near is not None and abs(near - time) > WEEKDAY_TELLS:
        return clock_text(time)
    if near is not None and timezone.localtime(near).date() == local.date():
        return hour
    return f"{date_format(local, 'D')} {hour}"


def ago(time: datetime | None, now: datetime) -> str:
    """How long ago something was, on the same clock."""
    if time is None:
        return "–"
    minutes = max(timedelta(0), now - time) / timedelta(minutes=1)
    return _("%(span)s ago") % {"span": span(minutes)} if minutes >= 1 else _("just now")
