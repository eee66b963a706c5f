"""Error control over a whole audit: Holm's procedure in two families.

Each measurement has two one-sided hypotheses: "the requirement is violated" (rejecting it says
*met*) and "the requirement is met" (rejecting it says *violated*). An audit with declared error
rate α runs Holm's step-down procedure over all measurements of the audit twice: at α/2 over the
first hypotheses, at α/2 over the second ones.

What is controlled, under any dependence of the measurements, whichever requirements are met:

- P(at least one requirement is called *met* though it is violated)   ≤ α/2   [Holm 1979]
- P(at least one requirement is called *violated* though it is met)   ≤ α/2   [Holm 1979]
- P(at least one wrong verdict in the audit)                          ≤ α     [Boole]

Not controlled: *undecidable* is never wrong, so nothing bounds how often it occurs (that is power;
see ``power``). The claim needs valid p-values and a list of measurements that was fixed before the
data were seen; a measurement left out afterwards breaks it.

Why two families, and not one of twice the size: one of the two hypotheses of a measurement is
always true, so in one list of 2m the step-down could at best reach α/(m+1); in two lists it
reaches α/2. Exact checks (a file scan, p = 0 or 1) therefore cost the others nothing: they are
rejected first, and the list shrinks. Directional versions of Holm at the full α exist, but are
proven only for independent measurements (Shaffer 1980), and ours share one test set.

Sources: S. Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian
Journal of Statistics 6, 65-70. J. P. Shaffer (1980), doi:10.1214/aos/1176345205. H. Finner,
K. Strassburger (2002), The partitioning principle, doi:10.1214/aos/1031689023. Two one-sided
tests: D. J. Schuirmann (1987), doi:10.1007/BF01068419.
"""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's adjusted p-values: hypothesis i is rejected at level a if the i-th is ≤ a.

    With p(1) ≤ … ≤ p(m), the adjusted p(k) is the maximum over j ≤ k of (m − j + 1) · p(j), at
    most 1 (Holm 1979). Equal p-values get equal adjusted ones, so the order given has no say.

    Args:
        p_values: one per hypothesis, each between 0 and 1.

    Raises:
        ValueError: a value lies outside.
    """
    for value in p_values:
        if not 0 <= value <= 1:
            raise ValueError(f"{value} is no p-value; it lies between 0 and 1")
    count = len(p_values)
    adjusted = [0.0] * count
    highest = 0.0
    for step, place in enumerate(sorted(range(count), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, (count - step) * p_values[place]))
        adjusted[place] = highest
    return tuple(adjusted)


def two_families(
    p_met: Sequence[float], p_violated: Sequence[float]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Adjusted p-values of both families, to be held against the audit's α itself.

    Twice Holm's adjusted p-value, at most 1, because each family has half of α.

    Args:
        p_met: p-values of the hypotheses "violated"; small speaks for *met*.
        p_violated: p-values of the hypotheses "met", in the same order.

    Raises:
        ValueError: the lists differ in length, or a value is no p-value.
    """
    if len(p_met) != len(p_violated):
        raise ValueError(f"{len(p_met)} p-values for met, {len(p_violated)} for violated")
    met, violated = holm(p_met), holm(p_violated)
    return tuple(min(1.0, 2 * p) for p in met), tuple(min(1.0, 2 * p) for p in violated)


def first_step(count: int, alpha: float) -> float:
    """The level that a single p-value must pass whatever the others are: α / (2m)."""
    return alpha / (2 * max(count, 1))
