"""Times in words."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.translation import override

from steiger.web.events.domain import words


def test_a_moment_has_its_day_of_the_week() -> None:
    """Until when a place is held has to be understood at a glance."""
    at = datetime(2026, 11, 28, 22, 5, tzinfo=UTC)
    with override("de"):
        assert words.moment_text(at) == "Samstag, 28. November 2026, 23:05 Uhr"
    with override("en"):
        assert words.moment_text(at) == "Saturday, 28 November 2026, 23:05"
