"""The probes of `probes.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def probes() -> dict[str, Any]:
    """All probes by check."""
    text = resources.files("steiger.engines.audit.text").joinpath("probes.toml").read_text("utf-8")
    return tomllib.loads(text)
