"""The index on disk: schema, generations, reading and writing by several processes.

The folder holds one sub-folder per rebuild and a file ``CURRENT`` that names the one in use.
A rebuild fills a new sub-folder and then swaps ``CURRENT``; small changes commit into the current
one. Readers look at both files' times and reload, so a change is seen by every process.
"""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock
import tantivy

from steiger.engines.directory.search.analysis import MIN_PART, Analyzer, Decompounder
from steiger.engines.directory.search.types import FACETS, ActorDocument, SearchIndexError
from steiger.lib.text import fold, grams, tokens

FORMAT = 3
CHECK_EVERY_S = 0.3
LOCK_TIMEOUT_S = 120
WRITER_MEMORY = 64_000_000
CHUNK = 2_000


def build_schema() -> tantivy.Schema:
    """Fields: names as words and 4-grams, text as stems, one raw field per facet, columns."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True, indexed=True, fast=True)
    builder.add_text_field("display", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("names", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("name", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("part", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("gram", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("town", stored=True, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("sort_name", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("changed", fast=True)
    builder.add_float_field("lat", fast=True, indexed=True)
    builder.add_float_field("lon", fast=True, indexed=True)
    for facet in FACETS:
        builder.add_text_field(f"f_{facet}", fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


class Storage:
    """One process's view of the index folder."""

    def __init__(self, path: Path, synonyms: tuple[tuple[str, ...], ...]) -> None:
        self.path = path
        self.synonyms = synonyms
        self.schema = build_schema()
        self.analyzer = Analyzer(synonyms)
        self._index: tantivy.Index | None = None
        self._current = ""
        self._meta_time = 0
        self._checked = 0.0
        self.searcher: tantivy.Searcher = None  # type: ignore[assignment]

    # --- reading --------------------------------------------------------------------------------
    def refresh(self, *, now: bool = False) -> None:
        """Load what other processes have written, looking at most every 0.3 s unless ``now``.

        Raises:
            SearchIndexError: there is no usable index.
        """
        moment = time.monotonic()
        if not now and self._index is not None and moment - self._checked < CHECK_EVERY_S:
            return
        self._checked = moment
        try:
            current = (self.path / "CURRENT").read_text().strip()
            meta = (self.path / current / "meta.json").stat().st_mtime_ns
            if self._index is None or current != self._current:
                self._open(current)
            elif meta != self._meta_time:
                self._index.reload()
                self.searcher = self._index.searcher()
            self._meta_time = meta
        except (OSError, ValueError, KeyError) as error:
            self._index = None
            raise SearchIndexError(
                f"The search index in {self.path} cannot be read ({error}). "
                "`steiger index rebuild` makes it anew from the database."
            ) from error

    def _open(self, current: str) -> None:
        folder = self.path / current
        info = json.loads((folder / "format.json").read_text(encoding="utf-8"))
        if info["format"] != FORMAT:
            raise ValueError(f"it has format {info['format']}, this version reads {FORMAT}")
        words = (folder / "words.txt").read_text(encoding="utf-8").split()
        index = tantivy.Index(self.schema, path=str(folder))
        index.config_reader(reload_policy="manual", num_warmers=0)
        index.reload()
        self.analyzer = Analyzer(self.synonyms, Decompounder(words))
        self._index, self._current, self.searcher = index, current, index.searcher()

    @property
    def generation(self) -> str:
        """Changes whenever the content changes."""
        return f"{self._current}.{self._meta_time}"

    # --- writing --------------------------------------------------------------------------------
    @contextmanager
    def _lock(self) -> Iterator[None]:
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
        with self._lock():
            name = f"g{time.time_ns()}-{uuid.uuid4().hex[:6]}"
            folder = self.path / name
            folder.mkdir(parents=True)
            try:
                count = self._fill(folder, documents, progress)
                pointer = self.path / f"CURRENT.{name}"
                pointer.write_text(name)
                pointer.replace(self.path / "CURRENT")
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self._remove_old(keep={name, self._current})
        self.refresh(now=True)
        return count

    def _fill(
        self,
        folder: Path,
        documents: Callable[[], Iterable[ActorDocument]],
        progress: Callable[[int], None] | None,
    ) -> int:
        words = common_words(documents())
        (folder / "words.txt").write_text("\n".join(sorted(words)), encoding="utf-8")
        (folder / "format.json").write_text(json.dumps({"format": FORMAT}))
        analyzer = Analyzer(self.synonyms, Decompounder(words))
        index = tantivy.Index(self.schema, path=str(folder))
        writer = index.writer(heap_size=WRITER_MEMORY, num_threads=1)
        count = 0
        for count, document in enumerate(documents(), start=1):
            writer.add_document(to_tantivy(document, analyzer, self.schema))
            if progress and count % CHUNK == 0:
                progress(count)
        writer.commit()
        writer.wait_merging_threads()
        if progress:
            progress(count)
        return count

    def replace(self, documents: Iterable[ActorDocument], deleted: Iterable[int] = ()) -> None:
        """Add or replace actors and remove others, in one commit."""
        with self._lock():
            self.refresh(now=True)
            if self._index is None:
                raise SearchIndexError(f"There is no search index in {self.path}.")
            # Deleting by term finds nothing on an unsigned field; deleting by query does.
            term_query = tantivy.Query.term_query
            writer = self._index.writer(heap_size=WRITER_MEMORY, num_threads=1)
            for number in deleted:
                writer.delete_documents_by_query(term_query(self.schema, "id", number))
            for document in documents:
                writer.delete_documents_by_query(term_query(self.schema, "id", document.id))
                writer.add_document(to_tantivy(document, self.analyzer, self.schema))
            writer.commit()
            writer.wait_merging_threads()
        self.refresh(now=True)

    def _remove_old(self, keep: set[str]) -> None:
        for folder in self.path.glob("g*"):
            if folder.is_dir() and folder.name not in keep:
                shutil.rmtree(folder, ignore_errors=True)


def common_words(documents: Iterable[ActorDocument]) -> set[str]:
    """Words that occur on their own in names or texts, for splitting compounds."""
    words: set[str] = set()
    for document in documents:
        for text in (*(name.text for name in document.names), *document.texts):
            words.update(w for w in tokens(text) if len(w) >= MIN_PART and w.isalpha())
    return words


def to_tantivy(
    document: ActorDocument, analyzer: Analyzer, schema: tantivy.Schema
) -> tantivy.Document:
    """The index's form of one actor."""
    names = [name.text for name in document.names] or [document.display_name]
    name_tokens = list(dict.fromkeys(word for text in names for word in tokens(text)))
    short = ("".join(tokens(text)) for text in names)
    name_tokens.extend(word for word in short if 1 < len(word) <= 24 and word not in name_tokens)
    parts = list(
        dict.fromkeys(p for word in name_tokens for p in analyzer.decompounder.parts(word))
    )
    gram_terms = list(dict.fromkeys(g for text in names for g in grams(text)))
    fields: dict[str, object] = {
        "id": document.id,
        "display": document.display_name,
        "names": json.dumps(
            [(name.text, name.kind) for name in document.names], ensure_ascii=False
        ),
        "name": " ".join(name_tokens),
        "part": " ".join(parts),
        "gram": " ".join(gram_terms),
        "town": " ".join(tokens(document.town)),
        "body": " ".join(analyzer.body_terms((*names, *document.texts))),
        # The number makes the order total, so that pages never overlap.
        "sort_name": f"{fold(document.sort_name or document.display_name)}\x1f{document.id:010d}",
        "changed": document.changed,
    }
    if document.lat is not None and document.lon is not None:
        fields["lat"], fields["lon"] = document.lat, document.lon
    for facet, keys in document.facets.items():
        fields[f"f_{facet}"] = list(dict.fromkeys(keys))
    return tantivy.Document.from_dict(fields, schema)
