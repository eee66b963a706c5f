"""Whatever stands in a catalogue's file: a catalogue, or one clear error; never anything else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.audit_catalogue import make_catalogue
from factories.mission_ki import methods, needs, vcio
from steiger.adapters.mission_ki import parse_mission_ki
from steiger.adapters.oscal import oscal_catalogue, read_oscal_catalogue
from steiger.engines.audit.catalogue import Catalogue, CatalogueError, own_catalogue, read_catalogue
from steiger.engines.audit.catalogue.lint import lint
from steiger.engines.audit.catalogue.writing import write_catalogue

ODD = [None, True, 7, 1e400, "", "x", "nan", "../../x", "\ud800", "a\nb", [], {}, ["a"], {"a": {}}]


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths to everything in a tree."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in items:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


@st.composite
def spoilt(draw: st.DrawFn, tree: Any) -> Any:
    """A tree with one to three things replaced, left out or doubled."""
    tree = copy.deepcopy(tree)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(tree))))
        at = tree
        for step in path[:-1]:
            at = at[step]
        how = draw(st.integers(0, len(ODD) + 1))
        if how == len(ODD):
            del at[path[-1]]
        elif how > len(ODD) and isinstance(at, list):
            at.append(copy.deepcopy(at[path[-1]]))
        else:
            at[path[-1]] = copy.deepcopy(ODD[how % len(ODD)])
        if not list(places(tree)):
            break
    return tree


def survives(read: Callable[[], Catalogue]) -> None:
    try:
        found = read()
    except CatalogueError:
        return
    lint(found)
    found.digest()
    for write in (write_catalogue, oscal_catalogue):
        with suppress(CatalogueError):
            write(found)


@settings(max_examples=150)
@given(spoilt(oscal_catalogue(make_catalogue())))
def test_oscal_files(tree: Any) -> None:
    survives(lambda: read_oscal_catalogue(json.dumps(tree).encode()))


@settings(max_examples=150)
@given(spoilt({"vcio": vcio(), "needs": needs(), "methods": methods()}))
def test_mission_ki_files(tree: Any) -> None:
    contents = [json.dumps(tree.get(name)).encode() for name in ("vcio", "needs", "methods")]
    survives(lambda: parse_mission_ki(*contents))


@settings(max_examples=100)
@given(st.data())
def test_our_own_files(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    files = write_catalogue(make_catalogue(use=own_catalogue().use))
    name = data.draw(st.sampled_from(sorted(files)))
    lines = files[name].splitlines()
    place = data.draw(st.integers(0, len(lines) - 1))
    key = lines[place].partition("=")[0]
    odd = ['"x"', "7", "nan", "[]", "{}", '["a"]', "2026-01-01", '"\\u0000"', "{ a = {} }"]
    lines[place] = data.draw(st.sampled_from(["", lines[place] * 2, *(f"{key}= {x}" for x in odd)]))
    folder: Path = tmp_path_factory.mktemp("odd")
    for other, text in files.items():
        content = "\n".join(lines) if other == name else text
        (folder / other).write_text(content, encoding="utf-8")
    survives(lambda: read_catalogue(folder))
