"""The longest names that a register may hold fit the narrowest display."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache

from e2e.every_page import look
from factories.directory import make_actor

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
NAME = (
    "Beispiel Gesellschaft für Kraftfahrzeughaftpflichtversicherungsdatenverarbeitung und "
    "Donaudampfschifffahrt mbH & Co. KG"
)


def test_a_very_long_name_on_its_page_and_among_the_filters(
    chromium: Browser, live_server: Any, settings: Any, tmp_path: Path
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    cache.clear()
    actor = make_actor(NAME, town="Schloß Holte-Stukenbrock")
    context = chromium.new_context(viewport={"width": 390, "height": 800}, locale="de-DE")
    page = context.new_page()
    page.goto(f"{live_server.url}{actor.get_absolute_url()}")
    assert look(page, 390) == []
    page.goto(f"{live_server.url}/landkarte/?q={NAME.split()[3]}")
    assert look(page, 390) == []
    context.close()
