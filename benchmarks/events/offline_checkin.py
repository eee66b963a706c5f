"""Two doors read 300 codes in a real browser without a network; then it comes back.

    python benchmarks/events/offline_checkin.py [--visitors 270] [--scans 300]

Each door reads its half; the codes of some visitors are read at both. Afterwards every visitor must
be there once, every reading must be known, every double one must be shown as a conflict. Needs
Chromium. Prints JSON; exits 1 if a promise is broken.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from typing import Any

from running import running

State: dict[str, Any] = {}
#: How many readings a device still keeps.
WAITING = """() => Object.entries(localStorage)
  .filter(([key]) => /^st-door-[0-9]/.test(key))
  .reduce((sum, [, text]) => sum + JSON.parse(text).length, 0)"""


def prepare(visitors: int) -> None:
    """An event with confirmed visitors, and a signed-in adviser."""
    from django.test import Client

    from factories.events import make_event
    from steiger.web.accounts.domain import audit
    from steiger.web.accounts.domain.people import create_person, grant_role
    from steiger.web.events.domain.door import seat_code
    from steiger.web.events.domain.registering import new_code
    from steiger.web.events.models import Registration

    event = make_event(quota=visitors, slug="tueren")
    rows = [
        Registration(
            event=event,
            ticket=event.tickets.get(),
            state="confirmed",
            name=f"Beispiel Gast {n}",
            email=f"gast{n}@example.org",
            code=new_code(),
            person=f"{n:040x}",
        )
        for n in range(visitors)
    ]
    Registration.objects.bulk_create(rows)
    user = create_person(email="beratung@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role="adviser", by=audit.SYSTEM, reason="benchmark")
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    State["session"] = browser.cookies["sessionid"].value
    State["event"] = event.pk
    State["codes"] = [seat_code(row.code, 1) for row in rows]


def doors(url: str, scans: int) -> dict[str, Any]:
    """Read at two doors without a network, then with it."""
    from playwright.sync_api import sync_playwright

    codes = State["codes"]
    half = scans // 2
    shares = [codes[:half], codes[len(codes) - (scans - half) :]]
    address = f"{url}/veranstaltungen/planung/{State['event']}/tuer/"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), chromium_sandbox=False
        )
        pages = []
        for name in ("Haupttür", "Hoftür"):
            context = browser.new_context(locale="de-DE")
            context.add_cookies([{"name": "sessionid", "value": State["session"], "url": url}])
            page = context.new_page()
            page.goto(address)
            page.get_by_label("Name dieses Eingangs").fill(name)
            context.set_offline(True)
            pages.append(page)
        begin = time.monotonic()
        for page, share in zip(pages, shares, strict=True):
            field = page.get_by_label("Code", exact=True)
            for code in share:
                field.fill(code)
                field.press("Enter")
            page.locator("[data-result]", has_text=share[-1]).wait_for()
        typing = time.monotonic() - begin
        waiting = [page.locator("[data-net]").inner_text() for page in pages]
        begin = time.monotonic()
        for page in pages:
            page.context.set_offline(False)
        while any(page.evaluate(WAITING) for page in pages) and time.monotonic() - begin < 60:
            time.sleep(0.1)
        reconciled = time.monotonic() - begin
        said = [page.locator("[data-net]").inner_text() for page in pages]
        left = [page.evaluate(WAITING) for page in pages]
        browser.close()
    return {
        "read_without_network_s": round(typing, 1),
        "said": waiting,
        "reconciled_s": round(reconciled, 1),
        "said_afterwards": said,
        "left_on_devices": left,
    }


def main() -> int:
    """Run both doors and compare with what must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=270)
    parser.add_argument("--scans", type=int, default=300)
    options = parser.parse_args()
    with running(lambda: prepare(options.visitors), {"STEIGER_WEB_PROCESSES": "1"}) as url:
        told = doors(url, options.scans)
        from django.db import connection

        from steiger.web.events.domain.door import conflicts
        from steiger.web.events.models import Attendance, Event, Scan

        event = Event.objects.get(pk=State["event"])
        result = {
            "database": connection.vendor,
            "visitors": options.visitors,
            "scans": options.scans,
            **told,
            "readings_known": Scan.objects.count(),
            "came": Attendance.objects.count(),
            "distinct": Attendance.objects.values("person").distinct().count(),
            "conflicts_shown": len(conflicts(event)),
            "offline": Scan.objects.filter(offline=True).count(),
        }
        connection.close()
    good = (
        result["readings_known"] == options.scans == result["offline"]
        and result["came"] == result["distinct"] == options.visitors
        and result["conflicts_shown"] == options.scans - options.visitors
        and result["left_on_devices"] == [0, 0]
    )
    print(json.dumps({**result, "ok": good}, indent=2, ensure_ascii=False))
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
