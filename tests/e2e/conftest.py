"""The running product on an empty data folder, once for all walks, and pages in a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from factories.once import folder_made_once

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# What the walk over all pages found must be told, not only that something was.
pytest.register_assert_rewrite("e2e.every_page")

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
BUILT = ROOT / "src/steiger/web/portal/static/build/site.css"
EXAMPLES = 120
LOAD = (
    "import django; django.setup();"
    "from django.conf import settings;"
    "from steiger.web.directory.domain.demo import load_demo;"
    f"load_demo(settings.REGION, fill={EXAMPLES})"
)


class OpenPage(Protocol):
    """Opens an address in a fresh browser profile."""

    def __call__(self, path: str, width: int = 1280, height: int = 900, **options: Any) -> Page:
        """``options`` are those of Playwright's ``new_context``."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the product with the demo content and some examples, as a visitor meets it."""
    if not (AXE.exists() and BUILT.exists()):
        pytest.skip("needs the built browser files: make setup")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    env = {k: v for k, v in os.environ.items() if not k.startswith(("STEIGER_", "DATABASE_"))}
    env |= {
        "DJANGO_SETTINGS_MODULE": "steiger.web.config.settings",
        "STEIGER_BASE_URL": address,
        "STEIGER_LOG_LEVEL": "ERROR",
    }
    tools = Path(sys.executable).parent

    def make(folder: Path) -> None:
        for command in (
            [str(tools / "steiger"), "django", "migrate", "-v0"],
            [sys.executable, "-c", LOAD],
        ):
            here = env | {"STEIGER_DATA_DIR": str(folder)}
            subprocess.run(command, env=here, check=True, capture_output=True, timeout=300)

    own = tmp_path_factory.mktemp("product")
    made = folder_made_once(tmp_path_factory, "made-product", make)
    shutil.copytree(made, own, dirs_exist_ok=True)
    env["STEIGER_DATA_DIR"] = str(own)
    server = subprocess.Popen(
        [
            *(str(tools / "granian"), "--interface", "wsgi", "--port", str(port)),
            *("--workers", "1", "--no-access-log", "steiger.web.config.wsgi:application"),
        ],
        env=env,
    )
    try:
        _wait_for(port)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(port: int) -> None:
    for _ in range(1200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("The product did not start within two minutes.")


@pytest.fixture
def open_page(chromium: Browser, product: str) -> Iterator[OpenPage]:
    """Opens pages; an error in a console fails the test."""
    contexts = []
    errors: list[str] = []

    def opened(path: str, width: int = 1280, height: int = 900, **options: Any) -> Page:
        options.setdefault("locale", "de-DE")
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: errors.append(message.text) if message.type == "error" else None,
        )
        page.goto(f"{product}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def findings(page: Page) -> list[str]:
    """What axe-core objects to, as rule and place."""
    # Injected past the content policy, as an extension of the browser would be.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    # What passed need not be told, and nothing plays: a third of the time.
    options = "{resultTypes: ['violations'], preload: false}"
    result = page.evaluate(f"async () => (await axe.run({options})).violations")
    return [f"{v['id']}: {n['target']}" for v in result for n in v["nodes"]]
