"""An officer builds the half-year report, opens a figure to its rows, hands in and publishes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from django.core.cache import cache
from django.test import Client

from factories.reports import make_life
from steiger.engines.reporting.periods import Period
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary
from steiger.web.reports.domain.templates import template
from steiger.web.reports.domain.writing import create_report, hand_in, publish
from steiger.web.reports.models import Edition

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Open(Protocol):
    """Opens an address in a fresh browser profile."""

    def __call__(self, path: str, *, officer: bool = True, width: int = 1280, **o: Any) -> Page:
        """``o`` are options of Playwright's ``new_context``."""


@pytest.fixture
def visit(chromium: Browser, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[Open]:
    """Pages for an officer or a visitor, over two years of life."""
    settings.FONT_DIR = tmp_path / "fonts"
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    cache.clear()
    make_life(7, entries=240, actors=40)
    forget_vocabulary()
    user = create_person(email="officer@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role="moderator", by=audit.SYSTEM, reason="test")
    client = Client()
    client.force_login(user, backend=BACKEND)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    contexts: list[Any] = []

    def opened(path: str, *, officer: bool = True, width: int = 1280, **options: Any) -> Page:
        options.setdefault("locale", "de-DE")
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        if officer:
            context.add_cookies([cookie | {"url": live_server.url}])  # type: ignore[list-item]
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(f"{live_server.url}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    forget_vocabulary()


def make_edition() -> Edition:
    """A published half-year."""
    chosen = template("halbjahr")
    assert chosen is not None
    report = create_report(template=chosen, period=Period.of("2026-H1"), by=audit.SYSTEM)
    edition = hand_in(report=report, by=audit.SYSTEM)
    publish(edition=edition, by=audit.SYSTEM)
    return edition


@pytest.mark.parametrize("width", [1440, 390])
def test_officer_builds_the_half_year_report(visit: Open, width: int) -> None:
    page = visit("/berichte/", width=width)
    page.click("text=Berichte bearbeiten")
    page.select_option("#id_period", "2026-H1")
    page.click("text=Entwurf anlegen")
    page.click("text=Die Kompetenzplattform und ihre Zahlen")
    text = page.input_value("#id_text_de")
    page.fill("#id_text_de", f"{text}\n\nNeu ist **eine Zeile** von Hand.\n")
    page.click("main form button:has-text('Speichern')")
    page.click("main >> text=Vorschau")
    expect(page.locator("text=eine Zeile")).to_have_count(1)
    figure = page.locator("a.st-opens >> nth=0")
    rows = int(figure.inner_text().replace(".", ""))
    assert rows > 0
    figure.click()
    page.wait_for_url("**/zeilen/**")
    expect(page.locator("tbody tr")).to_have_count(rows)
    page.go_back()
    page.click("text=Zurück zu den Kapiteln")
    page.click("text=Jetzt abgeben")
    page.click("main button:has-text('Veröffentlichen')")
    with page.expect_download() as download:
        page.click("main >> text=PDF >> nth=0")
    assert download.value.suggested_filename.endswith("1-halbjahr-2026.pdf")
    public = visit("/berichte/", officer=False, width=width)
    public.click("main article a")
    expect(public.locator("h1")).to_have_text(re.compile("^\\s*Künstliche Intelligenz"))


def test_figure_is_opened_by_keyboard_without_script(visit: Open) -> None:
    edition = make_edition()
    page = visit(edition.get_absolute_url(), java_script_enabled=False)
    page.focus("a.st-opens >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_url("**/zeilen/**")
    assert page.locator("tbody tr").count() > 0
