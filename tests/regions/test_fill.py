"""Laws of the invented actors."""

from __future__ import annotations

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from steiger.regions import example_actors, load_region
from steiger.regions.fill import spread

REGION = load_region("nrw")
COUNTS = st.integers(min_value=0, max_value=3000)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(min_value=0, max_value=20_000))
def test_spread_is_exact_and_close_to_population(n: int) -> None:
    counts = spread(REGION, n)
    assert sum(counts.values()) == n
    total = sum(m.population or m.area_km2 * 100 for m in REGION.municipalities.values())
    for ags, m in REGION.municipalities.items():
        exact = n * (m.population or m.area_km2 * 100) / total
        assert abs(counts.get(ags, 0) - exact) < 1


@settings(max_examples=12, deadline=None)
@given(n=COUNTS, seed=st.integers(min_value=0, max_value=2**31))
def test_examples_are_exact_distinct_and_inside(n: int, seed: int) -> None:
    actors = list(example_actors(REGION, n, seed))
    assert len(actors) == n
    assert len({actor.slug for actor in actors}) == n
    assert len({actor.name for actor in actors}) == n
    for actor in actors:
        border = REGION.shape(actor.seat.municipality)
        assert shapely.contains_xy(border, actor.seat.lon, actor.seat.lat)


@settings(max_examples=8, deadline=None)
@given(n=st.integers(min_value=0, max_value=400), seed=st.integers(min_value=0, max_value=2**31))
def test_examples_are_deterministic(n: int, seed: int) -> None:
    assert list(example_actors(REGION, n, seed)) == list(example_actors(REGION, n, seed))


@settings(max_examples=8, deadline=None)
@given(n=st.integers(min_value=0, max_value=400), more=st.integers(min_value=0, max_value=400))
def test_more_examples_only_add_some(n: int, more: int) -> None:
    assert list(example_actors(REGION, n + more))[:n] == list(example_actors(REGION, n))


def test_examples_are_visibly_invented() -> None:
    for actor in example_actors(REGION, 1500):
        assert actor.is_example
        assert actor.name.startswith("Beispiel ")
        assert actor.website.endswith(".example.org/")
        assert actor.description_de.startswith("Erfundenes Beispiel.")
        assert len(actor.slug) <= 120
        assert len(actor.name) <= 255
        assert not actor.identifiers


def test_examples_never_take_the_slug_of_a_real_actor() -> None:
    real = {actor.slug for actor in REGION.actors()}
    assert not real & {actor.slug for actor in example_actors(REGION, 1500)}


def test_examples_cover_every_sub_category() -> None:
    used = {role.role for actor in example_actors(REGION, 1500) for role in actor.roles}
    # Nobody should find funding that does not exist, so there is no invented programme.
    assert used == {term.key for term in REGION.vocabularies["role"]} - {"funding_programme"}
