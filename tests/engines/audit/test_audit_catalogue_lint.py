"""The lint finds what it says it finds, each with its file and id, and nothing in our catalogue."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from factories.audit_catalogue import make_catalogue, make_indicator, make_text
from steiger.engines.audit.catalogue import Catalogue, Need, Text, own_catalogue
from steiger.engines.audit.catalogue.lint import Finding, known_place, lint
from steiger.engines.audit.catalogue.types import (
    Condition,
    Criterion,
    Dimension,
    NeedRule,
    Reference,
    Source,
)

Change = Callable[[Catalogue], Catalogue]


def test_own_catalogue_has_no_findings() -> None:
    assert lint(own_catalogue()) == ()


def test_small_catalogue_has_no_findings() -> None:
    assert lint(make_catalogue()) == ()


def first(catalogue: Catalogue, **change: object) -> Catalogue:
    """The first indicator changed."""
    one, *rest = catalogue.indicators
    return replace(catalogue, indicators=(replace(one, **change), *rest))  # type: ignore[arg-type]


def rule(catalogue: Catalogue, *conditions: str, need: Need = Need.HIGH) -> Catalogue:
    """One more rule, R9."""
    parts = [text.split("=") for text in conditions]
    when = tuple(Condition(name, tuple(values.split("|"))) for name, values in parts)
    more = NeedRule("R9", "X", need, when, make_text("R9"))
    return replace(catalogue, need_rules=(*catalogue.need_rules, more))


def gate(catalogue: Catalogue, place: int, *conditions: Condition) -> Catalogue:
    """A question's gate changed."""
    questions = list(catalogue.questions)
    questions[place] = replace(questions[place], asked_if=conditions)
    return replace(catalogue, questions=tuple(questions))


def method(catalogue: Catalogue, **change: object) -> Catalogue:
    """The method changed."""
    return replace(catalogue, methods=(replace(catalogue.methods[0], **change),))  # type: ignore[arg-type]


def dated(catalogue: Catalogue, place: int, **change: object) -> Catalogue:
    """A dated rule changed."""
    rules = list(catalogue.dated_rules)
    rules[place] = replace(rules[place], **change)  # type: ignore[arg-type]
    return replace(catalogue, dated_rules=tuple(rules))


A, B, C, D = make_indicator().levels
CASES: list[tuple[str, str, Change]] = [
    ("broken_id", "X1.1", lambda c: first(c, criterion="X9")),
    ("broken_id", "X1.1", lambda c: first(c, evidence=("paper", "film"))),
    ("broken_id", "X1.1", lambda c: first(c, references=(Reference("book", "a.1"),))),
    ("broken_id", "X1.1", lambda c: first(c, references=(Reference("scroll", "1"),))),
    ("empty_level", "X1.1", lambda c: first(c, levels=(A, B, C, Text("")))),
    ("repeated_level", "X1.1", lambda c: first(c, levels=(A, B, replace(B, en="else"), D))),
    ("missing_translation", "X1.1", lambda c: first(c, levels=(A, B, C, Text("nur deutsch")))),
    ("missing_translation", "X1.1", lambda c: first(c, title=Text("nur deutsch"))),
    ("empty_text", "X1.1", lambda c: first(c, title=Text("", "only English"))),
    ("no_evidence", "X1.1", lambda c: method(first(c, evidence=()), indicators=("X1.2",))),
    ("no_evidence", "X1.1", lambda c: replace(first(c, kind="test"), methods=(), conflicts=())),
    ("repeated_id", "X1.1", lambda c: replace(c, indicators=(*c.indicators, c.indicators[0]))),
    ("empty", "X2", lambda c: replace(c, criteria=(*c.criteria, Criterion("X2", "X", A)))),
    ("broken_id", "X1", lambda c: replace(c, criteria=(Criterion("X1", "Y", A),))),
    ("empty", "Y", lambda c: replace(c, dimensions=(*c.dimensions, Dimension("Y", A, B)))),
    ("broken_id", "measuring", lambda c: method(c, indicators=("X1.1", "X7.7"))),
    ("empty", "measuring", lambda c: method(c, indicators=())),
    ("without_effect", "measuring", lambda c: method(c, indicators=("X1.2",))),
    (
        "threshold_order",
        "measuring",
        lambda c: method(c, figures=(replace(c.methods[0].figures[0], high=0.2),)),
    ),
    (
        "broken_id",
        "K1",
        lambda c: replace(
            c,
            conflicts=(
                replace(c.conflicts[0], second=replace(c.conflicts[0].second, checks=("z",))),
            ),
        ),
    ),
    ("broken_id", "R9", lambda c: rule(c, "Q9=yes")),
    ("broken_id", "R9", lambda c: rule(c, "Q1=perhaps")),
    ("empty", "R9", rule),
    ("unreachable_rule", "R9", lambda c: rule(c, "Q1=yes", "Q1=no")),
    # Q2 is only asked after Q1=yes, so that Q1=no contradicts it.
    ("unreachable_rule", "R9", lambda c: rule(c, "Q1=no", "Q2=few")),
    # R1 demands the same already, of everybody who says yes.
    ("unreachable_rule", "R9", lambda c: rule(c, "Q1=yes", "Q2=few", need=Need.MODERATE)),
    ("unreachable_rule", "R1", lambda c: rule(c, "Q1=yes")),
    ("unreachable_rule", "Q1", lambda c: gate(c, 0, Condition("Q2", ("few",)))),
    ("unused", "Q2", lambda c: replace(c, need_rules=c.need_rules[:1])),
    ("unused", "paper", lambda c: replace(c, indicators=())),
    ("date_order", "L1", lambda c: dated(c, 0, applies_from=date(2024, 1, 1))),
    ("date_order", "L2", lambda c: dated(c, 1, applies_from=date(2026, 8, 2))),
    ("date_order", "L2", lambda c: dated(c, 1, basis=Reference("book", "3"))),
    ("date_order", "book", lambda c: replace(c, day=date(2024, 1, 1))),
    ("broken_id", "L2", lambda c: dated(c, 1, replaces="L7")),
    ("broken_id", "C1", lambda c: replace(c, contents=(replace(c.contents[0], follows="L7"),))),
]


@pytest.mark.parametrize(("kind", "key", "change"), CASES)
def test_planted_fault_is_found(kind: str, key: str, change: Change) -> None:
    found = {(finding.kind, finding.id) for finding in lint(change(make_catalogue()))}
    assert (kind, key) in found


def test_finding_names_the_file() -> None:
    own = own_catalogue()
    broken = first(own, evidence=("film",))
    assert lint(broken) == (
        Finding("fairness.toml", "FN1.1", "broken_id", "there is no kind of evidence 'film'"),
    )


def test_classification_is_looked_at_too() -> None:
    own = own_catalogue()
    assert own.use is not None
    one = replace(own.use.classes[0], when=(Condition("AIA-Q4", ("moon",)),), rule="AIA-99")
    broken = replace(own, use=replace(own.use, classes=(one, *own.use.classes[1:])))
    assert [(row.id, row.kind) for row in lint(broken)] == [(one.id, "broken_id")] * 2


def test_unknown_checks_are_found_when_asked() -> None:
    assert lint(make_catalogue(), checks={"measuring"}) == ()
    found = lint(make_catalogue(), checks=set())
    assert [(row.id, row.kind) for row in found] == [("measuring", "unknown_check")]


@pytest.mark.parametrize(
    ("shape", "place", "fits"),
    [
        ("#(#)(@)", "10(2)(f)", True),
        ("#(#)(@)", "10(2)(ff)", False),
        ("#(#)(@)", "x10(2)(f)", False),
        ("A.#", "A.12", True),
        ("A.#", "Ax12", False),
        ("#", "", False),
    ],
)
def test_shapes_fit_whole_places(shape: str, place: str, fits: bool) -> None:
    source = Source("s", "s", "", "", date(2020, 1, 1), shapes=(shape,))
    assert known_place(source, place) is fits


def test_a_hostile_shape_cannot_hang_the_lint() -> None:
    source = Source("s", "s", "", "", date(2020, 1, 1), shapes=("#" * 40 + "@",))
    began = time.perf_counter()
    assert not known_place(source, "1" * 5000)
    assert time.perf_counter() - began < 1
