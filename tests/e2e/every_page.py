"""A walk over every address that answers with a page: accessible, and no wider than a phone.

Two files walk, so that two processes may.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from e2e.conftest import findings
from factories.addresses import TABLE, addresses
from factories.whole_site import arguments_for, make_site
from steiger.web.accounts.models import User

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Browser, ConsoleMessage, Page, Response

Error = pytest.importorskip("playwright.sync_api").Error

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PIECES = {"directory:card", "directory:network_ties"}  # parts of pages, loaded by a script
#: Pages beyond the table: kinds of one address, and what goes wrong.
MORE = [
    "/landkarte/?q=Robotik&near=Hagen&radius=60&category=research",
    "/landkarte/?q=gibtesnicht",
    "/landkarte/?q=Robotik&near=1234&category=qualification&topic=nope",
    "/landkarte/?view=table&near=Hagen",
    "/landkarte/?view=map",
    "/landkarte/?view=network",
    "/landkarte/region/05913-dortmund/",
    "/landkarte/region/05978004-bergkamen/",
    "/suche/?q=Hagen",
    "/pruefung/ki-verordnung/?AIA-Q1=none&AIA-Q2=no&AIA-Q4=employment&AIA-Q8=recruitment",
    "/wissen/?q=daten&kind=guide",
    "/wissen/?q=gibtesnicht",
    "/veranstaltungen/?view=month",
    "/veranstaltungen/?view=map",
    "/seite/ueber/",
    "/seite/einfache-sprache/",
    "/seite/einfache-sprache-suchen/",
    "/seite/einfache-sprache-hilfe/",
    "/seite/impressum/",
    "/seite/datenschutz/",
    "/seite/datenquellen/",
    "/gibt-es-nicht/",
]
#: What these addresses must be asked for.
ASKED = {
    "api:match": "?name=Lamarr",
    "api:preview": "?id=lamarr-institut",
    "api:suggest_entity": "?prefix=Lamarr",
    "api:suggest_property": "?prefix=Ort",
    "api:suggest_type": "?prefix=Org",
    "api:suggestions": "?q=Lamarr",
    "flood:replay_json": "?zeit=flut",
    "reports:live_rows": "?kennzahl=events&zeitraum=2026",
    "reports:edition_rows": "?kennzahl=events&zeitraum=2026-H1",
}
#: Addresses that have nothing to show for this person, who uses no second factor, no single
#: sign-on and no firm's link, and where no evidence lies; names of past events are erased,
#: and the valley has given no alert. What they say is looked at, too.
NOT_THERE = {
    "/gibt-es-nicht/",
    "accounts:first_sign_in",
    "api:my_actor",
    "api:my_actors",
    "api:my_submission",
    "api:nothing",
    "cases:evidence",
    "events:certificate",
    "flood:cap",
    "konto/social/login/error/",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_view_recovery_codes",
    "openid_connect_callback",
    "openid_connect_login",
    "socialaccount_login_error",
}


@dataclass
class Site:
    """The running product with content, and cookies of its administrator."""

    url: str
    person: User
    cookies: dict[str, str]


def whole_site(live_server: Any, tmp_path: Path, settings: Any) -> Site:
    """The product with a year of life; its administrator has a password and a second address."""
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.DATA_DIR = tmp_path
    cache.clear()
    user = make_site()
    user.set_password("ein langes Beispiel")
    user.save()
    EmailAddress.objects.create(user=user, email="zweite@example.org", verified=False)
    client = Client()
    client.force_login(user, backend=BACKEND)
    return Site(live_server.url, user, {k: v.value for k, v in client.cookies.items()})


def pages(site: Site) -> list[tuple[str, str, bool]]:
    """(name, path, whether signed in) of every address that can be opened, in German."""
    found = []
    for address in addresses():
        line = TABLE["pages"][address.name]
        if address.name not in PIECES and isinstance(line, str) and line != "stage":
            path = address.path(arguments_for(address, site.person)) + ASKED.get(address.name, "")
            found.append((address.name, path, line not in {"public", "entrance"}))
    more = [(path, path, False) for path in MORE]
    return found + more + [(path, path, True) for path in ("/", "/landkarte/")]


def walk(browser: Browser, site: Site, *, theme: str, language: str, width: int) -> None:
    """No finding of axe, no error of a script; as narrow as its display; every control in reach."""
    troubles: dict[str, list[Any]] = defaultdict(list)
    missing, seen = set(), 0
    for signed_in in (False, True):
        context = browser.new_context(
            locale="de-DE",
            reduced_motion="reduce",
            color_scheme=theme,
            viewport={"width": width, "height": 800},
        )
        if signed_in:
            context.add_cookies(
                [{"name": k, "value": v, "url": site.url} for k, v in site.cookies.items()]
            )
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
        page.on("console", lambda message, errors=errors: errors.append(error_in(message)))
        for name, path, as_person in pages(site):
            if as_person != signed_in:
                continue
            status, kind = visit(page, f"{site.url}{language}{path}")
            if status >= 400 and not language:  # what machines read has no language
                missing.add(name)
            if kind.startswith("text/html"):
                seen += 1
                if found := look(page, width) + list(filter(None, errors)):
                    troubles[path] += found
            errors.clear()
        context.close()
    assert dict(troubles) == {}
    assert sorted(missing) == (sorted(NOT_THERE) if not language else [])
    assert seen > 150


def error_in(message: ConsoleMessage) -> str:
    """What a browser complains of, but for pages that are not there, where it says so itself."""
    is_error = message.type == "error" and "responded with a status of" not in message.text
    return message.text if is_error else ""


def visit(page: Page, url: str) -> tuple[int, str]:
    """Status and media type of what is there; if it is a page, it is shown."""
    try:
        answer: Response | APIResponse | None = page.goto(url)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        answer = page.request.get(url)
    assert answer is not None  # only for a mark on the same page
    return answer.status, answer.headers.get("content-type", "")


def look(page: Page, width: int) -> list[Any]:
    """What is wrong with a page; 320 px is a display of 1280 px at 400 % zoom."""
    page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
    found: list[Any] = findings(page)
    narrow = [ZOOMING] if width < 640 else []
    for question in (UNREACHABLE, TOUCHING, CROWDED, SQUEEZED, WIDTH, *narrow):
        found += page.evaluate(question)
    page.set_viewport_size({"width": 320, "height": 800})
    found += page.evaluate(WIDTH)
    page.set_viewport_size({"width": width, "height": 800})
    return found


#: Asked after the new size is drawn; before that, parts still have the style of the old one.
WIDTH = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
  const needed = document.documentElement.scrollWidth;
  done(needed > innerWidth ? [`${needed} px wide on ${innerWidth} px`] : []);
})))"""

#: Visible controls that no tabulator reaches, except those inside a widget with arrow keys.
UNREACHABLE = """() => [...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, textarea, summary, [onclick]"
)].filter(e => e.checkVisibility({visibilityProperty: true}) && !e.disabled && e.tabIndex < 0
  && !e.closest("[role=listbox], [role=group], [role=radiogroup], [aria-hidden=true], svg"))
 .map(e => e.outerHTML.slice(0, 120))"""

#: Fields whose letters are so small that an iPhone enlarges the page when they are touched.
ZOOMING = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
 .filter(e => !["checkbox", "radio", "range", "file", "submit", "button"].includes(e.type)
  && e.checkVisibility({visibilityProperty: true}) && e.getBoundingClientRect().width > 1
  && parseFloat(getComputedStyle(e).fontSize) < 16)
 .map(e => `${getComputedStyle(e).fontSize} in ${e.outerHTML.slice(0, 120)}`)"""

#: Headings that touch the form, list, facts or table under them; the board for the wall is dense.
TOUCHING = """() => [...document.querySelectorAll("main :is(h1, h2)")].flatMap(heading => {
  const shown = e => e.checkVisibility() && e.getBoundingClientRect().height > 1;
  const box = heading.getBoundingClientRect();
  if (!shown(heading) || box.width < 2 || heading.closest(".st-board")) return [];
  let next = heading.nextElementSibling;
  while (next && !shown(next)) next = next.nextElementSibling;
  if (!next?.matches("form, dl, table, ul[class], ol[class], .st-scroll, .st-panel")) return [];
  const gap = next.getBoundingClientRect().top - box.bottom;
  return gap > -box.height && gap < 8 ? [`${gap} px under “${heading.textContent}”`] : [];
})"""

#: Forms that touch the panel or form above them, notices that touch anything, and tables that
#: scroll for a few pixels only.
CROWDED = """() => {
  const shown = e => e.checkVisibility() && e.getBoundingClientRect().height > 1;
  const parts = document.querySelectorAll("main :is(.st-form, .st-panel, .st-empty)");
  const found = [...parts].flatMap(one => {
    let before = one.previousElementSibling;
    while (before && !shown(before)) before = before.previousElementSibling;
    if (!before || !shown(one)) return [];
    if (!one.matches(".st-empty") && !before.matches(".st-form, .st-panel")) return [];
    const [a, b] = [before.getBoundingClientRect(), one.getBoundingClientRect()];
    const gap = b.left >= a.right || b.right <= a.left ? 8 : b.top - a.bottom;
    return gap > -a.height && gap < 8 ? [`${gap} px above “${one.textContent.trim()}”`] : [];
  });
  if (innerWidth < 1024) return found;
  return found.concat([...document.querySelectorAll("main .st-scroll")].flatMap(box => {
    const over = box.scrollWidth - box.clientWidth;
    return over > 0 && over < 48 ? [`${box.getAttribute("aria-label")} scrolls by ${over} px`] : [];
  }));
}"""

#: Check boxes that a long text beside them has squeezed, or that a style has left tiny.
SQUEEZED = """() => [...document.querySelectorAll(
  "main :is(input[type=checkbox], input[type=radio])"
)].flatMap(box => {
  const {width, height} = box.getBoundingClientRect();
  const hidden = !box.checkVisibility() || width < 2 || box.matches(".kern-sr-only");
  return hidden || (width >= 18 && Math.abs(width - height) < 1)
    ? [] : [`${width} × ${height} px: ${box.outerHTML.slice(0, 80)}`];
})"""
