"""The index on disk: generations, reading and writing by several processes.

The folder holds one sub-folder per rebuild and a file ``CURRENT`` that names the one in use. In it
lie a tantivy index (which actors match a text) and, for each commit, a file with all columns
(filters, counts, places, order, names). A rebuild fills a new sub-folder and then swaps
``CURRENT``; small changes commit into the current one. Readers look at both files' times and
reload, so a change is seen by every process.
"""

from __future__ import annotations

import json
import shutil
import time
import uuid
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import filelock
import tantivy

from steiger.engines.directory.search.analysis import Analyzer, Groups, common_words
from steiger.engines.directory.search.columns import Builder, Columns
from steiger.engines.directory.search.types import ActorDocument, SearchIndexError
from steiger.lib.text import grams, tokens

FORMAT = 6
CHECK_EVERY_S = 0.3
LOCK_TIMEOUT_S = 120
#: A writer needs this long at most between its commit and the file with the columns.
COLUMNS_WAIT_S = 3.0
WRITER_MEMORY = 64_000_000
CHUNK = 2_000
UNREADABLE = (OSError, ValueError, KeyError, IndexError, TypeError, EOFError, zipfile.BadZipFile)
GLUED = 16


def build_schema() -> tantivy.Schema:
    """Fields: names as words, as parts of compounds and as 4-grams; the town; texts as stems."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_text_field("name", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("part", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("gram", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("town", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


@dataclass(frozen=True, slots=True)
class View:
    """One state of the index; a search uses one view from begin to end."""

    generation: str
    searcher: tantivy.Searcher
    schema: tantivy.Schema
    columns: Columns
    analyzer: Analyzer


class Storage:
    """One process's access to the index folder."""

    def __init__(self, path: Path, synonyms: Groups, topics: Groups = ()) -> None:
        self.path = path
        self.synonyms = synonyms
        self.topics = topics
        self.schema = build_schema()
        self._lock = Lock()
        self._view: View | None = None
        self._index: tantivy.Index | None = None
        self._analyzer = Analyzer(synonyms, topics=topics)
        self._current = ""
        self._meta_time = 0
        self._checked = 0.0

    # --- reading --------------------------------------------------------------------------------
    def view(self, *, now: bool = False) -> View:
        """The newest state; looks for what others wrote at most every 0.3 s unless ``now``.

        Raises:
            SearchIndexError: there is no usable index.
        """
        view = self._view
        if view is not None and not now and time.monotonic() - self._checked < CHECK_EVERY_S:
            return view
        with self._lock:
            try:
                self._view = self._load()
            except UNREADABLE as error:
                self._view = self._index = None
                raise SearchIndexError(
                    f"The search index in {self.path} cannot be read ({error}). "
                    "`steiger index rebuild` makes it anew from the database."
                ) from error
            self._checked = time.monotonic()
            return self._view

    def _load(self) -> View:
        current = (self.path / "CURRENT").read_text(encoding="utf-8").strip()
        if not current:
            raise ValueError("CURRENT is empty")
        folder = self.path / current
        meta_time = (folder / "meta.json").stat().st_mtime_ns
        if self._view is not None and (current, meta_time) == (self._current, self._meta_time):
            return self._view
        if self._index is None or current != self._current:
            self._index, self._analyzer = self._open(folder)
        for _ in range(5):
            opstamp = _opstamp(folder)
            self._index.reload()
            if opstamp == _opstamp(folder):
                break
        generation = f"{current}.{opstamp}"
        view = self._view
        if view is None or view.generation != generation:
            columns = _columns(folder, opstamp)
            view = View(generation, self._index.searcher(), self.schema, columns, self._analyzer)
        self._current, self._meta_time = current, meta_time
        return view

    def _open(self, folder: Path) -> tuple[tantivy.Index, Analyzer]:
        info = json.loads((folder / "format.json").read_text(encoding="utf-8"))
        if info["format"] != FORMAT:
            raise ValueError(f"it has format {info['format']}, this version reads {FORMAT}")
        words = (folder / "words.txt").read_text(encoding="utf-8").split()
        index = tantivy.Index(self.schema, path=str(folder))
        index.config_reader(reload_policy="manual", num_warmers=0)
        return index, Analyzer(self.synonyms, frozenset(words), self.topics)

    # --- writing --------------------------------------------------------------------------------
    @contextmanager
    def _writing(self) -> Iterator[None]:
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with filelock.FileLock(self.path / "writer.lock", timeout=LOCK_TIMEOUT_S):
                yield
        except filelock.Timeout as error:
            raise SearchIndexError(
                f"Another process has been writing to {self.path} for {LOCK_TIMEOUT_S} s."
            ) from error

    def rebuild(
        self,
        documents: Callable[[], Iterable[ActorDocument]],
        progress: Callable[[int], None] | None = None,
    ) -> int:
        """Build a new index beside the old one and swap; returns the number of documents.

        ``documents`` is called twice: first for the words of compounds, then for the content.
        """
        with self._writing():
            name = f"g{time.time_ns()}-{uuid.uuid4().hex[:6]}"
            folder = self.path / name
            folder.mkdir(parents=True)
            try:
                count = self._fill(folder, documents, progress)
                pointer = self.path / f"CURRENT.{name}"
                pointer.write_text(name, encoding="utf-8")
                pointer.replace(self.path / "CURRENT")
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self._remove_old(keep={name, self._current})
        self.view(now=True)
        return count

    def _fill(
        self,
        folder: Path,
        documents: Callable[[], Iterable[ActorDocument]],
        progress: Callable[[int], None] | None,
    ) -> int:
        words = common_words(documents())
        (folder / "words.txt").write_text("\n".join(sorted(words)), encoding="utf-8")
        (folder / "format.json").write_text(json.dumps({"format": FORMAT}), encoding="utf-8")
        analyzer = Analyzer(self.synonyms, frozenset(words), self.topics)
        writer = tantivy.Index(self.schema, path=str(folder)).writer(WRITER_MEMORY, 1)
        builder = Builder(analyzer)
        count = 0
        for count, document in enumerate(documents(), start=1):
            writer.add_document(to_tantivy(document, analyzer, self.schema))
            builder.add(document)
            if progress and count % CHUNK == 0:
                progress(count)
        opstamp = writer.commit()
        writer.wait_merging_threads()
        builder.finish().save(folder / f"columns-{opstamp}.npz")
        if progress:
            progress(count)
        return count

    def replace(self, documents: Iterable[ActorDocument], deleted: Iterable[int] = ()) -> None:
        """Add or replace actors and remove others, in one commit."""
        fresh = list({document.id: document for document in documents}.values())
        gone = set(deleted) - {document.id for document in fresh}
        with self._writing():
            view = self.view(now=True)
            if self._index is None:
                raise SearchIndexError(f"The search index in {self.path} is not open.")
            folder = self.path / self._current
            columns = view.columns.changed_by(fresh, gone, view.analyzer)
            prepared = folder / "columns.next"
            columns.save(prepared)
            writer = self._index.writer(WRITER_MEMORY, 1)
            for number in (*gone, *(document.id for document in fresh)):
                # Deleting by term finds nothing on an unsigned field; deleting by query does.
                writer.delete_documents_by_query(
                    tantivy.Query.term_query(self.schema, "id", number)
                )
            for document in fresh:
                writer.add_document(to_tantivy(document, view.analyzer, self.schema))
            opstamp = writer.commit()
            prepared.replace(folder / f"columns-{opstamp}.npz")
            writer.wait_merging_threads()
            self._remove_columns(folder, keep=opstamp)
        self.view(now=True)

    def _remove_old(self, keep: set[str]) -> None:
        for folder in self.path.glob("g*"):
            if folder.is_dir() and folder.name not in keep:
                shutil.rmtree(folder, ignore_errors=True)

    @staticmethod
    def _remove_columns(folder: Path, keep: int) -> None:
        # The one before stays for readers that are just about to open it.
        files = sorted(folder.glob("columns-*.npz"), key=lambda file: file.stat().st_mtime_ns)
        for file in files[:-2]:
            if file.name != f"columns-{keep}.npz":
                file.unlink(missing_ok=True)


def _opstamp(folder: Path) -> int:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    return int(meta["opstamp"])


def _columns(folder: Path, opstamp: int) -> Columns:
    path = folder / f"columns-{opstamp}.npz"
    deadline = time.monotonic() + COLUMNS_WAIT_S
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.01)  # the writer is between its commit and this file
    return Columns.load(path)


def to_tantivy(
    document: ActorDocument, analyzer: Analyzer, schema: tantivy.Schema
) -> tantivy.Document:
    """The words of one actor."""
    names = [name.text for name in document.names] or [document.display_name]
    words = [tokens(text) for text in names]
    name_tokens = list(dict.fromkeys(word for found in words for word in found))
    glued = ("".join(found) for found in words if len(found) > 1)
    name_tokens.extend(word for word in glued if len(word) <= GLUED and word not in name_tokens)
    name_tokens.extend(word for text in names for word in analyzer.ellipses(text))
    parts = dict.fromkeys(p for word in name_tokens for p in analyzer.decompounder.parts(word))
    fields: dict[str, object] = {
        "id": document.id,
        "name": " ".join(name_tokens),
        "part": " ".join(parts),
        "gram": " ".join(dict.fromkeys(gram for text in names for gram in grams(text))),
        "town": " ".join(tokens(document.town)),
        "body": " ".join(analyzer.body_terms((*names, *document.texts))),
    }
    return tantivy.Document.from_dict(fields, schema)
