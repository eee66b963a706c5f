"""Subgroups in which the system errs more often, searched in one half, judged on the other."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.checks.contract import DIFFERENCE, Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Modality, Need, Task
from steiger.engines.audit.data import Table
from steiger.engines.audit.data.table import as_text, value_text
from steiger.engines.audit.learning import halves, sample
from steiger.engines.audit.statistics import Estimate, proportion, proportion_difference

BINS, MOST_VALUES, SLICES, MOST_ROWS = 4, 12, 3, 6000
Labels = dict[str, NDArray[Any]]


class SliceDiscovery(Check):
    """Sliceline (Sagadeeva and Boehm 2021, doi:10.1145/3448016.3457323), with a held-out half.

    The worst of very many slices looks bad by chance alone. So the slices are found in one half of
    the test data, and their error rates are compared with the rest's in the other.
    """

    id = "slice_discovery"
    title = {"de": "Suche nach schwachen Teilgruppen", "en": "Search for weak subgroups"}
    tasks = frozenset({Task.CLASSIFICATION})
    modalities = frozenset({Modality.TABULAR, Modality.TIME_SERIES})
    needs = frozenset({Need.PREDICTIONS, Need.TEST})
    thresholds = (
        Threshold(
            name="error_rate_above_rest",
            value=0.1,
            better="below",
            within=DIFFERENCE,
            text={
                "de": "Fehlerrate der Teilgruppe minus Fehlerrate aller übrigen",
                "en": "Error rate of the subgroup minus that of all others",
            },
        ),
    )

    def run(self, context: Context) -> CheckResult:
        """Search and judge."""
        rng = context.chance(self.id)
        rows = context.apart(len(context.tested()))
        table = context.tested().rows(rows)
        wrong = (context.predicted() != context.truth())[rows]
        search, judge = halves(len(table), rng)
        search = search[sample(len(search), MOST_ROWS, rng)]
        names = tuple(dict.fromkeys((*context.features, *_plain(context))))
        labels = binned(table, names, search)
        slices = found_slices(labels, wrong, search)
        found, listed = [], []
        for conditions in slices:
            inside = np.ones(len(judge), dtype=bool)
            for name, value in conditions.items():
                inside &= labels[name][judge] == value
            errors = wrong[judge]
            estimate = proportion_difference(
                int(errors[inside].sum()),
                int(inside.sum()),
                int(errors[~inside].sum()),
                int((~inside).sum()),
                level=context.level,
            )
            subject = " & ".join(f"{name} = {value}" for name, value in conditions.items())
            found.append(self.measured(context, "error_rate_above_rest", estimate, subject))
            listed.append({"slice": subject, "rows_in_judging_half": int(inside.sum())})
        if not found:
            found.append(
                self.measured(context, "error_rate_above_rest", nothing(context, wrong, judge))
            )
        return CheckResult(
            measurements=tuple(found),
            evidence={"slices.json": as_json({"searched": len(search), "found": listed})},
            limits=(
                {
                    "de": "Nur Teilgruppen aus höchstens zwei Merkmalen und mit mindestens "
                    "2\u00a0% der Zeilen.",
                    "en": "Only subgroups of at most two features with at least 2% of the rows.",
                },
            ),
        )


def nothing(context: Context, wrong: NDArray[np.bool_], judge: NDArray[Any]) -> Estimate:
    """What can be said where no slice was found: as much as the smallest possible one would show.

    Such a slice, of 2 % of the judging half, errs as all rows do; its excess is at most its rate.
    """
    size = len(judge) // 50
    share = float(wrong[judge].mean()) if len(judge) else 0.0
    return proportion(round(share * size), size, level=context.level)


def _plain(context: Context) -> tuple[str, ...]:
    return tuple(name for name in context.protected if name in context.tested().columns)


def binned(table: Table, names: tuple[str, ...], reference: NDArray[Any]) -> Labels:
    """Each column as a few labels: numbers by quarters, rare text together, (N,) each."""
    labels: Labels = {}
    for name in names:
        column = table[name]
        text = as_text(column)
        distinct, counts = np.unique(text[reference].astype(str), return_counts=True)
        if len(distinct) <= MOST_VALUES:
            labels[name] = text
        elif table.is_number(name):
            known = column[reference][np.isfinite(column[reference])]
            edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))
            place = np.searchsorted(edges, column, side="right")
            told = [f"{edge:g}" for edge in edges]
            if len(set(told)) < len(told):  # borders that differ only in later digits
                told = [value_text(edge) for edge in edges]
            bounds = ["-∞", *told, "∞"]
            shown = np.array([f"[{a}, {b})" for a, b in itertools.pairwise(bounds)], dtype=object)
            labels[name] = np.where(np.isnan(column), "", shown[place])
        else:
            common = set(distinct[np.argsort(-counts)][:MOST_VALUES].tolist())
            labels[name] = np.array(
                [value if value in common else "…" for value in text.tolist()], dtype=object
            )
    return labels


def found_slices(
    labels: Labels, wrong: NDArray[np.bool_], search: NDArray[Any]
) -> list[dict[str, str]]:
    """The worst slices of the searching half, as conditions on columns."""
    from sliceline.slicefinder import Slicefinder

    if not wrong[search].any() or len(search) < 50:
        return []
    names, parts, known = list(labels), [], []
    for name in names:
        values, codes = np.unique(labels[name][search].astype(str), return_inverse=True)
        known.append(values)
        parts.append(codes + 1.0)
    inputs = np.column_stack(parts)
    finder = Slicefinder(
        alpha=0.9, k=SLICES, max_l=2, min_sup=max(10, len(search) // 50), verbose=False
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        finder.fit(inputs, wrong[search].astype(float))
    return [
        {
            names[at]: str(known[at][int(value) - 1])
            for at, value in enumerate(row)
            if value is not None
        }
        for row in np.atleast_2d(finder.top_slices_)
        if any(value is not None for value in row)
    ]
