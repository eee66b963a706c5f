"""The network of the Landkarte: the list of relations, the data of the drawing, and the drawing.

All three read the same selection, so that they say the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.urls import reverse

from steiger.engines.directory.search import Query
from steiger.web.directory.domain.details import inverse_label
from steiger.web.directory.domain.network import Network, Node, Selection, select, ties_of
from steiger.web.directory.domain.sources import source_label
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.interfaces.identifiers import is_web
from steiger.web.directory.models import Relation

PER_PAGE = 50
#: Ties of one actor beyond this many stand on its own page.
MOST = 500
#: Whole numbers per unit of the drawing, in the data and in the picture.
SCALE = 100
PROJECT = "https://cordis.europa.eu/project/id/{}"
_PROJECT = re.compile(r"\((\d{6,9})\)")
#: Colours that can be told from a white and from a black ground alike (at least 3:1 on both).
PICTURE_COLOURS = {"economy": "#c9633c", "research": "#3d84c6", "qualification": "#1f8f6f"}
PLAIN = "#7b8794"


@dataclass(frozen=True, slots=True)
class TieLine:
    """One relation as the list shows it.

    Attributes:
        label: the relation as it reads from ``one`` to ``other``.
        note: (text, address or nothing) pieces of what the source adds.
        url: the page that shows it, or the source's own.
    """

    row: int
    one: Node
    label: str
    other: Node
    note: tuple[tuple[str, str], ...]
    source: str
    url: str
    stated_on: date


@dataclass(frozen=True, slots=True)
class TiePage:
    """One page of the list.

    Attributes:
        total: relations of the whole answer; ``actors`` stand at their ends.
        without: entries of the answer of which no relation is known.
    """

    lines: tuple[TieLine, ...]
    total: int
    actors: int
    without: int
    page: int
    pages: int
    settled: bool


def tie_page(query: Query, page: int, found: int) -> TiePage:
    """One page of the relations of an answer with ``found`` entries."""
    chosen = select(query)
    pages = max(1, -(-len(chosen.ties) // PER_PAGE))
    page = min(page, pages)
    begin = (page - 1) * PER_PAGE
    return TiePage(
        lines=lines(chosen.network, chosen.ties[begin : begin + PER_PAGE].tolist()),
        total=len(chosen.ties),
        actors=len(chosen.nodes),
        without=max(0, found - int(chosen.inside.sum())),
        page=page,
        pages=pages,
        settled=chosen.network.settled,
    )


def actor_ties(number: int) -> tuple[Node, tuple[TieLine, ...], int] | None:
    """An actor of the network with its relations, each told from its side, and how many there are.

    None where it has no relation.
    """
    chosen = ties_of(number)
    if not len(chosen.ties):
        return None
    whole = chosen.network
    own = int(np.flatnonzero(chosen.inside)[0])
    return whole.nodes[own], lines(whole, chosen.ties[:MOST].tolist(), own), len(chosen.ties)


def lines(whole: Network, ties: Sequence[int], own: int = -1) -> tuple[TieLine, ...]:
    """The lines of some ties; those that end at the node ``own`` are told from its side."""
    rows = Relation.objects.select_related("source").in_bulk([int(whole.rows[t]) for t in ties])
    words = vocabulary()
    found = []
    for tie in ties:
        row = rows.get(int(whole.rows[tie]))
        if row is None:  # gone since the network was read
            continue
        one, other = (int(end) for end in whole.ends[tie])
        label = words.label("relation", whole.kinds[tie])
        if other == own:
            one, other, label = other, one, inverse_label(whole.kinds[tie])
        found.append(
            TieLine(
                row=row.pk,
                one=whole.nodes[one],
                label=label,
                other=whole.nodes[other],
                note=_note(row.note),
                source=source_label(row.source),
                url=row.source_record if is_web(row.source_record) else row.source.url,
                stated_on=row.stated_on,
            )
        )
    return tuple(found)


def _note(text: str) -> tuple[tuple[str, str], ...]:
    """A note in pieces; numbers of European projects lead to their pages."""
    pieces = []
    last = 0
    for match in _PROJECT.finditer(text):
        pieces.append((text[last : match.start(1)], ""))
        pieces.append((match.group(1), PROJECT.format(match.group(1))))
        last = match.end(1)
    pieces.append((text[last:], ""))
    return tuple(piece for piece in pieces if piece[0])


# --- the drawing ----------------------------------------------------------------------------------
def payload(query: Query) -> dict[str, Any]:
    """What the browser draws, as columns.

    ``x``, ``y``: hundredths of a unit; ``category``: one digit per node into ``categories`` ("-"
    for none); ``outside``: indices of nodes that stand at a tie but do not pass the filters;
    ``row``, ``one``, ``other``, ``kind``: the ties, ends as indices of nodes.
    """
    chosen = select(query)
    whole = chosen.network
    nodes = [whole.nodes[at] for at in chosen.nodes.tolist()]
    places = np.rint(whole.places[chosen.nodes] * SCALE).astype(np.int64)
    words = vocabulary()
    categories = {key: word.label for key, word in words.facet("category").items()}
    digit = {key: str(at) for at, key in enumerate(categories)}
    kinds = sorted({whole.kinds[tie] for tie in chosen.ties.tolist()})
    number = {key: at for at, key in enumerate(kinds)}
    ends = np.searchsorted(chosen.nodes, whole.ends[chosen.ties])
    begin, end = reverse("directory:actor", kwargs={"slug": "_"}).rsplit("_", 1)
    return {
        "settled": whole.settled,
        "ids": [node.id for node in nodes],
        "names": [node.name for node in nodes],
        "slugs": [node.slug for node in nodes],
        "actor": [begin, end],
        "x": places[:, 0].tolist(),
        "y": places[:, 1].tolist(),
        "category": "".join(digit.get(node.category, "-") for node in nodes),
        "categories": [[key, label] for key, label in categories.items()],
        "outside": np.flatnonzero(~chosen.inside[chosen.nodes]).tolist(),
        "row": whole.rows[chosen.ties].tolist(),
        "one": ends[:, 0].tolist(),
        "other": ends[:, 1].tolist(),
        "kind": [number[whole.kinds[tie]] for tie in chosen.ties.tolist()],
        "kinds": [words.label("relation", key) for key in kinds],
    }


def encode(content: dict[str, Any]) -> bytes:
    """Compact JSON."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def picture(query: Query) -> str:
    """The drawing as SVG, for those without script: no names, which the list beside it has."""
    chosen = select(query)
    places = np.rint(chosen.network.places * SCALE).astype(np.int64)
    inside = places[chosen.nodes]
    low = inside.min(axis=0) if len(inside) else np.zeros(2, dtype=np.int64)
    high = inside.max(axis=0) if len(inside) else np.ones(2, dtype=np.int64)
    edge = 120
    width, height = (high - low + 2 * edge).tolist()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f"{_lines(chosen, places, low - edge, width)}{_dots(chosen, places, low - edge, width)}"
        "</svg>"
    )


def _lines(chosen: Selection, places: Any, origin: Any, width: int) -> str:
    ends = places[chosen.network.ends[chosen.ties]] - origin
    path = "".join(f"M{a} {b}L{c} {d}" for (a, b), (c, d) in ends.tolist())
    return (
        f'<path d="{path}" fill="none" stroke="{PLAIN}" stroke-opacity=".45"'
        f' stroke-width="{max(2, width // 1200)}"/>'
    )


def _dots(chosen: Selection, places: Any, origin: Any, width: int) -> str:
    whole = chosen.network
    radius = max(10, width // 220)
    groups: dict[str, list[str]] = {}
    for at in chosen.nodes.tolist():
        x, y = (places[at] - origin).tolist()
        colour = PICTURE_COLOURS.get(whole.nodes[at].category, PLAIN)
        groups.setdefault(colour, []).append(f"M{x} {y}h0")
    return "".join(_group(colour, radius * 2, dots) for colour, dots in sorted(groups.items()))


def _group(colour: str, width: int, dots: Iterable[str]) -> str:
    # A line without length and with round ends is a dot, and takes a third of a circle's letters.
    return (
        f'<path d="{"".join(dots)}" fill="none" stroke="{colour}" stroke-linecap="round"'
        f' stroke-width="{width}"/>'
    )
