"""Publications and communities in a real browser: found, read, joined, written, moderated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client

from e2e.conftest import findings
from factories.communities import make_note, topic_terms
from factories.directory import make_actor
from factories.publications import make_pdf
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import RoleName
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.models import CaseEntry
from steiger.web.communities.domain.demo import load_demo as load_communities
from steiger.web.communities.models import Community, Question
from steiger.web.publications.domain.demo import load_demo as load_publications
from steiger.web.publications.domain.demo_texts import SEEDS
from steiger.web.publications.models import DownloadCount, Publication

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
TODAY = date(2026, 11, 26)
Open = Callable[..., "Page"]


@pytest.fixture
def life(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few examples on the map, publications and communities."""
    cache.clear()
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    topic_terms()
    for number in range(6):
        make_actor(f"Beispiel GmbH {number}", is_example=True, topics=("law",))
    monkeypatch.setattr("steiger.web.publications.domain.demo.SEEDS", SEEDS[:8])
    load_publications(TODAY)
    load_communities(TODAY)


@pytest.fixture
def visit(chromium: Browser, live_server: Any, life: None) -> Iterator[Open]:
    """Opens pages; an error in a console fails the test."""
    contexts, errors = [], []

    def opened(path: str, width: int = 1440, person: str = "", **options: Any) -> Page:
        options.setdefault("locale", "de-DE")
        options.setdefault("reduced_motion", "reduce")
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        if person:
            context.add_cookies(signed_in(live_server.url, person))
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
    # A form that is sent back with its mistakes answers 400, which browsers note.
    assert [error for error in errors if "status of 4" not in error] == []


def signed_in(url: str, role: str) -> Any:
    """Cookies of a person with this role."""
    user = create_person(email=f"{role}@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role=role, by=audit.SYSTEM, reason="test")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return [{"name": k, "value": v.value, "url": url} for k, v in client.cookies.items()]


def mailed(word: str) -> str:
    """Path of the newest link with this word."""
    texts = [m.content["text"] for m in OutgoingMail.objects.order_by("-pk")]
    base = re.escape(django_settings.BASE_URL)
    return next(m.group(1) for t in texts if (m := re.search(rf"{base}(\S*/{word}/\S+)", t)))


@pytest.mark.parametrize("width", [1440, 390])
def test_reader_finds_reads_and_takes_along(visit: Open, width: int) -> None:
    page = visit("/wissen/", width)
    page.get_by_role("searchbox").fill("pflege")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Sprachassistenz in der Pflegedokumentation").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sprachassistenz")
    with page.expect_download() as taken:
        page.get_by_role("link", name="PDF, Deutsch").click()
    assert taken.value.suggested_filename.endswith("-v2-de.pdf")
    page.get_by_role("link", name=re.compile("Fassung 1 vom")).click()
    page.get_by_role("note").get_by_text("Dies ist die ältere Fassung 1").wait_for()
    assert DownloadCount.objects.filter(day__gt=TODAY).count() <= 1


def test_firm_asks_for_a_publication(visit: Open, live_server: Any) -> None:
    page = visit("/wissen/ki-im-handwerksbetrieb-die-ersten-zehn-schritte-beispiel/")
    page.get_by_role("link", name="Per E-Mail anfordern").click()
    page.get_by_label("E-Mail-Adresse").fill("firma@example.org")
    page.get_by_role("button", name="Link zum Bestätigen zusenden").click()
    page.get_by_role("heading", name="Eine E-Mail ist unterwegs").wait_for()
    page.goto(f"{live_server.url}{mailed('bestaetigen')}")
    page.get_by_role("button", name="Ja, senden Sie sie mir").click()
    page.get_by_role("heading", name="Die Veröffentlichung ist unterwegs").wait_for()
    assert CaseEntry.objects.get().kind == CaseEntry.Kind.PUBLICATION


def test_filters_by_keyboard_without_scripts(visit: Open) -> None:
    page = visit("/wissen/", java_script_enabled=False)
    page.get_by_label("Studie").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Filter anwenden").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**kind=study**")
    assert page.locator(".st-pub-list > li").count() == 2


def test_staff_publish(visit: Open, tmp_path: Path) -> None:
    page = visit("/wissen/verwaltung/neu/", person=RoleName.ADVISER)
    page.get_by_label("Titel, Deutsch").fill("Ein neuer Leitfaden")
    page.get_by_label("Worum es geht, Deutsch").fill("Für Betriebe.")
    page.get_by_label("Organisationen, die sie verfasst haben").fill("Beispielverband")
    page.get_by_role("button", name="Speichern").click()
    bad, good = tmp_path / "a.pdf", tmp_path / "b.pdf"
    bad.write_bytes(make_pdf(tagged=False))
    good.write_bytes(make_pdf())
    page.get_by_label("PDF-Datei").set_input_files(bad)
    page.get_by_role("button", name="Prüfen und ablegen").click()
    page.get_by_text("Die Datei ist nicht ausgezeichnet").wait_for()
    assert page.get_by_role("button", name="veröffentlichen").count() == 0
    page.get_by_label("PDF-Datei").set_input_files(good)
    page.get_by_role("button", name="Prüfen und ablegen").click()
    page.get_by_role("button", name="Fassung 1 veröffentlichen").click()
    page.get_by_text("Es ist veröffentlicht.").wait_for()
    assert findings(page) == []
    assert Publication.objects.get(title_de="Ein neuer Leitfaden").state == "published"


@pytest.mark.parametrize("width", [1440, 390])
def test_newcomer_joins_asks_and_is_answered(visit: Open, live_server: Any, width: int) -> None:
    page = visit("/gemeinschaften/recht/", width)
    page.get_by_role("link", name="Mitmachen").click()
    page.get_by_label("Ihr Name").fill("Neu Beispiel")
    page.locator("#id_email").fill("neu@example.org")
    page.get_by_label("Ich bin einverstanden").check()
    page.get_by_role("button", name="Link zum Bestätigen zusenden").click()
    page.get_by_role("heading", name="Eine E-Mail ist unterwegs").wait_for()
    page.goto(f"{live_server.url}{mailed('bestaetigen')}")
    page.get_by_role("button", name="Ja, ich mache mit").click()
    page.get_by_text("Sie sind hier als Neu Beispiel.").wait_for()
    page.get_by_role("link", name="Frage stellen").click()
    page.get_by_label("Ihre Frage in einem Satz").fill("Darf ich das?")
    page.get_by_role("button", name="Absenden").click()
    page.get_by_text("Die Moderation sieht es sich an").wait_for()
    desk = visit("/gemeinschaften/recht/moderation/", width, person=RoleName.MODERATOR)
    desk.get_by_role("button", name="Zeigen", exact=True).click()
    desk.get_by_text("Nichts wartet").wait_for()
    assert findings(desk) == []
    page.reload()
    page.get_by_role("heading", name="Darf ich das?").wait_for()
    page.goto(f"{live_server.url}{mailed('verlassen')}")
    page.get_by_role("button", name="Verlassen und meinen Eintrag löschen").click()
    page.get_by_role("heading", name="Sie haben die Gemeinschaft verlassen").wait_for()
    assert Question.objects.get(title="Darf ich das?").member is None


def test_seeking_shows_who_fits(visit: Open) -> None:
    community = Community.objects.get(slug="recht")
    (law,) = topic_terms("law")
    note = make_note(community.members.all()[9], title="Rat gesucht", topics=[law])
    page = visit(f"/gemeinschaften/recht/notizen/{note.pk}/")
    page.get_by_role("heading", name="Wer passen könnte").wait_for()
    assert page.get_by_text("gleiche Themen: Recht").count() >= 1
