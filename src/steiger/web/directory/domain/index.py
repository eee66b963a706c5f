"""The search index of this installation: kept equal to the database by every process.

A change writes the actor's number into ``IndexChange`` inside its own transaction (:func:`queue`).
:func:`drain` applies what is queued: after the commit, and once a second in the worker, so that a
crash in between loses nothing. Readers of all processes see a change within a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import filelock
import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Max

from steiger.engines.directory.search import ActorDocument, SearchIndex, SearchIndexError
from steiger.regions import load_region
from steiger.web.directory.domain import likeness
from steiger.web.directory.domain.documents import documents
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.models import Actor, Classification, IndexChange, Role

log = structlog.get_logger("steiger.index")

#: More changes than this at once are applied by building anew, which is quicker.
REBUILD_FROM = 5_000
BATCH = 1_000
WAIT_S = 10.0
REBUILD_WAIT_S = 600.0

_lock = Lock()
_open: dict[tuple[Path, tuple[int, ...]], SearchIndex] = {}


def search_index() -> SearchIndex:
    """The index, opened once per process; built first if it is missing or of another format."""
    index = _opened()
    try:
        _ = index.generation
    except SearchIndexError as error:
        log.warning("index.rebuild_needed", reason=str(error))
        _rebuild_once(index)
    return index


def document(actor: Actor) -> ActorDocument | None:
    """What the index should know about an actor; None if the public does not see it."""
    return next(iter(documents([actor.pk])), None)


def queue(actor_ids: Iterable[int]) -> None:
    """Tell the index, after the surrounding transaction, that these actors changed.

    Raises:
        RuntimeError: outside a transaction; the index could then miss the change.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An index change is queued inside the transaction of the change.")
    rows = [IndexChange(actor_number=number) for number in dict.fromkeys(actor_ids)]
    if not rows:
        return
    IndexChange.objects.bulk_create(rows, batch_size=BATCH)
    transaction.on_commit(_drain_after_commit, robust=True)


def queue_term(term_id: int) -> None:
    """Queue every actor that carries a term, because its label stands in the index."""
    tagged = Classification.objects.filter(term_id=term_id).values_list("actor_id", flat=True)
    roles = Role.objects.filter(term_id=term_id).values_list("actor_id", flat=True)
    queue([*tagged, *roles])


def drain(*, wait_s: float = WAIT_S) -> int:
    """Apply what is queued; returns how many changes were applied.

    Reading the database and writing the index happen under one lock, so that an older state can
    never overwrite a newer one. If another process holds the lock longer than ``wait_s``, that
    process or the next second's call does the work.
    """
    if not IndexChange.objects.exists():
        return 0
    try:
        with _writing(wait_s):
            return _apply()
    except filelock.Timeout:
        return 0


def rebuild(progress: Callable[[int, int], None] | None = None) -> int:
    """Build the index anew from the database and swap it in; returns the number of actors.

    Args:
        progress: called with (done, total).
    """
    with _writing(REBUILD_WAIT_S):
        return _rebuild(_opened(), progress)


def _drain_after_commit() -> None:
    drain()


def _opened() -> SearchIndex:
    words = vocabulary()
    key = (Path(settings.SEARCH_INDEX_DIR), words.version)
    index = _open.get(key)
    if index is None:
        with _lock:
            index = _open.get(key)
            if index is None:
                same = load_region(settings.REGION).synonyms
                index = SearchIndex(key[0], same, topics=words.synonyms())
                _open.clear()
                _open[key] = index
    return index


@contextmanager
def _writing(wait_s: float) -> Iterator[None]:
    folder = Path(settings.SEARCH_INDEX_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(folder / "drain.lock", timeout=wait_s):
        yield


def _apply() -> int:
    index = _opened()
    applied = 0
    while True:
        rows = list(IndexChange.objects.order_by("id").values_list("id", "actor_number")[:BATCH])
        if not rows:
            return applied
        waiting = IndexChange.objects.count() if len(rows) == BATCH else len(rows)
        if waiting > REBUILD_FROM or not _usable(index):
            _rebuild(index, None)
            return applied + waiting
        numbers = {number for _, number in rows}
        found = list(documents(numbers))
        index.replace(found, numbers - {document.id for document in found})
        likeness.note_changed(numbers)
        IndexChange.objects.filter(id__in=[key for key, _ in rows]).delete()
        applied += len(rows)


def _usable(index: SearchIndex) -> bool:
    try:
        _ = index.generation
    except SearchIndexError:
        return False
    return True


def _rebuild_once(index: SearchIndex) -> None:
    with _writing(REBUILD_WAIT_S):
        if not _usable(index):  # else another process was quicker
            _rebuild(index, None)


def _rebuild(index: SearchIndex, progress: Callable[[int, int], None] | None) -> int:
    last = IndexChange.objects.aggregate(last=Max("id"))["last"] or 0
    # Both passes of the index see the same state, and the database is read once.
    everything = list(documents())
    total = len(everything)
    report = (lambda done: progress(done, total)) if progress else None
    count = index.rebuild(lambda: everything, report)
    likeness.rebuild()
    IndexChange.objects.filter(id__lte=last).delete()
    log.info("index.rebuilt", actors=count)
    return count
