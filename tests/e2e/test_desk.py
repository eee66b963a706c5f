"""The desk in a real browser, by keyboard alone: an adviser does her day, an officer writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.utils import timezone

from e2e.conftest import findings
from factories.cases import make_case
from factories.desk import browser_of, make_advising, make_agreed, make_person, make_talk
from factories.events import come, make_event
from steiger.regions import load_region
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import User
from steiger.web.advice.models import Booking
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.models import Case, CaseTask
from steiger.web.desk.domain.circulars import serve
from steiger.web.desk.models import Circular, Extract
from steiger.web.directory.domain.vocabularies import load_vocabularies
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
Open = Callable[..., "Page"]
DESK = "/arbeitsplatz/"


@pytest.fixture
def visit(chromium: Browser, live_server: Any, tmp_path: Path, settings: Any) -> Iterator[Open]:
    """Opens pages for a person; an error in a console fails the test."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    cache.clear()
    load_vocabularies(region=load_region(django_settings.REGION), by=audit.SYSTEM)
    forget_vocabulary()
    contexts, errors = [], []

    def opened(path: str, person: User, width: int = 1440, **options: Any) -> Page:
        options.setdefault("locale", "de-DE")
        options.setdefault("reduced_motion", "reduce")
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
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
    # A form that comes back with its mistakes answers 400, which browsers note.
    assert [error for error in errors if "status of 400" not in error] == []


def tab_to(page: Page, label: str) -> None:
    """Press Tab until what has the focus bears this label; hidden parts of it count."""
    told = """() => {
        const at = document.activeElement;
        if (at === document.body) return "";
        const named = at.labels?.[0]?.textContent ?? at.textContent ?? "";
        return (at.getAttribute("aria-label") ?? "") + "|" + named.replace(/\\s+/g, " ");
    }"""
    for _ in range(150):
        page.keyboard.press("Tab")
        if label in page.evaluate(told):
            return
    pytest.fail(f"Tab never reaches “{label}” on {page.url}.")


def press(page: Page, label: str, key: str = "Enter") -> None:
    """Walk to a link, button or tick and use it; what leads on has led on afterwards."""
    tab_to(page, label)
    if key == "Enter" and page.evaluate("document.activeElement.matches('a, button')"):
        with page.expect_navigation():
            page.keyboard.press(key)
    else:
        page.keyboard.press(key)


def fill(page: Page, label: str, text: str) -> None:
    """Walk to a field and write."""
    tab_to(page, label)
    page.keyboard.type(text)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


DE = {
    "locale": "de-DE", "start": DESK, "notes": "Lage", "keep": "Notizen speichern",
    "held": "Gehalten", "case": "Zum Fall des Betriebs", "task": "Aufgabe notieren",
    "what": "Was ist zu tun?", "until": "Bis wann", "note": "Notieren", "find": "Betrieb, Name",
}  # fmt: skip
EN = {
    "locale": "en-GB", "start": f"/en{DESK}", "notes": "Situation", "keep": "Keep the notes",
    "held": "Held", "case": "To the firm’s case", "task": "Note a task",
    "what": "What is to be done?", "until": "Until when", "note": "Note it", "find": "Firm, name",
}  # fmt: skip


@pytest.mark.parametrize(("width", "words"), [(1440, DE), (390, EN)], ids=["1440-de", "390-en"])
def test_an_adviser_does_her_day(visit: Open, width: int, words: dict[str, str]) -> None:
    adviser = make_person("adviser", "Berta Beispiel")
    case = make_case(name="Bäckerei Müller")
    begin = timezone.now() - timedelta(minutes=50)
    talk = make_talk(make_advising(adviser), begin, firm=case.firm, firm_name="Bäckerei Müller")
    page = visit(words["start"], adviser, width, locale=words["locale"])
    assert fits(page)
    press(page, "Bäckerei Müller")
    fill(page, words["notes"], "Bestellt nach Gefühl")
    press(page, words["keep"])
    press(page, words["held"])
    press(page, words["case"])
    tab_to(page, words["task"])
    page.keyboard.press("Enter")
    fill(page, words["what"], "Partner anrufen")
    tab_to(page, words["until"])
    page.keyboard.type("11112030")  # the same day, whichever comes first in this browser
    press(page, words["note"])
    talk.refresh_from_db()
    assert (talk.situation, talk.state) == ("Bestellt nach Gefühl", Booking.State.HELD)
    task = CaseTask.objects.get()
    assert (task.case, task.title, task.due_on.year) == (case, "Partner anrufen", 2030)
    page.goto(page.url.partition("/mein-weg")[0].removesuffix("/en") + words["start"])
    fill(page, words["find"], "BAECKEREI muell")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert fits(page)
    press(page, "Bäckerei Müller")
    expect(page.get_by_role("heading", name="Bäckerei Müller")).to_be_visible()
    assert str(case.pk) in page.url


@pytest.mark.parametrize(
    ("width", "language"), [(390, "de"), (1440, "en")], ids=["390-de", "1440-en"]
)
def test_an_officer_writes_to_those_who_agreed_and_takes_a_table(
    visit: Open, width: int, language: str
) -> None:
    german = language == "de"
    officer = make_person("funding_officer", "Olga Beispiel")
    people = [make_agreed(n) for n in range(3)]
    make_case("nie@example.org", name="Nie gefragt")
    come(make_event(title_de="Beispieltag", title_en="Example day"), 1)
    OutgoingMail.objects.all().delete()
    locale = "de-DE" if german else "en-GB"
    page = visit(
        DESK if german else f"/en{DESK}", officer, width, locale=locale, accept_downloads=True
    )
    press(page, "Rundschreiben" if german else "Circulars")
    press(page, "Neues Rundschreiben" if german else "New circular")
    fill(page, "Betreff" if german else "Subject", "Neue Sprechstunden")
    fill(page, "Text", "Ab Januar auch abends.")
    press(page, "Speichern und ansehen" if german else "Keep it and look at it")
    assert fits(page)
    press(page, "Zur Probe an mich" if german else "Try it out on me")
    assert OutgoingMail.objects.get().recipients["to"] == [officer.email]
    OutgoingMail.objects.all().delete()
    press(page, "An 3 Personen senden" if german else "Send to 3 people")
    circular = Circular.objects.get()
    assert serve(circular.pk) == 3
    to = {mail.recipients["to"][0] for mail in OutgoingMail.objects.all()}
    assert to == {contact.email for contact in people}
    press(page, "Tabellen" if german else "Tables")
    press(page, "Anmeldungen zu Veranstaltungen" if german else "Registrations for events")
    press(page, "Tabelle mitnehmen" if german else "Take the table")
    said = "Schreiben Sie, wofür" if german else "Say what you need the table for."
    expect(page.get_by_text(said)).to_be_visible()
    needed = page.get_by_label("Wofür brauchen" if german else "What do you need it for?")
    expect(needed).to_be_focused()
    page.keyboard.type("Namensschilder drucken")
    tab_to(page, "Tabelle mitnehmen" if german else "Take the table")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.startswith("anmeldungen-")
    assert Path(download.value.path()).stat().st_size > 1000
    log = Extract.objects.get()
    assert (log.rows, log.purpose, log.person) == (1, "Namensschilder drucken", officer)


@pytest.mark.parametrize(("language", "theme"), [("/en", "dark")], ids=["en"])
def test_axe_finds_nothing_and_no_page_is_wider_than_a_phone(
    visit: Open, language: str, theme: str, live_server: Any
) -> None:
    head = make_person("administrator", "Hanna Beispiel")
    adviser = make_advising(head)
    make_talk(adviser)
    make_talk(adviser, timezone.now() - timedelta(days=2), firm_name="Vorbei GmbH")
    make_event(days=0.05)
    make_event(state="draft")
    make_agreed(1)
    case = Case.objects.get()
    page = visit(f"{language}{DESK}", head, 390, color_scheme=theme)
    problems, wide = {}, {}

    def look(path: str) -> None:
        page.goto(f"{live_server.url}{language}{path}")
        page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
        if found := findings(page):
            problems[path] = found
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > 390:
            wide[path] = needed

    circular = Circular.objects.create(
        subject_de="Neues", text_de="Ab Januar auch abends.", subject_en="News", text_en="Text",
        filters={"districts": ["05913"]}, author=head,
    )  # fmt: skip
    Extract.objects.create(
        person=head,
        as_role="administrator",
        kind="faelle",
        form="csv",
        rows=3,
        purpose="Jahresbericht",
    )
    for path in (
        DESK,
        f"{DESK}suche/?q=beispiel",
        f"{DESK}rundschreiben/",
        f"{DESK}rundschreiben/{circular.pk}/",
        f"{DESK}rundschreiben/{circular.pk}/?aendern",
        f"{DESK}tabellen/",
        f"{DESK}tabellen/anmeldungen/",
        f"/mein-weg/faelle/{case.pk}/",
    ):
        look(path)
    circular.state, circular.started_at = Circular.State.STOPPED, timezone.now()
    circular.save()
    look(f"{DESK}rundschreiben/{circular.pk}/")
    assert (problems, wide) == ({}, {})
