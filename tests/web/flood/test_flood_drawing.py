"""Hydrographs as SVG, and the words for numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from steiger.web.flood.domain.documents import QUANTILES, Lead
from steiger.web.flood.interfaces import words
from steiger.web.flood.interfaces.drawing import (
    draw,
    label_heights,
    nice_above,
    nice_step,
    value_ticks,
)
from steiger.web.flood.interfaces.hydrograph import Hydrograph, RainAhead

FIRST = datetime(2026, 3, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def chart(**more: object) -> Hydrograph:
    """Two days of a slowly rising level, then a forecast."""
    now = FIRST + 48 * HOUR
    leads = tuple(
        Lead(
            60 * n,
            now + n * HOUR,
            {q: 1.4 + 0.02 * n + 0.01 * n * (i - 3) for i, q in enumerate(QUANTILES)},
            (0.5,),
            {},
        )
        for n in (1, 3, 6, 12, 24)
    )
    content = {
        "unit": "m",
        "first": FIRST,
        "last": now + 24 * HOUR,
        "issue_time": now,
        "observed": [(FIRST + n * HOUR, 0.5 + n / 55) for n in range(49)],
        "later": (),
        "rain": [(FIRST + n * HOUR, 1.0 if n > 40 else 0.0) for n in range(49)],
        "rain_later": (),
        "rain_ahead": (RainAhead(now + HOUR, 1.0, 2.0, 4.0),),
        "leads": leads,
        "levels": [(1, 1.2, "Stufe 1"), (2, 1.8, "Stufe 2"), (3, 9.0, "Stufe 3")],
    }
    return Hydrograph(**(content | more))  # type: ignore[arg-type]


@given(st.floats(1e-4, 1e6))
def test_nice_above_is_above_and_not_far(value: float) -> None:
    nice = nice_above(value)
    assert value * 0.999999 <= nice <= value * 10.000001


@given(st.floats(1e-4, 1e6))
def test_nice_step_is_not_below(least: float) -> None:
    assert nice_step(least) >= least * 0.999999


@given(st.floats(-50, 50), st.floats(0.05, 100))
def test_ticks_lie_inside_and_are_few(low: float, span: float) -> None:
    ticks = value_ticks(low, low + span)
    assert len(ticks) <= 7
    assert all(low - 1e-6 <= tick <= low + span + 1e-6 for tick in ticks)
    assert ticks == sorted(ticks)


def test_drawing_keeps_inside_its_canvas() -> None:
    drawing = draw(chart(), 860, 430)
    points = drawing.observed.replace("M", "L").strip("L").split("L")
    for point in points:
        x, y = map(float, point.split())
        assert 0 <= x <= 860
        assert 0 <= y <= 430


def test_missing_values_interrupt_the_line() -> None:
    rows = [(FIRST + n * HOUR, None if n in {5, 6} else 1.0) for n in range(12)]
    assert draw(chart(observed=rows)).observed.count("M") == 2


def test_only_levels_near_the_water_are_drawn() -> None:
    assert [line.number for line in draw(chart()).levels] == [1, 2]


@given(st.lists(st.floats(0, 400), max_size=5, unique=True))
def test_no_label_touches_a_line_or_another_label(lines: list[float]) -> None:
    lines.sort(reverse=True)
    labels = label_heights(lines)
    assert len(labels) == len(lines)
    assert all(label <= line - 5 for label, line in zip(labels, lines, strict=True))
    assert all(low - high >= 15 - 1e-6 for low, high in pairwise(labels))
    # The letters reach from the height of the label 14 units up.
    assert not [1 for y in labels for line in lines if y - 14 + 1e-6 < line < y + 1]


def test_word_at_the_line_stays_in_the_picture() -> None:
    """“now” fits beside the line, the long words for what is old do not."""
    width = 340
    wide, narrow = draw(chart(is_old=True)), draw(chart(is_old=True), width, width)
    assert (draw(chart(), width, width).now_anchor, wide.now_anchor) == ("start", "start")
    assert narrow.now_anchor == "end"


def test_labels_of_close_levels_do_not_touch() -> None:
    close = [(1, 1.20, "A"), (2, 1.21, "B"), (3, 1.22, "C")]
    heights = [float(line.label_y) for line in draw(chart(levels=close)).levels]
    assert all(above - below <= -14.5 for below, above in pairwise(heights))


def test_time_axis_stays_on_full_hours_when_the_clocks_change() -> None:
    texts = [tick.text for tick in draw(chart()).x_ticks if not tick.major]
    assert set(texts) <= {"06:00", "12:00", "18:00"}


def test_chart_without_any_value_is_drawn() -> None:
    drawing = draw(chart(observed=[], leads=(), rain=[], rain_ahead=()))
    assert (drawing.observed, drawing.bands) == ("", ())


@pytest.mark.parametrize(
    ("minutes", "german", "english"),
    [
        (0, "0 Minuten", "0 minutes"),
        (1, "1 Minute", "1 minute"),
        (45, "45 Minuten", "45 minutes"),
        (60, "1 Stunde", "1 hour"),
        (89, "89 Minuten", "89 minutes"),
        (90, "2 Stunden", "2 hours"),
        (1440, "24 Stunden", "24 hours"),
        (60 * 49, "2 Tagen", "2 days"),
    ],
)
def test_span_in_words(minutes: int, german: str, english: str) -> None:
    with translation.override("de"):
        assert words.span(minutes) == german
    with translation.override("en"):
        assert words.span(minutes) == english


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.0, "unter 5\u00a0%"),
        (0.02, "unter 5\u00a0%"),
        (0.04, "5\u00a0%"),
        (0.5, "50\u00a0%"),
        (0.99, "über 95\u00a0%"),
    ],
)
def test_probability_claims_no_certainty(probability: float, text: str) -> None:
    with translation.override("de"):
        assert words.percent(probability) == text


@pytest.mark.parametrize(
    ("per_hour", "key"),
    [
        (None, "unknown"),
        (0.2, "fast"),
        (0.1, "fast"),
        (0.02, "up"),
        (0.0, "steady"),
        (-0.02, "down"),
    ],
)
def test_trend(per_hour: float | None, key: str) -> None:
    assert words.trend(per_hour).key == key


@pytest.mark.parametrize(("level", "key"), [(0, "0"), (1, "1"), (3, "3"), (7, "3")])
def test_mark_of_a_level(level: int, key: str) -> None:
    assert words.mark(level).key == key


def test_mark_of_a_blind_gauge_says_that_nothing_is_known() -> None:
    assert words.mark(0, blind=True).key == "unknown"
    assert words.mark(2, blind=True).key == "2", "a warning in force is not forgotten"


def test_value_is_written_as_the_language_does() -> None:
    with translation.override("de"):
        assert words.value_text(1.5, "m") == "1,50 m"
        assert words.value_text(34.8, "m3/s") == "34,80 m³/s"
    with translation.override("en"):
        assert words.value_text(1.5, "m") == "1.50 m"
    assert words.value_text(None, "m") == "–"
