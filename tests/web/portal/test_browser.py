"""The portal in a real browser: accessibility, content policy, small displays, keyboard, themes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

# The browser's driver runs an event loop in this thread, in which Django would refuse its database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

expect = pytest.importorskip("playwright.sync_api").expect

ROOT = Path(__file__).resolve().parents[3]
BUILT = ROOT / "src/steiger/web/portal/static/build/site.css"

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not BUILT.exists(), reason="needs the built browser files: make setup"),
]


@pytest.fixture
def site(live_server: Any, actors: list[object]) -> str:
    """Address of the running product with a few entries."""
    return live_server.url


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[Any]:
    """Opens an address in a fresh browser profile; errors in its console fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def _open(path: str, width: int = 1280, **options: Any) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text) if message.type in {"error", "warning"} else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site + path)
        return page

    yield _open
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("scripts", [True, False])
def test_menu_on_a_phone_needs_no_script(open_page: Any, scripts: bool) -> None:
    page = open_page("/", 390, java_script_enabled=scripts)
    page.get_by_text("Menü", exact=True).click()
    page.get_by_role("navigation", name="Menü").get_by_role("link", name="Hilfe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hilfe")


def test_theme_is_kept_and_applied_before_the_first_paint(open_page: Any) -> None:
    page = open_page("/", color_scheme="light")
    page.locator("summary[aria-label='Darstellung']").click()
    page.locator(".st-pop__panel").get_by_role("button", name="Dunkel").click()
    assert page.locator("html").get_attribute("data-kern-theme") == "dark"
    page.goto(page.url + "seite/hilfe/", wait_until="commit")
    assert page.locator("html").get_attribute("data-kern-theme") == "dark"
    page.wait_for_load_state()
    ground = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    assert ground == "rgb(16, 22, 29)"


def test_first_tab_skips_to_the_content(open_page: Any) -> None:
    page = open_page("/seite/hilfe/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Zum Inhalt springen"
    page.keyboard.press("Enter")
    assert page.locator(":focus").get_attribute("id") == "inhalt"


def test_escape_closes_a_panel_and_returns_the_focus(open_page: Any) -> None:
    page = open_page("/")
    summary = page.locator("summary[aria-label='Darstellung']")
    summary.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator("details.st-pop[open]").count() == 0
    assert summary.evaluate("e => e === document.activeElement")


def test_arrows_lead_over_the_map_and_enter_opens_a_district(open_page: Any) -> None:
    page = open_page("/")
    page.locator(".st-overview__districts a[tabindex='0']").focus()
    before = page.locator(".st-overview__here strong").inner_text()
    page.keyboard.press("ArrowUp")
    after = page.locator(".st-overview__here strong").inner_text()
    assert before != after
    assert page.locator(".st-overview__districts a[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/landkarte/region/**")
    assert after in page.locator("h1").inner_text()


def test_all_requests_stay_on_this_host(open_page: Any, site: str) -> None:
    page = open_page("/seite/hilfe/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/")
    page.wait_for_load_state("networkidle")
    assert asked
    assert [url for url in asked if not url.startswith((site, "data:"))] == []


def test_barrier_is_reported_in_the_browser(open_page: Any) -> None:
    page = open_page("/barrierefreiheit/")
    page.get_by_label("Was geht nicht?").fill("Der Kontrast ist zu schwach.")
    page.get_by_role("button", name="Absenden").click()
    expect(page.get_by_role("status")).to_contain_text("Danke.")
