"""Every address of the product that answers with a page, in German, in light, on a wide display."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from e2e.every_page import walk, whole_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_every_page(chromium: Browser, live_server: Any, tmp_path: Path, settings: Any) -> None:
    site = whole_site(live_server, tmp_path, settings)
    walk(chromium, site, theme="light", language="", width=1280)
