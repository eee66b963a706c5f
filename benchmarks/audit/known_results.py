"""Published figures of public data, to the last digit that was published.

    python benchmarks/audit/known_results.py [--data FOLDER]

COMPAS: Angwin et al. (2016), ProPublica. German credit, Adult, generalised entropy: AIF360's
tutorial and unit tests. Ricci: Ricci v. DeStefano (2009), the examinations of
captains and lieutenants, in the data of Miao (2010). Prints JSON; exits 1 if one figure differs.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np

from steiger.engines.audit.data import read_table
from steiger.engines.audit.fairness import (
    disparate_impact,
    false_negative_rate,
    false_positive_rate,
    generalised_entropy,
    mean_difference,
    rate,
)

FOLDER = Path(__file__).resolve().parents[3] / "shared/data/audit"


def compas(folder: Path) -> dict[str, tuple[Any, Any]]:
    """False positive and false negative rates in percent; positive: medium or high score."""
    table = read_table(folder / "compas.csv.gz")
    high, again = table["score_text"] != "Low", table["two_year_recid"] == 1
    published = {
        "all": (32.35, 37.40),
        "African-American": (44.85, 27.99),
        "Caucasian": (23.45, 47.72),
    }
    found: dict[str, tuple[Any, Any]] = {}
    for group, (fpr, fnr) in published.items():
        members = np.ones(len(table), bool) if group == "all" else table["race"] == group
        mine = false_positive_rate(high, again, members).share
        other = false_negative_rate(high, again, members).share
        found[f"COMPAS FPR {group}"] = (round(100 * mine, 2), fpr)
        found[f"COMPAS FNR {group}"] = (round(100 * other, 2), fnr)
    return found


def german(folder: Path) -> dict[str, tuple[Any, Any]]:
    """Age above 25 is privileged, credit 1 is favourable."""
    table = read_table(folder / "german.csv")
    good, older = table["credit"] == 1, table["age"] > 25
    return {
        "German mean difference": (round(mean_difference(good, older), 6), -0.149448),
        "German disparate impact": (round(disparate_impact(good, older), 6), 0.794826),
    }


def adult(folder: Path) -> dict[str, tuple[Any, Any]]:
    """Share above 50,000 dollars, women against men."""
    table = read_table(folder / "adult.csv.gz")
    rich = np.array([str(v).strip().rstrip(".") == ">50K" for v in table["income-per-year"]])
    sex = table["sex"]
    return {
        "Adult share of women": (round(rate(rich, sex == "Female").share, 6), 0.109461),
        "Adult share of men": (round(rate(rich, sex == "Male").share, 6), 0.305737),
    }


def ricci(folder: Path) -> dict[str, tuple[Any, Any]]:
    """Passed with a combined score of 70 or more; each group's rate against that of the whites."""
    table = read_table(folder / "ricci.csv")
    passed, race = table["Combine"] >= 70, table["Race"]
    found: dict[str, tuple[Any, Any]] = {}
    for group, hits, count in (("W", 41, 68), ("B", 9, 27), ("H", 6, 23)):
        mine = rate(passed, race == group)
        found[f"Ricci passed {group}"] = ([mine.hits, mine.count], [hits, count])
    for group in ("B", "H"):
        both = (race == group) | (race == "W")
        ratio = disparate_impact(passed[both], race[both] == "W")
        found[f"Ricci four-fifths rule {group}"] = (ratio >= 0.8, False)
    return found


def entropy() -> dict[str, tuple[Any, Any]]:
    """AIF360, tests/test_classification_metric.py: benefit = 1 + predicted - true."""
    true = np.array([1, 0, 0, 1, 0, 0, 1, 0, 1, 1])
    first = true.copy()
    first[[3, 9]], first[[4, 5]] = 0, 1
    second = np.array([0, 1, 1, 0, 0, 0, 0, 1, 1, 1])
    one, two = 1.0 + first - true, 1.0 + second - true
    return {
        "generalised entropy index, first": (generalised_entropy(one, 2), 0.2),
        "generalised entropy index, second": (generalised_entropy(two, 2), 0.3),
        "Theil index": (generalised_entropy(one, 1), 4 * math.log(2) / 10),
    }


def same(mine: Any, published: Any) -> bool:
    """Equal; floats to twelve digits, because sums may be ordered otherwise."""
    if isinstance(published, float):
        return math.isclose(mine, published, rel_tol=1e-12)
    return bool(mine == published)


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=FOLDER)
    folder = parser.parse_args().data
    found = {**compas(folder), **german(folder), **adult(folder), **ricci(folder), **entropy()}
    rows = {
        name: {"here": mine, "published": other, "same": same(mine, other)}
        for name, (mine, other) in found.items()
    }
    different = [name for name, one in rows.items() if not one["same"]]
    print(json.dumps({"figures": len(rows), "different": different, "by_figure": rows}, indent=1))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
