"""Nothing is lost: any order of acts leaves counts, history and entries in agreement."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from factories.curation_laws import REFUSED, Editors, problems
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary

ACTS = ("propose", "edit", "decide", "undo", "merge", "unmerge", "restore")


class Acts(RuleBasedStateMachine):
    """Acts in any order on a map with three entries."""

    @initialize()
    def begin(self) -> None:
        forget_vocabulary()
        self.editors = Editors.at_work(actors=3)
        self.steps = 0

    @rule(name=st.sampled_from(ACTS), seed=st.integers(0, 2**16))
    def act(self, name: str, seed: int) -> None:
        try:
            getattr(self.editors, name)(random.Random(seed))
        except REFUSED:
            return
        finally:
            self.steps += 1

    @invariant()
    def laws_hold(self) -> None:
        if getattr(self, "steps", 0) % 5 == 4:
            assert problems(self.editors) == []

    def teardown(self) -> None:
        if hasattr(self, "editors"):
            assert problems(self.editors) == []


_machine = Acts.TestCase
_machine.settings = settings(
    max_examples=6,
    stateful_step_count=18,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class TestNothingIsLost(TestCase, _machine):  # type: ignore[misc, valid-type]
    """Each example in a transaction of its own."""
