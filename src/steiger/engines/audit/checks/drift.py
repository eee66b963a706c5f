"""Whether the data in use still are the data of training."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.checks.contract import SHARE, Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Need
from steiger.engines.audit.data import Table
from steiger.engines.audit.data.table import as_text
from steiger.engines.audit.learning import halves, sample
from steiger.engines.audit.statistics import (
    bootstrap_mean,
    bootstrap_statistic,
    proportion_difference,
)

BINS, LEAST, REPEATS, PERMUTATIONS = 10, 1e-4, 500, 199
MOST_ROWS, MOST_PAIRS = 10_000, 1000
Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


class Drift(Check):
    """Population stability index, Kolmogorov–Smirnov distance, maximum mean discrepancy.

    The feature that drifts most is chosen in one half of the rows and measured in the other. MMD is
    estimated in linear time (Gretton et al. 2012, lemma 14, jmlr.org/papers/v13/gretton12a), so
    that an interval exists; the p-value of a permutation test stands in the evidence.
    """

    id = "drift"
    title = {"de": "Veränderung der Daten im Betrieb", "en": "Drift of the data in use"}
    needs = frozenset({Need.TRAINING, Need.DEPLOYMENT})
    thresholds = (
        Threshold(
            name="population_stability_index",
            value=0.2,
            better="below",
            within=(0.0, inf),
            text={"de": "PSI des auffälligsten Merkmals", "en": "PSI of the worst feature"},
        ),
        Threshold(
            name="ks_distance",
            value=0.15,
            better="below",
            within=SHARE,
            text={
                "de": "Größter Abstand der Verteilungsfunktionen, auffälligstes Merkmal",
                "en": "Largest distance of distribution functions, worst feature",
            },
        ),
        Threshold(
            name="mmd",
            value=0.05,
            better="below",
            within=(0.0, inf),
            text={
                "de": "Maximaler Abstand der Mittelwerte im Kernraum, quadriert, alle Merkmale",
                "en": "Maximum mean discrepancy, squared, all features",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Compare training with deployment."""
        rng = context.chance(self.id)
        before, now = context.trained(), context.deployment
        assert now is not None  # noqa: S101 - declared in `needs`
        before, now = (t.rows(context.apart(len(t))) for t in (before, now))
        before = before.rows(sample(len(before), MOST_ROWS, rng))
        now = now.rows(sample(len(now), MOST_ROWS, rng))
        names = context.features
        parts = [halves(len(before), rng), halves(len(now), rng)]
        psi = {n: stability(*_binned(before, now, n), *(p[0] for p in parts)) for n in names}
        worst = max(psi, key=lambda name: (psi[name], name))
        found = [self._psi(context, before, now, worst, parts=parts, rng=rng)]
        numbers = [name for name in names if before.is_number(name)]
        distance = {n: ks(before[n][parts[0][0]], now[n][parts[1][0]]) for n in numbers}
        if numbers:
            far = max(distance, key=lambda name: (distance[name], name))
            found.append(self._ks(context, before, now, far, parts=parts))
        mmd, permuted = self._mmd(context, before, now, rng)
        found.append(mmd)
        evidence = {"psi": psi, "ks": distance, "mmd_permutation_p": permuted}
        return CheckResult(measurements=tuple(found), evidence={"drift.json": as_json(evidence)})

    def _psi(
        self,
        context: Context,
        before: Table,
        now: Table,
        name: str,
        *,
        parts: list[tuple[Codes, Codes]],
        rng: np.random.Generator,
    ) -> Any:
        first, second, bins = _binned(before, now, name)
        a, b = first[parts[0][1]], second[parts[1][1]]
        # The index of equal distributions is not 0 but about this (Yurdakul 2018).
        bias = (bins - 1) * (1 / max(len(a), 1) + 1 / max(len(b), 1))

        def index(rows: Codes) -> float:
            mine, other = rows[rows < len(a)], rows[rows >= len(a)] - len(a)
            return max(0.0, stability(a, b, bins, mine, other) - bias)

        estimate = bootstrap_statistic(
            index,
            len(a) + len(b),
            level=context.level,
            rng=rng,
            repeats=REPEATS,
            possible=(0.0, 1e9),
        )
        return self.measured(context, "population_stability_index", estimate, name)

    def _ks(
        self,
        context: Context,
        before: Table,
        now: Table,
        name: str,
        *,
        parts: list[tuple[Codes, Codes]],
    ) -> Any:
        """At the place and in the direction of the largest distance of the searching halves."""
        a, b = before[name][parts[0][0]], now[name][parts[1][0]]
        grid = np.unique(np.concatenate([a, b]))
        gaps = _cumulated(a, grid) - _cumulated(b, grid)
        at = int(np.abs(gaps).argmax())
        first = before[name][parts[0][1]] <= grid[at]
        second = now[name][parts[1][1]] <= grid[at]
        pair = (first, second) if gaps[at] >= 0 else (second, first)
        estimate = proportion_difference(
            int(pair[0].sum()), len(pair[0]), int(pair[1].sum()), len(pair[1]), level=context.level
        )
        return self.measured(context, "ks_distance", estimate, name)

    def _mmd(
        self, context: Context, before: Table, now: Table, rng: np.random.Generator
    ) -> tuple[Any, float]:
        codes = {n: before.values(n) for n in context.features if not before.is_number(n)}
        x, y = before.matrix(context.features, codes), now.matrix(context.features, codes)
        usual = np.nanmedian(x, axis=0)
        x, y = np.where(np.isnan(x), usual, x), np.where(np.isnan(y), usual, y)
        spread = np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
        count = min(len(x), len(y))
        x = rng.permutation((x - usual) / spread)[:count]
        y = rng.permutation((y - usual) / spread)[:count]
        terms, width = linear_mmd(x, y, rng)
        estimate = bootstrap_mean(
            terms, level=context.level, rng=rng, repeats=REPEATS, possible=(-2.0, 2.0)
        )
        permuted = permutation_p(x[:300], y[:300], width, rng)
        return self.measured(context, "mmd", estimate), permuted


def _binned(before: Table, now: Table, name: str) -> tuple[Codes, Codes, int]:
    """Bins of both columns (deciles of the first, or values), and their number."""
    if before.is_number(name):
        known = before[name][np.isfinite(before[name])]
        if not len(known):
            known = np.zeros(1)
        edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))
        first = np.searchsorted(edges, before[name], side="left")
        second = np.searchsorted(edges, now[name], side="left")
        return first, second, len(edges) + 1
    values, counts = np.unique(as_text(before[name]).astype(str), return_counts=True)
    common = values[np.argsort(-counts)][: BINS - 1].tolist()
    place = {value: at for at, value in enumerate(common)}
    codes = [
        np.array([place.get(v, len(common)) for v in as_text(t[name]).tolist()], dtype=np.intp)
        for t in (before, now)
    ]
    return codes[0], codes[1], len(common) + 1


def stability(first: Codes, second: Codes, bins: int, a: Codes, b: Codes) -> float:
    """Population stability index of rows a of the first and rows b of the second."""
    p = np.bincount(first[a], minlength=bins) / max(len(a), 1)
    q = np.bincount(second[b], minlength=bins) / max(len(b), 1)
    p, q = np.maximum(p, LEAST), np.maximum(q, LEAST)
    return float(np.sum((p - q) * np.log(p / q)))


def _cumulated(values: Floats, grid: Floats) -> Floats:
    return np.asarray(np.searchsorted(np.sort(values), grid, side="right") / max(len(values), 1))


def ks(a: Floats, b: Floats) -> float:
    """Kolmogorov–Smirnov distance."""
    grid = np.concatenate([a, b])
    return float(np.abs(_cumulated(a, grid) - _cumulated(b, grid)).max())


def _squared(a: Floats, b: Floats) -> Floats:
    return np.asarray(((a - b) ** 2).sum(axis=-1))


def linear_mmd(x: Floats, y: Floats, rng: np.random.Generator) -> tuple[Floats, float]:
    """Independent terms whose mean is the squared discrepancy, and the kernel's width."""
    some = min(len(x), 400)
    both = np.concatenate([x[: some // 2], y[: some // 2]])
    apart = _squared(both[:, None, :], both[None, :, :])
    width = float(np.median(apart[apart > 0])) if (apart > 0).any() else 1.0

    def kernel(a: Floats, b: Floats) -> Floats:
        return np.asarray(np.exp(-_squared(a, b) / width))

    half = len(x) // 2
    x1, x2, y1, y2 = x[:half], x[half : 2 * half], y[:half], y[half : 2 * half]
    return kernel(x1, x2) + kernel(y1, y2) - kernel(x1, y2) - kernel(x2, y1), width


def permutation_p(x: Floats, y: Floats, width: float, rng: np.random.Generator) -> float:
    """p-value of equal distributions by permuting the rows."""
    both = np.concatenate([x, y])
    kernel = np.exp(-_squared(both[:, None, :], both[None, :, :]) / width)
    sign = np.concatenate([np.full(len(x), 1 / len(x)), np.full(len(y), -1 / len(y))])
    seen = sign @ kernel @ sign
    drawn = [(s := rng.permutation(sign)) @ kernel @ s for _ in range(PERMUTATIONS)]
    return float((1 + np.sum(np.array(drawn) >= seen)) / (1 + PERMUTATIONS))
