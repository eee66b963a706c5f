"""Type I error of whole audits: models exactly at the threshold, many requirements each.

    python benchmarks/audit/type_one_error.py [--audits 200] [--requirements 40] [--alpha 0.05]
        [--more 4000] [--seed 1]

Every audit has many requirements. Those that lie exactly at their threshold must not be decided:
here each decision about one of them counts as an error, in whichever direction, which is stricter
than the promise (the threshold itself meets, so that *met* would be right). Scenes:

- independent: each requirement has data of its own; t-tests;
- one_test_set: all share one test set, so that estimates are correlated (0.6); t-tests;
- exact_shares: shares of 400 rows, exact binomial tests (conservative, as they should be);
- half_clear: half of the requirements are clearly met or violated, which shortens Holm's lists and
  is the hardest case for the others;
- hair_below: every requirement is violated by a hair; only *met* is wrong.

Besides, each kind of estimate is held against its own true value, one test each way at α/2
(`estimates`): shares, their differences and ratios are tested exactly and stay below; what rests on
an approximation (areas under the curve, bootstrapped means) is stated.

`worst_cases` needs no chance: every table of two groups (or of pairs) is enumerated, for 60 shares
of the second group, and the largest error of each direction at α/2 is printed, beside that of the
approximations that were used before (Newcombe's intervals, Katz's).

Prints JSON with the rate, its Clopper-Pearson interval (95 %), the rate without correction, and the
same over `--more` audits, where chance has less to say. Ends with 1 if a rate is
above α with 99 % certainty.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from steiger.engines.audit.measurement import Measurement
from steiger.engines.audit.statistics import (
    area_under_curve,
    bootstrap_mean,
    paired_difference,
    proportion,
    proportion_difference,
)
from steiger.engines.audit.statistics.two_shares import (
    Model,
    difference,
    paired,
    ratio,
    worst_tail,
)
from steiger.engines.audit.verdict import Verdict, rule

Floats = NDArray[np.float64]
ROWS = 400
#: p_met, p_violated, and which requirements count (where a decision, or which one, is an error).
Scene = tuple[Floats, Floats, NDArray[np.bool_]]


def t_tests(data: Floats) -> tuple[Floats, Floats]:
    """One-sided t-tests of the mean against 0 per column; data is rows × requirements."""
    statistic = data.mean(axis=0) / (data.std(axis=0, ddof=1) / np.sqrt(len(data)))
    upper = stats.t.sf(statistic, len(data) - 1)
    return upper, 1 - upper


def independent(count: int, chance: np.random.Generator) -> Scene:
    """Data of its own for each requirement."""
    met, violated = t_tests(chance.standard_normal((ROWS, count)))
    return met, violated, np.ones(count, bool)


def one_test_set(count: int, chance: np.random.Generator) -> Scene:
    """One test set for all: a common part makes estimates correlated by 0.6."""
    common = chance.standard_normal((ROWS, 1))
    data = np.sqrt(0.6) * common + np.sqrt(0.4) * chance.standard_normal((ROWS, count))
    met, violated = t_tests(data)
    return met, violated, np.ones(count, bool)


def exact_shares(count: int, chance: np.random.Generator) -> Scene:
    """Shares exactly at 0.8, 0.9 or 0.95, tested exactly."""
    share = np.resize([0.8, 0.9, 0.95], count)
    hits = chance.binomial(ROWS, share)
    return (
        stats.binom.sf(hits - 1, ROWS, share),
        stats.binom.cdf(hits, ROWS, share),
        np.ones(count, bool),
    )


def half_clear(count: int, chance: np.random.Generator) -> Scene:
    """Half of them at the threshold, a quarter clearly above it, a quarter clearly below."""
    shift = np.zeros(count)
    shift[: count // 4] = 0.6
    shift[count // 4 : count // 2] = -0.6
    met, violated = t_tests(chance.standard_normal((ROWS, count)) + shift)
    return met, violated, shift == 0


def hair_below(count: int, chance: np.random.Generator) -> Scene:
    """Violated by a thousandth of a standard deviation."""
    met, violated = t_tests(chance.standard_normal((ROWS, count)) - 0.001)
    return met, violated, np.ones(count, bool)


SCENES: dict[str, Callable[[int, np.random.Generator], Scene]] = {
    "independent": independent,
    "one_test_set": one_test_set,
    "exact_shares": exact_shares,
    "half_clear": half_clear,
    "hair_below": hair_below,
}


def audited(scene: Scene, alpha: float, only_met: bool) -> tuple[bool, bool]:
    """Whether an audit has a wrong verdict, by the product; and without correction."""
    met, violated, counts = scene
    measurements = [
        Measurement(
            check="simulated",
            name=f"requirement_{place}",
            estimate=0.0,
            low=-1.0,
            high=1.0,
            level=0.95,
            count=ROWS,
            threshold=0.0,
            better="above",
            p_met=float(met[place]),
            p_violated=float(violated[place]),
        )
        for place in range(len(met))
    ]
    wrong = {Verdict.MET} if only_met else {Verdict.MET, Verdict.VIOLATED}
    rulings = rule(measurements, alpha)
    decided = any(
        ruling.verdict in wrong for ruling, use in zip(rulings, counts, strict=True) if use
    )
    raw = (met <= alpha) if only_met else (met <= alpha) | (violated <= alpha)
    return decided, bool(raw[counts].any())


def figures(errors: int, audits: int) -> dict[str, float | list[float]]:
    """A rate with its interval."""
    found = stats.binomtest(errors, audits).proportion_ci(0.95, "exact")
    return {"rate": errors / audits, "interval_95": [round(found.low, 4), round(found.high, 4)]}


def estimates(count: int, alpha: float, chance: np.random.Generator) -> dict[str, list[float]]:
    """Rates of "at most" and of "at least", both true, rejected at α/2; per kind of estimate."""
    level = 1 - alpha
    makers: dict[str, Callable[[], tuple[float, float]]] = {}
    for rows, share in ((50, 0.9), (400, 0.98)):
        makers[f"share {share} of {rows}"] = lambda n=rows, p=share: proportion(  # type: ignore[misc]
            int(chance.binomial(n, p)), n, level=level
        ).tails(p)
    makers["difference of shares, 100 each"] = lambda: proportion_difference(
        int(chance.binomial(100, 0.3)), 100, int(chance.binomial(100, 0.2)), 100, level=level
    ).tails(0.3 - 0.2)
    makers["paired difference, 200"] = lambda: paired_difference(
        *map(int, chance.multinomial(200, (0.4, 0.15, 0.05, 0.4))), level=level
    ).tails(0.15 - 0.05)
    for rows in (30, 100):
        makers[f"mean of {rows} exponential values, bootstrapped"] = lambda n=rows: bootstrap_mean(  # type: ignore[misc]
            chance.exponential(size=n), level=level, rng=chance
        ).tails(1.0)
    for rare, often, area in ((100, 100, 0.9), (50, 500, 0.9)):
        apart = np.sqrt(2) * stats.norm.ppf(area)
        kinds = np.r_[np.ones(rare, bool), np.zeros(often, bool)]
        makers[f"AUC {area}, {rare} against {often}"] = lambda d=apart, k=kinds, a=area: (  # type: ignore[misc]
            area_under_curve(chance.normal(d * k, 1), k, level=level).tails(a)
        )
    found = {}
    for name, make in makers.items():
        tails = np.array([make() for _ in range(count)])
        found[name] = [round(float(r), 4) for r in (tails <= alpha / 2).mean(axis=0)]
    return found


def wilson(hits: Floats, count: int, z: float) -> tuple[Floats, Floats]:
    """Ends of Wilson's interval."""
    share = hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * np.sqrt(share * (1 - share) / count + (z / (2 * count)) ** 2) / (1 + z * z / count)
    return np.maximum(middle - half, 0), np.minimum(middle + half, 1)


def newcombe(x: Floats, n: int, y: Floats, m: int, z: float) -> tuple[Floats, Floats]:
    """Ends for a difference of independent shares (method 10), as used before."""
    (l1, u1), (l2, u2), p, q = wilson(x, n, z), wilson(y, m, z), x / n, y / m
    return p - q - np.hypot(p - l1, u2 - q), p - q + np.hypot(u1 - p, q - l2)


def katz(x: Floats, n: int, y: Floats, m: int, z: float) -> tuple[Floats, Floats]:
    """Ends for a ratio on the logarithm, half a case added where a cell is empty, as before."""
    empty = (x == 0) | (x == n) | (y == m)
    a, b, c, d = x + 0.5 * empty, n + 1.0 * empty, y + 0.5 * empty, m + 1.0 * empty
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.log((a / b) / (c / d))
        error = np.sqrt(np.maximum(1 / a - 1 / b + 1 / c - 1 / d, 0))
        low, high = np.exp(centre - z * error), np.exp(centre + z * error)
    return np.where(y == 0, 0, low), np.where(y == 0, np.inf, high)


def worst_cases(alpha: float) -> dict[str, Any]:
    """Largest one-sided errors over all shares, without chance: now, and before."""
    z, found = float(stats.norm.ppf(1 - alpha / 2)), {}
    for name, make, before, threshold, n, m in (
        ("difference 0.05, 10 against 100", difference, newcombe, 0.05, 10, 100),
        ("difference 0.1, 30 against 30", difference, newcombe, 0.1, 30, 30),
        ("ratio 0.8, 10 against 100", ratio, katz, 0.8, 10, 100),
        ("ratio 0.8, 30 against 30", ratio, katz, 0.8, 30, 30),
    ):
        x, y = (grid.ravel() for grid in np.meshgrid(np.arange(n + 1), np.arange(m + 1)))
        low, high = before(x.astype(float), n, y.astype(float), m, z)
        chances = []
        for q in np.linspace(0.005, 0.995, 60):
            p = q + threshold if make is difference else q * threshold
            if p <= 1:
                chances.append(stats.binom.pmf(x, n, p) * stats.binom.pmf(y, m, q))
        found[name] = {
            "now": errors(make(n, m), np.stack([x, y]).T, threshold, chances, alpha),
            "before": largest(chances, low > threshold, high < threshold),
        }
    for count, threshold in ((40, 0.05), (60, 0.15)):
        x, y = (grid.ravel() for grid in np.meshgrid(np.arange(count + 1), np.arange(count + 1)))
        x, y = x[x + y <= count], y[x + y <= count]
        table = np.stack([x, y, count - x - y], axis=1)
        chances = [
            stats.multinomial.pmf(table, count, (q + threshold, q, 1 - threshold - 2 * q))
            for q in np.linspace(0, (1 - threshold) / 2 - 1e-9, 60)
        ]
        name = f"paired difference {threshold}, {count} pairs"
        found[name] = {"now": errors(paired(count), table[:, :2], threshold, chances, alpha)}
    return found


def errors(
    model: Model,
    tables: NDArray[np.intp],
    threshold: float,
    chances: list[Floats],
    alpha: float,
) -> list[float]:
    """Errors of the product's own tests; tables are (N, 2)."""
    tails = [
        [worst_tail(model, int(a), int(b), threshold, above=way) for way in (True, False)]
        for a, b in tables
    ]
    return largest(chances, *(np.array(tails) <= alpha / 2).T)


def largest(
    chances: list[Floats], above: NDArray[np.bool_], below: NDArray[np.bool_]
) -> list[float]:
    """Largest probability of each kind of error."""
    return [round(max(float(c[wrong].sum()) for c in chances), 4) for wrong in (above, below)]


def main() -> int:
    """Simulate, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audits", type=int, default=200)
    parser.add_argument("--requirements", type=int, default=40)
    parser.add_argument("--alpha", type=float, default=0.05)
    parser.add_argument("--more", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began, kept = time.perf_counter(), True
    scenes: dict[str, Any] = {}
    for number, (name, make) in enumerate(SCENES.items()):
        chance = np.random.default_rng([asked.seed, number])
        outcomes = [
            audited(make(asked.requirements, chance), asked.alpha, name == "hair_below")
            for _ in range(asked.audits + asked.more)
        ]
        errors = [wrong for wrong, _ in outcomes]
        first, more = sum(errors[: asked.audits]), sum(errors[asked.audits :])
        scenes[name] = figures(first, asked.audits) | {
            "without_correction": sum(raw for _, raw in outcomes) / len(outcomes)
        }
        for count, audits in ((first, asked.audits), (more, asked.more)):
            if audits and stats.binomtest(count, audits, asked.alpha, "greater").pvalue < 0.01:
                kept = False
        if asked.more:
            scenes[name]["more"] = figures(more, asked.more)
    result = {
        "audits": asked.audits,
        "more_audits": asked.more,
        "requirements": asked.requirements,
        "alpha": asked.alpha,
        "seed": asked.seed,
        "scenes": scenes,
        "seconds": round(time.perf_counter() - began, 1),
        "estimates": estimates(asked.more, asked.alpha, np.random.default_rng(asked.seed)),
        "worst_cases": worst_cases(asked.alpha),
        "kept": kept,
    }
    print(json.dumps(result, indent=2))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
