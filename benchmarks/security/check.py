"""Attacks a running product from outside and prints what it found as JSON.

``python benchmarks/security/check.py`` starts a fresh product with the region's demo content;
``--url http://… [--link ONE-TIME-LINK]`` attacks one that runs. Exit status 1 on any finding.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent))

import probes
from browser import Answer, Browser, page_of
from product import VALLEY, product

START = ["/", "/landkarte/", "/hochwasser/", "/konto/login/", "/konto/signup/", "/en/"]
START += ["/barrierefreiheit/", "/hochwasser/nachricht/", "/hochwasser/daten/"]
START += ["/veranstaltungen/", "/sprechstunde/", "/wissen/", "/gemeinschaften/", "/mein-weg/"]
START += ["/berichte/", "/suche/?q=KI", "/pruefung/", "/pruefung/register/", "/pruefung/pruefen/"]
START += ["/eintraege/neu/", "/eintraege/zustand/", "/eintraege/abonnement/", "/schnittstelle/"]
START += ["/landkarte/vergleich/", "/landkarte/einbetten/", "/landkarte/?view=network"]
STAFF = ["/konto/", "/konto/2fa/", "/konto/personen/", "/konto/protokoll/", "/betrieb/zustand/"]
STAFF += ["/hochwasser/betrieb/", "/arbeitsplatz/", "/veranstaltungen/planung/"]
STAFF += ["/wissen/verwaltung/", "/berichte/arbeit/", "/mein-weg/faelle/", "/pruefung/pruefende/"]
STAFF += ["/eintraege/meine/", "/eintraege/redaktion/", "/eintraege/redaktion/doppelte/"]
STAFF += ["/eintraege/aktualitaet/", "/landkarte/pflege/woerter/", "/pruefung/schluessel/"]
MACHINE = ["/healthz", "/readyz", "/robots.txt", "/sitemap.xml", "/landkarte/punkte.json"]
MACHINE += ["/landkarte/netz.json", "/landkarte/daten.csv", "/landkarte/neues.atom"]
MACHINE += ["/api/v1/", "/api/v1/actors", "/api/v1/openapi.json", "/api/v1/match?name=KI"]
MACHINE += [f"{VALLEY}{form}" for form in ("geojson", "sensorthings", "pi", "vorhersage")]
BROKEN = ["/gibt-es-nicht/", "/landkarte/eintrag/gibt-es-nicht/", "/konto/personen/"]
BROKEN += ["/hochwasser/pegel/a/b/", "/hochwasser/daten/a/b", "/hochwasser/nachricht/beenden/x/"]


def sign_in(url: str, link: str) -> Browser:
    """A browser in which the administrator is signed in by a one-time link."""
    browser = Browser(url)
    path = urlsplit(link).path
    browser.get(path)
    answer = browser.post(path, {})
    if answer.status != 302:
        raise SystemExit(f"The one-time link did not sign in: {answer.status}.")
    return browser


def crawl(browser: Browser, limit: int, start: list[str]) -> dict[str, Answer]:
    """Pages that are linked from the start, at most ``limit``, few of each kind."""
    waiting, kinds = list(start), {}
    seen: dict[str, Answer] = {}
    while waiting and len(seen) < limit:
        path = waiting.pop(0)
        kind = probes.kind_of(path)
        if path in seen or kinds.get(kind, 0) >= 3 or "logout" in path:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        answer = seen[path] = browser.get(path)
        if not answer.is_html:
            continue
        for href in page_of(answer).links:
            target = urlsplit(href)
            if not target.scheme and href.startswith("/") and not href.startswith("//"):
                waiting.append(target.path + (f"?{target.query}" if target.query else ""))
    return seen


def inspect(url: str, link: str, limit: int) -> dict[str, Any]:
    """Every check, as name → number of probes and findings."""
    visitor = Browser(url)
    public = crawl(visitor, limit, START)
    staff_pages: dict[str, Answer] = {}
    staff = None
    if link:
        staff = sign_in(url, link)
        staff_pages = crawl(staff, limit, STAFF + START)
    pages = public | {f"{path} (signed in)": answer for path, answer in staff_pages.items()}
    pages |= {path: visitor.get(path) for path in MACHINE + BROKEN}
    results = {
        "headers": probes.headers(pages),
        "cookies": probes.cookies(list(pages.values()), https=False),
        "forgery": probes.forgery(url, public, staff, staff_pages),
        "redirects": probes.redirects(url),
        "injection": probes.injection(url, public),
        "traversal": probes.traversal(url),
        "methods": probes.methods(url, list(public)),
        "host": probes.host(url),
        "lockout": probes.lockout(url),
    }
    results["pages"] = {"probes": len(pages), "findings": probes.broken(pages)}
    return results


def over_https() -> dict[str, Any]:
    """What only holds on a public installation: cookies and strict transport."""
    with product(base_url="https://127.0.0.1", demo=False) as running:
        browser = Browser(running.url, {"X-Forwarded-Proto": "https"})
        answers = [browser.get(path) for path in ("/", "/konto/login/")]
    findings = [
        f"{a.path}: no strict transport"
        for a in answers
        if "max-age=31536000" not in a.headers.get("strict-transport-security", "")
    ]
    cookies = probes.cookies(answers, https=True)
    return {"probes": len(answers) + cookies["probes"], "findings": findings + cookies["findings"]}


def main() -> int:
    """Run and print; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="", help="a running product; else one is started")
    parser.add_argument("--link", default="", help="one-time link of its administrator")
    parser.add_argument("--pages", type=int, default=150, help="pages to visit per person")
    options = parser.parse_args()
    begin = time.monotonic()
    if options.url:
        results = inspect(options.url.rstrip("/"), options.link, options.pages)
    else:
        with product() as running:
            results = inspect(running.url, running.link, options.pages)
        results["https"] = over_https()
    findings = [f"{name}: {text}" for name, r in results.items() for text in r["findings"]]
    report = {
        "probes": sum(r["probes"] for r in results.values()),
        "by_check": {name: r["probes"] for name, r in results.items()},
        "findings": findings,
        "seconds": round(time.monotonic() - begin, 1),
    }
    print(json.dumps(report, indent=2, ensure_ascii=False))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
