"""Small counts are withheld, and none can be computed back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steiger.engines.reporting.book import Book, Spot
from steiger.engines.reporting.indicators import Dimension, Indicator, Measure, Row
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.protection import Rule, protect
from steiger.engines.reporting.protection.cliques import cliques
from steiger.engines.reporting.words import Text

YEAR, HALF = Period.of("2026"), Period.of("2026-H1")
WORD = Text("x", "x")


def indicator(*, personal: bool = True, measure: Measure = Measure.COUNT) -> Indicator:
    return Indicator(
        key="talks",
        name=WORD,
        definition=WORD,
        unit=WORD,
        source=WORD,
        owner=WORD,
        since=date(2026, 1, 1),
        dimensions=(Dimension("size", WORD), Dimension("sector", WORD)),
        personal=personal,
        measure=measure,
    )


def book_of(counts: dict[tuple[str, str], int], *, personal: bool = True, late: int = 0) -> Book:
    """Rows by size and sector in the first half-year; `late` more of the first cell after it."""
    rows = []
    for (size, sector), count in counts.items():
        rows += [(size, sector, date(2026, 2, 1))] * count
    first = next(iter(counts))
    rows += [(*first, date(2026, 9, 1))] * late
    made = tuple(
        Row(str(n), on, {"size": size, "sector": sector})
        for n, (size, sector, on) in enumerate(rows)
    )
    half = tuple(row for row in made if row.on in HALF)
    return Book(
        {"talks": indicator(personal=personal)}, {("talks", YEAR): made, ("talks", HALF): half}
    )


def table(book: Book, period: Period = YEAR) -> list[Spot]:
    """All spots of a table by size and sector with margins."""
    rows = book.counted("talks", period)
    sizes = sorted({row.value("size")[0] for row in rows})
    sectors = sorted({row.value("sector")[0] for row in rows})
    return [
        Spot.at("talks", period),
        *(Spot.at("talks", period, size=a) for a in sizes),
        *(Spot.at("talks", period, sector=b) for b in sectors),
        *(Spot.at("talks", period, size=a, sector=b) for a in sizes for b in sectors),
    ]


def test_a_small_cell_takes_another_one_with_it() -> None:
    book = book_of({("a", "x"): 3, ("b", "x"): 10, ("c", "x"): 20})
    spots = [Spot.at("talks", YEAR), *(Spot.at("talks", YEAR, size=s) for s in "abc")]
    assert protect(book, spots).withheld == {
        Spot.at("talks", YEAR, size="a"),
        Spot.at("talks", YEAR, size="b"),
    }


@pytest.mark.parametrize("count", [0, 5, 6])
def test_zero_and_five_are_published(count: int) -> None:
    book = book_of({("a", "x"): 9, ("b", "x"): count})
    spots = [Spot.at("talks", YEAR), *(Spot.at("talks", YEAR, size=s) for s in "ab")]
    assert protect(book, spots).withheld == frozenset()


def test_two_small_cells_whose_sum_gives_them_away_take_a_third() -> None:
    book = book_of({("a", "x"): 2, ("b", "x"): 2, ("c", "x"): 9, ("d", "x"): 30})
    spots = [Spot.at("talks", YEAR), *(Spot.at("talks", YEAR, size=s) for s in "abcd")]
    assert Spot.at("talks", YEAR, size="c") in protect(book, spots).withheld


def test_nothing_is_withheld_where_nobody_could_be_guessed() -> None:
    book = book_of({("a", "x"): 1, ("b", "x"): 9}, personal=False)
    assert protect(book, table(book)).withheld == frozenset()


def test_difference_of_two_reports_is_protected() -> None:
    # 20 in the half-year, 22 in the year: two in the second half-year.
    book = book_of({("a", "x"): 20, ("b", "x"): 30}, late=2)
    before = [Spot.at("talks", HALF), *(Spot.at("talks", HALF, size=s) for s in "ab")]
    assert protect(book, before).withheld == frozenset()
    now = [Spot.at("talks", YEAR), *(Spot.at("talks", YEAR, size=s) for s in "ab")]
    made = protect(book, now, known=before)
    assert made.exposed == frozenset()
    assert made.withheld == {Spot.at("talks", YEAR), Spot.at("talks", YEAR, size="a")}


def test_what_was_withheld_before_stays_so() -> None:
    book = book_of({("a", "x"): 20, ("b", "x"): 30})
    spots = [Spot.at("talks", YEAR), *(Spot.at("talks", YEAR, size=s) for s in "ab")]
    secret = Spot.at("talks", YEAR, size="a")
    assert secret in protect(book, spots, withheld=[secret]).withheld


def test_a_figure_that_became_small_is_withheld_though_it_was_known() -> None:
    book = book_of({("a", "x"): 3, ("b", "x"): 30})
    spot = Spot.at("talks", YEAR, size="a")
    assert spot in protect(book, [spot], known=[spot]).withheld


cells = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")),
    st.integers(0, 12),
    min_size=2,
)


@settings(max_examples=25)
@given(cells, st.integers(0, 6))
def test_no_published_line_gives_a_small_count_away(
    counts: dict[tuple[str, str], int], late: int
) -> None:
    book = book_of(counts, late=late)
    spots = [*table(book), *table(book, HALF)]
    withheld = protect(book, spots).withheld
    rule = Rule()
    assert {s for s in spots if rule.small(book.figure(s))} <= withheld
    for period in (YEAR, HALF):
        for size in "abcd":
            # One withheld cell alone in a line could be computed by subtraction.
            line = [s for s in spots if s.period == period and ("size", size) in s.where]
            line = [s for s in line if book.figure(s)]
            hidden = [s for s in line if s in withheld]
            assert len(hidden) != 1 or len(line) == 1 or not rule.small(book.figure(hidden[0]))


def test_tables_in_a_cycle_are_solved_together() -> None:
    pairs = [frozenset("ab"), frozenset("bc"), frozenset("ca")]
    assert [c.dimensions for c in cliques(pairs)] == [("a", "b", "c")]
    chain = cliques([frozenset("ab"), frozenset("bc"), frozenset("b")])
    assert {c.dimensions for c in chain} == {("a", "b"), ("b", "c")}
    assert [c.shared for c in chain if c.parent is not None] == [("b",)]


def test_distinct_persons_count_at_their_first_appearance() -> None:
    about = indicator(measure=Measure.DISTINCT)
    rows = tuple(
        Row(str(n), date(2026, 1, 1) + timedelta(days=n), {"size": size}, who=who)
        for n, (who, size) in enumerate([("p", "a"), ("p", "b"), ("q", "b")])
    )
    book = Book({"talks": about}, {("talks", YEAR): rows})
    assert book.figure(Spot.at("talks", YEAR)) == 2
    assert book.figure(Spot.at("talks", YEAR, size="b")) == 1
