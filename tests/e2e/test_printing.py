"""What is printed is dark on white, also for a reader who likes the screen dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from e2e.conftest import OpenPage

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.e2e]
COLOURS = """() => [".st-muted", "main a[href]"].map(
  found => getComputedStyle(document.querySelector(found)).color)"""


def test_a_dark_page_prints_as_a_light_one(open_page: OpenPage) -> None:
    page = open_page("/landkarte/eintrag/lamarr-institut/")
    root = page.locator("html")
    root.evaluate("root => { root.dataset.kernTheme = 'light' }")
    light = page.evaluate(COLOURS)
    root.evaluate("root => { root.dataset.kernTheme = 'dark' }")
    dark = page.evaluate(COLOURS)
    assert dark != light
    page.emulate_media(media="print")
    expect(root).to_have_attribute("data-kern-theme", "light")
    assert page.evaluate(COLOURS) == light
    page.emulate_media(media="screen")
    expect(root).to_have_attribute("data-kern-theme", "dark")
    assert page.evaluate(COLOURS) == dark


def test_a_printed_page_ends_with_its_last_line(open_page: OpenPage) -> None:
    """As tall as a window and with room below, it took an empty sheet more in Firefox."""
    page = open_page("/landkarte/eintrag/lamarr-institut/")
    page.emulate_media(media="print")
    body, end = page.locator("body"), page.locator(".st-page").last
    assert body.evaluate("e => getComputedStyle(e).minHeight") in {"0px", "auto"}
    assert end.evaluate("e => getComputedStyle(e).paddingBottom") == "0px"
