"""10,000 automated proposals against a running product: what comes of them, and who is hurt?

    python benchmarks/directory/abuse.py [--proposals 10000] [--networks 500] [--json FILE]

Starts the product (web, worker, an empty data folder) and a mail server of this script, and then

1. floods it from one network: forms that are filled in by a program, each with another name and
   mailbox; the program reads its mails and confirms whatever it is asked to confirm;
2. floods it from many networks at once by a patient program that fetches its forms a minute
   earlier, fills in everything as a person would, and confirms its mails, too;
3. lets honest people propose in the middle of both: no JavaScript, a minute and more of typing, and
   where that is refused, the way that the page names (sign in by a code);
4. tries to guess, reuse and overhear the links of the mails: in the log, in what browsers tell
   other pages, in caches.

No puzzle is solved by anybody: what is asked of a person is only what the page asks. Prints JSON;
ends with 1 if a promise is broken. Unix only.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import html
import http.client
import json
import math
import os
import random
import re
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from mail_once import Mailbox, Server

STEIGER = str(Path(sys.executable).with_name("steiger"))
CHROMIUM = "/usr/bin/chromium"
FORM = "/eintraege/neu/"
TYPING_S = 65.0
FLOODER, ATTACKER = "203.0.113.5", "flut.example"
THREADS = 8


class Post(Mailbox):
    """Keeps whole mails: (mailbox, text)."""

    kept: list[tuple[str, str]] = []
    slow_s = 0.0

    def _read(self) -> str:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        mail = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        body = mail.get_body(("plain",))
        self.kept.append((str(mail["To"]), body.get_content() if body else ""))
        return ""

    @classmethod
    def to(cls, address: str) -> list[str]:
        """Texts that one mailbox got, the oldest first."""
        return [text for person, text in list(cls.kept) if address in person]

    @classmethod
    def wait(cls, address: str, number: int, seconds: float = 120) -> str:
        """The text of a mailbox's mail with this number, from 1.

        Raises:
            SystemExit: it does not come.
        """
        end = time.monotonic() + seconds
        while len(found := cls.to(address)) < number:
            if time.monotonic() > end:
                raise SystemExit(f"abuse: no mail number {number} for {address}.")
            time.sleep(0.2)
        return found[number - 1]


class Browser:
    """As much of a browser without JavaScript as a form needs: cookies, one network address."""

    port = 0

    def __init__(self, network: str) -> None:
        self.network, self.cookies = network, dict[str, str]()
        self.headers: dict[str, str] = {}
        self._open()

    def _open(self) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def ask(self, path: str, fields: dict[str, Any] | None = None) -> tuple[int, str]:
        """Status and page; a POST if there are fields. A redirect is left to the caller."""
        path = re.sub(r"^http://[^/]+", "", path)
        headers = {"X-Forwarded-For": self.network, "Accept-Language": "de"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if fields is not None:
            given = {**fields, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
            body = urlencode(given, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        for again in (True, False):
            try:
                self.line.request("POST" if body else "GET", path, body, headers)
                answer = self.line.getresponse()
                page = answer.read().decode("utf-8", "replace")
                break
            except (http.client.HTTPException, OSError):
                self._open()
                if not again:
                    raise
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie = value.split(";")[0].partition("=")
                self.cookies[cookie[0]] = cookie[2]
        return answer.status, page

    def open_form(self) -> str:
        """The number of a fresh form."""
        return stamp_in(self.ask(FORM)[1])


def stamp_in(page: str) -> str:
    """The hidden number of the form on a page."""
    return html.unescape(page.partition('name="stamp" value="')[2].partition('"')[0])


def answers(name: str, mailbox: str, stamp: str) -> dict[str, Any]:
    """Everything that the page asks, as a person fills it in."""
    return {
        "stamp": stamp,
        "name": name,
        "distinct": name,
        "website": "",
        "place": "42103",
        "kind": "organisation",
        "description": f"{name} prüft Bauteile mit Kameras.",
        "roles": ["provider"],
        "offer_provider": "Prüft Bilder von Bauteilen.",
        "seat_text": "Impressum: Hofaue 1, 42103 Wuppertal",
        "tie_kind": "product",
        "tie_text": "Kamera, die Risse findet",
        "email": mailbox,
        "consent": "on",
    }


@dataclass
class Flood:
    """What many automated proposals came to."""

    proposals: int = 0
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, status: int) -> None:
        """One more."""
        with self.lock:
            self.statuses[status] += 1
            if not sum(self.statuses.values()) % 500:
                say(f"{sum(self.statuses.values())} of {self.proposals}: {dict(self.statuses)}")

    def as_json(self) -> dict[str, Any]:
        """Counts and rate."""
        per_s = round(self.proposals / max(self.seconds, 0.001), 1)
        seconds = round(self.seconds, 1)
        return {"proposals": self.proposals, "seconds": seconds, "per_s": per_s,
                "answers": dict(sorted(self.statuses.items()))}  # fmt: skip


def say(text: str) -> None:
    """Progress."""
    print(text, file=sys.stderr, flush=True)


def side_by_side(work: Any, parts: list[Any]) -> None:
    """Do the parts in a few threads."""
    rest, lock = iter(parts), threading.Lock()

    def take() -> None:
        while True:
            with lock:
                part = next(rest, None)
            if part is None:
                return
            work(part)

    threads = [threading.Thread(target=take) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def from_one_network(count: int) -> Flood:
    """A program that sends as fast as it can; it minds the shortest time a form must be open."""
    flood, local = Flood(count), threading.local()
    stamps = [Browser(FLOODER).open_form() for _ in range(40)]
    time.sleep(5)
    begin = time.monotonic()

    def send(number: int) -> None:
        if not hasattr(local, "browser"):
            local.browser = Browser(FLOODER)
            local.browser.open_form()
        stamp = stamps[number % len(stamps)]
        name = f"Schnellfix {number} GmbH"
        mailbox = f"m{number}@{ATTACKER}" if number % 2 else f"flut{number}@gmx.de"
        flood.note(local.browser.ask(FORM, answers(name, mailbox, stamp))[0])

    side_by_side(send, list(range(count)))
    flood.seconds = time.monotonic() - begin
    return flood


def from_many_networks(count: int, networks: int) -> tuple[Flood, Any]:
    """Forms fetched now; returns the flood and the function that sends them all later."""
    flood = Flood(count)
    rng = random.Random(3)
    browsers = [
        Browser(f"198.18.{n // 250}.{n % 250 + 1}" if n % 2 else f"2001:db8:{n:x}::{n + 1:x}")
        for n in range(networks)
    ]
    prepared: list[tuple[Browser, str, int]] = []
    lock = threading.Lock()

    def fetch(place: int) -> None:
        for _ in range(-(-count // networks)):
            stamp = browsers[place].open_form()
            with lock:
                prepared.append((browsers[place], stamp, len(prepared)))

    side_by_side(fetch, list(range(networks)))
    rng.shuffle(prepared)

    def send(part: tuple[Browser, str, int]) -> None:
        browser, stamp, number = part
        mailbox = f"kontakt@firma-{number}.{ATTACKER}"
        browser_lock = locks.setdefault(id(browser), threading.Lock())
        with browser_lock:
            status = browser.ask(FORM, answers(f"Werk {number} AG", mailbox, stamp))[0]
        flood.note(status)

    locks: dict[int, threading.Lock] = {}

    def all_at_once() -> None:
        begin = time.monotonic()
        side_by_side(send, prepared[:count])
        flood.seconds = time.monotonic() - begin

    return flood, all_at_once


def confirm_mails() -> int:
    """The attacker opens every link that came to its mailboxes and presses the button."""
    done = 0
    for person, text in list(Post.kept):
        if ATTACKER not in person:
            continue
        if found := re.search(r"http://\S+/eintraege/abgeschickt/\S+", text):
            browser = Browser(f"192.0.2.{done % 250 + 1}")
            browser.ask(found.group())
            done += browser.ask(found.group(), {})[0] == 302
    return done


@contextmanager
def watched(out: dict[str, Any], name: str) -> Any:
    """Meanwhile somebody opens the form every half second; how long she waits goes into ``out``."""
    stop, waits, refused = threading.Event(), list[float](), list[int]()

    def look() -> None:
        browser = Browser("192.0.2.77")
        while not stop.is_set():
            begin = time.perf_counter()
            status = browser.ask(FORM)[0]
            waits.append((time.perf_counter() - begin) * 1000)
            if status != 200:
                refused.append(status)
            stop.wait(0.5)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        ordered = sorted(waits) or [0.0]
        out[name] = {
            "looks": len(waits),
            "p50_ms": round(ordered[len(ordered) // 2], 1),
            "p95_ms": round(ordered[int(len(ordered) * 0.95)], 1),
            "refused": len(refused),
        }


class Person:
    """Somebody who types for a minute, sends, and follows what the page says."""

    def __init__(self, network: str, name: str, mailbox: str) -> None:
        self.browser, self.name, self.mailbox = Browser(network), name, mailbox
        self.stamp, self.opened = self.browser.open_form(), time.monotonic()
        self.told: dict[str, Any] = {}

    def propose(self) -> None:
        """Type, send; sign in by a code if the page says so; confirm the mail."""
        time.sleep(max(0.0, self.opened + TYPING_S - time.monotonic()))
        say(f"{self.name} sends")
        begin = time.monotonic()
        status, page = self._send()
        self.told = {"first_answer": status, "answer_s": round(time.monotonic() - begin, 2)}
        if status == 429:
            kept = "Kamera, die Risse findet" in page and self.stamp in page
            self.told["typed_words_kept"] = kept
            self._sign_in()
            self.told["answer_when_signed_in"] = self._send()[0]
        elif status == 302:
            begin = time.monotonic()
            text = Post.wait(self.mailbox, 1)
            self.told["mail_after_s"] = round(time.monotonic() - begin, 1)
            link = re.search(r"http://\S+/eintraege/abgeschickt/\S+", text)
            assert link is not None
            self.browser.ask(link.group())
            self.told["confirmed"] = self.browser.ask(link.group(), {})[0]
            self.told["confirmed_again"] = self.browser.ask(link.group(), {})[0]

    def _send(self) -> tuple[int, str]:
        return self.browser.ask(FORM, answers(self.name, self.mailbox, self.stamp))

    def _sign_in(self) -> None:
        self.browser.ask("/konto/signup/")
        self.browser.ask("/konto/signup/", {"email": self.mailbox})
        text = Post.wait(self.mailbox, 1)
        code = re.search(r"^([A-Z0-9][A-Z0-9-]{4,})\s*$", text, re.MULTILINE)
        assert code is not None, text
        self.browser.ask("/konto/confirm-email/")
        self.told["code"] = self.browser.ask("/konto/confirm-email/", {"code": code.group(1)})[0]


def asks_no_puzzle(page: str) -> list[str]:
    """What on the page a person or a screen reader would stumble over; [] if nothing."""
    found = []
    if re.search(r"captcha|turnstile|rätsel", page, re.IGNORECASE):
        found.append("a puzzle")
    if re.search(
        r'(?:src|href|action)="(?:https?:)?//', page.partition("<main")[2].partition("</main")[0]
    ):
        found.append("a third party")
    trap = re.search(
        r'<div class="st-trap" aria-hidden="true">.*?tabindex="-1".*?</div>', page, re.DOTALL
    )
    if trap is None:
        found.append("the trap can be heard or reached")
    return found


def links_of_mails() -> dict[str, list[str]]:
    """Tokens of all mails, by the page that they lead to."""
    found: dict[str, list[str]] = {}
    for _person, text in list(Post.kept):
        for page, token in re.findall(r"http://\S+/eintraege/(\w+)/([\w:-]{20,})/", text):
            found.setdefault(page, []).append(token)
    return found


def guess(tokens: dict[str, list[str]], count: int) -> dict[str, Any]:
    """Wrong links of every kind from one network: none opens anything, and it is soon enough."""
    rng, browser, statuses = random.Random(5), Browser("192.0.2.200"), Counter[int]()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    pages = sorted(tokens)
    begin = time.monotonic()
    for number in range(count):
        page = pages[number % len(pages)]
        token = rng.choice(tokens[page])
        if number % 3 == 0 and len(pages) > 1:  # a right one, for another purpose
            page = pages[(number + 1) % len(pages)]
        elif number % 3 == 1:  # one sign of the signature differs
            place = len(token) - 1 - rng.randrange(1, 40)
            sign = rng.choice([one for one in letters if one != token[place]])
            token = token[:place] + sign + token[place + 1 :]
        else:  # wholly made up
            token = "".join(rng.choices(letters, k=43))
        statuses[browser.ask(f"/eintraege/{page}/{token}/")[0]] += 1
    seconds = time.monotonic() - begin
    bits = min(len(one.rpartition(":")[2]) for many in tokens.values() for one in many) * 6 // 8 * 8
    years = 2 ** (bits - 1) / (count / seconds) / (365 * 24 * 3600)
    return {
        "guesses": count,
        "opened": sum(n for status, n in statuses.items() if status < 400),
        "answers": dict(sorted(statuses.items())),
        "guesses_per_s": round(count / seconds, 1),
        "bits_of_a_signature": bits,
        "years_to_an_even_chance_log10": round(math.log10(years), 1),
    }


def overheard(tokens: dict[str, list[str]], log: Path, folder: Path) -> dict[str, Any]:
    """Tokens in what was logged; what a page with a token tells others."""
    every = {one for many in tokens.values() for one in many}
    parts = every | {one.rpartition(":")[2] for one in every}
    logs = [log, *(p for p in folder.rglob("*") if p.is_file() and "log" in p.name.lower())]
    texts = [path.read_bytes().decode("utf-8", "replace") for path in logs]
    in_logs = sorted(
        {
            f"{path.name}: {line[:200]}"
            for path, text in zip(logs, texts, strict=True)
            for line in text.splitlines()
            if any(part in line for part in parts)
        }
    )
    addresses = sum(len(re.findall(r"[\w.+-]+@(?:gmx\.de|\S*flut\.example)", t)) for t in texts)
    weak = []
    for page, some in sorted(tokens.items()):
        browser = Browser("192.0.2.201")
        for token in (some[0], f"{some[0]}x"):
            status, _text = browser.ask(f"/eintraege/{page}/{token}/")
            told = browser.headers
            good = (
                told.get("referrer-policy") in {"no-referrer", "strict-origin", "origin"}
                and "no-store" in told.get("cache-control", "")
                and "noindex" in told.get("x-robots-tag", "")
            )
            weak += [] if good else [f"{page} {status}"]
    from steiger.web.accounts.models import LogEntry

    entries = "\n".join(map(str, LogEntry.objects.values_list("object_label", "changes", "reason")))
    return {
        "tokens_used": len(every),
        "lines_logged": sum(text.count("\n") for text in texts),
        "tokens_in_logs": in_logs[:20],
        "tokens_in_the_audit_log": sum(part in entries for part in parts),
        "addresses_in_logs": addresses,
        "pages_that_tell_their_address": weak,
    }


def referrers(tokens: dict[str, list[str]]) -> list[str]:
    """What a real browser names as the page before, opened on each kind of page with a token."""
    from playwright.sync_api import sync_playwright

    seen: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium", chromium_sandbox=False
        )
        page = browser.new_page()
        page.on("request", lambda request: seen.append(request.headers.get("referer", "")))
        for name, some in sorted(tokens.items()):
            page.goto(f"http://127.0.0.1:{Browser.port}/eintraege/{name}/{some[0]}/")
            page.locator("footer a").first.click()
            page.wait_for_load_state()
        browser.close()
    return sorted({one for one in seen if any(t in one for many in tokens.values() for t in many)})


def start(folder: Path, log: Path) -> subprocess.Popen[bytes]:
    """Set the product up and start it; returns when it answers.

    Raises:
        SystemExit: it does not.
    """
    with log.open("wb") as out:
        process = subprocess.Popen(
            [STEIGER, "run", "--fill", "0"], stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True, cwd=folder,
        )  # fmt: skip
    end = time.monotonic() + 600
    while time.monotonic() < end and process.poll() is None:
        try:
            if Browser("192.0.2.1").ask(FORM)[0] == 200:
                return process
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"abuse: the product does not answer.\n{log.read_text()[-3000:]}")


def queue() -> Counter[str]:
    """What waits for the editors: by the attacker, by others."""
    from steiger.web.curation.models import Submission

    rows = Submission.objects.filter(state__in=Submission.OPEN).values_list("email", flat=True)
    bots = re.compile(r"flut\.example$|^flut\d+@")
    return Counter("bots" if bots.search(one) else "people" for one in rows)


def run(asked: argparse.Namespace, folder: Path, log: Path) -> dict[str, Any]:
    """Everything, in order."""
    waits: dict[str, Any] = {}
    many = min(asked.proposals // 5, 2_000)
    page = Browser("192.0.2.1").ask(FORM)[1]
    with watched(waits, "calm"):
        time.sleep(10)
    anna = Person("192.0.2.10", "Annas Gießerei", "anna@giesserei-anna.example")
    time.sleep(TYPING_S - 15)  # so that she sends amid the flood
    with watched(waits, "flood_from_one_network"):
        typing = threading.Thread(target=anna.propose)
        typing.start()
        one = from_one_network(asked.proposals - many)
        typing.join()
    time.sleep(5)
    one_confirmed = confirm_mails()
    after_one = queue()
    say(f"one network: {after_one}")
    flood, send = from_many_networks(many, asked.networks)
    early = Person("192.0.2.11", "Berts Werkstatt", "bert@werkstatt-bert.example")
    late = Person("192.0.2.12", "Claras Labor", "clara@web.de")
    say("forms fetched")
    time.sleep(TYPING_S)
    with watched(waits, "flood_from_many_networks"):
        sending = threading.Thread(target=send)
        early.propose()
        sending.start()
        while sum(flood.statuses.values()) < many // 2 and sending.is_alive():
            time.sleep(0.5)
        late.propose()
        sending.join()
    time.sleep(5)
    many_confirmed = confirm_mails()
    after_many = queue()
    tokens = links_of_mails()
    heard = overheard(tokens, log, folder)
    heard["browser_named_a_token_to"] = referrers(tokens)
    mails = Counter("bots" if "flut" in person else "people" for person, _ in list(Post.kept))
    return {
        "one_network": one.as_json() | {"confirmed": one_confirmed},
        "many_networks": flood.as_json()
        | {"networks": asked.networks, "confirmed": many_confirmed},
        "bots_in_the_queue": {"one_network": after_one["bots"], "all": after_many["bots"]},
        "people_in_the_queue": after_many["people"],
        "people": {"one_network": anna.told, "before_many": early.told, "amid_many": late.told},
        "mails": dict(mails),
        "waiting_for_the_form": waits,
        "stumbling_blocks": asks_no_puzzle(page),
        "guessing": guess(tokens, asked.guesses),
        "overhearing": heard,
    }


def kept(result: dict[str, Any]) -> list[str]:
    """Which promises are broken."""
    heard, guessing = result["overhearing"], result["guessing"]
    checks = {
        "one network gets at most two dozen into the queue":
            result["bots_in_the_queue"]["one_network"] <= 24,
        "everybody together gets at most what an hour allows":
            result["bots_in_the_queue"]["all"] <= 120,
        "every person is in the queue": result["people_in_the_queue"] == 3,
        "a used link is used": all(
            p.get("confirmed_again", 410) == 410 for p in result["people"].values()),
        "no puzzle, no third party": not result["stumbling_blocks"],
        "no guess opened anything": guessing["opened"] == 0,
        "guesses are held off": guessing["answers"].get(429, 0) > 0,
        "nothing overheard": not any(
            heard[k] for k in ("tokens_in_logs", "tokens_in_the_audit_log", "addresses_in_logs",
                               "pages_that_tell_their_address", "browser_named_a_token_to")),
    }  # fmt: skip
    return [name for name, good in checks.items() if not good]


def main() -> int:
    """Start, flood, look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--proposals", type=int, default=10_000)
    parser.add_argument("--networks", type=int, default=500)
    parser.add_argument("--guesses", type=int, default=1_000)
    parser.add_argument("--json", type=Path, help="Write the result there, too.")
    asked = parser.parse_args()
    with (
        socketserver.TCPServer(("127.0.0.1", 0), Post) as a,
        socketserver.TCPServer(("127.0.0.1", 0), Post) as b,
    ):
        Browser.port, smtp = a.server_address[1], b.server_address[1]
    threading.Thread(target=Server(("127.0.0.1", smtp), Post).serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="steiger-abuse-") as name:
        folder = Path(name) / "data"
        os.environ |= {
            "STEIGER_DATA_DIR": str(folder),
            "PORT": str(Browser.port),
            "STEIGER_BASE_URL": f"http://127.0.0.1:{Browser.port}",
            "STEIGER_TRUSTED_PROXIES": "1",
            "STEIGER_SMTP_HOST": "127.0.0.1",
            "STEIGER_SMTP_PORT": str(smtp),
            "STEIGER_SMTP_SECURITY": "none",
            "STEIGER_DEMO": "false",
            "DJANGO_SETTINGS_MODULE": "steiger.web.config.settings",
        }
        folder.mkdir()
        log = Path(name) / "log"
        process = start(folder, log)
        try:
            import django

            django.setup()
            result = run(asked, folder, log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
    result["broken"] = kept(result)
    text = json.dumps(result, indent=2, ensure_ascii=False)
    print(text)
    if asked.json:
        asked.json.write_text(text + "\n")
    return int(bool(result["broken"]))


if __name__ == "__main__":
    sys.exit(main())
