"""What the forecasts do not allow to be said, in words of both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steiger.engines.flood.verification.pairs import BLEND
from steiger.engines.flood.verification.settings import Settings
from steiger.engines.flood.verification.words import Words

Note = dict[str, str]


def undecided(result: Mapping[str, Any], settings: Settings) -> list[Note]:
    """Every question that the numbers leave open."""
    events = result["events"]["methods"].get(BLEND)
    notes = _about_events(events, settings) if events else []
    return [*notes, *(note for lead in result["leads"] for note in _about_lead(lead))]


def _about_events(events: Mapping[str, Any], settings: Settings) -> list[Note]:
    least, notes = settings.least_events, []
    count = events["hits"] + events["misses"]
    if not events["decided"]["pod"]:
        notes.append(
            {
                "de": "Ob Hochwasser erkannt werden, lässt sich nicht entscheiden: "
                f"beobachtet wurden {count}, nötig sind {least}.",
                "en": "Whether floods are detected cannot be decided: "
                f"{count} were observed, {least} are needed.",
            }
        )
    few = [gauge for gauge, row in events["gauges"].items() if row["hits"] + row["misses"] < least]
    if few:
        names = ", ".join(few)
        notes.append(
            {
                "de": f"Weniger als {least} Hochwasser gab es an: {names}. "
                "Raten dieser Pegel allein lassen sich nicht entscheiden.",
                "en": f"Fewer than {least} floods occurred at: {names}. "
                "Rates of these gauges alone cannot be decided.",
            }
        )
    return notes


def _about_lead(lead: Mapping[str, Any]) -> list[Note]:
    against = lead["blend_against"].items()
    # A method that said nothing at this lead is not in question.
    said = [name for name, found in against if found["gauges"]]
    open_ = [name for name in said if lead["blend_against"][name]["verdict"] == "undecided"]
    if not open_:
        return []
    names = {lang: ", ".join(map(Words(lang), open_)) for lang in ("de", "en")}
    hours = f"{lead['lead_minutes'] / 60:g}"
    return [
        {
            "de": f"Bei {hours.replace('.', ',')} h lässt sich nicht entscheiden, ob die Mischung "
            f"einen besseren CRPS hat als: {names['de']}.",
            "en": f"At {hours} h it cannot be decided whether the blend has a better CRPS "
            f"than: {names['en']}.",
        }
    ]
