"""Words of the subject in the reader's language: levels, names of data."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from steiger.regions import FloodLevel, load_flood_words
from steiger.web.flood.models import Network


def is_english() -> bool:
    """Whether the reader reads English; German is every other case."""
    return (get_language() or "de").startswith("en")


def localized(thing: Any, field: str) -> str:
    """The German or English form of a field that has both; German where English is missing."""
    german: str = getattr(thing, f"{field}_de")
    return (getattr(thing, f"{field}_en") or german) if is_english() else german


def name_of(obj: Any) -> str:
    """The name of a gauge or network in the reader's language; for choices in forms."""
    return localized(obj, "name")


def in_words(said: str, network: Network) -> str:
    """What the engine says of a network's sensors. It knows one name of each: the German one."""
    names = network.english_names if is_english() else {}
    if not names:
        return said
    longest_first = sorted(map(re.escape, names), key=len, reverse=True)
    # A shorter name may be part of a longer one, or of another word.
    known = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)")
    return known.sub(lambda found: names[found[0]], said)


def levels() -> tuple[FloodLevel, ...]:
    """What the warning levels mean in this region, level 0 (no flood) first."""
    return load_flood_words(settings.REGION).levels


def level_of(number: int) -> FloodLevel:
    """One level; numbers beyond the region's highest mean the highest."""
    known = levels()
    return known[max(0, min(number, len(known) - 1))]


def level_name(number: int) -> str:
    """The level in full, for example “Informationswert 2 – mittleres Hochwasser”."""
    level = level_of(number)
    name = localized(level, "name")
    if number <= 0:
        return name
    return f"{level_word()} {number} – {name}"


def level_word() -> str:
    """What the region calls its levels."""
    return localized(load_flood_words(settings.REGION), "level_word")
