"""The file that remembers warnings, and the outbox that sends each of them exactly once.

A cycle has three steps, each of which a crash may follow:

1. The new states and the messages that follow from them are written into one file, at once. From
   here on the decision stands, before anybody has heard of it.
2. The messages are written to their folder. Their names and bytes are fixed since step 1, so
   that writing one again changes nothing.
3. The outbox is emptied.

A process that starts finds either no trace of the last forecast (and takes it into account), or
messages in the outbox (and sends those first). A message that somebody has fetched and removed
between steps 2 and 3 is written once more, with the same identifier.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from steiger.engines.flood.warning.machine import advance
from steiger.engines.flood.warning.outlook import Outlook, Reading
from steiger.engines.flood.warning.policy import WarningError, WarningPolicy
from steiger.engines.flood.warning.states import GaugeState, WarningEvent, written
from steiger.lib.atomic_files import write_atomically

FORMAT = "steiger-flood-warnings/1"
#: Events that the file keeps for people to look at; the messages themselves are never removed.
LOG_LENGTH = 200
LARGEST_FILE = 500_000_000


@dataclass(frozen=True, slots=True)
class Message:
    """A file to be delivered: a plain name and its bytes."""

    name: str
    content: bytes

    def __post_init__(self) -> None:
        """Reject a name that leads out of the folder.

        Raises:
            WarningError: the name is none.
        """
        if not self.name or self.name.startswith(".") or set(self.name) & set("/\\\0:"):
            raise WarningError(f"{self.name!r} is no plain file name")


@dataclass(frozen=True, slots=True)
class Book:
    """All that is remembered of a network's warnings.

    `status` says what the warnings are (Exercise, Test, Actual …): those of an exercise are never
    continued in earnest.
    """

    network: str
    status: str
    states: Mapping[str, GaugeState] = field(default_factory=dict)
    outbox: tuple[Message, ...] = ()
    log: tuple[Mapping[str, Any], ...] = ()

    def as_bytes(self) -> bytes:
        """The file's content, with a checksum over all else."""
        body = {
            "format": FORMAT,
            "network": self.network,
            "status": self.status,
            "gauges": {name: state.as_dict() for name, state in sorted(self.states.items())},
            "outbox": [
                {"name": message.name, "content": message.content.decode()}
                for message in self.outbox
            ],
            "log": list(self.log),
        }
        return _text({**body, "checksum": _checksum(body)})


def _text(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _checksum(body: Mapping[str, Any]) -> str:
    plain = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def read_book(path: Path, network: str, status: str) -> Book:
    """What the file holds; an empty book when there is no file yet.

    Raises:
        WarningError: the file is damaged, or belongs to another network or status.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Book(network, status)
    except OSError as error:
        raise WarningError(f"{path}: cannot be read ({error.strerror})") from None
    if len(content) > LARGEST_FILE:
        raise WarningError(f"{path}: is larger than {LARGEST_FILE:,} bytes")
    try:
        book = _book(json.loads(content))
    except (ValueError, RecursionError) as error:
        text = str(error) if isinstance(error, WarningError) else f"is no valid JSON: {error}"
        raise WarningError(f"{path}: {text}") from None
    if book.network != network:
        raise WarningError(f"{path}: belongs to network {book.network!r}, not to {network!r}")
    if book.status != status:
        raise WarningError(
            f"{path}: holds warnings with status {book.status!r}; "
            f"use another state file for {status!r}"
        )
    return book


def _book(data: object) -> Book:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise WarningError(f"is no file of warnings ({FORMAT!r})")
    body = {key: value for key, value in data.items() if key != "checksum"}
    if data.get("checksum") != _checksum(body):
        raise WarningError("was changed or damaged: its checksum does not fit its content")
    try:
        states = {name: GaugeState.from_dict(entry) for name, entry in data["gauges"].items()}
        outbox = tuple(Message(item["name"], item["content"].encode()) for item in data["outbox"])
        return Book(data["network"], data["status"], states, outbox, tuple(data["log"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise WarningError(f"lacks a part or holds a wrong one: {error}") from None


@contextmanager
def _alone(state_file: Path) -> Iterator[None]:
    lock = FileLock(f"{state_file}.lock")
    try:
        lock.acquire(timeout=30)
    except Timeout:
        raise WarningError(f"{state_file}: another process is at work on it") from None
    try:
        yield
    finally:
        lock.release()


def warn(
    state_file: Path,
    folder: Path,
    outlook: Outlook,
    policy: WarningPolicy,
    render: Callable[[WarningEvent], tuple[Message, ...]],
    *,
    status: str,
    latest: Mapping[str, Reading] | None = None,
) -> tuple[WarningEvent, ...]:
    """One cycle: take a forecast into account and deliver what follows from it.

    Args:
        state_file: what is remembered; made when it is missing.
        folder: where messages go; made when it is missing.
        outlook: the forecast.
        policy: the operator's rules.
        render: makes the messages of an event; must give the same bytes for the same event.
        status: of the warnings, see `Book`.
        latest: measurements newer than those that the forecast knew, by gauge.

    Returns:
        What changed.

    Raises:
        WarningError: the state file is damaged, foreign or in use; nothing was written.
        OSError: a file could not be written; the next call goes on where this one ended.
    """
    with _alone(state_file):
        book = read_book(state_file, outlook.network, status)
        states, events = advance(book.states, outlook, policy, latest=latest)
        # Rendered before anything is written: what cannot be rendered leaves no trace.
        messages = tuple(message for event in events for message in render(event))
        folder.mkdir(parents=True, exist_ok=True)
        _deliver(folder, book.outbox)
        log = (*book.log, *(event.as_dict() for event in events))[-LOG_LENGTH:]
        book = replace(book, states=states, outbox=messages, log=log)
        write_atomically(state_file, book.as_bytes(), alone=True)
        if messages:
            _deliver(folder, messages)
            write_atomically(state_file, replace(book, outbox=()).as_bytes(), alone=True)
    return events


def _deliver(folder: Path, messages: tuple[Message, ...]) -> None:
    for message in messages:
        path = folder / message.name
        if path.is_file() and path.read_bytes() == message.content:
            continue
        write_atomically(path, message.content, alone=True)


def newest_issue_time(book: Book) -> str | None:
    """Issue time of the newest forecast that was taken into account."""
    times = [state.issue_time for state in book.states.values() if state.issue_time]
    return written(max(times)) if times else None
