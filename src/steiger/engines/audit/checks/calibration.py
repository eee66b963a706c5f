"""Whether a stated probability is what happens."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.checks.contract import (
    DIFFERENCE,
    SHARE,
    Check,
    CheckResult,
    Threshold,
    as_json,
)
from steiger.engines.audit.context import Context, Need, Task
from steiger.engines.audit.learning import halves
from steiger.engines.audit.statistics import bootstrap_mean

BINS = 10
Floats = NDArray[np.float64]


class Calibration(Check):
    """Expected calibration error with interval, and its direction.

    The plain ECE (Naeini et al. 2015, doi:10.1609/aaai.v29i1.9602) is never zero on finite data,
    so its interval would accuse calibrated systems. Here one half of the rows says in which
    direction each bin errs, and the other half measures in that direction: a plain mean, zero in
    expectation for a calibrated system, for which ordinary intervals hold.
    """

    id = "calibration"
    title = {"de": "Kalibrierung der Wahrscheinlichkeiten", "en": "Calibration of probabilities"}
    tasks = frozenset({Task.CLASSIFICATION})
    needs = frozenset({Need.PREDICTIONS, Need.SCORES, Need.TEST})
    thresholds = (
        Threshold(
            name="expected_calibration_error",
            value=0.05,
            better="below",
            within=SHARE,
            text={
                "de": "Mittlerer Abstand von genannter Wahrscheinlichkeit und Häufigkeit",
                "en": "Mean distance of stated probability and frequency",
            },
        ),
        Threshold(
            name="overconfidence",
            value=0.05,
            better="below",
            within=DIFFERENCE,
            text={
                "de": "Genannte Sicherheit minus Anteil richtiger Antworten",
                "en": "Stated confidence minus share of right answers",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Cross-fit over two halves."""
        rng = context.chance(self.id)
        outputs = context.said().outputs
        right = (context.predicted() == context.truth()).astype(float)
        sure = outputs.max(axis=1)
        if len(context.classes) == 2:
            stated = context.score(outputs)
            happened = (context.truth() == context.good()).astype(float)
        else:
            stated, happened = sure, right
        gap = signed_gaps(stated, stated - happened, rng)
        options = {"level": context.level, "rng": rng, "block": context.block}
        error = bootstrap_mean(gap, possible=(-1.0, 1.0), **options)  # type: ignore[arg-type]
        over = bootstrap_mean(sure - right, possible=(-1.0, 1.0), **options)  # type: ignore[arg-type]
        direction = "overconfident" if over.low > 0 else "underconfident" if over.high < 0 else "-"
        evidence = {"direction": direction, "bins": curve(stated, happened)}
        return CheckResult(
            measurements=(
                self.measured(context, "expected_calibration_error", error),
                self.measured(context, "overconfidence", over),
            ),
            evidence={"reliability.json": as_json(evidence)},
            limits=(
                {
                    "de": "Gemessen in zehn Klassen gleicher Häufigkeit; feinere Fehler bleiben "
                    "verborgen.",
                    "en": "Measured in ten bins of equal frequency; finer errors stay hidden.",
                },
            ),
        )


def bins_of(stated: Floats, reference: Floats) -> NDArray[np.intp]:
    """Bin of each row by the quantiles of a reference, (N,)."""
    edges = np.unique(np.quantile(reference, np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.searchsorted(edges, stated, side="right")


def signed_gaps(stated: Floats, gap: Floats, rng: np.random.Generator) -> Floats:
    """Gap of each row, counted in the direction that the other half found in its bin, (N,)."""
    signed = np.zeros(len(gap))
    first, second = halves(len(gap), rng)
    for search, judge in ((first, second), (second, first)):
        if not len(search):
            continue
        place = bins_of(stated[search], stated[search])
        there = bins_of(stated[judge], stated[search])
        total = np.bincount(place, gap[search], minlength=BINS)
        signed[judge] = np.where(total[there] < 0, -1.0, 1.0) * gap[judge]
    return signed


def curve(stated: Floats, happened: Floats) -> list[dict[str, float]]:
    """The reliability curve: per bin mean stated, frequency, rows."""
    place = bins_of(stated, stated)
    return [
        {
            "stated": float(stated[place == at].mean()),
            "happened": float(happened[place == at].mean()),
            "rows": int((place == at).sum()),
        }
        for at in np.unique(place)
    ]
