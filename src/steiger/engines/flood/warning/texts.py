"""Why a warning changed, in words that a dispatcher reads at three in the morning."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from steiger.engines.flood.warning.outlook import GaugeOutlook, Lead, Reading
from steiger.engines.flood.warning.states import Text
from steiger.lib.text import percent

_GERMAN_ZONES = {"CET": "MEZ", "CEST": "MESZ"}
# Not strftime's: that follows the locale of the process.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_UNITS = {"m3/s": "m³/s"}


def value(number: float, unit: str) -> Text:
    """A value with its unit: metres to the centimetre, other units to three digits."""
    text = f"{number:.2f}" if unit == "m" else _three_digits(number)
    shown = _UNITS.get(unit, unit)
    return Text(f"{text.replace('.', ',')} {shown}", f"{text} {shown}")


def _three_digits(number: float) -> str:
    decimals = 0 if abs(number) >= 100 else 1 if abs(number) >= 10 else 2
    return f"{number:.{decimals}f}"


def share(probability: float) -> Text:
    """A probability in per cent. Neither 0 % nor 100 %: a forecast is never that sure."""
    whole = round(100 * probability)
    german, english = (percent(min(max(whole, 1), 99) / 100, one) for one in ("de", "en"))
    if whole < 1:
        return Text(f"unter {german}", f"under {english}")
    if whole > 99:
        return Text(f"über {german}", f"over {english}")
    return Text(german, english)


def moment(time: datetime, zone: ZoneInfo) -> Text:
    """A time with date and zone."""
    local = time.astimezone(zone)
    name = local.tzname() or "UTC"
    german = _GERMAN_ZONES.get(name, name)
    return Text(
        f"{local:%d.%m.%Y, %H:%M} Uhr ({german})",
        f"{local:%H:%M} on {local.day} {_MONTHS[local.month - 1]} {local.year} ({name})",
    )


def duration(time: timedelta) -> Text:
    """A lead time: minutes up to two hours, then half hours."""
    minutes = round(time.total_seconds() / 60)
    if minutes < 120:
        return Text(f"{minutes} Minuten", f"{minutes} minutes")
    halves = round(minutes / 30) / 2
    number = f"{halves:g}"
    return Text(f"{number.replace('.', ',')} Stunden", f"{number} hours")


def reached(gauge: GaugeOutlook, level: int, reading: Reading, zone: ZoneInfo, word: Text) -> Text:
    """A measurement stands at or above the level."""
    height = value(gauge.warning_levels[level - 1], gauge.unit)
    measured, when = value(reading.value, gauge.unit), moment(reading.time, zone)
    return Text(
        f"{gauge.name}: {word.de} {level} ({height.de}) ist erreicht. "
        f"Gemessen wurden {measured.de} am {when.de}.",
        f"{gauge.name}: {word.en} {level} ({height.en}) has been reached. "
        f"{measured.en} was measured at {when.en}.",
    )


def expected(
    gauge: GaugeOutlook, level: int, minutes: int, onset: Text, word: Text, *, likely: bool
) -> Text:
    """The forecast sees the level coming: probably, or (`likely` false) possibly."""
    height = value(gauge.warning_levels[level - 1], gauge.unit)
    left = duration(timedelta(minutes=minutes))
    when_de, when_en = f"in etwa {left.de}, am {onset.de}", f"in about {left.en}, at {onset.en}"
    if likely:
        german, english = "wird voraussichtlich erreicht", "is expected to be reached"
    else:
        german, english = "kann erreicht werden", "may be reached"
    return Text(
        f"{gauge.name}: {word.de} {level} ({height.de}) {german}, {when_de}.",
        f"{gauge.name}: {word.en} {level} ({height.en}) {english} {when_en}.",
    )


def likelihood(probability: float, threshold: float) -> Text:
    """How likely it is, and from when we warn."""
    given, least = share(probability), share(threshold)
    return Text(
        f"Die Wahrscheinlichkeit beträgt {given.de}; gewarnt wird ab {least.de}.",
        f"The probability is {given.en}; warnings start at {least.en}.",
    )


def confirmed(cycles: int) -> Text:
    """The forecast held for several cycles."""
    return Text(
        f"{cycles} Vorhersagen in Folge zeigen das.",
        f"{cycles} forecasts in a row show this.",
    )


def short_notice(minimum_lead: timedelta) -> Text:
    """There is no time to wait for the next forecast."""
    left = duration(minimum_lead)
    return Text(
        f"Es bleibt wenig Zeit (höchstens {left.de} oder die kürzeste Vorhersage). "
        "Deshalb wird nicht auf die nächste Vorhersage gewartet.",
        f"Little time is left (at most {left.en}, or the shortest forecast). "
        "So the warning does not wait for the next forecast.",
    )


def at_once() -> Text:
    """A single forecast is enough by the operator's rules."""
    return Text("Eine Vorhersage genügt.", "One forecast is enough.")


def last_measured(gauge: GaugeOutlook, reading: Reading, zone: ZoneInfo) -> Text:
    """The newest measurement."""
    measured, when = value(reading.value, gauge.unit), moment(reading.time, zone)
    return Text(
        f"Zuletzt gemessen: {measured.de} am {when.de}.",
        f"Last measured: {measured.en} at {when.en}.",
    )


def peak(gauge: GaugeOutlook, zone: ZoneInfo) -> Text | None:
    """The highest median of the forecast with its band."""
    leads = [lead for lead in gauge.leads if lead.median is not None]
    if not leads:
        return None
    top: Lead = max(leads, key=lambda lead: lead.quantiles["q50"])
    middle, when = value(top.quantiles["q50"], gauge.unit), moment(top.valid_time, zone)
    german, english = "", ""
    if "q10" in top.quantiles and "q90" in top.quantiles:
        low = value(top.quantiles["q10"], gauge.unit)
        high = value(top.quantiles["q90"], gauge.unit)
        german = f"; in 8 von 10 Fällen zwischen {low.de} und {high.de}"
        english = f"; in 8 of 10 cases between {low.en} and {high.en}"
    return Text(
        f"Höchster vorhergesagter Wert: {middle.de} am {when.de}{german}.",
        f"Highest value forecast: {middle.en} at {when.en}{english}.",
    )


def because(gauge: GaugeOutlook) -> Text | None:
    """What drives the forecast most."""
    first = gauge.drivers[:2]
    if not first:
        return None
    return Text(
        "Ausschlaggebend: " + "; ".join(german for german, _ in first) + ".",
        "Main reasons: " + "; ".join(english for _, english in first) + ".",
    )


def stays(gauge: GaugeOutlook, level: int, word: Text) -> Text:
    """A warning that is still in force."""
    return Text(
        f"{gauge.name}: Die Warnung vor {word.de} {level} gilt weiter.",
        f"{gauge.name}: The warning of {word.en} {level} stays in force.",
    )


def lifted_after(cycles: int, calm: int) -> Text:
    """When a warning ends that looks unneeded, and how far it is from that."""
    german = (
        "eine Vorhersage ruhig ist" if cycles == 1 else f"{cycles} Vorhersagen in Folge ruhig sind"
    )
    english = "one forecast is calm" if cycles == 1 else f"{cycles} forecasts in a row are calm"
    so_far = {0: ("ist es keine", "none is"), 1: ("ist es eine", "one is")}
    so_far_de, so_far_en = so_far.get(calm, (f"sind es {calm}", f"{calm} are"))
    return Text(
        f"Aufgehoben wird sie, wenn {german}; bisher {so_far_de}.",
        f"It is lifted once {english}; so far {so_far_en}.",
    )


def no_longer(gauge: GaugeOutlook, level: int, left: int, word: Text) -> Text:
    """A level is over; a lower one may remain."""
    height = value(gauge.warning_levels[level - 1], gauge.unit)
    if not left:
        return Text(
            f"{gauge.name}: Entwarnung. {word.de} {level} ({height.de}) ist nicht mehr zu "
            "erwarten.",
            f"{gauge.name}: all clear. {_begin(word.en)} {level} ({height.en}) is no longer "
            "expected.",
        )
    return Text(
        f"{gauge.name}: {word.de} {level} ({height.de}) ist nicht mehr zu erwarten. "
        f"{word.de} {left} gilt weiter.",
        f"{gauge.name}: {word.en} {level} ({height.en}) is no longer expected. "
        f"{_begin(word.en)} {left} remains in force.",
    )


def _begin(word: str) -> str:
    """The word at the beginning of a sentence."""
    return word[:1].upper() + word[1:]


def calm(cycles: int, probability: float, threshold: float) -> Text:
    """For how long it has been calm, and how calm."""
    given, least = share(probability), share(threshold)
    return Text(
        f"In {cycles} Vorhersagen in Folge lag die Wahrscheinlichkeit unter {least.de}, "
        f"zuletzt bei {given.de}.",
        f"In {cycles} forecasts in a row the probability was below {least.en}, "
        f"most recently {given.en}.",
    )
