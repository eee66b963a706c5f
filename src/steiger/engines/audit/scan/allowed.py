"""The allow-list: which names a model file may mention, how they may be used, and why."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Use = Literal["call", "class", "name"]


@dataclass(frozen=True, slots=True)
class Allowed:
    """One name on the list.

    Attributes:
        use: *call*: may be called on loading with values that pass its guard; *class*: instances
            may be made without calling its constructor, and be given a state; *name*: may only be
            mentioned, as the type of numbers for example.
        reason: why that is harmless.
    """

    use: Use
    reason: str


@cache
def allow_list() -> dict[tuple[str, str], Allowed]:
    """Module and name → how it may be used.

    Raises:
        ValueError: the list names something twice, or without a reason.
    """
    data = tomllib.loads(Path(__file__).with_name("allowed.toml").read_text(encoding="utf-8"))
    found: dict[tuple[str, str], Allowed] = {}
    for group in data["group"]:
        use, reason = group["use"], group["reason"]
        if use not in ("call", "class", "name") or not reason:
            raise ValueError(f"allowed.toml: {group} needs a use and a reason")
        for module, names in group["names"].items():
            for name in names:
                if (module, name) in found:
                    raise ValueError(f"allowed.toml: {module}.{name} stands twice")
                found[module, name] = Allowed(use, reason)
    return found


@cache
def skops_list() -> dict[str, frozenset[str]]:
    """Loaders of skops files, names beyond the allow-list, and values that may be made of it."""
    data = tomllib.loads(Path(__file__).with_name("allowed.toml").read_text(encoding="utf-8"))
    return {key: frozenset(values) for key, values in data["skops"].items()}


def harmless_in_skops(name: str) -> bool:
    """Whether a skops file that mentions this name may be opened: skops makes instances without
    their constructor, gives them a state, and hands out functions without calling them."""
    lists = skops_list()
    if name in lists["names"] or name in lists["values"]:
        return True
    module, _, last = name.rpartition(".")
    allowed = allow_list().get((module, last))
    return allowed is not None and allowed.use != "call"
