"""A short walk in Safari's engine, where WebKitGTK is installed (webkit2gtk-driver, xvfb).

Safari lays out and paints some things in its own way; what went wrong there once is looked at here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from e2e.conftest import free_port
from factories.installation import wait_for

DRIVER, DISPLAY = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
WINDOW = next(Path("/usr/lib").glob("*/webkit2gtk-4*/MiniBrowser"), None)
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        not (DRIVER and DISPLAY and WINDOW),
        reason="needs WebKit: install the packages “webkit2gtk-driver” and “xvfb”",
    ),
]
PATHS = [
    "/",
    "/landkarte/",
    "/landkarte/?view=table",
    "/eintraege/neu/",
    "/sprechstunde/",
    "/veranstaltungen/",
    "/wissen/",
    "/pruefung/ki-verordnung/",
    "/konto/login/",
]
WIDTH = "return [document.documentElement.scrollWidth, innerWidth]"
Ask = Callable[[str, str], Any]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Opens an address and answers a script there."""
    number = f":{free_port() % 500 + 100}"
    screen = subprocess.Popen([str(DISPLAY), number, "-screen", "0", "1600x1200x24"])
    port = free_port()
    served = subprocess.Popen([str(DRIVER), f"--port={port}"], env=os.environ | {"DISPLAY": number})
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
    try:
        options = {"binary": str(WINDOW), "args": ["--automation"]}
        asked = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        session = f"/session/{_when_up(client, asked)['sessionId']}"

        def run(script: str) -> Any:
            asked = {"script": script, "args": []}
            got = client.post(f"{session}/execute/sync", json=asked).raise_for_status()
            return got.json()["value"]

        def answer(url: str, script: str) -> Any:
            client.post(f"{session}/url", json={"url": url}).raise_for_status()
            # The driver may answer before the scripts of the page have run.
            wait_for(lambda: run("return document.readyState === 'complete'"), 20)
            return run(script)

        yield answer
        client.delete(session)
    finally:
        for process in (served, screen):
            process.terminate()
            process.wait(timeout=20)


def _when_up(client: httpx.Client, asked: dict[str, Any]) -> dict[str, Any]:
    for _ in range(100):
        try:
            return dict(client.post("/session", json=asked).raise_for_status().json()["value"])
        except httpx.ConnectError:
            time.sleep(0.1)
    pytest.fail("WebKit's driver did not start within ten seconds.")


def test_no_page_is_wider_than_its_window(ask: Ask, product: str) -> None:
    widths = {path: ask(product + path, WIDTH) for path in PATHS}
    assert {path: (needed, has) for path, (needed, has) in widths.items() if needed > has} == {}


def test_filters_of_the_calendar_lie_open(ask: Ask, product: str) -> None:
    script = "return document.querySelector('.st-evf__body').getBoundingClientRect().height"
    assert ask(f"{product}/veranstaltungen/", script) > 20


def test_scripts_of_every_page_run(ask: Ask, product: str) -> None:
    script = (
        "document.querySelector('[data-theme-choice=dark]').click();"
        "return document.documentElement.dataset.kernTheme"
    )
    assert ask(f"{product}/", script) == "dark"


def test_a_long_choice_does_not_widen_the_page(ask: Ask, product: str) -> None:
    script = (
        "const select = document.createElement('select');"
        "select.style.width = '100%';"
        "select.append(new Option('Grund der Annahme '.repeat(40)));"
        "document.querySelector('main').append(select);"
        "const [before, after] = ['none', ''].map(contain => {"
        "  select.style.contain = contain;"
        "  return document.documentElement.scrollWidth > innerWidth;"
        "});"
        "return [before, after]"
    )
    assert ask(f"{product}/seite/impressum/", script) == [True, False]
