"""The worker ends in order: what a signal meets is finished, the rest is put back."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from steiger.web.operations.domain import worker


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the worker does at its end; its loops and their work are left out."""
    calls: list[str] = []
    for name in ("beat", "leave", "release_runs"):
        monkeypatch.setattr(worker, name, lambda _, name=name: calls.append(name))
    for name in ("drain", "run_due", "ensure_collected", "housekeep"):
        monkeypatch.setattr(worker, name, lambda: None)
    monkeypatch.setattr(worker, "cut_off", lambda status: calls.append(f"cut off {status}"))
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield calls
    for number, handler in before.items():
        signal.signal(number, handler)


class Loop:
    """Stands in for a loop over tasks."""

    def __init__(self, run: Callable[[], None]) -> None:
        self.running = True
        self._run = run

    def run(self) -> None:
        """One round of it, and on until told to end."""
        self._run()
        while self.running:
            time.sleep(0.01)


def use(monkeypatch: pytest.MonkeyPatch, run: Callable[[], None]) -> None:
    """``run`` is done by the loop over everyday tasks; the others have none."""

    def loop(_: str, *, only: str = "*", without: Any = ()) -> Loop:
        return Loop(run if only == "*" else lambda: None)

    monkeypatch.setattr(worker, "task_loop", loop)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_transaction_that_a_signal_meets_is_finished(
    monkeypatch: pytest.MonkeyPatch, called: list[str], number: signal.Signals
) -> None:
    def transaction() -> None:
        called.append("begin")
        os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)  # impatience changes nothing
        time.sleep(0.1)
        called.append("commit")

    use(monkeypatch, transaction)
    with pytest.raises(SystemExit) as end:
        worker.run()
    assert end.value.code == 0
    assert called == ["beat", "begin", "commit", "leave", "release_runs"]


def test_what_runs_too_long_is_put_back_and_cut_off(
    monkeypatch: pytest.MonkeyPatch, called: list[str]
) -> None:
    free = threading.Event()

    def training() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        free.wait(20)

    monkeypatch.setattr(worker, "LAST_SECONDS", 0.3)
    use(monkeypatch, training)
    with pytest.raises(SystemExit):
        worker.run()
    assert called == ["beat", "leave", "release_runs", "cut off 0"]
    free.set()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_loop_that_breaks_down_ends_the_worker_with_a_failure(
    monkeypatch: pytest.MonkeyPatch, called: list[str]
) -> None:
    def broken() -> None:
        raise RuntimeError

    use(monkeypatch, broken)
    with pytest.raises(SystemExit) as end:
        worker.run()
    assert end.value.code == 1
    assert called == ["beat", "leave", "release_runs"]
