"""Which actors a new name is probably one of, and which entries are one organisation.

A matcher over all published actors lies in a file beside the search index. What changes afterwards
is noted in a journal by the same hands that keep the index (:mod:`.index`); each process puts a
small matcher of the changed actors over the large one. When the journal grows long, the file is
built anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import filelock
from django.conf import settings

from steiger.engines.directory.matching import (
    Matcher,
    MatchingError,
    Organisation,
    Pair,
    Suggestion,
    find_duplicates,
)
from steiger.lib.atomic_files import write_atomically
from steiger.web.directory.domain.queries import cards
from steiger.web.directory.models import Actor, Identifier, Name, Place

#: From so many changed actors on, the file is built anew.
REBUILD_FROM = 1_000
CHUNK = 2_000
WAIT_S = 120.0


@dataclass(frozen=True, slots=True)
class Likely:
    """An actor that may be meant.

    Attributes:
        score: 0 to 1.
        reasons: stable keys: same_name, similar_name, acronym, short_form, same_domain, same_town.
    """

    actor_id: int
    slug: str
    name: str
    town: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _State:
    """The large matcher, the small one over it, and what of the files they were made from."""

    base_stamp: tuple[int, int]
    journal_size: int
    base: Matcher
    changed: frozenset[int]
    over: Matcher


_lock = Lock()
_states: dict[Path, _State] = {}


def likely_actors(name: str, *, town: str = "", website: str = "", limit: int = 3) -> list[Likely]:
    """Published actors that the name probably means or that have the website, likeliest first."""
    if not (name.strip() or website.strip()):
        return []
    state = _current()
    found = state.over.suggest(name, town=town, website=website, limit=limit)
    found += [
        one
        for one in state.base.suggest(
            name, town=town, website=website, limit=limit + min(len(state.changed), 20)
        )
        if int(one.id) not in state.changed
    ]
    found.sort(key=_rank)
    # A card is read from the database: what was withdrawn a moment ago has none.
    known = cards([int(one.id) for one in found])
    likely = [
        Likely(card.id, card.slug, card.name, card.town, one.score, one.reasons)
        for one in found
        if (card := known.get(int(one.id))) is not None
    ]
    return likely[:limit]


def duplicate_pairs(
    progress: Callable[[int, int], None] | None = None,
) -> list[tuple[int, int, float, tuple[str, ...]]]:
    """(actor, actor, score, reasons) of published actors that are probably one, likeliest first.

    Args:
        progress: called with (done, total) in actors.
    """
    pairs: list[Pair] = find_duplicates(organisations(), progress=progress)
    return [
        (*sorted((int(pair.first), int(pair.second))), pair.score, pair.reasons)  # type: ignore[misc]
        for pair in pairs
    ]


def note_changed(numbers: Collection[int]) -> None:
    """Remember that actors changed; called where the search index takes up a change."""
    if not numbers:
        return
    with _writing():
        if not _base().exists():
            return
        with _journal().open("a", encoding="ascii") as file:
            file.write("".join(f"{number}\n" for number in sorted(numbers)))
        if len(_noted()) > REBUILD_FROM:
            _build()


def rebuild() -> None:
    """Build the file anew; called when the search index is built anew."""
    with _writing():
        _build()


def organisations(numbers: Collection[int] | None = None) -> Iterator[Organisation]:
    """Published actors (among ``numbers``, if given) as the engine takes them."""
    published = Actor.objects.filter(state=Actor.State.PUBLISHED).order_by("id")
    if numbers is not None:
        published = published.filter(id__in=numbers)
    columns = ("id", "name", "short_name", "town", "website")
    last = 0
    while rows := list(published.filter(id__gt=last).values_list(*columns)[:CHUNK]):
        last = rows[-1][0]
        within = {"actor_id__in": [row[0] for row in rows]}
        names: dict[int, list[str]] = {}
        for number, text in Name.objects.filter(hidden=False, **within).values_list(
            "actor_id", "text"
        ):
            names.setdefault(number, []).append(text)
        codes: dict[int, list[tuple[str, str]]] = {}
        for number, scheme, value in Identifier.objects.filter(hidden=False, **within).values_list(
            "actor_id", "scheme", "value"
        ):
            codes.setdefault(number, []).append((scheme, value))
        seats = _seats(within)
        for number, name, short, town, website in rows:
            street, postcode = seats.get(number, ("", ""))
            yield Organisation(
                id=str(number),
                name=name,
                other_names=tuple(
                    dict.fromkeys(n for n in (short, *sorted(names.get(number, []))) if n.strip())
                ),
                town=town,
                postcode=postcode,
                street=street,
                website=website,
                identifiers=tuple(sorted(codes.get(number, []))),
            )


def _seats(within: Mapping[str, list[int]]) -> dict[int, tuple[str, str]]:
    """Actor → (street, postcode) of the seat that its page shows."""
    rows = Place.objects.filter(hidden=False, kind=Place.Kind.SEAT, **within)
    # The strongest, then the newest source comes last and stays.
    ordered = rows.order_by("source__precedence", "stated_on", "-pk")
    return {
        number: (street, postcode)
        for number, street, postcode in ordered.values_list("actor_id", "street", "postcode")
    }


def _rank(one: Suggestion) -> tuple[float, bool, bool, int]:
    return (
        -one.score,
        "same_town" not in one.reasons,
        "same_domain" not in one.reasons,
        int(one.id),
    )


def _folder() -> Path:
    return Path(settings.SEARCH_INDEX_DIR)


def _base() -> Path:
    return _folder() / "names.npz"


def _journal() -> Path:
    return _folder() / "names.changed"


def _writing() -> filelock.BaseFileLock:
    _folder().mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(_folder() / "names.lock", timeout=WAIT_S)


def _noted() -> frozenset[int]:
    try:
        lines = _journal().read_text(encoding="ascii").split()
    except FileNotFoundError:
        return frozenset()
    return frozenset(int(line) for line in lines)


def _build() -> Matcher:
    """Build the file; the caller holds the lock, so no change is noted meanwhile."""
    matcher = Matcher.build(organisations())
    write_atomically(_base(), matcher.pool.to_bytes())
    _journal().unlink(missing_ok=True)
    return matcher


def _stamp() -> tuple[int, int]:
    found = os.stat(_base())  # noqa: PTH116 - one call for both values
    return (found.st_mtime_ns, found.st_ino)


def _journal_size() -> int:
    try:
        return _journal().stat().st_size
    except FileNotFoundError:
        return 0


def _current() -> _State:
    state = _states.get(_folder())
    try:
        if state and (state.base_stamp, state.journal_size) == (_stamp(), _journal_size()):
            return state
    except FileNotFoundError:
        state = None
    with _lock, _writing():
        base = _opened(state)
        size, changed = _journal_size(), _noted()
        over = Matcher.build(organisations(changed) if changed else ())
        state = _State(_stamp(), size, base, changed, over)
        _states.clear()
        _states[_folder()] = state
    return state


def _opened(state: _State | None) -> Matcher:
    try:
        if state and state.base_stamp == _stamp():
            return state.base
        return Matcher.load(_base())
    except (FileNotFoundError, MatchingError):
        return _build()
