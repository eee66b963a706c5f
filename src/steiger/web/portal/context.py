"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """Name of the region, whether this is a demonstration, the public address."""
    return {"demo": settings.DEMO, "base_url": settings.BASE_URL}
