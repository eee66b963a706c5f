"""Puts the verdicts into an audit's ``results.json``, beside the measurements they are about."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from steiger.engines.audit.verdict.rulings import Ruling, VerdictError


def filled(results: Mapping[str, Any], rulings: Sequence[Ruling]) -> dict[str, Any]:
    """The content of ``results.json`` with verdicts; what was handed in stays as it was.

    Every measurement gets ``verdict``, ``p_met_corrected``, ``p_violated_corrected``, ``reason`` in
    both languages, and ``needed``.

    Args:
        results: the content, with ``checks`` that have ``measurements``.
        rulings: verdicts on exactly these measurements.

    Raises:
        VerdictError: the content has another form, a measurement has no verdict, or a verdict
            belongs to none of its measurements.
    """
    found = copy.deepcopy(dict(results))
    by_key = {
        (item.measurement.check, item.measurement.name, item.measurement.subject): item
        for item in rulings
    }
    try:
        rows = [row for check in found["checks"] for row in check["measurements"]]
        keys = [(row["check"], row["name"], row["subject"]) for row in rows]
    except (KeyError, TypeError) as error:
        told = f"{type(error).__name__}: {error}"
        raise VerdictError(
            f"results.json: not laid out like results of an audit ({told})."
        ) from None
    if len(set(keys)) != len(keys) or set(keys) != set(by_key):
        raise VerdictError("results.json: its measurements are not those that were ruled on.")
    for row, key in zip(rows, keys, strict=True):
        ruling = by_key[key]
        row |= {
            "verdict": ruling.verdict.value,
            "p_met_corrected": ruling.p_met_adjusted,
            "p_violated_corrected": ruling.p_violated_adjusted,
            "reason": {"de": ruling.reason.de, "en": ruling.reason.en},
            "needed": ruling.needed,
        }
    return found
