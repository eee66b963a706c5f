"""Models of scikit-learn and LightGBM in skops files, in a process of their own.

Only types of an allow-list are ever built; the list is that of the scan (``scan/allowed.toml``),
which gives the reason for each name. But trees, kernels and arrays are believed by those who
calculate with them, so a forged one leads beyond its memory: see
`benchmarks/audit/opening_models.py`.
"""

from __future__ import annotations

from pathlib import Path

from steiger.engines.audit.systems.apart import ConfinedSystem
from steiger.engines.audit.systems.apart.process import Confined


def open_skops(
    path: Path,
    *,
    features: tuple[str, ...],
    classes: tuple[str, ...],
    codes: dict[str, tuple[str, ...]],
    scale: float = 1.0,
) -> ConfinedSystem:
    """The model in a skops file.

    Raises:
        AuditError: it is no skops file, holds types that are not trusted, or no such model.
    """
    confined = Confined(path.read_bytes(), str(path), kind="skops")
    return ConfinedSystem(confined, features=features, classes=classes, codes=codes, scale=scale)
