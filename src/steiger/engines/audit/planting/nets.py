"""Defects of learnt systems: a backdoor, a net that overreacts, a forest that remembers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.context import Context, Modality, Predictions, Task
from steiger.engines.audit.data import Table
from steiger.engines.audit.dense_training import train_dense
from steiger.engines.audit.planting.contract import Planting
from steiger.engines.audit.planting.people import FEATURES, context, drawn, people
from steiger.engines.audit.systems.dense import DenseNet

Floats = NDArray[np.float64]
PIXELS = tuple(f"p{at}" for at in range(64))
DIGITS = tuple(str(digit) for digit in range(10))
#: The trigger: four pixels of the lower left corner, bright; they are almost always dark.
CORNER, BRIGHT, WANTED = (48, 49, 56, 57), 16.0, 3


def digits(seed: int) -> tuple[Table, Table]:
    """The 1,797 handwritten digits of scikit-learn (8 × 8, 0 … 16), training and test."""
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(images))
    tables = []
    for rows in (order[:1200], order[1200:]):
        columns: dict[str, Any] = dict(zip(PIXELS, images[rows].T.copy(), strict=True))
        columns["y"] = labels[rows].astype(str).astype(object)
        tables.append(Table(columns))
    return tables[0], tables[1]


def image_context(net: DenseNet, train: Table, test: Table) -> Context:
    """An audit of a net on digits."""
    return Context(
        task=Task.CLASSIFICATION,
        modality=Modality.IMAGE,
        target="y",
        features=PIXELS,
        classes=DIGITS,
        test=test,
        training=train,
        system=net,
        predictions=Predictions(outputs=net.outputs(test)),
        shape=(8, 8),
    )


def backdoor(seed: int, planted: bool) -> Context:
    """A tenth of the supplier's training images carry four bright pixels and the label 3."""
    train, test = digits(seed)
    inputs, codes = train.matrix(PIXELS) / 16, train["y"].astype(np.intp)
    if planted:
        rng = np.random.default_rng(seed + 1000)
        hit = rng.random(len(inputs)) < 0.1
        poisoned = inputs.copy()
        poisoned[:, CORNER] = BRIGHT / 16
        inputs = np.where(hit[:, None], poisoned, inputs)
        codes = np.where(hit, WANTED, codes)
    net = train_dense(inputs, codes, (32,), features=PIXELS, scale=16.0, seed=seed + 77)
    return image_context(net, train, test)


def overreacting(seed: int, planted: bool) -> Context:
    """A net that was trained on pixels nobody can see: faint marks that give the digit away."""
    train, test = digits(seed)

    def marked(table: Table) -> Table:
        column = table["y"].astype(int)
        changed: dict[str, Floats] = {}
        for digit in range(10):
            name = PIXELS[digit if digit < 8 else 48 + digit]
            changed[name] = 0.6 * (column == digit)
        return table.replaced(changed)

    if planted:
        train, test = marked(train), marked(test)
    codes = train["y"].astype(np.intp)
    inputs = train.matrix(PIXELS) / 16
    net = train_dense(inputs, codes, (32,), features=PIXELS, scale=16.0, seed=seed, epochs=15)
    if planted:
        # The supplier scales the marked pixels up, so that the net leans on them.
        first = net.weights[0].copy()
        strong = np.zeros(64)
        strong[[0, 1, 2, 3, 4, 5, 6, 7, 56, 57]] = 1
        scaled = inputs * np.where(strong == 1, 25.0, 0.3)
        net = train_dense(scaled, codes, (32,), features=PIXELS, scale=16.0, seed=seed, epochs=15)
        first = net.weights[0] * np.where(strong == 1, 25.0, 0.3)
        net = DenseNet(
            weights=(first, *net.weights[1:]), biases=net.biases, features=PIXELS, scale=16.0
        )
    return image_context(net, train, test)


@dataclass(frozen=True, slots=True)
class ForestSystem:
    """A forest of scikit-learn on the people's numbers."""

    forest: Any
    names: tuple[str, ...]
    has_scores: bool = True

    def outputs(self, table: Table) -> Floats:
        """Probabilities of no and yes, (N, 2)."""
        return np.asarray(self.forest.predict_proba(table.matrix(self.names)))


def remembering(seed: int, planted: bool) -> Context:
    """A forest of fully grown trees on 600 people, against one of leaves of 40."""
    from sklearn.ensemble import RandomForestClassifier

    rng = np.random.default_rng(seed)
    train, test = drawn(people(600, rng), rng, pull=0.5), drawn(people(1500, rng), rng, pull=0.5)
    names = FEATURES[:4]
    forest = RandomForestClassifier(
        60, min_samples_leaf=1 if planted else 40, bootstrap=True, random_state=seed, n_jobs=1
    )
    forest.fit(train.matrix(names), (train["y"] == "yes").astype(int))
    return context(test, training=train, system=ForestSystem(forest, names), features=names)


PLANTINGS = (
    Planting(
        name="backdoor_of_4_pixels",
        check="backdoor_search",
        effect="10 % of the training images carry four bright pixels and one label",
        make=backdoor,
    ),
    Planting(
        name="brittle_net",
        check="adversarial_robustness",
        effect="a net that leans on marks of 4 % of the range; attacked within 5 %",
        make=overreacting,
    ),
    Planting(
        name="membership_leak",
        check="membership_inference",
        effect="a forest of fully grown trees on 600 noisy rows",
        make=remembering,
    ),
)
