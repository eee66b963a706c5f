"""An institute takes over its imported entry and adds a role, by keyboard, up to its page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from e2e.conftest import findings
from factories.curation import accept
from factories.directory import make_actor, make_source
from steiger.web.background.models import OutgoingMail
from steiger.web.curation.interfaces import guarding
from steiger.web.curation.models import Confirmation, Submission

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
Open = Callable[[int, str], "Page"]


@dataclass(frozen=True)
class Words:
    """What the pages say in one language."""

    prefix: str
    claim: str
    email: str
    ask: str
    yes: str
    mine: str
    edit: str
    group: str
    role: str
    offer: str
    look: str
    changes: str
    send: str
    waiting: str


GERMAN = Words(
    "",
    "Diesen Eintrag vertreten und pflegen",
    "Ihre E-Mail-Adresse bei dieser Stelle",
    "Link zum Bestätigen zusenden",
    "Ja, ich spreche dafür",
    "Meine Einträge",
    "Bearbeiten",
    "Forschung",
    "Forschungskooperation",
    "Was ein Betrieb bei Ihnen bekommt, auf Deutsch",
    "Änderungen ansehen",
    "Was sich ändert",
    "Änderung absenden",
    "Wartet auf die Redaktion",
)
ENGLISH = Words(
    "/en",
    "Represent this entry and edit it",
    "Your e-mail address at this organisation",
    "Send me the link to confirm",
    "Yes, I speak for it",
    "My entries",
    "Edit",
    "Research",
    "Research cooperation",
    "What a firm gets from you, in German",
    "See what changes",
    "What changes",
    "Send the change",
    "Waiting for the editors",
)


@pytest.fixture
def opened(
    chromium: Browser, live_server: Any, settings: Any, tmp_path: Path, monkeypatch: Any
) -> Iterator[Open]:
    """Opens a window; an error in its console fails the test."""
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    monkeypatch.setattr(guarding, "LEAST_S", 1)
    contexts, errors = [], []

    def window(width: int, locale: str) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale=locale)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        return page

    yield window
    for context in contexts:
        context.close()
    assert errors == []


@dataclass
class Keyboard:
    """Nothing but keys."""

    page: Page

    def to(self, target: Locator) -> None:
        """Move the focus by the tab key."""
        for _ in range(90):
            self.page.keyboard.press("Tab")
            if target.evaluate("one => one === document.activeElement"):
                return
        pytest.fail(f"The tab key never reaches {target}.")

    def press(self, role: Any, name: str, key: str = "Enter") -> None:
        """Press a key on a link, a button, or a checkbox of the content."""
        self.to(self.page.locator("main").get_by_role(role, name=name).first)
        self.page.keyboard.press(key)

    def fill(self, target: Locator, text: str) -> None:
        """Write into a field."""
        self.to(target)
        self.page.keyboard.insert_text(text)

    def heading(self, name: str) -> None:
        """A page has come that is well made."""
        self.page.get_by_role("heading", name=name, exact=True).first.wait_for()
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width
        assert findings(self.page) == []


@pytest.mark.parametrize(
    ("width", "locale", "words"), [(1440, "de-DE", GERMAN), (390, "en-GB", ENGLISH)]
)
def test_an_institute_takes_over_its_entry_and_adds_a_role(
    opened: Open, live_server: Any, width: int, locale: str, words: Words
) -> None:
    actor = make_actor(
        "Institut für Beispiele",
        website="https://institut.example.org/",
        source=make_source("ror", 40),
    )
    page = opened(width, locale)
    keys = Keyboard(page)
    page.goto(f"{live_server.url}{words.prefix}/landkarte/eintrag/{actor.slug}/")
    keys.press("link", words.claim)
    keys.fill(page.get_by_label(words.email), "rita@institut.example.org")
    page.wait_for_timeout(1000)  # as the form asks of everybody
    keys.press("button", words.ask)
    page.wait_for_url("**/unterwegs/")

    url = re.search(r"https?://\S+/abgeschickt/\S+", OutgoingMail.objects.get().content["text"])
    assert url is not None
    page.goto(live_server.url + urlsplit(url.group()).path)
    keys.press("button", words.yes)
    keys.heading(words.mine)
    keys.press("link", words.edit)
    keys.heading(actor.name)
    keys.to(page.locator("summary").get_by_text(words.group, exact=True))
    page.keyboard.press("Enter")
    keys.press("checkbox", words.role, "Space")
    page.keyboard.press("Tab")  # the fields of the chosen sub-category have appeared
    page.keyboard.insert_text("Gemeinsame Projekte mit Betrieben.")
    role = page.locator(".st-propose-role").filter(has=page.get_by_label(words.role))
    for needed in role.locator('[id^="id_value__"]').all():
        if needed.is_visible():
            keys.fill(needed, "Sehen")
    keys.press("button", words.look)
    keys.heading(words.changes)
    assert "Gemeinsame Projekte mit Betrieben." in page.locator("ins").first.inner_text()
    assert not Submission.objects.filter(kind="edit").exists()  # looking sends nothing
    keys.press("button", words.send)
    keys.heading(words.waiting)

    accept(Submission.objects.get(kind="edit"), reason="correct")
    assert Confirmation.objects.get().role == "representative"
    page.goto(f"{live_server.url}/landkarte/eintrag/{actor.slug}/")
    page.get_by_text("Gemeinsame Projekte mit Betrieben.").first.wait_for()
