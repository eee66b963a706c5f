"""Nothing is lost: any order of acts leaves counts, history and entries in agreement."""

from __future__ import annotations

import random

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from factories.curation_laws import REFUSED, Editors, problems
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary

ACTS = ("propose", "edit", "decide", "undo", "merge", "unmerge", "restore")


class Acts(RuleBasedStateMachine):
    """Acts in any order on a map with three entries."""

    def __init__(self) -> None:
        super().__init__()
        # Each example begins with an empty map.
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

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
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


@pytest.mark.django_db
def test_any_order_of_acts_loses_nothing() -> None:
    run_state_machine_as_test(
        Acts, settings=settings(max_examples=4, stateful_step_count=14, deadline=None)
    )
