"""A form that came back with mistakes takes whoever filled it in to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.e2e]


@pytest.fixture
def page(chromium: Browser, product: str) -> Iterator[Page]:
    """Not `open_page`: the console complains of the 400 that answers a form with mistakes."""
    context = chromium.new_context(locale="de-DE", base_url=product)
    yield context.new_page()
    context.close()


def test_the_focus_goes_to_the_notice_which_leads_to_every_field(page: Page) -> None:
    page.goto("/sprechstunde/")
    page.get_by_role("button", name="Zeiten zeigen").click()
    notice = page.locator("main .st-alert--danger")
    expect(notice).to_be_focused()
    notice.get_by_role("link", name="Schreiben Sie in einem Satz, worum es geht.").press("Enter")
    expect(page.get_by_label("Was möchten Sie erreichen?")).to_be_focused()


def test_without_a_notice_the_focus_goes_to_the_first_field_that_is_meant(page: Page) -> None:
    page.goto("/konto/login/")
    page.locator("main form").first.evaluate("form => { form.noValidate = true }")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_label("E-Mail-Adresse")).to_be_focused()
