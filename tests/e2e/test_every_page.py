"""Every address of the product that answers with a page: accessible, and no wider than a phone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client

from e2e.conftest import findings
from factories.addresses import TABLE, Address, addresses
from factories.flood_room import make_network, make_past
from factories.flood_room import run as run_cycles
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import RoleName, User
from steiger.web.background.tasks import prune_runs_task
from steiger.web.directory.domain.demo import load_demo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
REAL = {"slug": "lamarr-institut", "key": "machine_learning", "section": "akteure"}
PIECES = {"directory:card"}  # parts of pages, loaded by a script
#: Pages beyond the table: kinds of one address, and what goes wrong.
MORE = [
    "/landkarte/?q=Robotik&near=Hagen&radius=60&category=research",
    "/landkarte/?q=gibtesnicht",
    "/landkarte/?view=table",
    "/landkarte/?view=map",
    "/landkarte/region/05913-dortmund/",
    "/landkarte/region/05978004-bergkamen/",
    "/gibt-es-nicht/",
]


@dataclass
class Site:
    """The running product with content, and cookies of its administrator."""

    url: str
    person: User
    cookies: dict[str, str]

    def path(self, address: Address) -> str:
        """The address of something that is there."""
        arguments = TABLE["arguments"] | REAL | {"pk": self.person.pk}
        if address.name == "directory:region":
            arguments |= {"ags": "05911", "slug": "bochum"}
        elif address.name == "portal:page":
            arguments |= {"slug": "hilfe"}
        return address.path(arguments)


@pytest.fixture
def site(live_server: Any, tmp_path: Path, settings: Any) -> Site:
    """The product with content, an administrator with a password, and a run."""
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    cache.clear()
    load_demo(django_settings.REGION, fill=30)
    user = create_person(email="leitung@example.org", by=audit.SYSTEM, verified=True)
    user.set_password("ein langes Beispiel")
    user.save()
    EmailAddress.objects.create(user=user, email="zweite@example.org", verified=False)
    for role in (RoleName.ADMINISTRATOR, RoleName.MODERATOR):
        grant_role(user=user, role=role, by=audit.SYSTEM, reason="Aufbau")
    prune_runs_task.enqueue()
    network = make_network()
    make_past(network)
    run_cycles(network, [0.7, 1.3])
    client = Client()
    client.force_login(user, backend=BACKEND)
    return Site(live_server.url, user, {k: v.value for k, v in client.cookies.items()})


def pages(site: Site) -> list[tuple[str, bool]]:
    """(path, whether signed in) of every address that can be opened, in German."""
    found = []
    for address in addresses():
        if address.name in PIECES:
            continue
        line = TABLE["pages"][address.name]
        if isinstance(line, str) and line != "stage":
            found.append((site.path(address), line not in {"public", "entrance"}))
    return found + [(path, False) for path in MORE] + [("/", True), ("/landkarte/", True)]


def is_page(page: Page, address: str) -> bool:
    """Open it; whether it is a page (not data, not a file)."""
    answer = page.request.get(address)
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return False
    page.goto(address)
    return True


def walk(chromium: Browser, site: Site, language: str, signed_in: bool, **options: Any) -> Any:
    """Yields (path, page) for every page."""
    context = chromium.new_context(locale="de-DE", reduced_motion="reduce", **options)
    if signed_in:
        context.add_cookies(
            [{"name": k, "value": v, "url": site.url} for k, v in site.cookies.items()]
        )
    page = context.new_page()
    seen = 0
    for path, as_person in pages(site):
        if as_person == signed_in and is_page(page, f"{site.url}{language}{path}"):
            seen += 1
            yield path, page
    context.close()
    assert seen > 15


@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "administrator"])
@pytest.mark.parametrize("language", ["", "/en"], ids=["de", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(
    chromium: Browser, site: Site, theme: str, language: str, signed_in: bool
) -> None:
    found = {
        path: problems
        for path, page in walk(chromium, site, language, signed_in, color_scheme=theme)
        if (problems := findings(page))
    }
    assert found == {}


@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "administrator"])
@pytest.mark.parametrize("width", [390, 320])
def test_nothing_scrolls_sideways(
    chromium: Browser, site: Site, width: int, signed_in: bool
) -> None:
    """390 px is a phone; 320 px is a display of 1280 px at 400 % zoom."""
    size = {"width": width, "height": 800}
    wide = {
        path: needed
        for path, page in walk(chromium, site, "", signed_in, viewport=size)
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > width
    }
    assert wide == {}


@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "administrator"])
def test_everything_is_reached_by_keyboard(chromium: Browser, site: Site, signed_in: bool) -> None:
    """Whatever can be clicked can have the focus, and the focus is seen."""
    unreachable = {}
    for path, page in walk(chromium, site, "", signed_in):
        found = page.evaluate(UNREACHABLE)
        if found:
            unreachable[path] = found
    assert unreachable == {}


#: Visible controls that no tabulator reaches, except those inside a widget with arrow keys.
UNREACHABLE = """() => [...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, textarea, summary, [onclick]"
)].filter(e => e.checkVisibility({visibilityProperty: true}) && !e.disabled && e.tabIndex < 0
  && !e.closest("[role=listbox], [role=group], [role=radiogroup], [aria-hidden=true], svg"))
 .map(e => e.outerHTML.slice(0, 120))"""
