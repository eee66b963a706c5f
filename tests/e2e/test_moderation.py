"""A moderator works off twenty proposals in a real browser, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache

from e2e.conftest import findings
from factories.curation import make_editor, make_submission, statements
from factories.desk import browser_of
from factories.directory import make_actor
from steiger.regions import load_region
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import User
from steiger.web.background.models import OutgoingMail
from steiger.web.curation.models import Admission, Pair, Submission
from steiger.web.directory.domain.vocabularies import load_vocabularies
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary
from steiger.web.directory.models import Actor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
Open = Callable[..., "Page"]
DESK = "/eintraege/redaktion/"
PROPOSALS = 20
MOST_INTERACTIONS = 4


@pytest.fixture
def visit(chromium: Browser, live_server: Any, tmp_path: Path, settings: Any) -> Iterator[Open]:
    """Opens pages for a person; an error in a console fails the test."""
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    cache.clear()
    load_vocabularies(region=load_region(django_settings.REGION), by=audit.SYSTEM)
    forget_vocabulary()
    contexts, errors = [], []

    def opened(path: str, person: User, width: int = 1440, **options: Any) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            locale="de-DE",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        name = django_settings.SESSION_COOKIE_NAME
        value = browser_of(person).cookies[name].value
        context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.goto(f"{live_server.url}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


class Counted:
    """A keyboard that counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, key: str, *, follow: bool = False) -> None:
        """One key; ``follow``: it leads to another page."""
        self.pressed += 1
        if not follow:
            self.page.keyboard.press(key)
            return
        with self.page.expect_navigation():
            self.page.keyboard.press(key)


@pytest.mark.parametrize(
    ("language", "width", "similar", "why"),
    [
        ("", 1440, "Ähnliche Einträge auf der Karte", "Warum dieser Eintrag hier steht"),
        ("/en", 390, "Similar entries on the map", "Why this entry stands here"),
    ],
    ids=["de", "en"],
)
def test_twenty_proposals_by_keyboard(
    visit: Open, language: str, width: int, similar: str, why: str
) -> None:
    make_actor("Gießerei Nr. 7", slug="giesserei-nr-7")
    for number in range(PROPOSALS):
        name = f"Gießerei Nr. {number}"
        make_submission(title=name, after=statements(name))
    page = visit(f"{language}{DESK}", make_editor(), width=width)
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    keys = Counted(page)
    keys.press("j")
    keys.press("Enter", follow=True)
    assert findings(page) == []
    for number in range(PROPOSALS):
        before = keys.pressed
        assert page.locator("h1").inner_text() == f"Gießerei Nr. {number}"
        if number == 7:  # stands there already: another decision with a reason of its own
            assert page.get_by_role("heading", name=similar).count() == 1
            keys.press("r")
            keys.press("3")
            chosen = page.locator("input[name=reason_reject]:checked")
            assert chosen.get_attribute("value") == "exists"
        elif number == 3:
            keys.press("?")
        else:
            keys.press("a")
        keys.press("Enter", follow=True)
        assert keys.pressed - before <= MOST_INTERACTIONS
    states = sorted(Submission.objects.values_list("state", flat=True))
    assert states == ["accepted"] * (PROPOSALS - 2) + ["asked", "rejected"]
    assert Admission.objects.count() == 2 * (PROPOSALS - 2)
    assert OutgoingMail.objects.count() == PROPOSALS
    assert keys.pressed <= 2 * PROPOSALS + 4
    # The last one is taken back with one key, and waits again.
    assert "Gießerei Nr. 19" in page.locator(".st-mod-just").inner_text()
    keys.press("u", follow=True)
    assert Submission.objects.get(title="Gießerei Nr. 19").state == "waiting"
    page.goto(page.url.split("/eintraege/")[0] + "/landkarte/eintrag/giesserei-nr-0/")
    assert page.get_by_role("heading", name=why).count() == 1
    assert "Bildprüfung für Gießereien" in page.locator("#aufnahme + dl").inner_text()


def test_duplicates_on_a_phone_and_back(visit: Open) -> None:
    one = make_actor("Werkstatt", website="https://werkstatt.example/")
    two = make_actor("Werkstatt GmbH", slug="werkstatt-gmbh", town="Solingen")
    pair = Pair.objects.create(first=one, second=two, score=0.9, reasons=["similar_name"])
    page = visit(f"{DESK}doppelte/{pair.pk}/", make_editor(), width=390)
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("radio", name="Werkstatt GmbH").last.check()
    page.get_by_role("button", name="Zusammenführen").click()
    page.get_by_text("ist mit").wait_for()
    one.refresh_from_db()
    assert one.name == "Werkstatt GmbH"
    page.get_by_role("button", name="Beide zurückholen").click()
    page.get_by_text("Beide Einträge sind wieder da.").wait_for()
    assert set(Actor.objects.values_list("state", flat=True)) == {"published"}
    page.goto(page.url.split("/eintraege/")[0] + "/landkarte/eintrag/werkstatt/verlauf/")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".st-history-list li").count() == 4
