"""A walk over the network: by keyboard, from the list, with filters, and without WebGL."""

from __future__ import annotations

import re

import pytest

from e2e.conftest import OpenPage, findings

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = pytest.mark.e2e

NETWORK = "/landkarte/?view=network"
NO_WEBGL = """
    const original = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
      return kind.startsWith("webgl") ? null : original.call(this, kind, ...rest);
    };
"""


def test_network_is_driven_by_list_and_keyboard(open_page: OpenPage) -> None:
    page = open_page(NETWORK, reduced_motion="reduce")
    page.wait_for_selector("#netz.is-live")
    status = page.locator("#netz > [role=status]")
    line = page.locator("#finder-results .st-tie").first
    names = line.locator(".st-tie-ends a").all_inner_texts()
    line.get_by_role("button", name="Im Netz zeigen").press("Enter")
    expect(line).to_have_class(re.compile("is-active"))
    expect(status).to_contain_text(names[0])
    stage = page.get_by_role("application", name="Netz der Einträge")
    stage.press("0")
    stage.press("Enter")
    expect(status).to_contain_text(re.compile("Beziehung"))
    before = status.inner_text()
    for key in ("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown"):
        stage.press(key)
    stage.press("Enter")
    chosen = page.get_by_role("region", name="Gewählter Eintrag")
    expect(chosen.locator("h2")).to_be_visible()
    assert before
    assert findings(page) == []
    stage.press("Escape")
    stage.press("Escape")
    expect(chosen).to_be_hidden()
    field = page.get_by_label("Im Netz finden")
    field.fill(names[1])
    expect(chosen.locator("h2")).to_have_text(names[1])
    page.get_by_role("button", name="Auswahl aufheben").click()
    page.get_by_role("button", name="Vergrößern").click()


def test_network_follows_the_filters(open_page: OpenPage) -> None:
    page = open_page(NETWORK)
    page.wait_for_selector("#netz.is-live")
    with page.expect_response(re.compile(r"netz\.json\?q=RWTH")) as answer:
        page.get_by_label("Wen oder was suchen Sie?").fill("RWTH")
    drawn = len(answer.value.json()["row"])
    expect(page.locator("#finder-results .st-tie")).to_have_count(min(drawn, 50))
    expect(page).to_have_url(re.compile("view=network"))


def test_without_webgl_or_script_the_list_and_a_picture_stay(open_page: OpenPage) -> None:
    page = open_page("/landkarte/")
    page.add_init_script(NO_WEBGL)
    page.goto(page.url.split("?")[0] + "?view=network")
    expect(page.locator("#netz img")).to_be_visible()
    expect(page.locator("#netz")).to_contain_text("Die Liste enthält alle Beziehungen")
    plain = open_page(NETWORK, java_script_enabled=False)
    picture = plain.locator("#netz img")
    expect(picture).to_be_visible()
    assert picture.bounding_box()["height"] > 200
    expect(plain.locator(".st-tie").first).to_be_visible()


def test_chosen_entries_are_compared(open_page: OpenPage) -> None:
    page = open_page("/landkarte/")
    boxes = page.get_by_role("checkbox", name=re.compile("^Vergleichen"))
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="Ausgewählte vergleichen").click()
    expect(page.get_by_role("columnheader")).to_have_count(2)
    assert findings(page) == []
