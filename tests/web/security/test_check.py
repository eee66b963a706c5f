"""The attacks of benchmarks/security find what is wrong when something is."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "benchmarks/security"))

import probes
from browser import Answer

GOOD = {
    "content-type": "text/html",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'self'; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'self'; script-src 'self' 'nonce-abc'",
}


def answer(text: str = "", cookies: list[str] | None = None, **headers: str) -> Answer:
    given = GOOD | {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer("/", 200, given, cookies or [], text)


def test_headers_good() -> None:
    assert probes.headers({"/": answer('<script nonce="abc"></script>')})["findings"] == []


def test_headers_of_a_frame() -> None:
    open_policy = GOOD["content-security-policy"].replace(
        "frame-ancestors 'none'", "frame-ancestors *"
    )
    frame = answer(
        '<script src="/a.js"></script>', x_frame_options="", content_security_policy=open_policy
    )
    assert probes.headers({"/en/landkarte/eingebettet/?view=map": frame})["findings"] == []
    assert len(probes.headers({"/landkarte/": frame})["findings"]) >= 2


@pytest.mark.parametrize(
    "bad",
    [
        answer(x_frame_options=""),
        answer(x_content_type_options="sniff"),
        answer(content_security_policy=""),
        answer(content_security_policy=GOOD["content-security-policy"] + " 'unsafe-inline'"),
        answer("<script>x()</script>"),
        answer('<p style="color:red">'),
        answer('<a onclick="x()">'),
    ],
)
def test_headers_bad(bad: Answer) -> None:
    assert len(probes.headers({"/": bad})["findings"]) >= 1


def test_cookies_bad() -> None:
    found = probes.cookies([answer(cookies=["sessionid=1; Path=/"])], https=True)["findings"]
    assert [text.partition(": ")[2] for text in found] == [
        "sessionid without SameSite",
        "sessionid without HttpOnly",
        "sessionid without Secure",
    ]


@pytest.fixture
def careless() -> Iterator[str]:
    """A server that does everything wrong."""

    class Handler(BaseHTTPRequestHandler):
        def reply(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            if "next" in query:
                self.send_response(302)
                self.send_header("Location", query["next"][0].replace("\n", ""))
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            said = "".join(query.get("q", []))
            host = self.headers.get("Host", "")
            secret = "root:x:0" if "passwd" in self.path else ""
            self.wfile.write(f"<p>{said}</p>{host}{secret}".encode("utf-8", "replace"))

        do_GET = do_POST = do_PUT = do_DELETE = reply  # noqa: N815 -- asked for by http.server

        def log_message(self, *args: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_careless_server_is_found(careless: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "PARAMETERS", {"/": "q"})
    monkeypatch.setattr(probes, "EVIL", probes.EVIL[:2])
    assert any("evil.example" in text for text in probes.redirects(careless)["findings"])
    kinds = " ".join(probes.injection(careless, {})["findings"])
    assert all(kind in kinds for kind in ("(markup)", "(image)", "(attribute)"))
    assert len(probes.traversal(careless)["findings"]) > 0
    assert any(text.startswith("PUT /") for text in probes.methods(careless, ["/"])["findings"])
    assert any("foreign name" in text for text in probes.host(careless)["findings"])
    assert len(probes.lockout(careless)["findings"]) == 1
