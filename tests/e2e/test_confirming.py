"""A representative confirms her entry by the link in the mail: one click, no account."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from e2e.conftest import findings
from factories.freshness import make_representative, token_in
from steiger.web.background.models import OutgoingMail
from steiger.web.curation.domain import reminders
from steiger.web.curation.models import Confirmation, Submission

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
Open = Callable[..., "Page"]
WORDS = {
    "de": ("Stimmt das noch?", "Ja, alles stimmt", "von der Stelle selbst"),
    "en": ("Is this still right?", "Yes, everything is right", "by the organisation itself"),
}


@pytest.fixture
def visit(chromium: Browser, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens pages without an account; an error in a console fails the test."""
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    contexts, errors = [], []

    def opened(path: str, width: int, language: str) -> Page:
        locale = {"de": "de-DE", "en": "en-GB"}[language]
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale=locale)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.goto(f"{live_server.url}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [error for error in errors if "status of 410" not in error] == []


def mailed_path(language: str) -> str:
    """An entry was due; the path of the link in its mail."""
    make_representative(language=language)
    reminders.run_cycle()
    mail = OutgoingMail.objects.get()
    with override(language):
        path = reverse("curation:confirm", args=[token_in(mail)])
    assert path in mail.content["text"]
    return path


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("width", [1440, 390])
def test_one_click_confirms(visit: Open, width: int, language: str) -> None:
    path = mailed_path(language)
    heading, button, confirmed = WORDS[language]
    begun = time.monotonic()
    page = visit(path, width, language)
    page.get_by_role("heading", name=heading, level=1).wait_for()
    assert findings(page) == []
    assert not Confirmation.objects.exists()  # reading is no confirmation
    page.get_by_role("button", name=button).click()
    page.get_by_role("status").filter(has_text="Beispielinstitut").wait_for()
    assert time.monotonic() - begun < 15
    assert Confirmation.objects.get().how == "link"
    assert findings(page) == []
    page.locator("main").get_by_role("link").last.click()
    page.get_by_text(confirmed).wait_for()
    page.goto(page.url.split("/landkarte/")[0].removesuffix("/en") + path)
    assert "410" in str(page.request.get(page.url).status)


def test_keyboard_alone_confirms(visit: Open) -> None:
    page = visit(mailed_path("de"), 390, "de")
    button = page.get_by_role("button", name=WORDS["de"][1])
    for _ in range(40):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="Beispielinstitut").wait_for()
    assert Confirmation.objects.count() == 1


def test_change_without_an_account(visit: Open) -> None:
    page = visit(mailed_path("de"), 390, "de")
    page.get_by_role("link", name="Etwas hat sich geändert").click()
    page.get_by_label("Website").fill("https://neu.example.org/")
    assert findings(page) == []
    page.get_by_role("button", name="Einreichen").click()
    page.get_by_role("status").filter(has_text="Redaktion").wait_for()
    assert Submission.objects.get().after[0]["url"] == "https://neu.example.org/"
