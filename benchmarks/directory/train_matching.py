"""Trains the model that decides whether a name in a text means an organisation.

Uses the development half of the labelled affiliations and nothing else, and writes
`src/steiger/engines/directory/matching/data/model.json`, which says where it came from.

The floor from which an answer counts is chosen here too, by cross-validation in which no
organisation stands on both sides: strings that share an organisation, even through a third string,
are in one fold. It is the lowest floor with a precision of TARGET, which leaves a margin over the
.95 that are asked for: a precision of .95 in 1,500 strings is known to about .013.

The model learns from every string twice: against the pool with all it knows, and against names
only, so that a list without places, websites and kinds is of use too. The floor is that of the full
pool, with what `named` adds to the model.

Features that can only speak for or against a match are held to that direction.

    python benchmarks/directory/train_matching.py
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from lightgbm import LGBMClassifier
from matching_pool import affiliations, names_only, world

from steiger.engines.directory.matching import Matcher, Organisation
from steiger.engines.directory.matching.affiliations import candidates, weighed
from steiger.engines.directory.matching.candidates import Numbered
from steiger.engines.directory.matching.context import context_of
from steiger.engines.directory.matching.features import NAMES, Scene, features
from steiger.engines.directory.matching.spelling import Speller
from steiger.engines.directory.matching.words import read, without_addresses

FOLDER = Path(__file__).resolve().parents[2] / "src/steiger/engines/directory/matching/data"
#: Precision that the floor must reach in cross-validation.
TARGET = 0.965
FOLDS, SEEDS = 5, (1, 2, 3)
FOR = ["covered", "exact", "country_agrees", "town_agrees", "domain_agrees", "acronym_supported"]
AGAINST = ["extra", "missing", "corrected", "country_differs", "center_follows", "namesakes"]
PARAMETERS: dict[str, Any] = {
    "n_estimators": 500,
    "num_leaves": 10,
    "learning_rate": 0.03,
    "min_child_samples": 30,
    "subsample": 0.8,
    "subsample_freq": 1,
    "colsample_bytree": 0.3,
    "reg_lambda": 5,
}


Answers = list[tuple[float, bool]]


@dataclass(frozen=True)
class Case:
    """A labelled string.

    Attributes:
        labels: organisations that it names.
        ids: those of them that lie in the pool.
        scene: the string with its k candidates.
        rows: (k, features) of the candidates.
        right: (k) whether a candidate is one of them.
    """

    labels: frozenset[str]
    ids: frozenset[str]
    scene: Scene
    rows: np.ndarray[Any, Any]
    right: np.ndarray[Any, Any]


def cases(organisations: Iterable[Organisation]) -> list[Case]:
    """The development half against these organisations."""
    pool = Matcher.build(organisations).pool
    speller, ids = Speller(pool), pool.ids.all()
    known = frozenset(ids)
    result = []
    for text, labels in affiliations("development"):
        bare, domains = without_addresses(text)
        words = read(bare)
        numbered = Numbered(words, pool, speller)
        found = candidates(numbered, pool)
        scene = Scene(found, numbered, context_of(words, pool, domains), pool)
        right = np.array([ids[one.organisation] in labels for one in found], np.bool_)
        table = np.array(features(scene), np.float64).reshape(len(found), len(NAMES))
        result.append(Case(labels, labels & known, scene, table, right))
    return result


def trained(some: Sequence[Case], seed: int) -> LGBMClassifier:
    """Trees for some strings."""
    direction = {**dict.fromkeys(FOR, 1), **dict.fromkeys(AGAINST, -1)}
    return LGBMClassifier(
        **PARAMETERS,
        n_jobs=1,
        random_state=seed,
        verbose=-1,
        monotone_constraints=[direction.get(name, 0) for name in NAMES],
    ).fit(np.concatenate([one.rows for one in some]), np.concatenate([one.right for one in some]))


def folds(everything: Sequence[Case], seed: int) -> list[int]:
    """Fold of each string; strings that share an organisation are in one."""
    parent: dict[str, str] = {}

    def top(one: str) -> str:
        while parent.setdefault(one, one) != one:
            one = parent[one]
        return one

    keys = [sorted(one.labels) or [f"string {place}"] for place, one in enumerate(everything)]
    for first, *others in keys:
        for other in others:
            parent[top(other)] = top(first)
    groups = sorted({top(first) for first, *_ in keys})
    random.Random(seed).shuffle(groups)
    number = {group: place % FOLDS for place, group in enumerate(groups)}
    return [number[top(first)] for first, *_ in keys]


def answers(full: Sequence[Case], names: Sequence[Case]) -> tuple[Answers, Answers]:
    """(probability, right) of each answer, against the full pool and against the names only, that
    models give which never saw its organisations."""
    result: tuple[Answers, Answers] = ([], [])
    for seed in SEEDS:
        fold = folds(full, seed)
        for number in range(FOLDS):
            model = trained([c for c, f in _with_fold(full, names, fold) if f != number], seed)
            for those, cases_of in zip(result, (full, names), strict=True):
                for case in (c for c, f in zip(cases_of, fold, strict=True) if f == number):
                    those.extend(_answers(model, case))
            print(f"seed {seed}, fold {number + 1} of {FOLDS}", file=sys.stderr)
    return sorted(result[0], reverse=True), sorted(result[1], reverse=True)


def _with_fold(
    full: Sequence[Case], names: Sequence[Case], fold: Sequence[int]
) -> list[tuple[Case, int]]:
    return list(zip((*full, *names), (*fold, *fold), strict=True))


def _answers(model: LGBMClassifier, case: Case) -> Answers:
    if not case.scene.candidates:
        return []
    right = dict(zip(case.scene.candidates, case.right.tolist(), strict=True))
    scores = model.predict_proba(case.rows)[:, 1]
    return [(score, right[one]) for score, one in weighed(case.scene, scores)]


def floor_of(found: Answers) -> float:
    """The lowest floor with the precision TARGET."""
    right = np.cumsum([is_right for _, is_right in found])
    precision = right / np.arange(1, len(found) + 1)
    return round(found[int(np.flatnonzero(precision >= TARGET)[-1])][0], 3)


def figures(found: Answers, floor: float, wanted: int) -> dict[str, float]:
    """Precision and recall from a floor on."""
    over = [is_right for score, is_right in found if score >= floor]
    return {
        "precision": round(sum(over) / len(over), 4),
        "recall": round(sum(over) / (wanted * len(SEEDS)), 4),
    }


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
    return {"depth": depth, **out}


def main() -> None:
    """Train, choose the floor, write."""
    organisations = world()
    full, names = cases(organisations), cases(names_only(organisations))
    ours, of_names = answers(full, names)
    floor, wanted = floor_of(ours), sum(len(one.ids) for one in full)
    about = {
        "made_by": "benchmarks/directory/train_matching.py",
        "trained_on": "even places of affiliations_a.json.gz (ror-api tests, MIT), each against "
        "the pool and against its names only",
        "strings": len(full),
        "candidates": int(sum(len(one.right) for one in (*full, *names))),
        "right": int(sum(one.right.sum() for one in (*full, *names))),
        "cross_validation": {
            "folds": FOLDS,
            "seeds": len(SEEDS),
            "floor": floor,
            **figures(ours, floor, wanted),
            "names_only": figures(of_names, floor, wanted),
        },
    }
    model = {"about": about, "floor": floor, "features": list(NAMES)}
    text = json.dumps({**model, **flat(trained((*full, *names), 1))}, separators=(",", ":"))
    text = text.replace('],"', '],\n"').replace('},"', '},\n"')
    (FOLDER / "model.json").write_text(text + "\n", encoding="utf-8")
    print(json.dumps(about, indent=1))


if __name__ == "__main__":
    main()
