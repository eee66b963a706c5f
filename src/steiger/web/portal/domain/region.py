"""The region that this installation serves, in the words of its pages."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language

from steiger.regions import Region, load_region


def region() -> Region:
    """The region of this installation (read once per process)."""
    return load_region(settings.REGION)


def region_name() -> str:
    """The region's name in the reader's language."""
    return region().name_en if is_english() else region().name_de


def is_english() -> bool:
    """Whether the page is read in English; German is every other case."""
    return (get_language() or "de").startswith("en")
