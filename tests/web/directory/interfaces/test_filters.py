"""The address of the Landkarte: read, checked, written back the same."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from steiger.web.directory.interfaces.filters import (
    DEFAULT_RADIUS,
    FACETS,
    MAX_PAGE,
    MAX_RADIUS,
    SORTS,
    VIEWS,
    Filters,
    clean_text,
    parse,
    to_query,
)

KEYS = ("alpha", "beta_2", "gamma-3", "05911")


def known(facet: str) -> tuple[str, ...]:
    return KEYS


def read(address: str) -> Filters:
    return parse(QueryDict(address.removeprefix("?")), known).filters


texts = st.text(max_size=220).map(lambda text: clean_text(text, 200))
places = st.text(max_size=90).map(lambda text: clean_text(text, 80))


@st.composite
def boxes(draw: st.DrawFn) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees with three decimals, as the address holds them."""
    west, east = sorted(
        draw(st.lists(st.integers(-180_000, 180_000), min_size=2, max_size=2, unique=True))
    )
    south, north = sorted(
        draw(st.lists(st.integers(-90_000, 90_000), min_size=2, max_size=2, unique=True))
    )
    return west / 1000, south / 1000, east / 1000, north / 1000


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    near = draw(places)
    radii = st.none() | st.integers(0, MAX_RADIUS).filter(lambda km: km != DEFAULT_RADIUS)
    facets = st.sampled_from(FACETS)
    values = st.sets(st.sampled_from(KEYS), min_size=1).map(lambda keys: tuple(sorted(keys)))
    return Filters(
        q=draw(texts),
        chosen=draw(st.dictionaries(facets, values)),
        near=near,
        radius=draw(radii) if near else None,
        view=draw(st.sampled_from(VIEWS)),
        sort=draw(st.sampled_from(["", *SORTS])),
        page=draw(st.integers(1, MAX_PAGE)),
        more=draw(st.sampled_from(["", *FACETS])),
        examples=draw(st.booleans()),
        bounds=draw(st.none() | boxes()),
    )


@given(filters())
def test_an_address_that_was_written_reads_the_same(wanted: Filters) -> None:
    assert read(wanted.query_string()) == wanted


@given(
    st.dictionaries(
        st.sampled_from(["q", "near", "radius", "page", "view", "sort", *FACETS]),
        st.text(max_size=40),
    )
)
def test_any_address_reads_without_error_and_settles_after_one_round(data: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    query.update(data)
    once = parse(query, known).filters
    assert read(once.query_string()) == once


@pytest.mark.parametrize(
    ("address", "ignored"),
    [
        ("topic=alpha&topic=nope", (("topic", "nope"),)),
        ("view=3d", (("view", "3d"),)),
        ("radius=-5&near=Hagen", (("radius", "-5"),)),
        ("page=0", (("page", "0"),)),
        ("page=1e9", (("page", "1e9"),)),
        ("sort=random", (("sort", "random"),)),
        ("utm_source=mail", ()),
        ("topic=", ()),
        ("page=²", (("page", "²"),)),
    ],
)
def test_what_is_not_understood_is_named(
    address: str, ignored: tuple[tuple[str, str], ...]
) -> None:
    assert parse(QueryDict(address), known).ignored == ignored


def test_text_is_one_line_without_control_characters() -> None:
    assert clean_text("  KI\x00\n\tfür   Bäcker ", 200) == "KI für Bäcker"


def test_a_radius_without_a_place_says_nothing() -> None:
    assert read("radius=20").query_string() == ""


def test_a_change_leads_back_to_the_first_page() -> None:
    assert read("page=7&q=x").but(view="table").page == 1


def test_toggling_twice_changes_nothing() -> None:
    begin = read("topic=alpha")
    assert begin.toggled("topic", "beta_2").toggled("topic", "beta_2") == begin


@pytest.mark.parametrize(
    ("address", "deep"),
    [
        ("", False),
        ("category=alpha", False),
        ("category=alpha&role=alpha", False),
        ("category=alpha&role=alpha&topic=alpha", True),
        ("q=x", True),
        ("near=Hagen", True),
        ("view=map", False),
    ],
)
def test_only_shallow_pages_are_for_search_engines(address: str, deep: bool) -> None:
    assert read(address).is_deep is deep


def test_the_question_holds_filters_place_and_preset() -> None:
    found = to_query(
        read("q=Labor&topic=alpha&near=Hagen&radius=20&examples=hide&page=3"),
        near=(51.36, 7.47),
        preset={"district": "05914"},
        per_page=50,
    )
    assert found.text == "Labor"
    assert found.facets == {
        "topic": frozenset({"alpha"}),
        "district": frozenset({"05914"}),
        "example": frozenset({"no"}),
    }
    assert (found.near, found.radius_km) == ((51.36, 7.47), 20.0)
    assert (found.sort, found.offset, found.limit) == ("relevance", 100, 50)


def test_a_place_that_nobody_knows_does_not_narrow() -> None:
    found = to_query(read("near=Nirgendwo&radius=20"), near=None)
    assert (found.near, found.radius_km, found.sort) == (None, None, "name")


def test_radius_zero_sorts_by_distance_without_a_limit() -> None:
    found = to_query(read("near=Hagen&radius=0"), near=(51.36, 7.47))
    assert (found.radius_km, found.sort) == (None, "distance")
