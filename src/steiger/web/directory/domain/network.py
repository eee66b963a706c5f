"""The network of published actors: who is related to whom, and where each stands in the drawing.

A process reads it once per state of the data. Where actors stand is worked out in the background
(:func:`settle`) and kept in a file beside the search index; until then whoever is new stands beside
its neighbours, so that no page waits.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings
from django.db.models import Count, Max, Q, Sum
from numpy.typing import NDArray

from steiger.engines.directory.network import lay_out, place
from steiger.engines.directory.search import Query
from steiger.lib.atomic_files import write_atomically
from steiger.web.directory.domain.index import search_index
from steiger.web.directory.domain.vocabulary_cache import Vocabulary, vocabulary
from steiger.web.directory.models import Actor, Relation, Source

#: Rises when the way of drawing changes, so that everything is laid out anew.
FORM = 1

Ints = NDArray[np.int64]


class Node(NamedTuple):
    """One actor of the network."""

    id: int
    name: str
    slug: str
    category: str


@dataclass(frozen=True)
class Network:
    """All actors with at least one relation, and all relations between them.

    Attributes:
        nodes: by number of the actor.
        rows: number of the relation that counts, for each tie.
        ends: (ties, 2) indices into ``nodes``, as the relation reads.
        kinds: key of the kind of each tie.
        places: (nodes, 2) in the drawing.
        settled: False while newcomers only have a place for now.
        version: changes with anything that is drawn.
    """

    nodes: tuple[Node, ...]
    rows: Ints
    ends: Ints
    kinds: tuple[str, ...]
    places: NDArray[np.float64]
    settled: bool
    version: str

    @property
    def ids(self) -> Ints:
        """Numbers of the actors."""
        return np.array([node.id for node in self.nodes], dtype=np.int64)


@dataclass(frozen=True)
class Selection:
    """The part of the network that belongs to an answer.

    Attributes:
        inside: for each node, whether it passes the filters.
        ties: indices of the ties of which at least one end passes, in the order of the list.
        nodes: indices of the nodes at the ends of these ties.
    """

    network: Network
    inside: NDArray[np.bool_]
    ties: Ints
    nodes: Ints


_lock = Lock()
_known: dict[tuple[Any, ...], Network] = {}


def network() -> Network:
    """The network as it is now; one short query when nothing has changed."""
    state = _state()
    found = _known.get(state)
    if found is None:
        with _lock:
            found = _known.get(state)
            if found is None:
                found = _read()
                _known.clear()
                _known[state] = found
    return found


def select(query: Query) -> Selection:
    """What of the network belongs to an answer of the search.

    A tie belongs to it as soon as one of its ends does: whoever looks at one town wants to see with
    whom its actors work elsewhere.
    """
    whole = network()
    inside = np.isin(whole.ids, search_index().ids(query))
    ties = np.flatnonzero(inside[whole.ends].any(axis=1)) if len(whole.rows) else whole.rows
    return Selection(whole, inside, ties, np.unique(whole.ends[ties]))


def ties_of(number: int) -> Selection:
    """All ties of one actor."""
    whole = network()
    inside = whole.ids == number
    ties = np.flatnonzero(inside[whole.ends].any(axis=1)) if len(whole.rows) else whole.rows
    return Selection(whole, inside, ties, np.unique(whole.ends[ties]))


# --- the drawing ----------------------------------------------------------------------------------
def settle() -> int:
    """Work out where everyone stands, if relations have changed; returns the number of actors.

    Takes some seconds for thousands of actors, so it is done in the background.
    """
    whole = network()
    if whole.settled:
        return 0
    places = lay_out(len(whole.nodes), whole.ends)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, ids=whole.ids, places=places, mark=np.array(_mark(whole)))
    _file().parent.mkdir(parents=True, exist_ok=True)
    write_atomically(_file(), buffer.getvalue())
    return len(whole.nodes)


def is_settled() -> bool:
    """Whether the drawing fits the relations."""
    return network().settled


def _file() -> Path:
    return Path(settings.SEARCH_INDEX_DIR).parent / "network" / "places.npz"


def _stamp() -> tuple[int, int]:
    try:
        found = _file().stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=2)
def _stored(path: Path, stamp: tuple[int, int]) -> tuple[dict[int, tuple[float, float]], str]:
    if stamp == (0, 0):
        return {}, ""
    try:
        with np.load(path, allow_pickle=False) as data:
            pairs = zip(data["ids"].tolist(), data["places"].tolist(), strict=True)
            return {number: (x, y) for number, (x, y) in pairs}, str(data["mark"])
    except (OSError, ValueError, KeyError, EOFError):
        # A damaged file is as good as none: it is written anew.
        return {}, ""


def _mark(whole: Network) -> str:
    return _digest(whole.ids, whole.ends)


def _digest(ids: Ints, ends: Ints) -> str:
    low, high = np.sort(ids[ends], axis=1).T if len(ends) else (ids[:0], ids[:0])
    order = np.lexsort((high, low))
    parts = (str(FORM).encode(), ids.tobytes(), low[order].tobytes(), high[order].tobytes())
    return hashlib.sha256(b"|".join(parts)).hexdigest()


# --- reading --------------------------------------------------------------------------------------
def _state() -> tuple[Any, ...]:
    """Changes whenever the network or its drawing does."""
    counted = Relation.objects.aggregate(
        n=Count("id"),
        last=Max("id"),
        rows=Sum("id"),
        one=Sum("actor_id"),
        other=Sum("other_id"),
        hidden=Count("id", filter=Q(hidden=True)),
        newest=Max("stated_on"),
    )
    index = search_index()
    words = vocabulary().version
    return (str(_file()), index.generation, words, tuple(counted.values()), _stamp())


def _read() -> Network:
    words = vocabulary()
    published = {
        number: Node(number, name, slug, _category(words, roles))
        for number, name, slug, roles in Actor.objects.filter(state=Actor.State.PUBLISHED)
        .order_by("sort_name", "id")
        .values_list("id", "name", "slug", "role_keys")
    }
    rank = {number: at for at, number in enumerate(published)}
    ties = sorted(
        _counting(words, rank).items(), key=lambda tie: (rank[tie[0][0]], rank[tie[0][2]], tie[0])
    )
    used = sorted({end for (one, _, other), _ in ties for end in (one, other)})
    at = {number: position for position, number in enumerate(used)}
    ids = np.array(used, dtype=np.int64)
    ends = np.array([(at[one], at[other]) for (one, _, other), _ in ties], dtype=np.int64)
    ends = ends.reshape(-1, 2)
    rows = np.array([row for _, row in ties], dtype=np.int64)
    known, mark = _stored(_file(), _stamp())
    nodes = tuple(published[number] for number in used)
    kinds = tuple(kind for (_, kind, _), _ in ties)
    places = place(used, ends, known)
    drawn = repr((nodes, kinds)).encode() + rows.tobytes() + ends.tobytes() + places.tobytes()
    return Network(
        nodes=nodes,
        rows=rows,
        ends=ends,
        kinds=kinds,
        places=places,
        settled=mark == _digest(ids, ends),
        version=hashlib.sha256(drawn).hexdigest()[:20],
    )


def _counting(words: Vocabulary, known: dict[int, int]) -> dict[tuple[int, str, int], int]:
    """(one, kind, other) → number of the weightiest relation that says so."""
    weight = dict(Source.objects.values_list("id", "precedence"))
    mutual = {
        word.key
        for word in words.words.values()
        if word.vocabulary == "relation" and word.details.get("inverse_de") == word.label_de
    }
    best: dict[tuple[int, str, int], tuple[int, int, int]] = {}
    rows = Relation.objects.filter(hidden=False).values_list(
        "id", "actor_id", "kind", "other_id", "source_id", "stated_on"
    )
    for number, one, kind, other, source, day in rows:
        if one not in known or other not in known or one == other:
            continue
        # Both sides of a mutual relation say the same; it is told from the first in the alphabet.
        turned = kind in mutual and known[other] < known[one]
        key = (other, kind, one) if turned else (one, kind, other)
        said = (weight[source], day.toordinal(), number)
        if key not in best or said > best[key]:
            best[key] = said
    return {key: number for key, (_, _, number) in best.items()}


def _category(words: Vocabulary, roles: list[str]) -> str:
    return next((c for key in roles if (c := words.category_of(key))), "")
