"""The page that verifies certificates from a USB stick: opened as a file, without any network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from factories.certificates import AUTHORITY, GOOD, cases, evidence_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "src/steiger/web/portal/static/build/verify-certificate.html"
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
#: The page asks for a day; cases at another moment are those of the two other verifiers.
DAYS = {"too early": "2025-12-31", "expired": "2028-01-02"}


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """The page as a file, in a browser that is offline and tells every request."""
    if not BUILT.exists():
        pytest.skip("needs the built browser files: make setup")
    context = chromium.new_context(locale="de-DE", offline=True)
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    requests: list[str] = []
    errors: list[str] = []
    opened.on("request", lambda request: requests.append(request.url))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text))
    opened.goto(BUILT.as_uri())
    yield opened
    context.close()
    assert [url for url in requests if not url.startswith(("file:", "blob:"))] == []
    assert errors == []


def file(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/json", "buffer": content}


def outcomes(page: Page) -> dict[str, tuple[str, str]]:
    rows = page.eval_on_selector_all(
        "#result li", "all => all.map(e => [e.dataset.name, e.dataset.outcome, e.dataset.code])"
    )
    return {name: (outcome, code) for name, outcome, code in rows}


def test_page_gives_the_same_answers_as_the_other_verifiers(page: Page, tmp_path: Path) -> None:
    names = [case.name for case in cases(evidence_folder(tmp_path / "names"))]
    assert len(names) >= 30
    for number, name in enumerate(names):
        folder = evidence_folder(tmp_path / str(number))
        case = next(case for case in cases(folder) if case.name == name)
        if case.change:
            case.change(folder)
        page.set_input_files("#certificate", file("certificate.json", case.content))
        page.set_input_files("#issuer", file("issuer.json", case.issuer))
        page.set_input_files("#evidence", folder)
        lists = [file(f"status-{n}.json", content) for n, content in enumerate(case.lists)]
        page.set_input_files("#lists", lists)
        extra = [file("inclusion.json", case.inclusion)] if case.inclusion is not None else []
        page.set_input_files("#inclusion", extra)
        page.fill("#date", DAYS.get(name, "2026-07-01"))
        page.evaluate("document.getElementById('result').replaceChildren()")
        page.click("button.main")
        page.wait_for_selector("#result li")
        bad_form = case.outcomes.get("form", ("",))[0] == "failed"
        expected = case.outcomes if bad_form else {**GOOD, **case.outcomes}
        assert outcomes(page) == expected, name
        assert page.get_attribute("#result", "data-valid") == str(case.valid).lower(), name


def test_without_ed25519_in_the_browser_the_built_in_library_answers(
    page: Page, tmp_path: Path
) -> None:
    page.evaluate("() => { crypto.subtle.importKey = () => Promise.reject(new Error()); }")
    for name, valid in (("good", "true"), ("signed by a stranger", "false")):
        folder = evidence_folder(tmp_path / name)
        case = next(case for case in cases(folder) if case.name == name)
        page.set_input_files("#certificate", file("certificate.json", case.content))
        page.set_input_files("#issuer", file("issuer.json", case.issuer))
        page.fill("#date", "2026-07-01")
        page.evaluate("document.getElementById('result').replaceChildren()")
        page.click("button.main")
        page.wait_for_selector("#result li")
        assert page.get_attribute("#result", "data-valid") == valid


def test_page_speaks_both_languages_and_says_what_is_missing(page: Page, tmp_path: Path) -> None:
    page.click("button.main")
    page.wait_for_selector("#result p")
    assert "Wählen Sie die Bescheinigung" in page.inner_text("#result")
    page.click("[data-language=en]")
    assert page.title() == "Verify a certificate of examination"
    assert page.get_attribute("html", "lang") == "en"
    assert "Choose the certificate" in page.inner_text("#result")
    case = cases(evidence_folder(tmp_path))[0]
    page.set_input_files("#certificate", file("certificate.json", case.content))
    page.set_input_files("#issuer", file("issuer.json", b"{}"))
    page.click("button.main")
    page.wait_for_selector("text=cannot be read")
    page.set_input_files("#issuer", file("issuer.json", AUTHORITY.as_file()))
    page.click("button.main")
    page.wait_for_selector("#result dl")
    text = page.inner_text("#result")
    assert "Kreditprüfung „Ähre“ 𝄞 2.1" in text
    assert "no certification by an accredited body" in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_accessible(page: Page, scheme: Any, tmp_path: Path) -> None:
    if not AXE.exists():
        pytest.skip("needs axe-core: make setup")
    page.emulate_media(color_scheme=scheme)
    case = cases(evidence_folder(tmp_path))[0]
    page.set_input_files("#certificate", file("certificate.json", case.content))
    page.set_input_files("#issuer", file("issuer.json", case.issuer))
    page.click("button.main")
    page.wait_for_selector("#result dl")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")
    assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []
