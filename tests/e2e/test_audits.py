"""A firm, an examiner, a second one: from the description to a certificate in the register."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.test import Client

from e2e.every_page import look
from factories.audits import (
    DECLARATION,
    HIGH,
    VALUES,
    all_rated,
    certified,
    examiner,
    person,
    results,
)
from steiger.web.accounts.models import User
from steiger.web.audits.domain import examining
from steiger.web.audits.models import Audit, Certificate

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def visit(chromium: Browser, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[Any]:
    """Pages for somebody, without scripts."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "uploads"
    for name in ("base_location", "location", "_location"):
        default_storage.__dict__.pop(name, None)
    cache.clear()
    contexts: list[Any] = []

    def opened(path: str, user: User | None, *, width: int = 1440, scripts: bool = False) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale="de-DE", java_script_enabled=scripts
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user, backend=BACKEND)
            value = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(f"{live_server.url}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


def test_answer_on_a_certificate_fits_a_phone(visit: Any, tmp_path: Path) -> None:
    applicant = person("antrag@giesserei.example")
    first = examiner("erste@pruefhaus.example", "Prüfhaus Beispiel")
    second = examiner("zweite@institut.example", "Institut Beispiel")
    file = tmp_path / "bescheinigung.json"
    file.write_bytes(bytes(certified(applicant, first, second).content))
    page = visit("/pruefung/pruefen/", None, width=390, scripts=True)
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Prüfen", exact=True).click()
    page.get_by_text("Echt und gültig").wait_for()
    assert look(page, 390) == []


def test_from_description_to_certificate(visit: Any) -> None:
    applicant = person("antrag@giesserei.example")
    first = examiner("erste@pruefhaus.example", "Prüfhaus Beispiel")
    second = examiner("zweite@institut.example", "Institut Beispiel")
    firm = visit("/pruefung/", applicant)
    firm.click("text=Prüfung beantragen")
    for name in ("organisation", "title", "version", "description"):
        firm.fill(f"#id_{name}", VALUES[name])
    firm.click("main button:has-text('Speichern und weiter')")
    for question, answer in HIGH.items():
        firm.select_option(f"[id='id_{question}']", answer)
    firm.click("text=Antworten speichern")
    audit = Audit.objects.get()
    for indicator, said in all_rated(audit).items():
        if firm.locator(f"[id='id_level-{indicator}']").count() == 0:
            firm.click("main .st-results a:has-text('Verlässlichkeit')")
        firm.select_option(f"[id='id_level-{indicator}']", said.level)
        firm.fill(f"[id='id_reason-{indicator}']", said.reason)
    firm.click("main button:has-text('Speichern und weiter')")
    beleg = {"name": "beleg.txt", "mimeType": "text/plain", "buffer": b"Gemessen."}
    firm.set_input_files("#id_file", beleg)
    firm.click("main button:has-text('Prüfen und ablegen')")
    firm.click("main button:has-text('Einreichen')")
    expect(firm.locator("main")).to_contain_text("noch keine Datei als Beleg")
    firm.click("main .st-results a:has-text('Verlässlichkeit')")
    for indicator in all_rated(audit):
        firm.check(f"[name='files-{indicator}']")
    firm.click("main button:has-text('Speichern und weiter')")
    firm.click("main button:has-text('Einreichen')")

    one = visit("/pruefung/pruefende/", first)
    one.click(f"main >> text={VALUES['title']}")
    one.fill("#id_words", DECLARATION)
    one.click("main button:has-text('Erklären und übernehmen')")
    file = {"name": "results.json", "mimeType": "application/json", "buffer": results(audit)}
    one.set_input_files("#results_file", file)
    one.click("main button:has-text('Messergebnisse einlesen')")
    # The form of ratings is the applicant's, walked through above.
    examining.rate(audit=audit, by=first, said=all_rated(audit))
    one.click("main button:has-text('Meine Prüfung abschließen')")

    two = visit("/pruefung/pruefende/", second)
    two.click(f"main >> text={VALUES['title']}")
    two.fill("#id_words", DECLARATION)
    two.click("main button:has-text('Erklären und übernehmen')")
    two.click("main button:has-text('Meine Prüfung abschließen')")
    firm.reload()
    firm.fill("#id_words", "Einverstanden.")
    firm.click("main button:has-text('Stellungnahme abgeben')")
    two.reload()
    two.click("main a:has-text('Entscheiden')")
    two.select_option("#id_granted", "yes")
    two.fill("#id_reason", "Alle Dimensionen erreichen, was verlangt ist.")
    two.click("main button:has-text('Entscheiden')")
    public = visit("/pruefung/register/?q=Risserkennung", None)
    public.click(f"main .st-results a:has-text('{VALUES['title']}')")
    expect(public.locator("main")).to_contain_text("Gültig, Stand")
    assert Certificate.objects.get().get_absolute_url() in public.url


def test_fields_that_lack_the_same_are_told_apart_in_the_notice(visit: Any) -> None:
    page = visit("/pruefung/neu/", person("antrag@giesserei.example"), width=390, scripts=True)
    page.locator("main form").last.evaluate("form => { form.noValidate = true }")
    page.get_by_role("button", name="Speichern und weiter").click()
    notice = page.locator("main .st-alert--danger")
    expect(notice.get_by_role("link")).to_have_count(3)
    expect(notice.get_by_role("link", name="Name des Systems: ")).to_have_count(1)
