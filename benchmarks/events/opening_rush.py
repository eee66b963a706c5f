"""A popular event opens: 1,000 registrations from 50 clients within a minute, over HTTP.

Each registration is a visitor of her own: she loads the page, fills in the form, sends it. The
server is the product's own (`steiger serve`, which is granian, and `steiger worker`). Its mail
server refuses every third mail; in the end each visitor must have exactly one.

    python benchmarks/events/opening_rush.py [--registrations 1000] [--clients 50] [--seconds 60]
    python scripts/with_postgres.py .venv/bin/python benchmarks/events/opening_rush.py

Prints JSON; exits 1 if a promise is broken: no error, 95 % within a second, mails exactly once,
never over quota.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import socketserver
import statistics
import sys
import threading
import time
from collections import Counter
from typing import Any

from running import free_port, running

PROMISE_MS = 1000.0
QUOTA = 600
# A mail that is refused six times is tried again after eight more minutes.
MAIL_PATIENCE_S = 2000


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as is needed; refuses every third mail after having heard it all."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), MailTalk)
        self.heard, self.taken, self.lock = 0, Counter[str](), threading.Lock()


class MailTalk(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        server: Any = self.server
        self.say("220 mail")
        to = ""
        while line := self.rfile.readline().decode(errors="replace").strip():
            word = line.upper()
            if word.startswith(("EHLO", "HELO")):
                self.say("250 mail")
            elif word.startswith("RCPT"):
                to = line.partition("<")[2].partition(">")[0]
                self.say("250 ok")
            elif word == "DATA":
                self.say("354 go on")
                while self.rfile.readline().strip(b"\r\n") != b".":
                    pass
                with server.lock:
                    server.heard += 1
                    refused = server.heard % 3 == 0
                    if not refused:
                        server.taken[to] += 1
                self.say("451 try again later" if refused else "250 taken")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


async def rush(url: str, clients: int, number: int, seconds: float) -> dict[str, Any]:
    """All clients at once, each with its share of visitors."""
    import httpx

    page_ms: list[float] = []
    form_ms: list[float] = []
    statuses: Counter[str] = Counter()
    begin = time.perf_counter()

    async def visitor(browser: httpx.AsyncClient, who: int) -> None:
        address = {"X-Forwarded-For": f"10.{who // 65536}.{who // 256 % 256}.{who % 256}"}
        start = time.perf_counter()
        page = await browser.get(url, headers=address)
        page_ms.append((time.perf_counter() - start) * 1000)
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.text)
        ticket = re.search(r'name="ticket" value="(\d+)"', page.text)
        if not token or not ticket:
            statuses[f"page {page.status_code}"] += 1
            return
        data = {
            "csrfmiddlewaretoken": token[1],
            "ticket": ticket[1],
            "seats": "1",
            "name": f"Beispiel Gast {who}",
            "email": f"rush{who}@example.org",
        }
        start = time.perf_counter()
        answer = await browser.post(url, data=data, headers={**address, "Referer": url})
        form_ms.append((time.perf_counter() - start) * 1000)
        statuses[str(answer.status_code)] += 1

    async def client(first: int) -> None:
        share = range(first, number, clients)
        async with httpx.AsyncClient(timeout=60) as browser:
            for turn, who in enumerate(share):
                due = begin + (turn + first / clients) * seconds * 0.95 / len(share)
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                try:
                    await visitor(browser, who)
                except httpx.HTTPError as error:
                    statuses[type(error).__name__] += 1
                browser.cookies.clear()

    await asyncio.gather(*(client(n) for n in range(clients)))
    return {
        "seconds": round(time.perf_counter() - begin, 1),
        "statuses": dict(statuses),
        "page_ms": _spread(page_ms),
        "registration_ms": _spread(form_ms),
    }


def _spread(values: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=100)
    return {
        "median": round(cuts[49], 1),
        "p95": round(cuts[94], 1),
        "p99": round(cuts[98], 1),
        "most": round(max(values), 1),
    }


def main() -> int:
    """Serve, rush, wait for the mails, look at the database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--registrations", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    mail = MailServer(free_port())
    threading.Thread(target=mail.serve_forever, daemon=True).start()
    slug = "ansturm"

    def prepare() -> None:
        from factories.events import make_event

        make_event(quota=QUOTA, most=3, slug=slug)

    settings = {
        "STEIGER_SMTP_HOST": "127.0.0.1",
        "STEIGER_SMTP_PORT": str(mail.server_address[1]),
        "STEIGER_SMTP_SECURITY": "none",
        "STEIGER_MAIL_FROM": "Steiger <steiger@example.org>",
        "STEIGER_TRUSTED_PROXIES": "1",
        # As on a server: the form for a terminal draws every refused mail with all its variables.
        "STEIGER_LOG_FORMAT": "json",
        "STEIGER_WEB_PROCESSES": "2",
    }
    with running(prepare, settings) as url:
        address = f"{url}/veranstaltungen/{slug}/"
        load = [round(value, 2) for value in os.getloadavg()]
        told = asyncio.run(rush(address, options.clients, options.registrations, options.seconds))
        from django.db import connection

        from steiger.web.events.models import Registration, TicketKind

        begin = time.monotonic()
        while (
            sum(mail.taken.values()) < options.registrations
            and time.monotonic() - begin < MAIL_PATIENCE_S
        ):
            time.sleep(1)
        waited = time.monotonic() - begin
        time.sleep(3)  # would a second copy come?
        states = dict(Counter(Registration.objects.values_list("state", flat=True)))
        ticket = TicketKind.objects.get()
        result = {
            "database": connection.vendor,
            "cpus": os.cpu_count(),
            "load_before": load,
            "registrations": options.registrations,
            "clients": options.clients,
            **told,
            "states": states,
            "taken_of_quota": [ticket.taken, ticket.quota],
            "mails": {
                "attempts": mail.heard,
                "refused": mail.heard // 3,
                "recipients": len(mail.taken),
                "twice": sum(count > 1 for count in mail.taken.values()),
                "last_after_s": round(waited, 1),
            },
        }
        connection.close()
    expected = min(QUOTA, options.registrations)
    broken = [
        name
        for name, good in (
            ("errors", set(told["statuses"]) == {"302"}),
            ("p95", told["registration_ms"]["p95"] <= PROMISE_MS),
            ("quota", ticket.taken == states.get("asked") == expected),
            ("nobody lost", sum(states.values()) == options.registrations),
            ("mails once", set(mail.taken.values()) == {1}),
            ("mails all", len(mail.taken) == options.registrations),
        )
        if not good
    ]
    print(json.dumps({**result, "broken": broken, "ok": not broken}, indent=2))
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
