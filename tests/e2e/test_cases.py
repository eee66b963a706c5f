"""The room of cases in a real browser: an adviser does her case; the firm follows its link."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client

from e2e.conftest import findings
from factories.cases import EMAIL, PDF, make_adviser, make_case, make_full_case
from steiger.regions import load_region
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import User
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.domain.links import _new_link
from steiger.web.cases.models import Case, CaseEntry, Firm
from steiger.web.directory.domain.vocabularies import load_vocabularies
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Open = Callable[..., "Page"]


@pytest.fixture
def people(db: None, tmp_path: Path, settings: Any) -> tuple[User, User]:
    """Two advisers; words of the region; an own folder for files."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    cache.clear()
    load_vocabularies(region=load_region(django_settings.REGION), by=audit.SYSTEM)
    forget_vocabulary()
    return make_adviser(), make_adviser("Carla Beispiel")


@pytest.fixture
def visit(chromium: Browser, live_server: Any, people: tuple[User, User]) -> Iterator[Open]:
    """Opens pages, signed in if a person is given; an error in a console fails the test."""
    contexts, errors = [], []

    def opened(path: str, width: int = 1440, person: User | None = None, **options: Any) -> Page:
        options.setdefault("locale", "de-DE")
        options.setdefault("reduced_motion", "reduce")
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        if person:
            client = Client()
            client.force_login(person, backend=BACKEND)
            cookies = [
                {"name": k, "value": v.value, "url": live_server.url}
                for k, v in client.cookies.items()
            ]
            context.add_cookies(cookies)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.goto(f"{live_server.url}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    # Browsers note a form that comes back with its mistakes (400) and a used link (410).
    noted = ("status of 400", "status of 410")
    assert [error for error in errors if not any(n in error for n in noted)] == []


@pytest.mark.parametrize("width", [1440, 390])
def test_adviser_does_her_case(visit: Open, people: tuple[User, User], width: int) -> None:
    case = make_case()
    page = visit("/mein-weg/faelle/?adviser=none", width, people[0])
    page.get_by_role("link", name="Bäckerei Zwiebelkuchen").click()
    page.get_by_role("button", name="Fall übernehmen").click()
    page.get_by_label("Notiz", exact=True).fill("Will die Backmengen planen.")
    page.get_by_role("button", name="Notiz speichern").click()
    page.get_by_text("Aufgabe notieren").click()
    page.get_by_label("Was ist zu tun?").fill("Partner anrufen")
    page.get_by_role("button", name="Notieren", exact=True).click()
    page.get_by_role("link", name="Ergebnis", exact=True).click()
    page.get_by_role("button", name="Eintragen").click()
    expect(page.locator(".st-field__error").get_by_text("Geben Sie einen Tag an")).to_be_visible()
    page.get_by_label("Wann?").fill("2026-01-20")
    page.get_by_label("In einer Zeile").fill("Plant jeden Tag die Backmengen")
    page.get_by_label("Stand").select_option("in_use")
    page.get_by_label("Beleg: eine Datei").set_input_files(
        files=[{"name": "foto.pdf", "mimeType": "application/pdf", "buffer": PDF}]
    )
    page.get_by_role("button", name="Eintragen").click()
    expect(page.get_by_role("link", name="foto.pdf")).to_be_visible()
    page.get_by_role("button", name=re.compile("Erledigt.*Partner anrufen")).click()
    page.get_by_role("link", name="Übergeben").click()
    page.get_by_label("An wen?").select_option(label="Carla Beispiel")
    page.get_by_label("Warum?").fill("Sie kennt die Branche.")
    page.get_by_role("button", name="Übergeben").click()
    page.get_by_role("link", name="Fall abschließen").click()
    page.get_by_label("Das Ziel ist erreicht").check()
    page.get_by_role("button", name="Fall abschließen").click()
    case.refresh_from_db()
    assert (case.state, case.closing, case.adviser) == ("closed", "reached", people[1])
    assert sorted(case.entries.values_list("kind", flat=True)) == ["note", "outcome", "talk"]
    expect(page.get_by_text("werden nach dem")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_firm_follows_its_link_takes_its_data_and_has_it_erased(
    visit: Open, people: tuple[User, User], width: int, live_server: Any
) -> None:
    make_full_case(*people)
    OutgoingMail.objects.all().delete()
    page = visit("/mein-weg/", width, accept_downloads=True)
    page.get_by_label("E-Mail-Adresse").fill(EMAIL)
    page.get_by_role("button", name="Link zuschicken").click()
    text = OutgoingMail.objects.get().content["text"]
    link = re.search(r"https?://[^/]+(/mein-weg/zugang/\S+)", text)
    assert link is not None
    page.goto(f"{live_server.url}{link.group(1)}")
    page.get_by_role("button", name="Den Weg meines Betriebs zeigen").click()
    expect(page.get_by_text("Die Sauerteigfirma plant ihre Mengen")).to_be_visible()
    assert page.get_by_text("Konkurrenz").count() == 0
    with page.expect_download() as held:
        page.get_by_role("link", name="Als Daten (JSON)").click()
    told = json.loads(Path(held.value.path()).read_text(encoding="utf-8"))
    assert told["firm"]["name"] == "Bäckerei Zwiebelkuchen"
    page.get_by_label("E-Mails über unsere Angebote").uncheck()
    page.get_by_role("button", name="Speichern").click()
    page.get_by_role("link", name="Jetzt löschen lassen").click()
    page.get_by_label("Ja, löschen.").check()
    page.get_by_role("button", name="Löschen", exact=True).click()
    expect(page.get_by_role("heading", name="Ihre Daten sind gelöscht")).to_be_visible()
    assert Firm.objects.get().name == ""
    assert CaseEntry.objects.filter(kind="outcome", title="").count() == 1
    page.goto(f"{live_server.url}{link.group(1)}")
    expect(page.get_by_role("heading", name="Dieser Link gilt nicht mehr")).to_be_visible()


def staff_paths(case: Case, other: Case) -> list[str]:
    own = f"/mein-weg/faelle/{case.pk}/"
    ends = ["", "station/outcome/", "station/funding/", "firma/", "uebergeben/", "schliessen/"]
    ends += ["loeschen/", "zusammenfuehren/?q=Zwiebel", f"zusammenfuehren/{other.pk}/"]
    return [
        "/mein-weg/faelle/?q=zwiebel&sector=falsch",
        "/mein-weg/faelle/?q=nichts-davon",
        "/mein-weg/faelle/neu/",
        "/mein-weg/aufgaben/",
        *(own + end for end in ends),
    ]


@pytest.mark.parametrize(("theme", "language"), [("dark", "/en")])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    visit: Open, people: tuple[User, User], theme: str, language: str, live_server: Any
) -> None:
    case = make_full_case(*people)
    other = make_case("zwei@example.org", name="Bäckerei Zwiebel", size="small")
    token = _new_link(case.firm.contacts.get())
    page = visit("/mein-weg/faelle/", 390, people[1], color_scheme=theme)
    problems, wide = {}, {}

    def look(path: str) -> None:
        page.goto(f"{live_server.url}{language}{path}")
        if found := findings(page):
            problems[path] = found
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > 390:
            wide[path] = needed

    for path in staff_paths(case, other):
        look(path)
    firm = f"/mein-weg/firma/{case.firm_id}/"
    page = visit(f"/mein-weg/zugang/{token}/", 390, color_scheme=theme)
    look(f"/mein-weg/zugang/{token}/")
    page.locator("main form button").click()
    for path in (firm, f"{firm}loeschen/", "/mein-weg/zugang/", "/mein-weg/geloescht/"):
        look(path)
    assert (problems, wide) == ({}, {})
