"""A browser without mercy: sends exactly what it is told, and reads forms and links."""

from __future__ import annotations

import http.client
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: status, headers in small letters, cookies as they were set, text."""

    path: str
    status: int
    headers: dict[str, str]
    cookies: list[str]
    text: str

    @property
    def is_html(self) -> bool:
        """Whether it is a page."""
        return self.headers.get("content-type", "").startswith("text/html")


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a page."""

    action: str
    method: str
    fields: tuple[tuple[str, str], ...]


@dataclass
class Page(HTMLParser):
    """The links and forms of a page."""

    path: str
    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: tuple[str, str, list[tuple[str, str]]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect links, forms and their fields."""
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        elif tag == "form":
            action = urljoin(self.path, values.get("action", ""))
            self._open = (action, values.get("method", "get").lower(), [])
        elif tag in {"input", "select", "textarea", "button"} and self._open and "name" in values:
            self._open[2].append((values["name"], values.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """Finish a form."""
        if tag == "form" and self._open:
            action, method, fields = self._open
            self.forms.append(Form(action, method, tuple(fields)))
            self._open = None


class Browser:
    """Keeps cookies; follows nothing by itself."""

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        parts = urlsplit(url)
        self.secure, self.host, self.port = parts.scheme == "https", parts.hostname, parts.port
        self.jar: dict[str, str] = {}
        self.headers = headers or {}
        self.sent = 0

    def send(
        self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
    ) -> Answer:
        """One request on a fresh connection."""
        kind = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        connection = kind(self.host or "", self.port, timeout=30)
        given = self.headers | (headers or {})
        if self.jar:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        if body:
            given.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection.putrequest(method, path, skip_host="Host" in given, skip_accept_encoding=True)
        for name, value in given.items():
            connection.putheader(name, value)
        if body or method in {"POST", "PUT", "PATCH"}:
            connection.putheader("Content-Length", str(len(body.encode())))
        connection.endheaders(body.encode() if body else None)
        raw = connection.getresponse()
        text = raw.read().decode("utf-8", "replace")
        cookies = raw.headers.get_all("Set-Cookie") or []
        for cookie in cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.jar[name] = value
        self.sent += 1
        answer_headers = {name.lower(): value for name, value in raw.getheaders()}
        connection.close()
        return Answer(path, raw.status, answer_headers, cookies, text)

    def get(self, path: str) -> Answer:
        """GET an address."""
        return self.send("GET", path)

    def post(self, path: str, fields: dict[str, str], token: bool = True) -> Answer:
        """POST fields, with the token against forgery unless told otherwise."""
        data = dict(fields)
        if token and "csrftoken" in self.jar:
            data["csrfmiddlewaretoken"] = self.jar["csrftoken"]
        return self.send("POST", path, urlencode(data))


def page_of(answer: Answer) -> Page:
    """Links and forms of an answer."""
    page = Page(answer.path)
    page.feed(answer.text)
    return page
