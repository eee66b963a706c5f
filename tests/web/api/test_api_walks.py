"""A walk over all pages shows every entry once, also while entries join and leave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steiger.engines.directory.search import ActorDocument, IndexedName, Query, SearchIndex
from steiger.web.api.interfaces.cursors import Cursor, CursorError, question_key, read, write

NAMES = st.sampled_from(["Alpha", "Beta", "Beta Werke", "Gamma KI", "Delta", "Äther KI"])
SPOTS = st.none() | st.tuples(st.floats(50.5, 52.5), st.floats(6.0, 9.0))
PEOPLE = st.dictionaries(
    st.integers(1, 400), st.tuples(NAMES, SPOTS, st.integers(0, 5)), min_size=1, max_size=12
)
ORDERS = [
    Query(sort="name"),
    Query(sort="changed"),
    Query(sort="distance", near=(51.5, 7.5)),
    Query(text="KI", sort="relevance"),
    Query(text="Beta", sort="name"),
]


def document(number: int, about: tuple[str, Any, int]) -> ActorDocument:
    name, spot, changed = about
    lat, lon = spot or (None, None)
    return ActorDocument(
        id=number,
        display_name=name,
        names=(IndexedName(name),),
        lat=lat,
        lon=lon,
        sort_name=name,
        changed=changed,
    )


@pytest.mark.parametrize("order", ORDERS, ids=lambda query: f"{query.sort} {query.text}")
@given(data=st.data())
@settings(max_examples=5)
def test_every_entry_once(
    order: Query, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    people = data.draw(PEOPLE, "people")
    index = SearchIndex(Path(tmp_path_factory.mktemp("walk")))
    index.rebuild(lambda: [document(n, about) for n, about in people.items()])
    before = set(index.ids(order).tolist())
    shown: list[int] = []
    left, newest = set(), 400
    cursor, more = Cursor(), True
    question = question_key(order)
    limit = data.draw(st.integers(3, 7), "limit")
    while more:
        one = Query(**{**_fields(order), "limit": limit})
        step = index.walk(one, after=cursor.after, seen=cursor.seen)
        shown += [hit.id for hit in step.hits]
        seen = cursor.seen | {hit.id for hit in step.hits} if step.last is None else frozenset()
        cursor, more = read(write(Cursor(step.last, seen), question), question), step.more
        # A new number each time: whoever is renamed may well come again under the new name.
        newest += 1
        joining = {newest: data.draw(people_about(), "joining")}
        leaving = data.draw(st.sets(st.sampled_from(sorted(people)), max_size=1))
        left |= leaving
        index.replace([document(n, about) for n, about in joining.items()], leaving)
    assert len(shown) == len(set(shown)), "one was shown twice"
    assert before - left <= set(shown), "one was left out"


def people_about() -> st.SearchStrategy[Any]:
    return st.tuples(NAMES, SPOTS, st.integers(0, 5))


def _fields(query: Query) -> dict[str, Any]:
    return {"text": query.text, "sort": query.sort, "near": query.near}


KEYS = (
    st.none()
    | st.tuples(st.text(max_size=30), st.integers(1, 2**40))
    | st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 2**40))
)


@given(after=KEYS, seen=st.frozensets(st.integers(1, 2**40), max_size=40))
def test_cursors_are_read_as_they_were_written(after: Any, seen: frozenset[int]) -> None:
    cursor = Cursor(after, seen)
    text = write(cursor, "q")
    assert read(text, "q") == cursor
    with pytest.raises(CursorError):
        read(text, "other")


@given(st.text(alphabet="abcXYZ019-_", max_size=60))
def test_other_texts_are_refused_or_harmless(text: str) -> None:
    try:
        found = read(text, "q")
    except CursorError:
        return
    assert found == Cursor()
