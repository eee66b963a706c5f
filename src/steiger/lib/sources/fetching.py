"""Rules of polite fetching: time limits, retries with growing pauses, size limits, 304.

Nothing here opens a connection. `Fetcher` works over any client whose `stream` behaves like that
of `httpx.Client`, which an adapter hands in; so the rules stand in one place and are tested
without a network.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from steiger.lib.sources.errors import SourceError

AGAIN = {408, 425, 429, 500, 502, 503, 504}
#: After these, and without any answer (0), a source is away, not only what was asked for.
AWAY = {0, 429, 502, 503, 504}
USER_AGENT = "steiger-flood/1"


class Answer(Protocol):
    """The part of an HTTP answer that is used."""

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    def iter_bytes(self) -> Iterator[bytes]: ...


class HttpClient(Protocol):
    """The part of `httpx.Client` that is used."""

    def stream(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = ...,
        headers: Mapping[str, str] | None = ...,
    ) -> AbstractContextManager[Answer]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How often and how long one address is asked; times in seconds, sizes in bytes."""

    attempts: int = 4
    first_pause: float = 1.0
    longest_pause: float = 60.0
    total_time: float = 300.0
    largest: int = 50_000_000

    def __post_init__(self) -> None:
        """Reject what makes no sense.

        Raises:
            ValueError: naming the field.
        """
        if self.attempts < 1:
            raise ValueError("attempts is less than 1")
        for field in ("first_pause", "longest_pause", "total_time", "largest"):
            if not getattr(self, field) >= 0:
                raise ValueError(f"{field} is negative")


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer that was kept, with what the server wants to hear to say “unchanged”."""

    body: bytes
    etag: str = ""
    last_modified: str = ""


class Cache(Protocol):
    """Where answers are kept between two calls."""

    def get(self, key: str) -> Stored | None: ...
    def put(self, key: str, stored: Stored) -> None: ...


class MemoryCache:
    """Keeps the latest answers while the process lives."""

    def __init__(self, most: int = 500) -> None:
        self._most = most
        self._kept: dict[str, Stored] = {}

    def get(self, key: str) -> Stored | None:
        """The answer kept for this key, if any."""
        return self._kept.get(key)

    def put(self, key: str, stored: Stored) -> None:
        """Keep an answer; the oldest one goes when there are too many."""
        self._kept.pop(key, None)
        self._kept[key] = stored
        while len(self._kept) > self._most:
            self._kept.pop(next(iter(self._kept)))


class FolderCache:
    """Keeps answers in a folder; whoever stops half-way leaves no half answer."""

    def __init__(self, folder: Path) -> None:
        self._folder = Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / hashlib.sha256(key.encode()).hexdigest()

    def get(self, key: str) -> Stored | None:
        """The answer kept for this key; a damaged file counts as none."""
        try:
            head, _, body = self._path(key).read_bytes().partition(b"\n")
            said = json.loads(head)
            if said["sha256"] != hashlib.sha256(body).hexdigest():
                return None
            return Stored(body, str(said["etag"]), str(said["last_modified"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, stored: Stored) -> None:
        """Keep an answer, replacing the earlier one at once or not at all."""
        said = {
            "etag": stored.etag,
            "last_modified": stored.last_modified,
            "sha256": hashlib.sha256(stored.body).hexdigest(),
        }
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(said).encode() + b"\n" + stored.body)
            Path(name).replace(self._path(key))
        except OSError:
            with suppress(OSError):
                Path(name).unlink()
            raise


class Fetcher:
    """Asks one source for addresses, by the rules of a `Policy`.

    Args:
        source: its name, for errors.
        client: for instance an `httpx.Client` with its own timeouts.
        transient: errors of that client after which asking again may help.
        policy: how often, how long, how much.
        cache: keeps answers with an ETag or a date, so that unchanged ones are not sent again.
        sleep, clock, jitter: for tests. `jitter` spreads pauses, so that many who were refused
            at once do not all come back at once.
    """

    def __init__(
        self,
        source: str,
        client: HttpClient,
        *,
        transient: tuple[type[Exception], ...],
        policy: Policy | None = None,
        cache: Cache | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._source, self._client, self._transient = source, client, transient
        self._policy, self._cache = policy or Policy(), cache
        self._sleep, self._clock, self._jitter = sleep, clock, jitter

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        station: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """The body behind an address.

        Raises:
            SourceError: refused, not found, moved, too large, too slow or out of reach, after
                as many attempts as the policy allows.
        """
        key = json.dumps([url, sorted((params or {}).items())])
        kept = self._cache.get(key) if self._cache else None
        asked = {"User-Agent": USER_AGENT, **(headers or {}), **_conditions(kept)}
        start = self._clock()
        problem, status = "", 0
        for attempt in range(1, self._policy.attempts + 1):
            try:
                answer = self._once(url, params, asked, start, station)
            except self._transient as error:
                problem, wish = f"cannot be reached ({type(error).__name__}: {error})", 0.0
                status = 0
            else:
                if isinstance(answer, Stored):
                    if self._cache and (answer.etag or answer.last_modified):
                        self._cache.put(key, answer)
                    return answer.body
                if answer.status == 304 and kept is not None:
                    return kept.body
                problem, wish, status = answer.problem, answer.wait, answer.status
                if status not in AGAIN:
                    break
            pause = self._pause(attempt, wish)
            late = self._clock() - start + pause > self._policy.total_time
            if attempt == self._policy.attempts or late:
                times = "once" if attempt == 1 else f"{attempt} times"
                problem = f"{problem}; asked {times}"
                break
            self._sleep(pause)
        away = status in AWAY
        raise SourceError(
            self._source, problem, station=station, where=url, status=status, away=away
        )

    def _pause(self, attempt: int, wish: float) -> float:
        doubled = self._policy.first_pause * 2.0 ** (attempt - 1)
        spread = doubled * (0.5 + self._jitter() / 2)
        return float(min(max(spread, wish), self._policy.longest_pause))

    def _once(
        self,
        url: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        start: float,
        station: str,
    ) -> Stored | _Refused:
        with self._client.stream("GET", url, params=params, headers=headers) as answer:
            status = answer.status_code
            if status != 200:
                return _refused(status, answer.headers)
            body = bytearray()
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > self._policy.largest:
                    problem = f"sends more than {self._policy.largest:,} bytes"
                    raise SourceError(self._source, problem, station=station, where=url)
                if self._clock() - start > self._policy.total_time:
                    problem = f"takes longer than {self._policy.total_time:g} seconds"
                    raise SourceError(self._source, problem, station=station, where=url)
            said = answer.headers
            return Stored(bytes(body), said.get("etag", ""), said.get("last-modified", ""))


@contextmanager
def session(
    source: str,
    client: HttpClient | None,
    *,
    make: Callable[[], AbstractContextManager[HttpClient]],
    transient: tuple[type[Exception], ...],
    policy: Policy | None = None,
    cache: Cache | None = None,
) -> Iterator[Fetcher]:
    """A `Fetcher` over the caller's client, or over one that `make` opens and that is closed."""
    if client is not None:
        yield Fetcher(source, client, transient=transient, policy=policy, cache=cache)
    else:
        with make() as own:
            yield Fetcher(source, own, transient=transient, policy=policy, cache=cache)


@dataclass(frozen=True, slots=True)
class _Refused:
    status: int
    problem: str
    wait: float = 0.0


def _refused(status: int, headers: Mapping[str, str]) -> _Refused:
    if 300 <= status < 400 and status != 304:
        # Not followed: an address is the operator's decision, and a moved one may lead inside.
        target = headers.get("location", "another address")
        return _Refused(status, f"has moved to {target}: set the new address")
    try:
        wait = float(headers.get("retry-after", "0"))
    except ValueError:
        wait = 0.0
    words = {401: "wants a key", 403: "refuses", 404: "knows nothing there", 410: "has gone"}
    return _Refused(status, f"{words.get(status, 'fails')} (HTTP {status})", max(0.0, wait))


def _conditions(kept: Stored | None) -> dict[str, str]:
    if kept is None:
        return {}
    said = {"If-None-Match": kept.etag, "If-Modified-Since": kept.last_modified}
    return {name: value for name, value in said.items() if value}
