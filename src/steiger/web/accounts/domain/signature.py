"""What stands below every mail."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language

from steiger.regions import load_region


def signature() -> str:
    """Who writes: the platform with its region, whoever runs it, how to reach them, and where."""
    region = load_region(settings.REGION)
    english = (get_language() or "de").startswith("en")
    reached = (region.imprint.get("operator", ""), region.imprint.get("email", ""))
    lines = (
        "--",
        f"Steiger · {region.name_en if english else region.name_de}",
        ", ".join(part for part in reached if part),
        f"{settings.BASE_URL}/",
    )
    return "\n".join(line for line in lines if line)
