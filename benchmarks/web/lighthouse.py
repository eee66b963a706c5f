"""Lighthouse on one page of each kind of a running product.

    python benchmarks/web/lighthouse.py [--url http://127.0.0.1:8000] [--dry-run] [page ...]

Needs `npm ci` in frontend/ (Lighthouse is a development dependency) and a Chromium. Prints JSON;
exits 1 if a score is below its goal.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from argparse import ArgumentParser
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2] / "frontend/node_modules/lighthouse/cli/index.js"
GOALS = {"performance": 0.95, "accessibility": 1.0, "best-practices": 1.0, "seo": 1.0}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = "--headless=new --no-sandbox --disable-quic --disable-background-networking"


#: Pages with an address of their own.
FIXED = {
    "home": "/",
    "map": "/landkarte/?view=map",
    "network": "/landkarte/?view=network",
    "comparison": "/landkarte/vergleich/",
    "regions": "/landkarte/region/",
    "proposal": "/eintraege/neu/",
    "health": "/eintraege/zustand/",
    "interface": "/schnittstelle/",
    "floods": "/hochwasser/",
    "audits": "/pruefung/",
    "register": "/pruefung/register/",
    "search": "/suche/?q=KI",
    "events": "/veranstaltungen/",
    "advice": "/sprechstunde/",
    "publications": "/wissen/",
}
#: Pages of which a list names the first: the list's address, and how its links look.
FIRST = {
    "actor": ("/landkarte/", r'href="(/landkarte/eintrag/[^"]+)"'),
    "event": ("/veranstaltungen/", r'href="(/veranstaltungen/[\w-]*beispiel[\w-]*/)"'),
    "publication": ("/wissen/", r'href="(/wissen/[\w-]*beispiel[\w-]*/)"'),
    "community": ("/gemeinschaften/", r'href="(/gemeinschaften/[\w-]+/)"'),
    "certificate": ("/pruefung/register/", r'href="(/pruefung/register/[\w-]+/)"'),
    "report": ("/berichte/", r'href="(/berichte/fassung/\d+/)"'),
}
#: Pages that ask search engines to stay away, because they are invented or somebody's selection;
#: whether one may be found is no question of quality there. The script stops if one does not ask.
UNLISTED = {"comparison", "search", "event", "publication", "community"}
#: The times of the consultation hours have no address of their own: they answer a form.
SLOTS = Path(__file__).with_name("lighthouse_slots.mjs")


def page_of(address: str) -> str:
    """A page's text."""
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - own machine
        return str(answer.read().decode())


def addresses(url: str) -> dict[str, str]:
    """Page → its address below ``url``; stops where a list is empty."""
    found = dict(FIXED)
    for name, (where, link) in FIRST.items():
        first = re.search(link, page_of(url + where))
        if first is None:
            raise SystemExit(f"{where} names no {name}; load the demo first.")
        found[name] = first.group(1)
    return found


def chromium() -> str:
    """The browser that Lighthouse drives."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), "")


def scores(address: str, *, unlisted: bool) -> dict[str, float]:
    """Lighthouse's scores of one page; ``unlisted``: apart from whether it may be indexed."""
    if unlisted != ('name="robots" content="noindex' in page_of(address)):
        raise SystemExit(f"{address} does not say to search engines what it should.")
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run(
            ["node", str(PROGRAM), address, "--quiet", "--output=json",
             f"--output-path={out.name}", f"--only-categories={','.join(GOALS)}",
             f"--chrome-flags={FLAGS}", *(["--skip-audits=is-crawlable"] if unlisted else [])],
            env=dict(os.environ, CHROME_PATH=chromium()), check=True, capture_output=True,
        )  # fmt: skip
        report = json.loads(Path(out.name).read_text())
    return {name: report["categories"][name]["score"] for name in GOALS}


def slots(url: str, *, dry: bool = False) -> dict[str, float]:
    """The same of the page with times, which is reached by filling in the form; dry: no scores."""
    told = subprocess.run(
        ["node", str(SLOTS), url, chromium(), *(["dry"] if dry else [])],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return dict(json.loads(told.stdout))


def dry_run(url: str, pages: dict[str, str]) -> int:
    """Only look whether every page is there; prints the status of each."""
    found: dict[str, object] = {}
    for name, path in pages.items():
        with urllib.request.urlopen(url + path) as answer:  # noqa: S310 - own machine
            found[name] = f"{answer.status} {path}"
    found["slots"] = slots(url, dry=True)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return 0


def main() -> int:
    """Measure and print."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--dry-run", action="store_true", help="only look whether pages are there")
    parser.add_argument("page", nargs="*", help="names of pages; all if none is given")
    given = parser.parse_args()
    if not PROGRAM.exists():
        raise SystemExit("Lighthouse is not installed: run `npm ci` in frontend/.")
    pages = addresses(given.url)
    if given.dry_run:
        return dry_run(given.url, pages)
    wanted = given.page or [*pages, "slots"]
    result = {}
    for number, name in enumerate(wanted):
        print(f"{number + 1} of {len(wanted)}: {name}", file=sys.stderr, flush=True)
        result[name] = (
            slots(given.url)
            if name == "slots"
            else scores(given.url + pages[name], unlisted=name in UNLISTED)
        )
    sys.stdout.write(json.dumps(result, indent=1) + "\n")
    low = [
        (page, name)
        for page, found in result.items()
        for name, goal in GOALS.items()
        if (found[name] or 0) < goal
    ]
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
