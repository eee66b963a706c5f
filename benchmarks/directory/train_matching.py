"""Trains the model that decides whether a name in a text means an organisation.

Uses the development half of the labelled affiliations and nothing else, and writes
`src/steiger/engines/directory/matching/data/model.json`. Features that can only speak for or
against a match are held to that direction, which keeps the trees from learning accidents.

    python benchmarks/directory/train_matching.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from lightgbm import LGBMClassifier
from matching_pool import affiliations, world

from steiger.engines.directory.matching import Matcher
from steiger.engines.directory.matching.affiliations import candidates
from steiger.engines.directory.matching.candidates import Numbered
from steiger.engines.directory.matching.context import context_of
from steiger.engines.directory.matching.features import NAMES, features
from steiger.engines.directory.matching.spelling import Speller
from steiger.engines.directory.matching.words import read

TARGET = (
    Path(__file__).resolve().parents[2] / "src/steiger/engines/directory/matching/data/model.json"
)
FOR = ["covered", "exact", "country_agrees", "town_agrees", "acronym_supported", "weight", "rarest"]
AGAINST = [
    "extra",
    "missing",
    "inactive",
    "corrected",
    "crosses",
    "country_differs",
    "town_differs",
    "rival",
    "namesakes",
    "inside_longer",
    "unordered",
    "rival_by",
    "overlap_by",
    "hospital_beside",
    "kind_inside",
    "foreign_kind",
    "rare_before",
    "rare_after",
    "place_after",
    "inside_count",
    "unordered_crosses",
]


def table() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Rows of features, and whether each candidate was right."""
    pool = Matcher.build(world()).pool
    speller, ids = Speller(pool), pool.ids.all()
    rows: list[list[float]] = []
    right: list[bool] = []
    for text, gold in affiliations("development"):
        words = read(text)
        numbered = Numbered(words, pool, speller)
        found = candidates(numbered, pool)
        rows += features(found, numbered, context_of(words, pool), pool)
        right += [ids[one.organisation] in gold for one in found]
    return np.array(rows), np.array(right)


def flat(model: LGBMClassifier) -> dict[str, Any]:
    """The trees as lists of nodes; a leaf leads to itself."""
    out: dict[str, Any] = {
        k: [] for k in ["roots", "feature", "threshold", "left", "right", "value"]
    }
    depth = 0

    def add(node: dict[str, Any], level: int) -> int:
        nonlocal depth
        depth = max(depth, level)
        here = len(out["feature"])
        leaf = "leaf_value" in node
        out["feature"].append(0 if leaf else node["split_feature"])
        out["threshold"].append(0.0 if leaf else round(node["threshold"], 9))
        out["value"].append(round(node["leaf_value"], 6) if leaf else 0.0)
        out["left"].append(here)
        out["right"].append(here)
        if not leaf:
            out["left"][here] = add(node["left_child"], level + 1)
            out["right"][here] = add(node["right_child"], level + 1)
        return here

    for tree in model.booster_.dump_model()["tree_info"]:
        out["roots"].append(add(tree["tree_structure"], 0))
    return {"features": list(NAMES), "depth": depth, **out}


def main() -> None:
    """Train and write."""
    rows, right = table()
    direction = {**dict.fromkeys(FOR, 1), **dict.fromkeys(AGAINST, -1)}
    model = LGBMClassifier(
        n_estimators=500,
        num_leaves=10,
        learning_rate=0.03,
        min_child_samples=30,
        subsample=0.8,
        subsample_freq=1,
        colsample_bytree=0.3,
        reg_lambda=5,
        n_jobs=1,
        random_state=1,
        verbose=-1,
        monotone_constraints=[direction.get(name, 0) for name in NAMES],
    ).fit(rows, right)
    text = json.dumps(flat(model), separators=(",", ":")).replace('],"', '],\n"')
    TARGET.write_text(text + "\n", encoding="utf-8")
    print(json.dumps({"candidates": len(right), "right": int(right.sum()), "bytes": len(text)}))


if __name__ == "__main__":
    main()
