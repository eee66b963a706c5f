"""From measurements to verdicts: met, violated, or not decidable; never more than the data say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from steiger.engines.audit.catalogue.words import Text
from steiger.engines.audit.measurement import Measurement
from steiger.engines.audit.verdict.multiplicity import first_step, two_families
from steiger.engines.audit.verdict.power import POWER, needed
from steiger.lib.text import percent

#: Error rates that mean something; above, a verdict would be little better than a coin.
MAX_ALPHA = 0.5


class VerdictError(ValueError):
    """What was handed in allows no verdict; says what and where."""


class Verdict(StrEnum):
    """How a requirement ends."""

    MET = "met"
    VIOLATED = "violated"
    UNDECIDABLE = "undecidable"


WORDS = {
    Verdict.MET: Text("erfüllt", "met"),
    Verdict.VIOLATED: Text("nicht erfüllt", "not met"),
    Verdict.UNDECIDABLE: Text("nicht entscheidbar", "undecidable"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The verdict on one measurement.

    Attributes:
        p_met: p-value of "violated" before correction.
        p_met_adjusted: after correction over the whole audit; held against α.
        p_violated: p-value of "met" before correction.
        p_violated_adjusted: after correction over the whole audit; held against α.
        reason: why, in a sentence.
        needed: observations that would probably decide; None if decided, or if no number would.
    """

    measurement: Measurement
    verdict: Verdict
    p_met: float
    p_met_adjusted: float
    p_violated: float
    p_violated_adjusted: float
    reason: Text
    needed: int | None = None


def rule(measurements: Sequence[Measurement], alpha: float) -> tuple[Ruling, ...]:
    """Verdicts on all measurements of an audit, at once.

    All of them belong in one call: the error rate α is that of the whole audit, see
    :mod:`steiger.engines.audit.verdict.multiplicity`.

    Args:
        measurements: every measurement of the audit, in any order.
        alpha: declared probability of at least one wrong verdict, above 0, at most 0.5.

    Raises:
        VerdictError: α makes no sense, or a measurement stands twice.
    """
    if not 0 < alpha <= MAX_ALPHA:
        raise VerdictError(f"The error rate {alpha} must lie above 0 and be at most {MAX_ALPHA}.")
    seen = set()
    for item in measurements:
        key = (item.check, item.name, item.subject)
        if key in seen:
            raise VerdictError(f"{'/'.join(filter(None, key))} was measured twice in one audit.")
        seen.add(key)
    met, violated = two_families(
        [item.p_met for item in measurements], [item.p_violated for item in measurements]
    )
    critical = first_step(len(measurements), alpha)
    return tuple(
        _rule_one(item, met[place], violated[place], alpha, critical)
        for place, item in enumerate(measurements)
    )


def _rule_one(
    item: Measurement, met: float, violated: float, alpha: float, critical: float
) -> Ruling:
    verdict, count = Verdict.UNDECIDABLE, None
    if met <= alpha and violated <= alpha:
        reason = Text(
            "Die Messung widerspricht sich: Beide Aussagen wären gesichert. Die Prüfung hat einen "
            "Fehler.",
            "The measurement contradicts itself: both statements would be certain. The check is "
            "faulty.",
        )
    elif met <= alpha:
        verdict, reason = Verdict.MET, _decided(item, met, alpha, met=True)
    elif violated <= alpha:
        verdict, reason = Verdict.VIOLATED, _decided(item, violated, alpha, met=False)
    elif item.p_met == item.p_violated == 1 and item.count:
        reason = _too_few(item.count)
    else:
        count = needed(item, critical)
        reason = _open(item, count)
    return Ruling(
        measurement=item,
        verdict=verdict,
        p_met=item.p_met,
        p_met_adjusted=met,
        p_violated=item.p_violated,
        p_violated_adjusted=violated,
        reason=reason,
        needed=count,
    )


def _decided(item: Measurement, p: float, alpha: float, *, met: bool) -> Text:
    good = (item.better == "above") == met
    side_de, side_en = ("mindestens", "at least") if good else ("höchstens", "at most")
    if not met:
        side_de, side_en = ("über", "above") if good else ("unter", "below")
    german, english = _number(item.threshold, de=True), _number(item.threshold)
    rate_de, rate_en = _number(alpha, de=True), _number(alpha)
    return Text(
        f"Der Wert liegt gesichert {side_de} {german} (p = {_p(p, de=True)} ≤ α = {rate_de}).",
        f"The value is {side_en} {english} with certainty (p = {_p(p)} ≤ α = {rate_en}).",
    )


def _too_few(count: int) -> Text:
    """Where statistics gives anything possible as the interval, no sample size follows from it."""
    one = count == 1
    return Text(
        f"Dahinter {'steht' if one else 'stehen'} nur {count} unabhängige "
        f"Beobachtung{'' if one else 'en'} (bei Vergleichen zählt die kleinere Gruppe, bei "
        "Zeitreihen jeder Block einmal); aus so wenigen wird nichts geschlossen.",
        f"Only {count} independent observation{'' if one else 's'} {'is' if one else 'are'} behind "
        "it (in comparisons the smaller group counts, in time series each block once); nothing is "
        "concluded from so few.",
    )


def _open(item: Measurement, count: int | None) -> Text:
    if item.count == 0:
        return Text("Es gibt keine Beobachtung.", "There is no observation.")
    if count is None:
        return Text(
            "Der Messwert liegt so nahe an der Schwelle, dass keine erreichbare Stichprobe "
            "entscheidet.",
            "The figure lies so close to the threshold that no sample within reach would decide.",
        )
    more_de, now_de = f"{count:,}".replace(",", "."), f"{item.count:,}".replace(",", ".")
    return Text(
        f"Die Stichprobe ist zu klein: Statt {now_de} wären etwa {more_de} unabhängige "
        f"Beobachtungen nötig, um mit {percent(POWER, 'de')} Wahrscheinlichkeit zu entscheiden.",
        f"The sample is too small: about {count:,} independent observations, instead of "
        f"{item.count:,}, would be needed to decide with a probability of {percent(POWER, 'en')}.",
    )


def _number(value: float, *, de: bool = False) -> str:
    text = f"{value:.4g}"
    return text.replace(".", ",") if de else text


def _p(value: float, *, de: bool = False) -> str:
    return "0" if value == 0 else _number(float(f"{value:.2g}"), de=de)
