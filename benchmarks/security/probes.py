"""The probes: each returns how many requests or answers it judged, and what it found."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from browser import Answer, Browser, page_of

Result = dict[str, Any]
WANTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}
POLICY = {
    "default-src": {"'self'"},
    "object-src": {"'none'"},
    "frame-ancestors": {"'none'"},
    "base-uri": {"'self'", "'none'"},
}
#: Pages for frames; all others refuse to be shown in one.
FRAMES = {"/landkarte/eingebettet/", "/veranstaltungen/einbetten/"}
EVIL = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "http://127.0.0.1@evil.example/",
    "/%09/evil.example",
    "/\tevil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://evil.example%00.127.0.0.1/",
]
MARK = "zq7probe"
PAYLOADS = {
    "sql quote": f"{MARK}' OR '1'='1",
    "sql comment": f'{MARK}") OR 1=1 --',
    "sql union": f"{MARK}' UNION SELECT name FROM sqlite_master --",
    "template": MARK + "{{1337*7331}}${1337*7331}#{1337*7331}{% debug %}",
    "markup": f"{MARK}<script>alert(1)</script>",
    "attribute": f'{MARK}" onmouseover="alert(1)',
    "attribute apostrophe": f"{MARK}' autofocus onfocus='alert(1)",
    "image": f'{MARK}"><img src=x onerror=alert(1)>',
    "link": "javascript:alert(1)//" + MARK,
    "header": f"{MARK}\r\nX-Injected: yes",
    "zero byte": f"{MARK}\x00end",
    "path": f"../../../../etc/passwd{MARK}",
    "query language": f'{MARK} AND (((title:[* TO *] "~^10\\',
    "long": MARK * 3000,
    "number": "99999999999999999999999999",
    "negative": "-1",
    "not a number": "NaN",
    "surrogate": "\udce4" + MARK,
}
BAD = ("Traceback", "OperationalError", "ProgrammingError", "DataError", "TemplateSyntaxError")
# Parameters that scripts send and no form shows.
PARAMETERS = {
    "/landkarte/": "q near radius page view sort category role topic sector size district "
    "municipality verified examples lat lon bbox",
    "/landkarte/vorschlaege": "q limit",
    "/landkarte/punkte.json": "q near radius category district bbox",
    "/landkarte/gebiete.json": "q category",
    "/landkarte/region/": "q page",
    "/suche/": "q page",
    "/hochwasser/": "netz",
    "/hochwasser/lage/": "netz halt",
    "/hochwasser/warnungen/": "netz page pegel",
    "/hochwasser/daten/qualitaet/": "netz",
    "/hochwasser/nachricht/": "pegel stufe netz",
    "/konto/login/": "next",
    "/konto/login/code/": "next",
    "/konto/signup/": "next email",
}


def kind_of(path: str) -> str:
    """Which kind of page an address shows: its parts without names and numbers."""
    clean = urlsplit(path)
    parts = [re.sub(r"[0-9]+", "n", part) for part in clean.path.split("/")]
    if len(parts) > 4:
        parts[3] = "x"
    if len(parts) > 3 and parts[1:3] in (["landkarte", "eintrag"], ["landkarte", "region"]):
        parts[3] = "x"
    keys = sorted(re.findall(r"(?:^|&)([a-z]+)=", clean.query))
    return "/".join(parts) + "?" + ",".join(keys)


def headers(pages: dict[str, Answer]) -> Result:
    """Headers that protect, on every kind of answer."""
    found = []
    for name, answer in pages.items():
        for header, value in WANTED.items():
            if header == "x-frame-options" and is_frame(name):
                continue
            given = answer.headers.get(header, "")
            if not given or value not in given:
                found.append(f"{name}: {header} is {given!r}")
        private = name.endswith("(signed in)") and name.startswith(("/konto/", "/betrieb/"))
        if private and "no-store" not in answer.headers.get("cache-control", ""):
            found.append(f"{name}: may be kept by the browser after signing out")
        if not answer.is_html:
            continue
        found += [f"{name}: {text}" for text in _policy(answer, is_frame(name))]
        if re.search(r"<[a-z][^>]*\s(style|on[a-z]+)=", answer.text):
            found.append(f"{name}: an attribute with style or script inside the page")
    return {"probes": len(pages), "findings": found}


def is_frame(name: str) -> bool:
    """Whether other pages may show this one: it stores nothing, and nothing can be done on it."""
    path = name.partition(" ")[0].partition("?")[0].removeprefix("/en")
    return path in FRAMES


def _policy(answer: Answer, frame: bool = False) -> list[str]:
    given = answer.headers.get("content-security-policy", "")
    rules = {rule.split()[0]: set(rule.split()[1:]) for rule in given.split(";") if rule.split()}
    if frame and rules.get("frame-ancestors") == {"*"}:
        rules["frame-ancestors"] = {"'none'"}
    found = [
        f"content security policy: {name} is {sorted(rules.get(name, []))}"
        for name, allowed in POLICY.items()
        if not rules.get(name) or not rules[name] <= allowed
    ]
    everything = {source for sources in rules.values() for source in sources}
    found += [
        f"content security policy allows {source}"
        for source in sorted(everything)
        if source in {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"}
    ]
    nonces = re.findall(r"'nonce-([^']+)'", given)
    for tag in re.findall(r"<script\b[^>]*>", answer.text):
        if "src=" not in tag and "json" not in tag and not any(n in tag for n in nonces):
            found.append(f"a script in the page without the nonce: {tag}")
    return found


def cookies(answers: list[Answer], *, https: bool) -> Result:
    """Flags of every cookie that was set."""
    found, count = [], 0
    for answer in answers:
        for cookie in answer.cookies:
            count += 1
            flags, name = cookie.lower(), cookie.partition("=")[0]
            if "samesite=lax" not in flags and "samesite=strict" not in flags:
                found.append(f"{answer.path}: {name} without SameSite")
            if name == "sessionid" and "httponly" not in flags:
                found.append(f"{answer.path}: {name} without HttpOnly")
            if https and "secure" not in flags:
                found.append(f"{answer.path}: {name} without Secure")
    return {"probes": count, "findings": found}


def forgery(
    url: str, public: dict[str, Answer], staff: Browser | None, private: dict[str, Answer]
) -> Result:
    """Every form that writes, sent without and with a foreign token."""
    found, done = [], set()
    for browser, pages in ((Browser(url), public), (staff, private)):
        if browser is None:
            continue
        for answer in pages.values():
            for form in page_of(answer).forms if answer.is_html else []:
                action = urlsplit(form.action).path
                if form.method != "post" or (action, browser is staff) in done:
                    continue
                done.add((action, browser is staff))
                data = {name: value or "1" for name, value in form.fields}
                for token in ({}, {"csrfmiddlewaretoken": "x" * 64}):
                    data.pop("csrfmiddlewaretoken", None)
                    sent = browser.post(form.action, data | token, token=False)
                    if sent.status != 403:
                        found.append(f"POST {action} without our token: {sent.status}")
                origin = browser.send(
                    "POST",
                    form.action,
                    urlencode({"csrfmiddlewaretoken": browser.jar.get("csrftoken", "")}),
                    {"Origin": "https://evil.example"},
                )
                if origin.status != 403:
                    found.append(f"POST {action} from a foreign page: {origin.status}")
    return {"probes": len(done) * 3, "findings": found}


def redirects(url: str) -> Result:
    """Nothing leads away from this host, whatever an address asks for."""
    found, count = [], 0
    paths = [
        "/konto/login/",
        "/konto/login/code/",
        "/konto/signup/",
        "/konto/logout/",
        "/landkarte/",
        "/",
        "/konto/2fa/webauthn/login/",
        "/konto/oidc/staff/login/",
        "/konto/personen/",
        "/hochwasser/",
        "/hochwasser/nachricht/",
    ]
    for path in paths:
        for target in EVIL:
            for key in ("next", "url", "redirect", "return", "continue"):
                answer = Browser(url).get(f"{path}?{key}={quote(target)}")
                count += 1
                away = urlsplit(answer.headers.get("location", "")).netloc
                if away and away != urlsplit(url).netloc:
                    found.append(f"{path}?{key}={target} leads to {away}")
    for target in EVIL:  # an address itself that looks like another host
        answer = Browser(url).send("GET", "/" + quote(target, safe="/:@%\\"))
        count += 1
        if urlsplit(answer.headers.get("location", "")).netloc:
            found.append(f"/{target} leads to {answer.headers['location']}")
    return {"probes": count, "findings": found}


def injection(url: str, public: dict[str, Answer]) -> Result:
    """Every parameter that a form or a link shows, with every payload."""
    known = {path: set(names.split()) for path, names in PARAMETERS.items()}
    for answer in public.values():
        for form in page_of(answer).forms if answer.is_html else []:
            if form.method == "get":
                known.setdefault(urlsplit(form.action).path, set()).update(
                    n for n, _ in form.fields
                )
        for key in re.findall(r"(?:^|&)([a-z]+)=", urlsplit(answer.path).query):
            known.setdefault(urlsplit(answer.path).path, set()).add(key)
    found, count, browser = [], 0, Browser(url)
    for path, names in sorted(known.items()):
        for name in sorted(names):
            for kind, payload in PAYLOADS.items():
                coded = quote(payload, safe="", errors="surrogateescape")
                answer = browser.get(f"{path}?{name}={coded}")
                count += 1
                found += [
                    f"{path}?{name} ({kind}): {text}" for text in _judged(answer, kind, payload)
                ]
    return {"probes": count, "findings": found}


def _judged(answer: Answer, kind: str, payload: str) -> list[str]:
    found = []
    if answer.status >= 500:
        found.append(f"answered {answer.status}")
    if "x-injected" in answer.headers:
        found.append("a header of the attacker's")
    if any(word in answer.text for word in BAD):
        found.append("shows its inner workings")
    if str(1337 * 7331) in answer.text:
        found.append("computed the attacker's template")
    if (
        answer.is_html
        and kind in {"markup", "attribute", "attribute apostrophe", "image"}
        and payload in answer.text
    ):
        found.append("gave the attacker's markup back")
    if answer.is_html and re.search(rf'(href|src|action)="javascript:[^"]*{MARK}', answer.text):
        found.append("made the attacker's text a link")
    return found


def traversal(url: str) -> Result:
    """Files outside what is served."""
    found, count = [], 0
    steps = ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "....//", "%252e%252e%252f"]
    bases = [
        "/static/",
        "/uploads/",
        "/vorschau/seite/",
        "/",
        "/en/",
        "/seite/",
        "/landkarte/eintrag/",
        "/hochwasser/daten/",
        "/hochwasser/pegel/",
    ]
    wanted = ["etc/passwd", "secret_key", "steiger.sqlite3", "pyproject.toml"]
    for base in bases:
        for step in steps:
            for depth in (1, 3, 8):
                for name in wanted:
                    answer = Browser(url).get(base + step * depth + name)
                    count += 1
                    leaked = "root:" in answer.text or "SQLite format" in answer.text
                    if leaked or answer.status >= 500:
                        found.append(f"{base + step * depth + name}: {answer.status}")
    return {"probes": count, "findings": found}


def methods(url: str, paths: list[str]) -> Result:
    """Methods that no page expects change nothing and break nothing."""
    found, count = [], 0
    for path in paths:
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "QUATSCH"):
            answer = Browser(url).send(method, path)
            count += 1
            if answer.status < 300 and method != "TRACE":
                found.append(f"{method} {path}: {answer.status}")
            if answer.status >= 500 and answer.status != 501:
                found.append(f"{method} {path}: {answer.status}")
            if method == "TRACE" and "TRACE" in answer.text[:200]:
                found.append(f"TRACE {path} echoes")
        override = Browser(url).send("GET", path, headers={"X-HTTP-Method-Override": "DELETE"})
        count += 1
        if override.status >= 500:
            found.append(f"override {path}: {override.status}")
    return {"probes": count, "findings": found}


def host(url: str) -> Result:
    """Names that are not ours are not answered, and none gets into a link."""
    found = []
    tries: list[dict[str, str]] = [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "evil.example:80"},
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example"},
        {"X-Original-URL": "/konto/personen/"},
        {"X-Forwarded-For": "127.0.0.1\t,evil"},
    ]
    for tried in tries:
        for path in ("/", "/konto/password/reset/", "/sitemap.xml"):
            answer = Browser(url).send("GET", path, headers=tried)
            if "Host" in tried and answer.status not in {400, 404}:
                found.append(f"{tried} {path}: {answer.status}")
            if answer.status < 400 and "evil.example" in answer.text:
                found.append(f"{tried} {path}: the foreign name stands in the page")
            if answer.status >= 500:
                found.append(f"{tried} {path}: {answer.status}")
    return {"probes": len(tries) * 3, "findings": found}


def lockout(url: str) -> Result:
    """Guessing a password ends after five tries, and the answer says when to go on."""
    browser, found, last, count = Browser(url), [], None, 0
    browser.get("/konto/login/")
    for count in range(1, 8):
        last = browser.post(
            "/konto/login/", {"login": "niemand@example.org", "password": f"falsch {count}"}
        )
        if last.status == 429:
            break
    if last is None or last.status != 429 or count > 5:
        found.append(f"no pause after five wrong passwords: {last and last.status}")
    elif not last.headers.get("retry-after"):
        found.append("the pause does not say how long it lasts")
    return {"probes": count, "findings": found}


def broken(pages: dict[str, Answer]) -> list[str]:
    """Pages that answered with an error of our own."""
    return [f"{name}: {answer.status}" for name, answer in pages.items() if answer.status >= 500]
