"""Asks websites whether they are there, without ever asking anybody within the own network.

The name of a host is resolved once per connection, every address that it has must be public, and
the connection goes to one of exactly these addresses; so a name that changes its answer between
looking and connecting (DNS rebinding) gains nothing. Each redirect is a new question under the
same rules. Only http and https on their usual ports. Proxies of the environment are not used.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from steiger.adapters.websites.reading import Answer
from steiger.lib.internet import is_public

if TYPE_CHECKING:
    import httpcore

#: From host and port to addresses.
Resolve = Callable[[str, int], Iterable[str]]
PORTS = {"http": 80, "https": 443}
MOST_REDIRECTS = 5


class RefusedError(OSError):
    """We do not ask there."""


class NoHostError(OSError):
    """There is no such host."""


def addresses_of(host: str, port: int) -> list[str]:
    """Network addresses of a host.

    Raises:
        NoHostError: the name is not known.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise TimeoutError("The name could not be looked up.") from error
        raise NoHostError("There is no such host.") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Websites:
    """Asks websites, one after the other.

    Args:
        user_agent: who asks, with an address where to read about it.
        timeout_s: seconds for connecting and for each answer.
        resolve: from host and port to addresses; for tests.
        allowed: which addresses may be asked; for tests.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        timeout_s: float = 10.0,
        resolve: Resolve = addresses_of,
        allowed: Callable[[str], bool] = is_public,
    ) -> None:
        self._agent, self._timeout = user_agent, timeout_s
        self._resolve, self._allowed = resolve, allowed
        self._ports = frozenset(PORTS.values())

    def ask(self, url: str) -> list[Answer]:
        """The answers from an address to where its redirects end. Never raises for the network."""
        answers: list[Answer] = []
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._one(url)
            answers.append(answer)
            if answer.problem or not (300 <= (answer.status or 0) < 400 and answer.location):
                return answers
            url = urljoin(url, answer.location)
        answers[-1] = Answer(url, problem="refused")
        return answers

    def _one(self, url: str) -> Answer:
        answer = self._request("HEAD", url)
        # Some servers answer HEAD wrongly; what looks like a fault is asked for once more.
        if answer.problem or (answer.status or 0) < 400:
            return answer
        return self._request("GET", url)

    def _request(self, method: str, url: str) -> Answer:
        import httpcore

        try:
            self._check(url)
            times = dict.fromkeys(("connect", "read", "write", "pool"), self._timeout)
            with (
                self._pool() as pool,
                pool.stream(
                    method,
                    url,
                    headers={"User-Agent": self._agent, "Accept": "text/html,*/*;q=0.5"},
                    extensions={"timeout": times},
                ) as response,
            ):
                # Closed without reading: only the head is wanted.
                headers = {key.lower(): value for key, value in response.headers}
                location = headers.get(b"location", b"").decode("latin-1").strip()
                return Answer(url, response.status, location[:2000])
        except RefusedError:
            return Answer(url, problem="refused")
        except NoHostError:
            return Answer(url, problem="name")
        except (OSError, ValueError, httpcore.NetworkError, httpcore.TimeoutException):
            return Answer(url, problem="silent")
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol):
            return Answer(url, problem="silent")

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
            raise RefusedError("Only http and https.")
        if (parts.port or PORTS[parts.scheme]) not in self._ports:
            raise RefusedError("Only the usual ports.")

    def _connect(self, host: str, port: int) -> str:
        """The address to which a connection goes.

        Raises:
            RefusedError: one of the host's addresses is not public.
        """
        found = list(self._resolve(host, port))
        if not found:
            raise NoHostError("There is no such host.")
        if not all(self._allowed(address) for address in found):
            raise RefusedError("Not in the open internet.")
        return found[0]

    def _pool(self) -> httpcore.ConnectionPool:
        import httpcore

        outer = self

        class Guarded(httpcore.SyncBackend):
            """Connects to checked addresses only; the name still goes into TLS and Host."""

            def connect_tcp(self, host: str, port: int, *args: Any, **named: Any) -> Any:
                return super().connect_tcp(outer._connect(host, port), port, *args, **named)

            def connect_unix_socket(self, *_args: Any, **_named: Any) -> Any:
                raise RefusedError("No sockets of this machine.")

        return httpcore.ConnectionPool(network_backend=Guarded(), max_connections=1)


def politely(seconds: float, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Wait between two questions."""
    sleep(seconds)
