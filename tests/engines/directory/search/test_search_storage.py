"""The folder on disk: several processes, failures, changes."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from search_actors import ACTORS, SYNONYMS, actor, found

from steiger.engines.directory.search import ActorDocument, Query, SearchIndex, SearchIndexError


def _await_total(folder: str, text: str, total: int, answer: object) -> None:
    index = SearchIndex(Path(folder))
    index.count(Query(text))
    answer.put("ready")  # type: ignore[attr-defined]
    deadline = time.monotonic() + 10
    while index.count(Query(text)) != total and time.monotonic() < deadline:
        time.sleep(0.02)
    answer.put(time.time() if index.count(Query(text)) == total else None)  # type: ignore[attr-defined]


def test_change_is_soon_seen_by_another_process(tmp_path: Path) -> None:
    writer = SearchIndex(tmp_path / "index")
    writer.rebuild(lambda: ACTORS)
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    reader = context.Process(
        target=_await_total, args=(str(tmp_path / "index"), "Neuling", 1, answer)
    )
    reader.start()
    assert answer.get(timeout=20) == "ready"
    writer.replace([actor(77, "Neuling Beispiel")])
    written = time.time()
    seen = answer.get(timeout=20)
    reader.join()
    assert seen is not None
    assert seen - written < 10  # within two seconds, if nobody else needs the machine


def test_change_alters_the_generation(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "index")
    index.rebuild(lambda: ACTORS)
    generations = [index.generation]
    index.replace([actor(77, "Neuling Beispiel")], deleted=[1])
    generations.append(index.generation)
    index.rebuild(lambda: ACTORS)
    generations.append(index.generation)
    assert len(set(generations)) == 3


def test_rebuild_is_seen_by_another_reader(tmp_path: Path) -> None:
    writer, reader = SearchIndex(tmp_path / "i"), SearchIndex(tmp_path / "i")
    writer.rebuild(lambda: ACTORS)
    assert len(reader) == len(ACTORS)
    writer.rebuild(lambda: ACTORS[:2])
    time.sleep(0.4)
    assert len(reader) == 2


def test_rebuild_reports_progress(tmp_path: Path) -> None:
    seen: list[int] = []
    SearchIndex(tmp_path / "i").rebuild(lambda: ACTORS, seen.append)
    assert seen == [len(ACTORS)]


def test_replacing_an_actor_forgets_its_old_words(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "i", SYNONYMS)
    index.rebuild(lambda: ACTORS)
    index.replace([actor(4, "Beispiel Konditorei", "Essen", facets={"topic": ("cake",)})])
    assert (found(index, "bäckerei"), found(index, "konditorei")) == ([], [4])
    assert index.search(Query()).facet_counts["topic"] == {"cake": 1}
    assert len(index) == len(ACTORS)


def test_last_of_several_documents_with_one_number_counts(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "i")
    index.rebuild(lambda: ACTORS)
    index.replace([actor(50, "Frühling"), actor(50, "Winter")])
    assert (found(index, "frühling"), found(index, "winter")) == ([], [50])


def test_failed_rebuild_leaves_the_old_index(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "i")
    index.rebuild(lambda: ACTORS)

    def broken() -> Iterator[ActorDocument]:
        yield ACTORS[0]
        raise RuntimeError("database gone")

    with pytest.raises(RuntimeError):
        index.rebuild(broken)
    assert len(index) == len(ACTORS)
    assert len(list((tmp_path / "i").glob("g*"))) == 1


def test_missing_or_foreign_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SearchIndexError, match="steiger index rebuild"):
        SearchIndex(tmp_path / "none").search(Query())
    index = SearchIndex(tmp_path / "old")
    index.rebuild(lambda: ACTORS)
    for file in (tmp_path / "old").glob("g*/format.json"):
        file.write_text('{"format": 0}')
    with pytest.raises(SearchIndexError, match="format"):
        SearchIndex(tmp_path / "old").search(Query())


@pytest.mark.parametrize("name", ["CURRENT", "meta.json", "columns-*.npz", "words.txt"])
@pytest.mark.parametrize("damage", ["empty", "garbage", "cut"])
def test_damaged_file_says_what_to_do_and_rebuilding_heals(
    tmp_path: Path, name: str, damage: str
) -> None:
    SearchIndex(tmp_path / "i").rebuild(lambda: ACTORS)
    file = next((tmp_path / "i").rglob(name))
    content = file.read_bytes()
    file.write_bytes(
        {"empty": b"", "garbage": b"\xff\x00" * 99, "cut": content[: len(content) // 2]}[damage]
    )
    index = SearchIndex(tmp_path / "i")
    if name != "words.txt" or damage == "garbage":  # fewer words only split fewer compounds
        with pytest.raises(SearchIndexError, match="rebuild"):
            index.search(Query("köln"))
    index.rebuild(lambda: ACTORS)
    assert len(index) == len(ACTORS)


def test_crash_between_commit_and_columns_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steiger.engines.directory.search.storage.COLUMNS_WAIT_S", 0.1)
    SearchIndex(tmp_path / "i").rebuild(lambda: ACTORS)
    next((tmp_path / "i").rglob("columns-*.npz")).unlink()
    with pytest.raises(SearchIndexError, match="rebuild"):
        SearchIndex(tmp_path / "i").search(Query())


def test_writers_wait_for_each_other(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "i")
    index.rebuild(lambda: ACTORS)

    def add(number: int) -> None:
        SearchIndex(tmp_path / "i").replace([actor(number, f"Beispiel {number}")])

    threads = [threading.Thread(target=add, args=(100 + n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(0.4)
    assert len(index) == len(ACTORS) + 6


def test_many_changes_keep_few_files(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "i")
    index.rebuild(lambda: ACTORS)
    for number in range(100, 106):
        index.replace([actor(number, f"Beispiel {number}")])
    assert len(list((tmp_path / "i").rglob("columns*"))) <= 2
    assert len(index) == len(ACTORS) + 6
