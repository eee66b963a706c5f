"""A view of the map in a page of somebody else: another origin, under that page's strict policy."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from e2e.conftest import findings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = pytest.mark.e2e


@pytest.fixture
def foreign(product: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Address of a foreign page, and what it shows; the page allows our frame and nothing else."""
    shown = {"body": ""}

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"<!doctype html><html lang=de><title>Stadt</title><h1>Stadt</h1>{shown['body']}"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", f"default-src 'none'; frame-src {product}")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # Another name of this machine, so that it is another site and not only another port.
    yield f"http://localhost:{server.server_port}/", shown
    server.shutdown()


def test_the_snippet_works_in_a_strict_foreign_page_by_keyboard(
    chromium: Browser, product: str, foreign: tuple[str, dict[str, str]]
) -> None:
    address, shown = foreign
    context = chromium.new_context(viewport={"width": 1100, "height": 900}, locale="de-DE")
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto(f"{product}/landkarte/einbetten/?category=research&view=map&theme=dark")
    assert findings(page) == []
    code = page.get_by_label("Diese Zeile in Ihre Seite einfügen").input_value()
    assert re.search(r"frame-src http://127\.0\.0\.1", page.locator("main").inner_text())
    page.goto(f"{product}/landkarte/eingebettet/?category=research")
    assert findings(page) == []
    page.close()

    shown["body"] = code
    page = context.new_page()
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto(address)
    frame = page.frame_locator("iframe")
    expect(frame.locator("#landkarte.is-live")).to_be_visible(timeout=15_000)
    expect(frame.locator("h1")).to_have_text("KI-Landkarte: Forschung")
    assert html.unescape(code).startswith(f'<iframe src="{product}/landkarte/eingebettet/')

    # By keyboard: into the frame, search, and out to the map in a new tab.
    page.locator("body").click(position={"x": 5, "y": 5})
    for _ in range(3):
        page.keyboard.press("Tab")
        if frame.locator("#q:focus").count():
            break
    expect(frame.locator("#q")).to_be_focused()
    page.keyboard.type("Lamarr")
    page.keyboard.press("Enter")
    expect(frame.locator(".st-hit").first).to_contain_text("Lamarr")
    assert page.url == address
    link = frame.locator(".st-frame-foot a")
    link.focus()
    with context.expect_page() as opened:
        page.keyboard.press("Enter")
    opened.value.wait_for_load_state()
    assert opened.value.url.startswith(f"{product}/landkarte/?q=Lamarr&category=research")
    assert opened.value.evaluate("window.opener") is None
    opened.value.close()
    # Neither the foreign page nor ours has left anything.
    assert context.cookies() == []
    assert errors == []
    context.close()
