"""How quickly the network can be used, and whether the list beside it says the same. Prints JSON.

Fills a folder of its own with 5,000 invented actors and 20,000 relations among them (groups that
work together, and some well connected ones between them), lays the network out, starts the product
and opens the network in headless Chromium with software rendering. "Usable" is the mark
`network-usable`: all actors and relations are in the drawing and answer to pointer and keyboard;
"drawn" is the first finished picture. Then every page of the list is read and compared, relation by
relation, with what the drawing holds.

    python benchmarks/directory/network_speed.py [--data FOLDER] [--runs 3] [--port 8114]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ACTORS, RELATIONS = 5_000, 20_000
LIMIT_MS = 2_000
BIN = Path(sys.executable).parent
LINE = re.compile(r'data-row="(\d+)" data-one="(\d+)" data-other="(\d+)"')
FILL = """
import sys; sys.path.insert(0, {here!r})
import django; django.setup()
from network_speed import fill
fill()
"""


def main() -> int:
    """Measure and say whether the limits hold."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=None)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--port", type=int, default=8114)
    given = options.parse_args()
    folder = given.data or Path(tempfile.mkdtemp(prefix="steiger-network-"))
    layout_s = prepare(folder)
    server = serve(folder, given.port)
    try:
        base = f"http://127.0.0.1:{given.port}"
        report = measure(base, given.runs)
        report["list"] = compare(base)
    finally:
        server.terminate()
        server.wait(timeout=20)
    report = {"limit_ms": LIMIT_MS, "layout_s": layout_s, **report}
    report["holds"] = (
        report["usable_ms"]["median"] <= LIMIT_MS
        and report["list"]["same"]
        and not report["other_hosts"]
        and (report["actors"], report["relations"]) == (ACTORS, RELATIONS)
    )
    print(json.dumps(report, indent=2))
    return 0 if report["holds"] else 1


# --- the product ---------------------------------------------------------------------------------
def environment(data: Path) -> dict[str, str]:
    """Settings of a product on its own data."""
    return {
        **os.environ,
        "STEIGER_DATA_DIR": str(data),
        "STEIGER_DEBUG": "0",
        "DJANGO_SETTINGS_MODULE": "steiger.web.config.settings",
    }


def prepare(data: Path) -> float | None:
    """Database, index and layout, unless they are there; seconds that the layout took."""
    done = data / "prepared"
    if done.exists():
        return None
    data.mkdir(parents=True, exist_ok=True)
    steiger = str(BIN / "steiger")
    code = FILL.format(here=str(Path(__file__).parent))
    for command in (
        [steiger, "django", "migrate", "-v", "0"],
        [steiger, "demo"],
        [sys.executable, "-c", code],
        [steiger, "index", "rebuild"],
    ):
        subprocess.run(command, env=environment(data), stdout=sys.stderr, check=True)
    begin = time.monotonic()
    command = [steiger, "directory", "network"]
    subprocess.run(command, env=environment(data), stdout=sys.stderr, check=True)
    done.touch()
    return round(time.monotonic() - begin, 1)


def fill() -> None:
    """Replace all relations: 5,000 invented actors, 20,000 relations between them."""
    from steiger.web.directory.domain.sources import EXAMPLES, get_source
    from steiger.web.directory.models import Actor, Name, Relation

    Relation.objects.all().delete()
    source, chance = get_source(EXAMPLES), random.Random(7)
    roles = ["research_institution", "provider", "study_programme"]
    actors = Actor.objects.bulk_create(
        Actor(
            slug=f"netz-{n}",
            name=f"Beispielstelle {n}",
            sort_name=f"beispielstelle {n:05}",
            is_example=True,
            role_keys=[roles[n % 3]],
        )
        for n in range(ACTORS)
    )
    Name.objects.bulk_create(
        Name(actor=actor, kind="official", text=actor.name, source=source) for actor in actors
    )
    groups = [actors[begin : begin + 40] for begin in range(0, ACTORS, 40)]
    pairs = {(actors[n].pk, actors[(n + 1) % ACTORS].pk) for n in range(ACTORS)}
    while len(pairs) < RELATIONS:
        within = chance.random() < 0.8
        one = chance.choice(actors)
        other = chance.choice(groups[actors.index(one) // 40] if within else actors[::25])
        if one.pk != other.pk:
            pairs.add((one.pk, other.pk))
    kinds = ("part_of", "partner_in", "carries", "member_of")
    Relation.objects.bulk_create(
        (
            Relation(
                actor_id=one,
                other_id=other,
                kind=kinds[number % 4],
                note=f"BEISPIEL-{number} ({101_070_000 + number})",
                source=source,
            )
            for number, (one, other) in enumerate(sorted(pairs))
        ),
        batch_size=2_000,
    )


def serve(data: Path, port: int) -> subprocess.Popen[bytes]:
    """The web server as it runs in earnest, ready to answer."""
    command = [str(BIN / "granian"), "--interface", "wsgi", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "4"]
    command += ["steiger.web.config.wsgi:application"]
    server = subprocess.Popen(
        command, env=environment(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/landkarte/?view=network"):
                return server
        except OSError:
            time.sleep(0.3)
    server.terminate()
    raise SystemExit("The server did not answer within 60 s.")


# --- the browser ---------------------------------------------------------------------------------
def measure(base: str, runs: int) -> dict[str, Any]:
    """Times until the network can be used, and what it holds."""
    from playwright.sync_api import sync_playwright

    body = fetch(f"{base}/landkarte/netz.json", packed=True)
    data = json.loads(gzip.decompress(body))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False)
        usable, drawn, answered, hosts = [], [], [], set()
        for _ in range(runs):
            page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
            page.on("request", lambda r: hosts.add(r.url.split("/")[2]) if "//" in r.url else None)
            page.goto(f"{base}/landkarte/?view=network", wait_until="commit")
            page.wait_for_selector("#netz.is-live", timeout=30_000)
            usable.append(mark(page, "network-usable"))
            page.wait_for_timeout(1_000)
            drawn.append(mark(page, "network-drawn"))
            answered.append(answer(page))
            page.context.close()
        browser.close()
    own = base.split("/")[2]
    return {
        "actors": len(data["ids"]),
        "relations": len(data["row"]),
        "bytes_gzip": len(body),
        "usable_ms": {"median": round(statistics.median(usable)), "all": [*map(round, usable)]},
        "drawn_ms": {"median": round(statistics.median(drawn)), "all": [*map(round, drawn)]},
        "list_lights_up_ms": round(statistics.median(answered)),
        "other_hosts": sorted(host for host in hosts if host and host != own),
    }


def mark(page: Any, name: str) -> float:
    """When a mark was set, from the beginning of the page."""
    return float(page.evaluate(f"performance.getEntriesByName('{name}')[0].startTime"))


def answer(page: Any) -> float:
    """Milliseconds from the focus on a line of the list until the drawing shows it."""
    return float(
        page.evaluate(
            """() => new Promise((done) => {
              const begin = performance.now();
              document.querySelector('#finder-results [data-row] a').focus();
              const end = () => done(performance.now() - begin);
              requestAnimationFrame(() => requestAnimationFrame(end));
            })"""
        )
    )


def compare(base: str) -> dict[str, Any]:
    """Every relation of all pages of the list against those of the drawing."""
    data = json.loads(fetch(f"{base}/landkarte/netz.json"))
    ids = data["ids"]
    drawn = {
        (row, ids[one], ids[other])
        for row, one, other in zip(data["row"], data["one"], data["other"], strict=True)
    }
    listed: list[tuple[int, ...]] = []
    pages = 0
    while True:
        pages += 1
        text = fetch(f"{base}/landkarte/?view=network&page={pages}").decode()
        found = [tuple(map(int, match)) for match in LINE.findall(text)]
        listed += found
        if 'rel="next"' not in text:
            break
    same = len(listed) == len(drawn) and set(listed) == drawn
    return {"pages": pages, "listed": len(listed), "drawn": len(drawn), "same": same}


def fetch(url: str, *, packed: bool = False) -> bytes:
    """An answer of the product."""
    headers = {"Accept-Encoding": "gzip"} if packed else {}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:  # noqa: S310
        return bytes(response.read())


if __name__ == "__main__":
    sys.exit(main())
