"""Words and numbers of tables and reports, in German and English."""

from __future__ import annotations

from collections.abc import Mapping

from steiger.engines.flood.verification.settings import VerificationError
from steiger.lib.text import percent

#: key → German, English
WORDS = {
    "title": ("Wie gut sind die Vorhersagen?", "How good are the forecasts?"),
    "for": ("Netz {network}", "Network {network}"),
    "extent": (
        "{rows} Vorhersagen für {gauges} Pegel, ausgegeben vom {start} bis {end} (UTC).",
        "{rows} forecasts for {gauges} gauges, issued from {start} to {end} (UTC).",
    ),
    "extent_one": (
        "{rows} Vorhersagen für einen Pegel, ausgegeben vom {start} bis {end} (UTC).",
        "{rows} forecasts for one gauge, issued from {start} to {end} (UTC).",
    ),
    "checked": (
        "Messwerte, die die Qualitätsprüfung verwirft, sind ausgelassen.",
        "Observations that quality control rejects are left out.",
    ),
    "unchecked": (
        "Alle Messwerte zählen, auch solche, die die Qualitätsprüfung anzweifelt.",
        "All observations count, also those that quality control doubts.",
    ),
    "medians": (
        "Zahlen sind Mediane über die Pegel. Darunter klein, und als Band, steht der Bereich, in "
        "dem der Wert zu 90\u00a0% läge, wenn andere Monate zu beurteilen wären.",
        "Figures are medians over the gauges. The small figures below, and the band, are the range "
        "in which 90% of values would lie if other months were to be judged.",
    ),
    "lead": ("Vorlauf", "Lead"),
    "method": ("Verfahren", "Method"),
    "nse": ("NSE", "NSE"),
    "kge": ("KGE", "KGE"),
    "persistence_index": ("Persistenzindex", "Persistence index"),
    "flood_nse": ("NSE bei Hochwasser", "NSE in floods"),
    "crps": ("CRPS", "CRPS"),
    "pod": ("Trefferquote", "POD"),
    "far": ("Fehlalarmquote", "FAR"),
    "csi": ("CSI", "CSI"),
    "blend": ("Mischung", "Blend"),
    "blend_by_probability": ("Mischung, nach Wahrscheinlichkeit", "Blend, by probability"),
    "by_median": ("Median allein", "Median only"),
    "persistence": ("Persistenz", "Persistence"),
    "recession": ("Rückgang", "Recession"),
    "ridge": ("Ridge", "Ridge"),
    "trees": ("Bäume", "Trees"),
    "model_trees": ("Modellbäume", "Model trees"),
    "pooled_trees": ("Bäume über alle Pegel", "Trees over all gauges"),
    "gr4h": ("GR4H", "GR4H"),
    "crossings": ("Neue Überschreitungen, stundenweise", "New crossings, hour by hour"),
    "crossings_about": (
        "Stufe {level} ist bei der Ausgabe noch nicht erreicht. Wird sie zum vorhergesagten "
        "Zeitpunkt erreicht, und sagt die Vorhersage das?",
        "Level {level} has not been reached when the forecast is issued. Is it reached at the "
        "time forecast, and does the forecast say so?",
    ),
    "events": ("Hochwasser als Ereignisse", "Floods as events"),
    "events_about": (
        "{events} Hochwasser über Stufe {level} in {years} Pegeljahren. Ein Alarm trifft, wenn ein "
        "Hochwasser folgt, das den vorhergesagten Zeitpunkt enthält (± {tolerance} h).",
        "{events} floods above level {level} in {years} gauge-years. An alarm is a hit if a flood "
        "follows that covers the time forecast (± {tolerance} h).",
    ),
    "any_lead": ("Alarm, gleich welcher Vorlauf", "Alarm of any lead time"),
    "hits": ("Treffer", "Hits"),
    "misses": ("verpasst", "Misses"),
    "false_alarms": ("Fehlalarme", "False alarms"),
    "gained": ("Vorwarnzeit (Median)", "Lead gained (median)"),
    "false_per_year": ("Fehlalarme je Pegel und Jahr", "False alarms per gauge and year"),
    "threshold": ("Alarm ab", "Alarm from"),
    "trade_off": ("Treffer gegen Fehlalarme", "Hits against false alarms"),
    "trade_off_about": (
        "Je niedriger die Wahrscheinlichkeit, ab der alarmiert wird, desto mehr Hochwasser werden "
        "erkannt und desto öfter wird vergebens alarmiert.",
        "The lower the probability from which an alarm is given, the more floods are found, and "
        "the more alarms are in vain.",
    ),
    "coverage": ("Treffen die Bänder?", "Are the bands right?"),
    "coverage_about": (
        "Das 80-%-Band soll 80\u00a0% der Messwerte enthalten, auch bei Hochwasser.",
        "The 80% band should hold 80% of the observations, in floods, too.",
    ),
    "coverage_80": ("80-%-Band, immer", "80% band, always"),
    "flood_coverage_80": ("80-%-Band, bei Hochwasser", "80% band, in floods"),
    "width_80": ("Breite", "Width"),
    "share": ("Anteil im Band", "Share in the band"),
    "reliability": ("Stimmen die Wahrscheinlichkeiten?", "Are the probabilities right?"),
    "reliability_about": (
        "Wo {p} gesagt wird, soll Stufe {level} in {p} der Fälle erreicht werden. Nur Fälle, in "
        "denen sie noch nicht erreicht war; Klassen ab {least} Fällen.",
        "Where {p} is said, level {level} should be reached in {p} of the cases. Only cases in "
        "which it had not been reached yet; bins of {least} cases or more.",
    ),
    "said": ("vorhergesagte Wahrscheinlichkeit", "forecast probability"),
    "happened": ("beobachtete Häufigkeit", "observed frequency"),
    "frequency_at": ("Häufigkeit bei {lead}, Fälle", "Frequency at {lead}, cases"),
    "value": ("Was ist die Vorhersage wert?", "What is the forecast worth?"),
    "value_about": (
        "Wer Schutz für Kosten C kaufen und damit Schaden L vermeiden kann: 1 heißt so gut wie "
        "die Zukunft zu kennen, 0 so gut wie ohne Vorhersage.",
        "For somebody who can avoid a loss L by paying C: 1 is as good as knowing the future, 0 "
        "as good as without a forecast.",
    ),
    "ratio": ("Kosten/Schaden", "Cost/loss"),
    "worth": ("Wert", "Value"),
    "skill": ("Gewinn", "Gain"),
    "over_persistence": (
        "Wie viel besser als „es bleibt, wie es ist“?",
        "How much better than “nothing will change”?",
    ),
    "in_floods": ("Wie gut bei Hochwasser?", "How good in floods?"),
    "in_floods_about": (
        "Nur Zeiten bis {window} h vor und nach einem Wert über Stufe {level}.",
        "Only times up to {window} h before and after a value above level {level}.",
    ),
    "against": ("Mischung gegen jedes Verfahren (CRPS)", "Blend against each method (CRPS)"),
    "better": ("besser", "better"),
    "worse": ("schlechter", "worse"),
    "undecided": ("nicht zu entscheiden", "cannot be decided"),
    "open": ("Was sich nicht entscheiden lässt", "What cannot be decided"),
    "all_scores": ("Alle Verfahren", "All methods"),
    "gauges": ("Einzelne Pegel", "Single gauges"),
    "gauge": ("Pegel", "Gauge"),
    "methods_about": ("Formeln und Quellen", "Formulas and sources"),
    "none": ("–", "–"),
    "perfect": ("ideal", "ideal"),
    "target": ("gewünscht", "wanted"),
}


class Words:
    """Words and numbers in one language."""

    def __init__(self, language: str) -> None:
        if language not in {"de", "en"}:
            raise VerificationError(f"language {language!r} is neither “de” nor “en”")
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """The words of a key; a method without words is called by its own name."""
        both = WORDS.get(key)
        text = key if both is None else both[0 if self.language == "de" else 1]
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def number(self, value: float | None, digits: int = 2) -> str:
        """A number with this many decimals."""
        if value is None:
            return self("none")
        text = f"{value:,.{digits}f}".replace("-", "−")
        if self.language == "de":
            text = text.translate(str.maketrans(",.", ".,"))
        return text

    def percent(self, value: float | None, digits: int = 0) -> str:
        """A share in per cent."""
        if value is None:
            return self("none")
        return percent(value, self.language, digits)

    def hours(self, minutes: float | None) -> str:
        """A duration in hours."""
        if minutes is None:
            return self("none")
        hours = f"{minutes / 60:g}"
        return f"{hours.replace('.', ',') if self.language == 'de' else hours} h"

    def estimate(self, found: Mapping[str, float | None], digits: int = 2) -> str:
        """A value, and its interval on a second line."""
        value, low, high = (self.number(found.get(key), digits) for key in ("value", "low", "high"))
        if found.get("value") is None or found.get("low") is None:
            return value
        return f"{value}\n{low} … {high}"
