"""Drawings of networks: who works together stands together, and the same is drawn the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from steiger.engines.directory.network import lay_out, place
from steiger.engines.directory.network.forces import Forces
from steiger.engines.directory.network.layout import components, simple


def pairs_of(*pairs: tuple[int, int]) -> NDArray[np.int64]:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


@st.composite
def networks(draw: st.DrawFn) -> tuple[int, NDArray[np.int64]]:
    nodes = draw(st.integers(1, 24))
    end = st.integers(0, nodes - 1)
    return nodes, pairs_of(*draw(st.lists(st.tuples(end, end), max_size=40)))


@settings(deadline=None, max_examples=40)
@given(networks())
def test_every_node_has_a_place_of_its_own(network: tuple[int, NDArray[np.int64]]) -> None:
    nodes, pairs = network
    places = lay_out(nodes, pairs)
    assert places.shape == (nodes, 2)
    assert np.isfinite(places).all()
    away = np.linalg.norm(places[:, None] - places[None], axis=2) + np.eye(nodes) * 9
    assert away.min() > 0.02


@settings(deadline=None, max_examples=25)
@given(networks(), st.randoms(use_true_random=False))
def test_order_direction_loops_and_doubles_play_no_part(
    network: tuple[int, NDArray[np.int64]], chance: object
) -> None:
    nodes, pairs = network
    noise = np.concatenate([pairs[::-1, ::-1], pairs, [[0, 0]]]).astype(np.int64)
    assert np.array_equal(lay_out(nodes, pairs), lay_out(nodes, noise))


@settings(deadline=None, max_examples=25)
@given(networks())
def test_parts_lie_apart(network: tuple[int, NDArray[np.int64]]) -> None:
    nodes, pairs = network
    places = lay_out(nodes, pairs)
    parts = components(nodes, simple(nodes, pairs))
    discs = []
    for part in parts:
        centre = places[part].mean(axis=0)
        discs.append((centre, np.linalg.norm(places[part] - centre, axis=1).max()))
    for number, (one, radius) in enumerate(discs):
        for other, wide in discs[number + 1 :]:
            assert np.linalg.norm(one - other) > radius + wide


def test_related_stand_closer_than_others() -> None:
    # Two rooms of eight who all know each other, joined by one relation.
    room = [(a, b) for a in range(8) for b in range(a)]
    pairs = pairs_of(*room, *((a + 8, b + 8) for a, b in room), (0, 8))
    places = lay_out(16, pairs)
    away = np.linalg.norm(places[:, None] - places[None], axis=2)
    inside = np.mean([away[a, b] for a, b in room])
    across = away[1:8, 9:].mean()
    assert across > 2 * inside


def test_pushing_in_groups_is_close_to_exact() -> None:
    side = 45
    pairs = pairs_of(*((n, n + 1) for n in range(side * side - 1)))
    forces = Forces(side * side, pairs)
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2) * 1.0
    grid += 0.3 * np.column_stack([np.sin(grid[:, 1]), np.cos(3 * grid[:, 0])])
    exact, grouped = forces._pushed_exactly(grid), forces._pushed(grid)
    far = np.linalg.norm(grid - grid.mean(axis=0), axis=1) > side / 3
    wrong = np.linalg.norm(exact - grouped, axis=1)[far] / np.linalg.norm(exact, axis=1)[far]
    assert np.median(wrong) < 0.25


def test_large_networks_are_laid_out_by_the_quick_way() -> None:
    nodes = 1_700
    pairs = pairs_of(*((n, (n - 1) // 3) for n in range(1, nodes)))
    places = lay_out(nodes, pairs)
    ends = np.linalg.norm(places[pairs[:, 0]] - places[pairs[:, 1]], axis=1)
    chance = np.linalg.norm(places - np.roll(places, 531, axis=0), axis=1)
    assert np.median(ends) < np.median(chance) / 3


def test_nothing_and_one_and_two() -> None:
    assert lay_out(0, pairs_of()).shape == (0, 2)
    assert lay_out(1, pairs_of()).tolist() == [[0.0, 0.0]]
    assert np.linalg.norm(np.diff(lay_out(2, pairs_of((0, 1))), axis=0)) == 1.0


@pytest.mark.parametrize("pair", [(0, 3), (-1, 0)])
def test_unknown_end_is_refused(pair: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="two of the nodes"):
        lay_out(3, pairs_of(pair))


def test_newcomer_stands_beside_its_neighbours_and_others_stay() -> None:
    known = {10: (0.0, 0.0), 11: (4.0, 0.0)}
    places = place([10, 11, 12, 13], pairs_of((0, 2), (1, 2)), known)
    assert places[:2].tolist() == [[0.0, 0.0], [4.0, 0.0]]
    assert np.linalg.norm(places[2] - [2.0, 0.0]) == pytest.approx(0.7)
    assert np.linalg.norm(places[3]) > 4.0


def test_without_any_known_place_all_lie_apart() -> None:
    places = place(range(1, 31), pairs_of((0, 1), (1, 2)), {})
    away = np.linalg.norm(places[:, None] - places[None], axis=2) + np.eye(30) * 9
    assert away.min() > 0.3
