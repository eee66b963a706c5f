"""The probes of `probes.toml`."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def probes() -> dict[str, Any]:
    """All probes by check."""
    text = resources.files("steiger.engines.audit.text").joinpath("probes.toml").read_text("utf-8")
    return tomllib.loads(text)


def questions_for(threshold: float, least: int) -> int:
    """Questions without a fault after which a share below the threshold is as good as certain.

    A strict threshold needs many: an endpoint that never errs in 100 questions may still err in
    one of 50. The probability of no fault at the threshold is then at most 1 in 10,000, so that the
    correction for all requirements of an audit still leaves a decision.

    Args:
        threshold: share of faults, above 0.
        least: never fewer.
    """
    if not 0 < threshold < 1:
        return least
    return max(least, math.ceil(math.log(1e-4) / math.log1p(-threshold)))
