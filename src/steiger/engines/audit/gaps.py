"""Steps that a time series lacks, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

#: So many gaps are named; how many more there are is counted.
MOST_NAMED = 5


def gaps_text(gaps: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What is missing, German and English.

    Args:
        gaps: first, last and count of each, as `Gap` has them; at least one.
    """
    total = sum(int(one["count"]) for one in gaps)
    more = len(gaps) - MOST_NAMED
    german = ", ".join(_span(one, "bis") for one in gaps[:MOST_NAMED])
    english = ", ".join(_span(one, "to") for one in gaps[:MOST_NAMED])
    if more > 0:
        german += f" und {more} weitere {'Lücke' if more == 1 else 'Lücken'}"
        english += f" and {more} more {'gap' if more == 1 else 'gaps'}"
    steps_de = "fehlt 1 Schritt" if total == 1 else f"fehlen {total} Schritte"
    steps_en = "1 step is" if total == 1 else f"{total} steps are"
    return {
        "de": f"In der Zeitspalte {steps_de}: {german}. Was davor und danach liegt, zählt als "
        "benachbart; über die Lücken selbst sagen die Werte nichts.",
        "en": f"{steps_en} missing in the column of times: {english}. What lies before and after "
        "counts as neighbours; the figures say nothing about the gaps themselves.",
    }


def _span(gap: Mapping[str, Any], to: str) -> str:
    first, last = (str(gap[key]).replace("T", " ") for key in ("first", "last"))
    return first if gap["count"] == 1 else f"{first} {to} {last}"
