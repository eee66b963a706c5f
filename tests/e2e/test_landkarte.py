"""Walks over the Landkarte: by keyboard alone, without scripts, on a phone, enlarged, by ear."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from e2e.conftest import OpenPage, findings

if TYPE_CHECKING:
    from playwright.sync_api import Page

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = pytest.mark.e2e


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Press the tabulator until an element has the focus."""
    for _ in range(most):
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} cannot be reached with the tabulator")


# --- by keyboard ----------------------------------------------------------------------------------
def test_search_with_a_typo_then_filter_then_actor_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/landkarte/")
    tab_to(page, "#q")
    page.keyboard.type("Lamar-Institut")
    expect(page.locator(".st-hit").first).to_contain_text("Lamarr-Institut")
    expect(page).to_have_url(re.compile(r"\?q=Lamar-Institut$"))
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("Escape")
    tab_to(page, "#f-category-research")
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile(r"category=research"))
    expect(page.locator("#f-category-research")).to_be_focused()
    expect(page.locator("#f-category-research")).to_be_checked()
    tab_to(page, ".st-hit-name a")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Lamarr-Institut")


def test_a_suggestion_is_chosen_with_the_arrows(open_page: OpenPage) -> None:
    page = open_page("/landkarte/")
    tab_to(page, "#q")
    page.keyboard.type("lamarr")
    field, options = page.locator("#q"), page.locator("[role=option]")
    expect(options.first).to_contain_text("Lamarr-Institut")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Lamarr-Institut")


def test_escape_closes_the_suggestions_and_keeps_the_text(open_page: OpenPage) -> None:
    page = open_page("/landkarte/")
    page.locator("#q").focus()
    page.keyboard.type("fraunhofer")
    expect(page.locator("[role=option]").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[role=listbox]")).to_be_hidden()
    assert page.locator("#q").input_value() == "fraunhofer"


def test_back_and_forward_bring_filters_and_results_back(open_page: OpenPage) -> None:
    page = open_page("/landkarte/")
    everything = page.locator("#finder-count").inner_text()
    page.locator("#f-category-qualification").check()
    expect(page).to_have_url(re.compile("category=qualification"))
    fewer = page.locator("#finder-count").inner_text()
    assert fewer != everything
    page.locator("#sort-newest").click()
    expect(page).to_have_url(re.compile("sort=newest"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"category=qualification$"))
    page.go_back()
    expect(page.locator("#finder-count")).to_have_text(everything)
    expect(page.locator("#f-category-qualification")).not_to_be_checked()
    page.go_forward()
    expect(page.locator("#finder-count")).to_have_text(fewer)
    expect(page.locator("#f-category-qualification")).to_be_checked()


def test_filters_work_where_queries_do_not_count_their_parts(open_page: OpenPage) -> None:
    """As in Safari before 17, which no other browser can stand for in all else."""
    page = open_page("/seite/impressum/")
    page.add_init_script("delete URLSearchParams.prototype.size")
    page.goto(f"{page.url.partition('/seite')[0]}/landkarte/")
    assert page.evaluate("new URLSearchParams('q=a').size") is None
    page.locator("#f-category-research").check()
    expect(page).to_have_url(re.compile(r"\?category=research$"))


def test_a_chip_takes_its_filter_away(open_page: OpenPage) -> None:
    page = open_page("/landkarte/?q=Robotik&category=research")
    page.locator(".st-chip", has_text="Robotik").click()
    expect(page).to_have_url(re.compile(r"\?category=research$"))
    assert page.locator("#q").input_value() == ""
    expect(page.locator("#f-category-research")).to_be_checked()


def test_the_views_hold_the_same_entries(open_page: OpenPage) -> None:
    page = open_page("/landkarte/?category=research&topic=robotics")
    listed = page.locator("#finder-count").inner_text()
    for view in ("table", "map", "list"):
        page.locator(f"#view-{view}").click()
        expect(page.locator(f"#view-{view}")).to_have_attribute("aria-current", "page")
        assert page.locator("#finder-count").inner_text() == listed


def test_the_count_is_said(open_page: OpenPage) -> None:
    page = open_page("/landkarte/")
    page.locator("#f-category-research").check()
    expect(page.locator("#finder-status")).to_contain_text("Einträge")


def test_from_the_overview_to_a_district_to_an_actor(open_page: OpenPage) -> None:
    page = open_page("/landkarte/region/")
    page.get_by_role("row").get_by_role("link", name="Dortmund", exact=True).press("Enter")
    expect(page.locator("h1")).to_have_text("KI in Dortmund")
    page.locator(".st-hit-name a").first.press("Enter")
    expect(page.locator(".st-breadcrumb")).to_contain_text("Dortmund")


# --- without scripts ------------------------------------------------------------------------------
def test_everything_works_without_scripts(open_page: OpenPage) -> None:
    page = open_page("/landkarte/", java_script_enabled=False)
    page.locator("#q").fill("Lamar")
    page.locator("#q").press("Enter")
    expect(page.locator(".st-hit").first).to_contain_text("Lamarr-Institut")
    page.locator("#f-category-research").check()
    page.get_by_role("button", name="Filter anwenden").click()
    expect(page).to_have_url(re.compile("category=research"))
    expect(page.locator(".st-hit").first).to_contain_text("Lamarr-Institut")
    page.locator("#view-map").click()
    expect(page.locator("#landkarte svg")).to_be_visible()
    expect(page.locator(".st-hit").first).to_contain_text("Lamarr-Institut")
    page.locator(".st-hit-name a").first.click()
    expect(page.locator("h1")).to_contain_text("Lamarr-Institut")


def test_the_filters_are_a_sheet_on_a_phone_even_without_scripts(open_page: OpenPage) -> None:
    page = open_page("/landkarte/", 390, 844, java_script_enabled=False)
    expect(page.locator("#f-category-research")).to_be_hidden()
    page.locator(".st-filters-open").click()
    page.locator("#f-category-research").check()
    page.get_by_role("button", name="Filter anwenden").click()
    expect(page).to_have_url(re.compile("category=research"))
    expect(page.locator(".st-chip")).to_have_count(1)


def test_the_sheet_shows_the_count_and_closes_with_escape(open_page: OpenPage) -> None:
    page = open_page("/landkarte/", 390, 844)
    page.locator(".st-filters-open").click()
    before = page.locator(".st-filters-show").inner_text()
    page.locator("#f-category-research").check()
    expect(page.locator(".st-filters-show")).not_to_have_text(before)
    page.keyboard.press("Escape")
    expect(page.locator("#f-category-research")).to_be_hidden()
    expect(page.locator(".st-chip")).to_have_count(1)


# --- on every screen, for every ear -------------------------------------------------------------
def test_axe_finds_nothing_in_open_suggestions_sheet_and_details(
    open_page: OpenPage, product: str
) -> None:
    page = open_page("/landkarte/")
    page.locator("#q").press_sequentially("fraunh")
    expect(page.locator("[role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert findings(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{product}/landkarte/#filter")
    assert findings(page) == []
    page.goto(f"{product}/landkarte/eintrag/lamarr-institut/")
    for summary in page.locator(".st-more > summary").all():
        summary.click()
    assert findings(page) == []
