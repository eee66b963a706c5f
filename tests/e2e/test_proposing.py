"""A start-up puts itself on the map: by keyboard, without an account, up to its public page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from e2e.conftest import findings
from factories.curation import accept
from factories.directory import make_actor
from steiger.web.background.models import OutgoingMail
from steiger.web.curation.interfaces import guarding
from steiger.web.curation.models import Submission

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


#: What the pages say in English.
ENGLISH = {
    "Name der Organisation": "Name of the organisation",
    "Meinen Sie …?": "Do you mean …?",
    "Das sind wir": "That is us",
    "in ein bis drei Sätzen": "in one to three sentences",
    "steht wieder im Formular": "stands in the form again",
    "Was belegt den Sitz?": "What shows the seat?",
    "Welcher Beleg": "Which one, in a few words",
    "Ihre E-Mail-Adresse": "Your e-mail address",
    "Die Angaben zum Eintrag": "The statements about the entry",
    "Vorschlag absenden": "Send the proposal",
    "Eine E-Mail ist unterwegs": "A mail is on its way",
    "Ja, an die Redaktion": "Yes, send it to the editors",
}


@pytest.fixture(params=[("de-DE", 390), ("en-GB", 1440)], ids=["de", "en"])
def page(
    request: pytest.FixtureRequest,
    *,
    chromium: Browser,
    live_server: Any,
    settings: Any,
    tmp_path: Path,
    monkeypatch: Any,
) -> Iterator[Page]:
    """A window; an error in its console fails the test."""
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    monkeypatch.setattr(guarding, "LEAST_S", 1)
    errors: list[str] = []
    locale, width = request.param
    context = chromium.new_context(viewport={"width": width, "height": 844}, locale=locale)
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    yield opened
    context.close()
    assert errors == []


@pytest.fixture
def to(page: Page) -> Callable[[Locator], None]:
    """Moves the focus by the tab key alone."""

    def move(target: Locator) -> None:
        for _ in range(90):
            page.keyboard.press("Tab")
            if target.evaluate("one => one === document.activeElement"):
                return
        pytest.fail(f"The tab key never reaches {target}.")

    return move


def test_a_start_up_proposes_itself(
    page: Page, live_server: Any, to: Callable[[Locator], None], request: pytest.FixtureRequest
) -> None:
    make_actor("Rheinische Gussprüfung GmbH")
    english = "[en]" in request.node.name

    def told(german: str) -> str:
        return ENGLISH[german] if english else german

    def fill(label: str, text: str) -> None:
        to(page.get_by_label(label, exact=False).first)
        page.keyboard.insert_text(text)

    page.goto(f"{live_server.url}{'/en' if english else ''}/eintraege/neu/?district=05124")
    fill(told("Name der Organisation"), "Rheinische Gusspruefung")
    likely = page.get_by_text(told("Meinen Sie …?"))
    likely.wait_for()
    to(page.get_by_role("link", name=told("Das sind wir")))  # the easy way
    page.get_by_label(told("Name der Organisation")).focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("Wupperblick Bildprüfung GmbH")
    likely.wait_for(state="hidden")
    fill("Website", "wupperblick.example")
    fill(told("in ein bis drei Sätzen"), "Wir prüfen Bauteile mit Kameras.")
    to(page.locator('input[value="startup"]'))
    page.keyboard.press("Space")
    page.keyboard.press("Tab")  # the fields of the chosen sub-category have appeared
    page.keyboard.insert_text("Sucht Betriebe für einen Versuch.")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("Kamera für Gussteile")
    product = page.locator("#id_value__startup__product")
    expect(page.locator("#id_number_register")).to_be_visible()
    for other in ("#id_value__provider__product", "#id_number_ror"):  # of nothing chosen
        assert page.locator(other).is_hidden()
    page.reload()  # the browser has kept everything that was typed
    page.get_by_text(told("steht wieder im Formular")).wait_for()
    assert product.input_value() == "Kamera für Gussteile"
    fill(told("Was belegt den Sitz?"), "Impressum: Hofaue 1, 42103 Wuppertal")
    fill(told("Welcher Beleg"), "Kamera, die Risse findet")
    fill(told("Ihre E-Mail-Adresse"), "kim@wupperblick.example")
    to(page.get_by_role("checkbox", name=told("Die Angaben zum Eintrag")))
    page.keyboard.press("Space")
    assert findings(page) == []
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    to(page.get_by_role("button", name=told("Vorschlag absenden")))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=told("Eine E-Mail ist unterwegs")).wait_for()

    url = re.search(r"https?://\S+/abgeschickt/\S+", OutgoingMail.objects.get().content["text"])
    assert url is not None
    page.goto(live_server.url + urlsplit(url.group()).path)
    to(page.get_by_role("button", name=told("Ja, an die Redaktion")))
    page.keyboard.press("Enter")
    page.wait_for_url("**/eintraege/stand/**")
    row = Submission.objects.get()
    assert row.state == Submission.State.WAITING
    page.get_by_text("Kamera, die Risse findet").wait_for()  # what was sent can be read again
    assert findings(page) == []

    accept(row)
    row.refresh_from_db()
    assert row.actor is not None
    page.goto(live_server.url + row.actor.get_absolute_url())
    page.get_by_role("heading", name="Wupperblick Bildprüfung GmbH", level=1).wait_for()
    page.get_by_text("Kamera, die Risse findet").first.wait_for()
