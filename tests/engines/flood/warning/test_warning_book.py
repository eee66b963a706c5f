"""The state file and its outbox: whatever fails where, nothing is half, lost or doubled."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.flood_forecasts import outlook
from steiger.engines.flood.warning import (
    Book,
    Message,
    WarningError,
    WarningEvent,
    WarningPolicy,
    read_book,
    warn,
)
from steiger.engines.flood.warning.book import LOG_LENGTH
from steiger.lib.atomic_files import UNFINISHED, write_atomically

POLICY = WarningPolicy(confirm_cycles=1, clear_cycles=1)
#: Measured values: up, further up, down, all clear, up again, and so on.
STORY = (0.5, 1.2, 1.2, 2.4, 1.5, 0.4, 0.4, 3.3, 0.2)


def render(event: WarningEvent) -> tuple[Message, ...]:
    text = json.dumps(event.as_dict(), ensure_ascii=False)
    return (Message(f"{event.time:%H%M}-{event.id}.json", text.encode()),)


def cycle(folder: Path, number: int) -> tuple[WarningEvent, ...]:
    forecast = outlook(number, last=STORY[number % len(STORY)])
    return warn(folder / "state.json", folder / "out", forecast, POLICY, render, status="Test")


def delivered(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "out").glob("*.json")}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], bytes]:
    folder = tmp_path_factory.mktemp("undisturbed")
    for number in range(len(STORY)):
        cycle(folder, number)
    return delivered(folder), (folder / "state.json").read_bytes()


class PowerCutError(Exception):
    """Everything stops here."""


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Stops at the n-th call that touches the disk, before or half-way through it."""
    left = {"count": -1}

    def strike() -> bool:
        left["count"] -= 1
        return left["count"] == -1

    fsync, replace = os.fsync, Path.replace

    def cut_fsync(handle: int) -> None:
        if strike():
            # What is not yet on the disk is lost.
            os.ftruncate(handle, os.fstat(handle).st_size // 2) if _is_file(handle) else None
            raise PowerCutError
        fsync(handle)

    def cut_replace(path: Path, target: Path) -> Path:
        if strike():
            raise PowerCutError
        return replace(path, target)

    # A process that is killed does not tidy up.
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)
    monkeypatch.setattr("steiger.lib.atomic_files.os.fsync", cut_fsync)
    monkeypatch.setattr(Path, "replace", cut_replace)

    def arm(count: int) -> None:
        left["count"] = count

    yield arm
    monkeypatch.undo()


def _is_file(handle: int) -> bool:
    import stat

    return stat.S_ISREG(os.fstat(handle).st_mode)


@pytest.mark.parametrize("again", [True, False], ids=["same forecast again", "next forecast"])
def test_power_cut_at_any_step_leaves_every_file_whole_and_nothing_doubled(
    again: bool,
    tmp_path: Path,
    cut: Callable[[int], None],
    undisturbed: tuple[dict[str, bytes], bytes],
) -> None:
    strikes = 0
    for step in range(12):
        folder = tmp_path / str(step)
        folder.mkdir()
        number = 0
        while number < len(STORY):
            cut(step)
            try:
                cycle(folder, number)
            except PowerCutError:
                strikes += 1
                for content in delivered(folder).values():
                    json.loads(content)
                if (folder / "state.json").exists():
                    read_book(folder / "state.json", "Tal", "Test")
                cut(-1)
                if again:
                    cycle(folder, number)
            number += 1
        cut(-1)
        check(folder, undisturbed, again)
    assert strikes >= 20


def check(folder: Path, undisturbed: tuple[dict[str, bytes], bytes], again: bool) -> None:
    messages, state = undisturbed
    cycle(folder, len(STORY) - 1)  # delivers what a last cut may have left in the outbox
    if again:
        assert delivered(folder) == messages
        assert (folder / "state.json").read_bytes() == state
        return
    # Forecasts that a cut swallowed whole are gone; but the messages still form one chain.
    level, episode = 0, []
    for _, content in sorted(delivered(folder).items()):
        event = json.loads(content)
        assert event["level_before"] == level
        assert [r["event_id"] for r in event["references"]] == episode
        level = event["level_after"]
        episode = [*episode, event["id"]] if level else []


def test_nothing_unfinished_is_left_after_the_next_cycle(
    tmp_path: Path, cut: Callable[[int], None]
) -> None:
    for number in range(len(STORY)):
        cut(number % 7)
        try:
            cycle(tmp_path, number)
        except PowerCutError:
            cut(-1)
            cycle(tmp_path, number)
    assert not list(tmp_path.rglob("*" + UNFINISHED))


def test_undelivered_message_is_delivered_by_the_next_cycle_with_the_same_bytes(
    tmp_path: Path,
) -> None:
    cycle(tmp_path, 0)
    cycle(tmp_path, 1)
    (name, content), *_ = delivered(tmp_path).items()
    book = read_book(tmp_path / "state.json", "Tal", "Test")
    waiting = Book("Tal", "Test", book.states, (Message(name, content),), book.log)
    (tmp_path / "state.json").write_bytes(waiting.as_bytes())
    (tmp_path / "out" / name).unlink()
    assert cycle(tmp_path, 2) == ()
    assert delivered(tmp_path) == {name: content}
    assert read_book(tmp_path / "state.json", "Tal", "Test").outbox == ()


def test_event_that_cannot_be_rendered_leaves_no_trace(tmp_path: Path) -> None:
    def broken(event: WarningEvent) -> tuple[Message, ...]:
        raise WarningError("no words")

    with pytest.raises(WarningError, match="no words"):
        warn(tmp_path / "s.json", tmp_path / "out", outlook(last=2.0), POLICY, broken, status="T")
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".lock"] == []


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda _: "", "no valid JSON"),
        (lambda text: text[: len(text) // 2], "no valid JSON"),
        (lambda text: text.replace('"level": 1', '"level": 2'), "checksum"),
        (lambda text: text.replace("steiger-flood-warnings/1", "x"), "no file of warnings"),
        (lambda _: "[]", "no file of warnings"),
    ],
)
def test_damaged_state_is_refused_and_left_as_it_is(
    spoil: Callable[[str], str], word: str, tmp_path: Path
) -> None:
    cycle(tmp_path, 0)
    cycle(tmp_path, 1)
    file = tmp_path / "state.json"
    file.write_text(spoil(file.read_text()))
    before, messages = file.read_bytes(), delivered(tmp_path)
    with pytest.raises(WarningError, match=word):
        cycle(tmp_path, 3)
    assert (file.read_bytes(), delivered(tmp_path)) == (before, messages)


def test_exercise_is_never_continued_in_earnest(tmp_path: Path) -> None:
    cycle(tmp_path, 1)
    with pytest.raises(WarningError, match="another state file for 'Actual'"):
        read_book(tmp_path / "state.json", "Tal", "Actual")
    with pytest.raises(WarningError, match="belongs to network 'Tal'"):
        read_book(tmp_path / "state.json", "Berg", "Test")


def test_log_is_bounded(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    log = tuple({"number": n} for n in range(LOG_LENGTH))
    file.write_bytes(Book("Tal", "Test", log=log).as_bytes())
    cycle(tmp_path, 1)
    kept = read_book(file, "Tal", "Test").log
    assert len(kept) == LOG_LENGTH
    assert kept[0] == {"number": 1}


@pytest.mark.parametrize("name", ["", "../a", "a/b", "/etc/a", ".hidden", "a\0b", "c:d", "a\\b"])
def test_message_name_cannot_leave_its_folder(name: str) -> None:
    with pytest.raises(WarningError):
        Message(name, b"")


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=2000), st.binary(max_size=2000), st.booleans())
def test_atomic_file_holds_what_was_written_last(
    tmp_path_factory: pytest.TempPathFactory, first: bytes, second: bytes, alone: bool
) -> None:
    folder = tmp_path_factory.mktemp("atomic")
    for content in (first, second):
        write_atomically(folder / "file", content, alone=alone)
        assert (folder / "file").read_bytes() == content
    assert [path.name for path in folder.iterdir()] == ["file"]


def test_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_atomically(tmp_path / "file", b"old")

    def fail(handle: int) -> None:
        raise OSError("disk is full")

    monkeypatch.setattr("steiger.lib.atomic_files.os.fsync", fail)
    with pytest.raises(OSError, match="full"):
        write_atomically(tmp_path / "file", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"old"


def test_atomic_file_can_be_read_by_others(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        write_atomically(tmp_path / "file", b"x")
    finally:
        os.umask(mask)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o644
