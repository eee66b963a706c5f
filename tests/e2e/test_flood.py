"""The flood room in a real browser: seen, walked through by keyboard, and without any script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache

from e2e.conftest import findings
from factories.flood_room import make_network, make_past, plan, run
from steiger.web.flood.domain.cycle import commit
from steiger.web.flood.models import Network, Sensor, Storm, WarningEvent

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PEGEL = "/hochwasser/pegel/beispieltal/mittelwerk/"
GAUGES = 8

Open = Callable[..., "Page"]


@pytest.fixture
def network(db: None) -> Network:
    """A valley with eight gauges in a flood, a silent sensor, a past flood."""
    cache.clear()
    network = make_network()
    first = network.sensors.get(key="mittelwerk")
    for number in range(GAUGES - 3):
        Sensor.objects.create(
            network=network,
            key=f"seitenbach-{number}",
            source_id=f"seitenbach-{number}",
            order=20 + number,
            name_de=f"Seitenbach am Mühlengrund {number + 1}",
            name_en=f"Side stream {number + 1}",
            kind="water_level",
            unit="m",
            latitude=51.05 + 0.012 * number,
            longitude=7.2 + 0.05 * number,
            warning_levels=first.warning_levels,
            target=True,
        )
    make_past(network)
    run(network, [0.6] * 30 + [0.8, 1.0])
    commit(network, plan(network, 1.3, peak=2.6, rain=6.0, missing=["regen_tal"]))
    network.refresh_from_db()
    return network


@pytest.fixture
def visit(chromium: Browser, live_server: Any, network: Network) -> Iterator[Open]:
    """Opens pages; an error in a console fails the test."""
    contexts, errors = [], []

    def opened(path: str, width: int = 1280, height: int = 900, **options: Any) -> Page:
        options.setdefault("locale", "de-DE")
        options.setdefault("reduced_motion", "reduce")
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
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
    assert [error for error in errors if "status of 400" not in error] == []


def paths() -> list[str]:
    event = WarningEvent.objects.first()
    assert event is not None
    return [
        "/hochwasser/",
        "/hochwasser/lage/",
        PEGEL,
        f"{PEGEL}rueckblick/",
        "/hochwasser/warnungen/",
        f"/hochwasser/warnungen/{event.pk}/",
        "/hochwasser/daten/",
        "/hochwasser/daten/qualitaet/",
        "/hochwasser/nachricht/",
        "/hochwasser/nachricht/unterwegs/",
    ]


def test_axe_finds_nothing_in_a_flood(visit: Open) -> None:
    theme, language = "dark", "/en"
    found = {}
    for path in paths():
        page = visit(f"{language}{path}", color_scheme=theme)
        page.wait_for_load_state("networkidle")
        found[path] = findings(page)
    assert {path: problems for path, problems in found.items() if problems} == {}


def test_nothing_scrolls_sideways(visit: Open) -> None:
    """320 px is a display of 1280 px at 400 % zoom, and narrower than any phone."""
    wide, width = {}, 320
    for path in paths():
        page = visit(path, width, 844)
        page.wait_for_load_state("networkidle")
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
            wide[path] = needed
    assert wide == {}


@pytest.mark.parametrize("size", [(1920, 1080), (1440, 900), (390, 844)], ids=str)
@pytest.mark.parametrize("language", ["", "/en"], ids=["de", "en"])
def test_board_fits_one_screen(visit: Open, size: tuple[int, int], language: str) -> None:
    page = visit(f"{language}/hochwasser/lage/", *size)
    assert page.locator(".st-tile").count() == GAUGES
    assert page.evaluate("document.documentElement.scrollHeight") <= size[1]
    cut = page.evaluate(
        "[...document.querySelectorAll('.st-tile__value, .st-tile__mark')]"
        ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent.trim())"
    )
    assert cut == []


def test_pictures_of_the_board_fill_their_places(visit: Open) -> None:
    """As items of the grid itself they stood across the whole tile in Safari."""
    page = visit("/hochwasser/lage/", 1440, 900)
    assert page.locator(".st-tile__chart > svg").count() == GAUGES
    outside = page.evaluate(
        "[...document.querySelectorAll('.st-tile__chart > svg')].filter(svg => {"
        "const [own, place] = [svg, svg.parentElement].map(e => e.getBoundingClientRect());"
        "return getComputedStyle(svg).position !== 'absolute' || place.height < 40"
        " || Math.abs(own.height - place.height) > 1 || Math.abs(own.width - place.width) > 1;"
        "}).length"
    )
    assert outside == 0


def test_board_can_be_held(visit: Open) -> None:
    page = visit("/hochwasser/lage/")
    page.get_by_role("link", name="Anhalten").click()
    expect(page.locator("[hx-trigger]")).to_have_count(0)
    page.get_by_role("link", name="Weiter aktualisieren").click()
    expect(page.locator("[hx-trigger]")).to_have_count(1)


# --- the map --------------------------------------------------------------------------------------
def test_map_shows_every_gauge_of_the_list_as_a_link(visit: Open) -> None:
    page = visit("/hochwasser/")
    page.wait_for_selector("#talkarte-live.is-live")
    pins = page.locator(".st-pin")
    assert pins.count() == GAUGES
    text = pins.first.text_content() or ""
    assert "1,30 m" in text
    assert "Hochwasser" in text
    assert "Stufe" in text


def test_gauge_is_reached_on_the_map_by_keyboard(visit: Open) -> None:
    page = visit("/hochwasser/")
    page.wait_for_selector("#talkarte-live.is-live")
    page.locator(".st-pin").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/hochwasser/pegel/beispieltal/**")


def test_list_renews_itself_and_keeps_the_focus(visit: Open, network: Network) -> None:
    Network.objects.update(pace_s=4)
    page = visit("/hochwasser/")
    page.wait_for_selector("#talkarte-live.is-live")
    link = page.get_by_role("link", name="Pegel Talmund", exact=True)
    link.focus()
    commit(network, plan(network, 2.55, peak=2.6))
    page.wait_for_selector(".st-gauge__value >> text=2,55 m", timeout=15_000)
    page.wait_for_selector(".st-pin >> text=2,55 m", timeout=5000)
    assert page.evaluate("document.activeElement.textContent.trim()") == "Pegel Talmund"
    assert page.locator(".st-pin").count() == GAUGES


COUNT_PAINTING = """
window.painted = 0;
const paint = WebGL2RenderingContext.prototype.drawElements;
WebGL2RenderingContext.prototype.drawElements = function (...given) {
  window.painted += 1;
  return paint.apply(this, given);
};
"""
#: Nothing was painted for a second.
AT_REST = """async () => {
  const second = () => new Promise(done => setTimeout(done, 1000));
  for (let before = -1; before !== window.painted; await second()) before = window.painted;
}"""
PUT_BACK = """() => {
  const map = document.getElementById("talkarte-live"), place = map.parentElement;
  window.painted = 0;
  map.remove();
  place.append(map);
}"""


def test_map_is_painted_again_after_it_was_put_back(visit: Open) -> None:
    """A page that renews itself does so; Safari then forgets what was drawn."""
    page = visit("/seite/impressum/")
    page.add_init_script(COUNT_PAINTING)
    page.goto(f"{page.url.partition('/seite')[0]}/hochwasser/")
    page.wait_for_selector("#talkarte-live.is-live")
    page.evaluate(AT_REST)
    page.evaluate(PUT_BACK)
    page.evaluate(AT_REST)
    assert page.evaluate("window.painted") > 0


def test_what_a_reader_has_opened_or_chosen_survives_the_renewal(
    visit: Open, network: Network
) -> None:
    Network.objects.update(pace_s=4)
    page = visit("/hochwasser/")
    page.get_by_label("Extremregen wie im Juli 2021").check()
    commit(network, plan(network, 2.22))
    page.wait_for_selector(".st-gauge__value >> text=2,22 m", timeout=15_000)
    assert page.get_by_label("Extremregen wie im Juli 2021").is_checked()
    page = visit(PEGEL)
    page.wait_for_selector(".st-hydro__live svg")
    page.get_by_text("Gemessene Werte", exact=True).click()
    commit(network, plan(network, 2.33))
    page.wait_for_selector(".st-gauge-head >> text=2,33 m", timeout=15_000)
    assert page.locator("details.st-more").first.get_attribute("open") is not None
    expect(page.locator(".st-hydro__live svg")).to_be_visible()


# --- the hydrograph -------------------------------------------------------------------------------
def test_hydrograph_is_drawn_with_bands_levels_and_rain(visit: Open) -> None:
    page = visit(PEGEL)
    page.wait_for_selector(".st-hydro__live svg")
    text = page.locator(".st-hydro__live svg").text_content() or ""
    for word in ("jetzt", "Informationswert 1", "Informationswert 2", "Regen, mm"):
        assert word in text, word


def test_hydrograph_tells_the_numbers_under_the_pointer(visit: Open) -> None:
    page = visit(PEGEL)
    page.wait_for_selector(".st-hydro__live svg")
    box = page.locator(".st-hydro__live svg").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.85, box["y"] + box["height"] * 0.4)
    page.wait_for_selector(".st-hydro__live >> text=80 % der Fälle")


def test_without_script_chart_and_tables_are_there(visit: Open) -> None:
    page = visit(PEGEL, java_script_enabled=False)
    expect(page.locator(".st-chart--wide")).to_be_visible()
    expect(page.locator(".st-gauge-table table").first).to_be_visible()
    page = visit(PEGEL, 390, 844, java_script_enabled=False)
    expect(page.locator(".st-chart--narrow")).to_be_visible()


# --- looking back ---------------------------------------------------------------------------------
def test_slider_moves_by_keyboard_through_the_past_flood(visit: Open) -> None:
    page = visit(f"{PEGEL}rueckblick/?zeit=flut&stand=2021-07-13T12:00Z")
    slider = page.get_by_label("Zeitpunkt der Vorhersage").and_(page.locator("[type=range]"))
    slider.wait_for()
    before = page.locator("[data-compared] tbody").inner_text()
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "13.07.2021, 20:00" in (slider.get_attribute("aria-valuetext") or "")
    assert "13.07.2021, 20:00" in page.locator(".st-replay__when").inner_text()
    assert page.locator("[data-compared] tbody").inner_text() != before
    page.keyboard.press("End")
    assert page.locator("[data-step='1']").get_attribute("aria-disabled") == "true"


def test_replay_plays_and_stops(visit: Open) -> None:
    page = visit(f"{PEGEL}rueckblick/?zeit=flut&stand=2021-07-13T12:00Z")
    slider = page.locator("[type=range]")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("13.07.2021, 14:00"))
    page.get_by_role("button", name="Abspielen").click()
    expect(slider).not_to_have_attribute("aria-valuetext", re.compile("14:00"))
    page.get_by_role("button", name="Anhalten").click()
    page.get_by_role("button", name="Abspielen").wait_for()
    held = slider.get_attribute("aria-valuetext")
    page.wait_for_timeout(1500)
    assert slider.get_attribute("aria-valuetext") == held


def test_replay_without_script_goes_by_links_and_a_list(visit: Open) -> None:
    page = visit(f"{PEGEL}rueckblick/?zeit=flut&stand=2021-07-13T12:00Z", java_script_enabled=False)
    page.get_by_role("link", name="spätere Vorhersage").click()
    assert "13.07.2021, 17:00" in page.locator(".st-replay__when").inner_text()
    page.locator("select#stand").select_option("2021-07-13T21:00Z")
    page.get_by_role("button", name="Zeigen").click()
    assert "13.07.2021, 23:00" in page.locator(".st-replay__when").inner_text()


# --- storm and mail -------------------------------------------------------------------------------
def test_storm_is_started_by_keyboard_and_followed(visit: Open) -> None:
    page = visit("/hochwasser/")
    page.get_by_label("Starkregen").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Unwetter starten").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Das Unwetter kommt")
    assert Storm.objects.get().strength == "extreme"
    assert "Wolken ziehen auf" in page.locator("[aria-current=step]").inner_text()


def test_firm_asks_for_warnings(visit: Open) -> None:
    page = visit(f"{PEGEL}")
    page.get_by_role("link", name="Per E-Mail warnen lassen").click()
    assert page.get_by_label("Pegel", exact=True).locator(":checked").inner_text() == (
        "Pegel Mittelwerk"
    )
    page.get_by_role("button", name="Link zum Bestätigen zusenden").click()
    page.wait_for_selector("text=Geben Sie die Adresse an")
    page.get_by_label("E-Mail-Adresse").fill("betrieb@example.org")
    page.get_by_role("button", name="Link zum Bestätigen zusenden").click()
    page.wait_for_url("**/hochwasser/nachricht/unterwegs/")
