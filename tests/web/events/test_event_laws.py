"""Whatever people do in whatever order: never over quota, order kept, nobody lost.

The same machine runs longer and in parallel in benchmarks/events/waiting_list.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from factories.events import make_event
from factories.events_laws import Crowd, problems
from steiger.web.events.models import Registration

SCRIPT = str(Path(__file__).resolve().parents[3] / "benchmarks/events/waiting_list.py")


class WaitingListMachine(RuleBasedStateMachine):
    """Registers, groups, confirms, leaves, lets time pass, changes the quota."""

    @initialize(quota=st.integers(1, 6))
    def begin(self, quota: int) -> None:
        self.crowd = Crowd(make_event(quota=quota, most=4, offer_hours=24))

    @rule(seats=st.integers(1, 4), confirm=st.booleans())
    def register(self, seats: int, confirm: bool) -> None:
        self.crowd.register(seats, confirm=confirm)

    @rule(pick=st.integers(0, 99))
    def confirm(self, pick: int) -> None:
        self.crowd.confirm(pick)

    @rule(pick=st.integers(0, 99), fewer=st.booleans())
    def accept(self, pick: int, fewer: bool) -> None:
        self.crowd.accept(pick, fewer=fewer)

    @rule(pick=st.integers(0, 99), seats=st.integers(1, 4))
    def resize(self, pick: int, seats: int) -> None:
        self.crowd.resize(pick, seats)

    @rule(pick=st.integers(0, 99))
    def leave(self, pick: int) -> None:
        self.crowd.leave(pick)

    @rule(hours=st.sampled_from([0.5, 2, 25]))
    def time_passes(self, hours: float) -> None:
        self.crowd.pass_time(timedelta(hours=hours))

    @rule(quota=st.integers(0, 9))
    def change_quota(self, quota: int) -> None:
        self.crowd.change_quota(quota)

    @invariant()
    def laws_hold(self) -> None:
        if hasattr(self, "crowd"):
            assert problems(self.crowd) == []


class WaitingListTests(TestCase):
    """Runs the machine; each example in a transaction of its own."""

    def test_laws(self) -> None:
        from django.db import transaction
        from hypothesis.stateful import run_state_machine_as_test

        class Rolled(WaitingListMachine):
            def __init__(self) -> None:
                super().__init__()
                self.atomic = transaction.atomic()
                self.atomic.__enter__()

            def teardown(self) -> None:
                transaction.set_rollback(True)
                self.atomic.__exit__(None, None, None)

        run_state_machine_as_test(
            Rolled, settings=settings(max_examples=8, stateful_step_count=20, deadline=None)
        )


@pytest.mark.own_sqlite
def test_laws_hold_with_eight_clients_at_once() -> None:
    """On a database of its own, because clients at once need a file, not the tests' memory."""
    done = subprocess.run(
        [sys.executable, SCRIPT, "--clients", "8", "--steps", "10", "--round", "10"],
        capture_output=True,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if k != "DATABASE_URL"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["steps"] == 80


def test_the_laws_see_a_broken_state(db: Any) -> None:
    crowd = Crowd(make_event(quota=2, most=2))
    for _ in range(4):
        crowd.register(1, confirm=True)
    assert problems(crowd) == []
    last = Registration.objects.filter(state="waiting").order_by("-number")[0]
    Registration.objects.filter(pk=last.pk).update(state="offered")
    assert [text.split(":")[0] for text in problems(crowd)] == [
        "over quota",
        "sums are wrong",
        "overtaken",
    ]
