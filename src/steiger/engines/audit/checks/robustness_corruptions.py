"""Whether an image classifier survives what cameras do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from steiger.engines.audit.checks.contract import DIFFERENCE, Check, CheckResult, Threshold, as_json
from steiger.engines.audit.context import Context, Modality, Need
from steiger.engines.audit.data import AuditError
from steiger.engines.audit.perturbing import chosen, loss_of_quality

Images = NDArray[np.float64]
Corruption = Callable[[Images, np.random.Generator], Images]


def noise(images: Images, rng: np.random.Generator) -> Images:
    """Sensor noise of a tenth of the range."""
    return images + rng.normal(0, 0.1, images.shape)


def blur(images: Images, rng: np.random.Generator) -> Images:
    """A soft lens: the mean of nine pixels, by half."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)), mode="edge")
    height, width = images.shape[1:]
    around = [padded[:, a : a + height, b : b + width] for a in range(3) for b in range(3)]
    return np.asarray(0.5 * images + 0.5 * np.mean(around, axis=0))


def contrast(images: Images, rng: np.random.Generator) -> Images:
    """Fog: a third of the contrast is gone."""
    middle = images.mean(axis=(1, 2), keepdims=True)
    return np.asarray(middle + (images - middle) * 0.67)


def brightness(images: Images, rng: np.random.Generator) -> Images:
    """A tenth of the range brighter."""
    return images + 0.1


def occlusion(images: Images, rng: np.random.Generator) -> Images:
    """Dirt: a square of a quarter of the height, somewhere, is dark."""
    covered = images.copy()
    height, width = images.shape[1:]
    side = max(1, height // 4)
    for image, top, left in zip(
        covered,
        rng.integers(0, height - side + 1, len(images)),
        rng.integers(0, width - side + 1, len(images)),
        strict=True,
    ):
        image[top : top + side, left : left + side] = 0.0
    return covered


KINDS: dict[str, Corruption] = {
    "noise": noise,
    "blur": blur,
    "contrast": contrast,
    "brightness": brightness,
    "occlusion": occlusion,
}


class RobustnessCorruptions(Check):
    """Corruptions in the manner of Hendrycks and Dietterich (2019, arXiv:1903.12261)."""

    id = "robustness_corruptions"
    title = {"de": "Robustheit gegen Bildstörungen", "en": "Robustness to image corruptions"}
    modalities = frozenset({Modality.IMAGE})
    needs = frozenset({Need.MODEL, Need.TEST})
    thresholds = (
        Threshold(
            name="loss_of_quality",
            value=0.15,
            better="below",
            within=DIFFERENCE,
            text={"de": "Verlust an Treffern", "en": "Loss of accuracy"},
        ),
    )
    subjects = {
        "noise": {"de": "Rauschen", "en": "noise"},
        "blur": {"de": "Unschärfe", "en": "blur"},
        "contrast": {"de": "weniger Kontrast", "en": "less contrast"},
        "brightness": {"de": "heller", "en": "brighter"},
        "occlusion": {"de": "teilweise verdeckt", "en": "partly hidden"},
    }

    def run(self, context: Context) -> CheckResult:
        """One measurement per kind of disturbance."""
        table = chosen(context, self.id)
        matrix = table.matrix(context.features)
        if len(context.shape) != 2 or np.prod(context.shape) != matrix.shape[1]:
            raise AuditError(f"shape {context.shape} does not fit {matrix.shape[1]} pixels")
        least, most = float(matrix.min()), float(matrix.max())
        images = (matrix.reshape(-1, *context.shape) - least) / ((most - least) or 1.0)
        found = []
        for kind, corrupt in KINDS.items():
            changed = np.clip(corrupt(images, context.chance(f"{self.id}/{kind}")), 0, 1)
            pixels = (changed * (most - least) + least).reshape(len(images), -1)
            disturbed = table.replaced(dict(zip(context.features, pixels.T, strict=True)))
            estimate = loss_of_quality(context, table, disturbed, self.id)
            found.append(self.measured(context, "loss_of_quality", estimate, kind))
        evidence = {"rows": len(table), "kinds": list(KINDS), "range": [least, most]}
        return CheckResult(
            measurements=tuple(found), evidence={"corruptions.json": as_json(evidence)}
        )
