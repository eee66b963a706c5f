"""Small catalogues and measurements for tests, and strategies that make many."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from steiger.engines.audit.catalogue.types import (
    Answer,
    Catalogue,
    Condition,
    Conflict,
    ConflictSide,
    Content,
    Criterion,
    DatedRule,
    Dimension,
    EvidenceKind,
    Figure,
    Indicator,
    Level,
    Method,
    Need,
    NeedRule,
    Question,
    Reference,
    Source,
)
from steiger.engines.audit.catalogue.words import Text
from steiger.engines.audit.measurement import Measurement
from steiger.engines.audit.verdict.requirements import Requirement, Result
from steiger.engines.audit.verdict.rulings import Ruling, Verdict


def make_text(word: str) -> Text:
    return Text(f"{word} auf Deutsch", f"{word} in English")


def make_indicator(key: str = "X1.1", **other: Any) -> Indicator:
    levels = tuple(make_text(f"{key} {level}") for level in "ABCD")
    values: dict[str, Any] = {
        "id": key,
        "criterion": key.partition(".")[0],
        "kind": "measure",
        "title": make_text(key),
        "levels": levels,
        "compulsory_from": Need.MODERATE,
        "evidence": ("paper",),
        "references": (Reference("book", "1.a"),),
    }
    return Indicator(**(values | other))


def make_catalogue(**other: Any) -> Catalogue:
    """One dimension, one criterion, two indicators; nothing for the lint to find."""
    values: dict[str, Any] = {
        "id": "small",
        "version": "1",
        "day": date(2026, 1, 1),
        "title": make_text("Katalog"),
        "target": (Level.D, Level.C, Level.B),
        "evidence": (EvidenceKind("paper", make_text("Papier")),),
        "sources": (
            Source("book", "A book", "1st", "Nobody", date(2025, 1, 1), shapes=("#.@", "#")),
            Source("later", "A later book", "2nd", "Nobody", date(2025, 6, 1), ids=("1",)),
        ),
        "dimensions": (Dimension("X", make_text("X"), make_text("Zweck")),),
        "criteria": (Criterion("X1", "X", make_text("X1")),),
        "indicators": (make_indicator("X1.1"), make_indicator("X1.2", compulsory_from=None)),
        "questions": (
            Question("Q1", make_text("Q1"), (make_answer("no"), make_answer("yes"))),
            Question(
                "Q2",
                make_text("Q2"),
                (make_answer("few"), make_answer("many")),
                (Condition("Q1", ("yes",)),),
            ),
        ),
        "need_rules": (
            NeedRule("R1", "X", Need.MODERATE, (Condition("Q1", ("yes",)),), make_text("R1")),
            NeedRule("R2", "X", Need.HIGH, (Condition("Q2", ("many",)),), make_text("R2")),
        ),
        "methods": (
            Method(
                "measuring",
                make_text("Messen"),
                ("X1.1", "X1.2"),
                Need.MODERATE,
                ("classification",),
                ("tabular",),
                (Figure("error", "below", 0.1, 0.05),),
            ),
        ),
        "conflicts": (
            Conflict(
                "K1",
                ConflictSide("X", ("measuring",)),
                ConflictSide("X"),
                make_text("K1"),
                "doi:10.1/1",
            ),
        ),
        "dated_rules": (
            DatedRule(
                "L1",
                make_text("L1"),
                Reference("book", "1"),
                date(2026, 8, 2),
                Reference("book", "2"),
            ),
            DatedRule(
                "L2",
                make_text("L2"),
                Reference("book", "1"),
                date(2027, 12, 2),
                Reference("later", "1"),
                "adopted",
                "L1",
            ),
        ),
        "contents": (Content("C1", make_text("C1"), "L1"),),
    }
    return Catalogue(**(values | other))


def make_answer(key: str) -> Answer:
    return Answer(key, make_text(key))


def make_measurement(**other: Any) -> Measurement:
    values: dict[str, Any] = {
        "check": "measuring",
        "name": "error",
        "estimate": 0.08,
        "low": 0.04,
        "high": 0.12,
        "level": 0.95,
        "count": 400,
        "threshold": 0.1,
        "better": "below",
        "p_met": 0.16,
        "p_violated": 0.84,
        "evidence": ("measuring/error.json",),
    }
    return Measurement(**(values | other))


def make_result(
    verdict: Verdict, indicator: str = "X1.1", *, compulsory: bool = True, measured: bool = True
) -> Result:
    ruling = Ruling(
        measurement=make_measurement(),
        verdict=verdict,
        p_met=0.5,
        p_met_adjusted=1.0,
        p_violated=0.5,
        p_violated_adjusted=1.0,
        reason=make_text("Grund"),
    )
    requirement = Requirement(indicator, "measuring", compulsory)
    return Result(requirement, verdict, make_text("Grund"), (ruling,) if measured else ())


# Hostile and odd characters, too: quotes, backslashes, line breaks, DEL.
LINE = st.text(st.sampled_from('aZ09 äß"\\„|=#[]{}\x7f€𝄞'), min_size=1, max_size=12).map(
    lambda text: text.strip() or "x"
)
PROSE = st.text(st.sampled_from('aZ ä"\\\n#€'), min_size=1, max_size=20).map(
    lambda text: text.strip() or "x"
)
TITLES = st.builds(Text, LINE, st.one_of(st.just(""), LINE))
TEXTS = st.builds(Text, PROSE, st.one_of(st.just(""), PROSE))
LEVEL_TEXTS = st.one_of(st.just(Text("")), TEXTS)


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """Any catalogue that can be written, sensible or not."""
    base = make_catalogue(title=draw(TITLES), version=draw(LINE))
    dimensions, criteria, indicators = [], [], []
    for d in range(draw(st.integers(0, 3))):
        dimensions.append(Dimension(f"D{d}", draw(TITLES), draw(TEXTS)))
        for c in range(draw(st.integers(0, 2))):
            criteria.append(Criterion(f"D{d}{c}", f"D{d}", draw(TITLES)))
            indicators += [
                make_indicator(
                    f"D{d}{c}.{i}",
                    criterion=f"D{d}{c}",
                    title=draw(TITLES),
                    levels=tuple(draw(LEVEL_TEXTS) for _ in "ABCD"),
                    compulsory_from=draw(st.sampled_from([None, *Need])),
                    kind=draw(st.sampled_from(["analysis", "measure", "test", "assessment"])),
                    evidence=tuple(draw(st.lists(st.sampled_from(["a", "b"]), max_size=2))),
                )
                for i in range(draw(st.integers(0, 2)))
            ]
    first, second = base.questions
    edges = st.floats(allow_nan=False, allow_infinity=False)
    figure = Figure("f", draw(st.sampled_from(["below", "above"])), draw(edges), draw(edges))
    return replace(
        base,
        dimensions=tuple(dimensions),
        criteria=tuple(criteria),
        indicators=tuple(indicators),
        questions=(first, replace(second, text=draw(TEXTS), multiple=draw(st.booleans()))),
        need_rules=tuple(replace(rule, reason=draw(TEXTS)) for rule in base.need_rules),
        methods=(replace(base.methods[0], figures=(figure,), compulsory_from=None),),
    )
