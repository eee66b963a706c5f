"""How long a region keeps what is known of a firm's case.

Read from ``<region>/cases.toml``. A region without this file keeps to the plain rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from steiger.regions.loader import ROOT
from steiger.regions.rows import Row, read_toml

FILE = "cases.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRules:
    """How long what is kept.

    Attributes:
        keep_months: words, names and addresses, counted from the closing of a case.
        dormant_months: after so long without anything new an open case is closed.
        unconfirmed_days: addresses that nobody confirmed.
        link_hours: how long a link works by which a firm enters.
    """

    keep_months: int = 24
    dormant_months: int = 24
    unconfirmed_days: int = 2
    link_hours: int = 48


PLAIN = CaseRules()
#: Nobody keeps a case for longer than ten years.
MOST = {"keep_months": 120, "dormant_months": 120, "unconfirmed_days": 30, "link_hours": 168}


@lru_cache(maxsize=8)
def load_case_rules(key: str, root: Path = ROOT) -> CaseRules:
    """Read how long a region keeps cases.

    Raises:
        RegionError: something in the file is wrong; the message names the field.
    """
    path = root / key / FILE
    if not path.exists():
        return PLAIN
    row = Row(read_toml(path), file=FILE)
    values = {}
    for field, most in MOST.items():
        value = row.get(field, int, getattr(PLAIN, field))
        if not 1 <= value <= most:
            raise row.error(f"{value} is not between 1 and {most}.", field)
        values[field] = value
    row.finish()
    return CaseRules(**values)
