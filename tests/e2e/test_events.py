"""The room of events in a real browser: seen, walked through by keyboard, offline at the door."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import segno
from django.core.cache import cache
from PIL import Image

from factories.directory import make_terms
from factories.events import come, make_event, make_question
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.background.models import OutgoingMail
from steiger.web.events.domain.door import seat_code
from steiger.web.events.models import Attendance, Event, Registration

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
Open = Callable[..., "Page"]
BASE = "/veranstaltungen/"


@pytest.fixture
def event(db: None) -> Event:
    """A workshop with two places and a question, one place taken."""
    cache.clear()
    make_terms()
    event = make_event(quota=2, most=2, title_de="Beispielwerkstatt")
    make_question(event)
    make_event(title_de="Beispieltagung", format="hybrid", kind="conference", days=20)
    return event


@pytest.fixture
def visit(chromium: Browser, live_server: Any, event: Event) -> Iterator[Open]:
    """Opens pages; an error in a console fails the test."""
    contexts, errors = [], []

    def opened(path: str, width: int = 1280, staff: bool = False, **options: Any) -> Page:
        options.setdefault("locale", "de-DE")
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        if staff:
            cookie = {"name": "sessionid", "value": session(), "url": live_server.url}
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
    # Forms that come back with mistakes answer 400; without a network nothing can be fetched.
    expected = ("status of 400", "ERR_INTERNET_DISCONNECTED")
    assert [e for e in errors if not any(text in e for text in expected)] == []


def session() -> str:
    from django.test import Client

    user = create_person(email="beratung@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role="adviser", by=audit.SYSTEM, reason="test")
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser.cookies["sessionid"].value


def link_in_last_mail() -> str:
    text = OutgoingMail.objects.latest("created_at").content["text"]
    found = re.search(r"https?://[^/]+(/\S*anmeldung/\S+)", text)
    assert found
    return found[1]


def test_a_visitor_joins_the_list_gets_the_place_and_cancels(
    visit: Open, event: Event, live_server: Any
) -> None:
    first = come(event, 1, seats=2)
    page = visit(f"{BASE}{event.slug}/", width=390)
    page.get_by_label("Name", exact=True).fill("Beispiel Gast")
    page.get_by_label("E-Mail-Adresse").fill("gast@example.org")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Eine E-Mail ist unterwegs").wait_for()
    own = link_in_last_mail()
    page.goto(live_server.url + own)
    page.get_by_role("button", name="Ja, ich will kommen").press("Enter")
    page.get_by_role("heading", name="Sie sind auf der Warteliste").wait_for()
    from steiger.web.events.domain import registering

    registering.leave(registration_id=first.pk)
    page.reload()
    page.get_by_role("button", name="Annehmen").press("Enter")
    page.get_by_role("heading", name="Sie haben einen Platz").wait_for()
    page.get_by_role("img", name="QR-Code von Person 1").wait_for()
    page.get_by_role("button", name="Anmeldung absagen").press("Enter")
    page.get_by_role("heading", name="Ihre Anmeldung ist abgesagt").wait_for()
    assert Registration.objects.get(email="gast@example.org").state == "left"


def test_mistakes_lose_nothing_without_script(visit: Open, event: Event) -> None:
    page = visit(f"{BASE}{event.slug}/", java_script_enabled=False)
    page.get_by_label("Name", exact=True).fill("Beispiel Gast")
    page.get_by_label("E-Mail-Adresse").fill("falsch")
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_text("Eine E-Mail-Adresse sieht so aus").wait_for()
    assert page.get_by_label("Name", exact=True).input_value() == "Beispiel Gast"


def test_facets_stand_in_the_address_and_work_by_keyboard(visit: Open) -> None:
    page = visit(BASE)
    page.get_by_role("link", name=re.compile("^Tagung")).press("Enter")
    page.get_by_text("1 kommende Veranstaltung").wait_for()
    assert "kind=conference" in page.url
    page.get_by_role("link", name=re.compile("Tagung.*entfernen")).press("Enter")
    page.get_by_text("2 kommende Veranstaltungen").wait_for()


def test_two_doors_go_on_without_a_network(visit: Open, event: Event) -> None:
    rows = [come(event, 1), come(event, 2)]
    codes = [seat_code(row.code, 1) for row in rows]
    first = visit(f"{BASE}planung/{event.pk}/tuer/", staff=True)
    cookies = first.context.cookies()
    second = visit(BASE)
    second.context.add_cookies(cookies)  # type: ignore[arg-type]
    second.goto(first.url)
    for page, typed in ((first, codes), (second, codes[:1])):
        page.context.set_offline(True)
        for code in typed:
            page.get_by_label("Code", exact=True).fill(code.lower())
            page.keyboard.press("Enter")
            page.locator("[data-result]", has_text=code).wait_for()
    first.get_by_label("Code", exact=True).fill("AAAAA-AAAAA-1")
    first.keyboard.press("Enter")
    first.get_by_text("Unbekannter Code").wait_for()
    assert Attendance.objects.count() == 0
    # One after the other: the tests' database, which lives in memory, knows no waiting.
    first.context.set_offline(False)
    first.locator("[data-came]", has_text="2").wait_for()
    second.context.set_offline(False)
    second.get_by_text("jeder Gast zählt einmal").wait_for()
    assert Attendance.objects.count() == 2
    assert event.scans.filter(result="again").count() == 1
    first.goto(first.url.replace("tuer/", "auswertung/"))
    first.get_by_role("heading", name="Mehrmals gelesene Codes").wait_for()
    assert first.locator("#konflikte ~ .st-scroll tbody tr").count() == 1


# --- the camera -----------------------------------------------------------------------------------
#: The browser's own detector as far as the page asks it; it sees nothing.
DETECTOR = """globalThis.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect() { return []; }
}"""


def film(folder: Path, code: str) -> Path:
    """What a camera sees: a code held a little askew, in a grey room."""
    drawn = io.BytesIO()
    segno.make(code, error="m", micro=False).save(drawn, kind="png", scale=9, border=4)
    card = Image.open(drawn).convert("L").rotate(7, expand=True, fillcolor=255)
    frame = Image.new("L", (640, 480), 120)
    frame.paste(card, (150, 70))
    grey = bytes([128]) * (320 * 240)
    path = folder / "camera.y4m"
    head = b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n"
    path.write_bytes(head + (b"FRAME\n" + frame.tobytes() + grey + grey) * 2)
    return path


@pytest.fixture
def camera(
    chromium: Browser, chromium_path: str, live_server: Any, event: Event, tmp_path: Path
) -> Iterator[Callable[[str], Page]]:
    """A browser with a camera that looks at the code of the first guest, at the door."""
    code = seat_code(come(event, 1).code, 1)
    browser = chromium.browser_type.launch(
        executable_path=chromium_path,
        chromium_sandbox=False,
        args=[
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={film(tmp_path, code)}",
        ],
    )
    errors: list[str] = []

    def opened(first: str) -> Page:
        context = browser.new_context(locale="de-DE", permissions=["camera"])
        context.add_init_script(first)
        context.add_cookies([{"name": "sessionid", "value": session(), "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.goto(f"{live_server.url}{BASE}planung/{event.pk}/tuer/")
        page.get_by_role("button", name="Kamera benutzen").wait_for()
        return page

    yield opened
    browser.close()
    assert [text for text in errors if "ERR_INTERNET_DISCONNECTED" not in text] == []


def loaded(page: Page) -> list[str]:
    """Scripts that the page has loaded."""
    names: list[str] = page.evaluate("performance.getEntriesByType('resource').map((e) => e.name)")
    return [name for name in names if name.partition("?")[0].endswith(".js")]


def test_the_camera_reads_codes_where_the_browser_has_no_detector(
    camera: Callable[[str], Page], event: Event
) -> None:
    """As in Safari, on every iPhone, and in Firefox; also if the network goes once it is open."""
    page = camera("delete globalThis.BarcodeDetector")
    assert len([name for name in loaded(page) if "decode" in name]) == 1
    page.context.set_offline(True)
    page.get_by_role("button", name="Kamera benutzen").click()
    page.get_by_text("Willkommen").wait_for()
    assert Attendance.objects.count() == 0
    page.context.set_offline(False)
    page.locator("[data-came]", has_text="1").wait_for()
    assert Attendance.objects.filter(event=event).count() == 1


def test_a_browser_with_its_own_detector_loads_no_other(camera: Callable[[str], Page]) -> None:
    assert [name for name in loaded(camera(DETECTOR)) if "decode" in name] == []
