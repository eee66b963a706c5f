"""Consultation hours in a real browser: a baker books by keyboard, an adviser does her day."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from e2e.conftest import findings
from factories.advice import make_adviser, make_topics
from steiger.lib.typesetting import fonts_as_ttf
from steiger.web.advice.models import Booking
from steiger.web.background.models import OutgoingMail
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
START = "/sprechstunde/"
MOST_STEPS, MOST_SECONDS = 6, 60
Open = Callable[..., "Page"]


@pytest.fixture
def advisers(db: None) -> None:
    """Two advisers."""
    cache.clear()
    make_topics()
    forget_vocabulary()
    make_adviser()
    make_adviser("Sara Beispiel", topics=["law"], place="05113000")
    # What a process does once is not what a visitor waits for.
    fonts_as_ttf(settings.FONT_SOURCES, settings.FONT_DIR)
    Client().post(START, {"words": "Wie viel Brot backen?", "format": "video", "language": "de"})


@pytest.fixture
def visit(chromium: Browser, live_server: Any, advisers: None) -> Iterator[Open]:
    """Opens pages; an error in a console fails the test."""
    contexts, errors = [], []

    def opened(path: str, width: int = 1440, height: int = 900, **options: Any) -> Page:
        client = options.pop("client", None)
        options.setdefault("locale", "de-DE")
        options.setdefault("reduced_motion", "reduce")
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        if client is not None:
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}
            context.add_cookies([cookie])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: errors.append(message.text) if message.type == "error" else None,
        )
        page.goto(f"{live_server.url}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    # A form that is sent back with its mistakes answers 400, a link that has ended 404.
    assert [error for error in errors if "status of 40" not in error] == []


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def tab_to(page: Page, label: str) -> None:
    """Press Tab until the field with this label, or the button, has the focus."""
    told = """() => {
        const at = document.activeElement;
        return (at.labels?.[0]?.innerText ?? at.innerText ?? "") + "|" + (at.value ?? "");
    }"""
    for _ in range(80):
        page.keyboard.press("Tab")
        if label in page.evaluate(told):
            return
    pytest.fail(f"Tab never reaches “{label}”.")


def link(word: str) -> str:
    mail = OutgoingMail.objects.order_by("created_at").last()
    assert mail is not None
    found = re.search(rf"{re.escape(settings.BASE_URL)}(\S*/{word}/\S+)", mail.content["text"])
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize(
    ("width", "locale", "labels"),
    [
        (390, "de-DE", ("Was möchten Sie", "Zeiten zeigen", "Ihr Betrieb", "Ihr Name",
                        "E-Mail-Adresse", "Diese Zeit", "Ja, ich komme")),
        (1440, "en-GB", ("What would you", "Show times", "Your firm", "Your name",
                         "E-mail address", "Keep this time", "Yes, I am coming")),
    ],
    ids=["390-de", "1440-en"],
)  # fmt: skip
def test_a_baker_books_by_keyboard_alone(
    visit: Open, live_server: Any, width: int, locale: str, labels: tuple[str, ...]
) -> None:
    words, show, firm, name, email, keep, yes = labels
    start = START if locale == "de-DE" else f"/en{START}"
    page = visit(start, width, 844, locale=locale)
    begin, steps = time.monotonic(), 0
    assert findings(page) == []
    tab_to(page, words)
    page.keyboard.type("Abends bleibt Brot übrig. Wie viel sollen wir backen?")
    steps += 1
    tab_to(page, show)
    page.keyboard.press("Enter")
    page.wait_for_selector(".st-slot")
    steps += 1
    assert (findings(page), fits(page)) == ([], True)
    tab_to(page, "Vera Beispiel")
    page.keyboard.press("Space")
    steps += 1
    for label, text in ((firm, "Bäckerei Beispiel"), (name, "Bea"), (email, "b@example.org")):
        tab_to(page, label)
        page.keyboard.type(text)
    tab_to(page, keep)
    page.keyboard.press("Enter")
    page.wait_for_url("**/unterwegs/")
    steps += 1
    assert (findings(page), fits(page)) == ([], True)
    page.goto(f"{live_server.url}{link('bestaetigen')}")
    steps += 1
    assert (findings(page), fits(page)) == ([], True)
    tab_to(page, yes)
    page.keyboard.press("Enter")
    page.wait_for_url("**/termin/**")
    steps += 1
    seconds = time.monotonic() - begin
    assert (findings(page), fits(page)) == ([], True)
    assert Booking.objects.get().state == "confirmed"
    print(f"{width} px, {locale}: {steps} steps, {seconds:.1f} s")
    assert steps <= MOST_STEPS
    assert seconds <= MOST_SECONDS


def test_without_scripts_and_with_mistakes(visit: Open) -> None:
    page = visit(START, 390, 844, java_script_enabled=False)
    page.get_by_role("button", name="Zeiten zeigen").click()
    expect(page.get_by_text("Schreiben Sie in einem Satz")).to_be_visible()
    page.get_by_label("Was möchten Sie").fill("Was verlangt die DSGVO beim Datenschutz?")
    page.get_by_role("button", name="Zeiten zeigen").click()
    page.locator(".st-slot", has_text="Sara Beispiel").first.click()
    page.get_by_label("Ihr Name").fill("Bea Beispiel")
    page.get_by_role("button", name="Diese Zeit").click()
    expect(page.get_by_text("Schreiben Sie den Namen Ihres Betriebs")).to_be_visible()
    expect(page.get_by_label("Ihr Name")).to_have_value("Bea Beispiel")
    expect(page.locator(".st-slot input:checked")).to_have_count(1)


@pytest.mark.parametrize("width", [390, 1440])
def test_an_adviser_does_her_day(visit: Open, client: Client, width: int) -> None:
    page = visit(START, width)
    page.get_by_label("Was möchten Sie").fill("Abends bleibt Brot übrig, wie viel backen?")
    page.get_by_role("button", name="Zeiten zeigen").click()
    page.locator(".st-slot", has_text="Vera").first.click()
    for label, text in (
        ("Ihr Betrieb", "Bäckerei Beispiel"),
        ("Ihr Name", "Bea"),
        ("E-Mail-Adresse", "b@example.org"),
    ):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Diese Zeit").click()
    page.goto(page.url.replace("/sprechstunde/unterwegs/", link("bestaetigen")))
    page.get_by_role("button", name="Ja, ich komme").click()
    page.wait_for_url("**/termin/**")
    own = page.url
    booking = Booking.objects.get()
    booking.starts_at = timezone.now() - timedelta(minutes=50)
    booking.ends_at = timezone.now() - timedelta(minutes=5)
    booking.save()
    client.force_login(booking.adviser.user, backend=BACKEND)
    desk = visit("/sprechstunde/kalender/", width, client=client)
    assert (findings(desk), fits(desk)) == ([], True)
    desk.get_by_role("link", name="Bäckerei Beispiel").first.click()
    assert (findings(desk), fits(desk)) == ([], True)
    desk.get_by_label("Lage").fill("Bestellt nach Gefühl")
    desk.get_by_label("Vereinbarte nächste Schritte").fill("Kassendaten ansehen")
    desk.get_by_role("button", name="Notizen speichern").click()
    desk.get_by_role("button", name="Gehalten").click()
    expect(desk.get_by_role("heading", name="gehalten")).to_be_visible()
    for path in ("?ansicht=woche", "profil/"):
        desk.goto(own.partition("termin/")[0] + "kalender/" + path)
        assert (findings(desk), fits(desk)) == ([], True)
    page.goto(own)
    expect(page.get_by_text("Kassendaten ansehen")).to_be_visible()
