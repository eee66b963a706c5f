"""What the answers of a website mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

#: Redirects that say "for ever" (RFC 9110, 15.4.2 and 15.4.9).
FOR_EVER = (301, 308)
#: The server is there and does not talk to programs, or wants to be asked later.
REFUSING = (401, 403, 405, 406, 429, 451)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer on the way: the address asked, the status, where it leads.

    ``problem`` is set instead of a status if there was none: ``name`` (there is no such host),
    ``silent`` (no connection, no answer in time, wrong certificate), ``refused`` (an address that
    we do not ask: not http, a private network, another port, too many redirects).
    """

    url: str
    status: int | None = None
    location: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result: reachable, moved, gone, silent or unclear; last status; where it moved to."""

    result: str
    status: int | None = None
    target: str = ""

    @property
    def failed(self) -> bool:
        """Whether a visitor would find nothing there."""
        return self.result in {"gone", "silent"}


def read_answers(answers: Sequence[Answer]) -> Finding:
    """What a chain of answers means.

    "Moved" is a chain that leads to another host or page by permanent redirects only and ends
    well; from http to https, with or without ``www.`` or a last slash, is the same place.

    Raises:
        ValueError: there is no answer.
    """
    if not answers:
        raise ValueError("No answer to read.")
    last = answers[-1]
    if last.problem:
        results = {"name": "gone", "silent": "silent"}
        return Finding(results.get(last.problem, "unclear"))
    status = last.status or 0
    if 200 <= status < 300:
        moved = not same_place(answers[0].url, last.url)
        for_ever = all(one.status in FOR_EVER for one in answers[:-1])
        if moved and for_ever:
            return Finding("moved", status, last.url[:500])
        return Finding("reachable", status)
    if status in {404, 410}:
        return Finding("gone", status)
    if status in REFUSING:
        return Finding("unclear", status)
    return Finding("silent" if status >= 500 else "unclear", status)


def same_place(one: str, other: str) -> bool:
    """Whether two addresses are the same for a visitor."""
    return _place(one) == _place(other)


def _place(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return host, parts.path.rstrip("/"), parts.query
