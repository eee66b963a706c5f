"""Walks over the living map: by keyboard, with the list, in both themes, and without WebGL."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest

from e2e.conftest import OpenPage, findings

if TYPE_CHECKING:
    from playwright.sync_api import Page

playwright = pytest.importorskip("playwright.sync_api")
Image = pytest.importorskip("PIL.Image")
ImageStat = pytest.importorskip("PIL.ImageStat")
expect = playwright.expect
pytestmark = pytest.mark.e2e

MAP = "/landkarte/?view=map"
NO_WEBGL = """
    const original = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
      return kind.startsWith("webgl") ? null : original.call(this, kind, ...rest);
    };
"""


def live(page: Page) -> Page:
    """Wait until the map can be used."""
    page.wait_for_selector("#landkarte.is-live")
    return page


def status(page: Page) -> str:
    """What the map last said to those who listen."""
    return page.locator("#landkarte > [role=status]").inner_text()


def brightness(page: Page) -> float:
    """Mean brightness of the map's ground, 0 to 255."""
    picture = Image.open(io.BytesIO(page.locator(".st-map-stage").screenshot())).convert("L")
    return float(ImageStat.Stat(picture).mean[0])


def test_map_asks_no_other_host_and_marks_when_it_is_usable(
    open_page: OpenPage, product: str
) -> None:
    page = open_page("/landkarte/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{product}{MAP}")
    live(page)
    page.wait_for_timeout(500)
    assert [url for url in asked if not url.startswith((product, "blob:", "data:"))] == []
    mark = "performance.getEntriesByName('map-usable')[0].startTime"
    assert page.evaluate(mark) < 3000
    expect(page.locator("#landkarte .st-outline")).to_be_hidden()


def test_a_line_of_the_list_opens_its_card_and_escape_leads_back(open_page: OpenPage) -> None:
    page = live(open_page(MAP))
    line = page.locator(".st-hit-name a").first
    name = line.inner_text()
    line.focus()
    page.keyboard.press("Enter")
    card = page.locator(".st-map-card")
    expect(card.locator("h2")).to_have_text(name)
    expect(card.locator("h2 a")).to_be_focused()
    expect(page.locator(".st-hit").first).to_have_class(re.compile("is-active"))
    expect(page).to_have_url(re.compile(r"#karte=.*&eintrag=\d+$"))
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(line).to_be_focused()
    expect(page).to_have_url(re.compile(r"#karte=[^&]*$"))


def test_the_card_leads_to_the_page_and_back_to_the_same_card(open_page: OpenPage) -> None:
    page = live(open_page(MAP))
    page.locator(".st-hit-name a").nth(1).click()
    name = page.locator(".st-map-card h2").inner_text()
    page.locator(".st-map-card .st-button").click()
    expect(page.locator("h1")).to_contain_text(name)
    page.go_back()
    live(page)
    expect(page.locator(".st-map-card h2")).to_have_text(name)


def test_moving_the_map_adds_no_step_to_the_history(open_page: OpenPage) -> None:
    page = open_page("/landkarte/")
    page.locator("#view-map").click()
    live(page)
    steps = page.evaluate("history.length")
    for _ in range(3):
        page.get_by_role("button", name="Vergrößern").click()
        page.wait_for_timeout(400)
    expect(page).to_have_url(re.compile("#karte="))
    assert page.evaluate("history.length") == steps
    page.go_back()
    expect(page.locator("#view-list")).to_have_attribute("aria-current", "page")


def test_an_address_brings_its_part_of_the_map_back(open_page: OpenPage) -> None:
    page = live(open_page(MAP + "#karte=9.50/51.5000/7.4000"))
    page.wait_for_timeout(600)
    assert page.evaluate("location.hash") == "#karte=9.50/51.5000/7.4000"
    expect(page.locator(".st-map-failed")).to_have_count(0)


def test_every_entry_is_reached_by_keyboard_on_the_map(open_page: OpenPage) -> None:
    page = live(open_page(MAP))
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#landkarte > [role=status]")).to_have_text(re.compile("Einträge, "))
    before = status(page)
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        page.wait_for_timeout(150)
    assert before
    for _ in range(12):
        page.keyboard.press("Enter")
        page.wait_for_timeout(700)
        if page.locator(".st-map-card").is_visible():
            break
    expect(page.locator(".st-map-card h2 a")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".maplibregl-canvas")).to_be_focused()


def test_arrows_move_the_map_until_enter_leads_to_the_points(open_page: OpenPage) -> None:
    page = live(open_page(MAP + "#karte=9.00/51.5000/7.4000"))
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(re.compile(r"/7\.4000$"))
    moved = page.url
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    assert page.url == moved


def test_districts_are_shown_by_rate_with_words_and_a_table(open_page: OpenPage) -> None:
    page = live(open_page(MAP))
    page.get_by_role("button", name="Je 100.000 Einwohner").click()
    legend = page.locator(".st-map-legend")
    expect(legend.locator("li")).to_have_count(5)
    expect(legend).to_contain_text("sehr wenige")
    expect(legend).to_contain_text("sehr viele")
    expect(legend.get_by_role("link", name="Als Tabelle")).to_have_attribute(
        "href", "/landkarte/region/"
    )
    page.get_by_role("button", name="Einträge", exact=True).click()
    expect(legend).to_contain_text("Forschung")


def test_the_list_follows_the_map_on_demand(open_page: OpenPage) -> None:
    page = live(open_page(MAP))
    everything = page.locator("#finder-count").inner_text()
    box = page.get_by_label("Liste folgt der Karte")
    for _ in range(2):
        page.get_by_role("button", name="Vergrößern").click()
        page.wait_for_timeout(500)
    box.check()
    expect(page).to_have_url(re.compile("bounds="))
    expect(page.locator("#finder-count")).not_to_have_text(everything)
    part = page.locator("#finder-count").inner_text()
    expect(page.locator("#finder-status")).to_have_text(part)
    page.get_by_role("button", name="Vergrößern").click()
    expect(page.locator("#finder-count")).not_to_have_text(part)
    expect(page.locator(".st-chip")).to_have_count(1)
    box.uncheck()
    expect(page.locator("#finder-count")).to_have_text(everything)
    expect(page).not_to_have_url(re.compile("bounds="))


def test_filters_change_list_and_map_together(open_page: OpenPage) -> None:
    page = live(open_page(MAP))
    with page.expect_response(re.compile(r"punkte\.json\?category=qualification$")):
        page.locator(".st-quick a", has_text="Qualifizierung").click()
    expect(page).to_have_url(re.compile("category=qualification"))
    expect(page.locator(".st-chip")).to_have_count(1)


def test_the_map_follows_the_theme_at_once(open_page: OpenPage) -> None:
    page = live(open_page(MAP, color_scheme="light"))
    page.wait_for_timeout(600)
    light = brightness(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(800)
    dark = brightness(page)
    assert light > 180
    assert dark < 90


def test_without_webgl_list_and_drawing_stay_with_one_clear_line(
    open_page: OpenPage, product: str
) -> None:
    page = open_page("/landkarte/")
    page.add_init_script(NO_WEBGL)
    page.goto(f"{product}{MAP}")
    expect(page.locator(".st-map-failed")).to_have_text(
        "Ihr Browser zeigt die bewegliche Karte nicht. Die Liste enthält alle Einträge."
    )
    expect(page.locator("#landkarte .st-outline")).to_be_visible()
    expect(page.locator(".st-hit").first).to_be_visible()


def test_without_scripts_the_drawing_shows_the_region(open_page: OpenPage) -> None:
    page = open_page(MAP, java_script_enabled=False)
    expect(page.locator("#landkarte .st-outline")).to_be_visible()
    assert page.locator("#landkarte button").count() == 0


def test_map_has_no_findings(open_page: OpenPage, product: str) -> None:
    scheme, language = "dark", "en"
    page = open_page("/landkarte/", color_scheme=scheme)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": product}])
    page.goto(f"{product}{MAP}")
    live(page)
    page.locator(".st-hit-name a").first.click()
    expect(page.locator(".st-map-card")).to_be_visible()
    page.wait_for_timeout(700)
    assert findings(page) == []
    page.locator(".st-map-mode").nth(1).click()
    page.wait_for_timeout(500)
    assert findings(page) == []


def test_phone_needs_no_sideways_scrolling(open_page: OpenPage) -> None:
    page = live(open_page(MAP, 390, 844, has_touch=True, is_mobile=True))
    page.locator(".st-hit-name a").first.click()
    expect(page.locator(".st-map-card")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_phone_loads_the_heavy_part_with_the_first_touch(open_page: OpenPage, product: str) -> None:
    page = open_page("/landkarte/", 390, 844, has_touch=True, is_mobile=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{product}{MAP}")
    live(page)
    map_ = page.locator("#landkarte")
    expect(map_).to_have_attribute("data-state", "still")
    page.get_by_role("button", name="Vergrößern").click()
    expect(page).to_have_url(re.compile("#karte="))
    before = page.url
    assert [url for url in asked if "chunk-base" in url or "map-worker" in url] == []
    page.locator(".maplibregl-canvas").tap(position={"x": 60, "y": 190})  # nobody is there
    expect(map_).to_have_attribute("data-state", "living")
    assert page.url.split("&")[0] == before
    assert page.locator(".maplibregl-canvas").count() == 1


def test_phone_shows_districts_before_anybody_moves_the_map(open_page: OpenPage) -> None:
    page = live(open_page(MAP, 390, 844, has_touch=True, is_mobile=True))
    page.get_by_role("button", name="Je 100.000 Einwohner").click()
    page.locator(".maplibregl-canvas").click(position={"x": 180, "y": 260})
    expect(page.locator(".st-map-card h2")).to_be_visible()
    expect(page.locator(".st-map-card")).to_contain_text("je 100.000 Einwohner")
