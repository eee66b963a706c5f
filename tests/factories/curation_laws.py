"""Clients that propose, edit, decide, merge and un-merge at once, and the laws that must hold.

Every client remembers what the product confirmed to it; afterwards the database has to agree.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from factories.curation import acting, statements
from factories.directory import make_actor, make_terms
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry
from steiger.web.curation.domain import decisions, duplicates
from steiger.web.curation.domain.queue import FAILURES
from steiger.web.curation.models import Decision, Pair, Submission
from steiger.web.directory.domain.actors import ActorError
from steiger.web.directory.domain.history import is_whole, restore_state, steps
from steiger.web.directory.domain.merging import all_statements
from steiger.web.directory.domain.queries import target_of
from steiger.web.directory.domain.reconcile import today_of
from steiger.web.directory.domain.sources import OWNER, get_source
from steiger.web.directory.domain.statements import to_data
from steiger.web.directory.models import Actor, Change, Classification, Merger, Term

State = Submission.State
REFUSED = (*FAILURES, ActorError, duplicates.PairError)


@dataclass
class Editors:
    """What several clients share: the actors at hand, and what was confirmed to them.

    Attributes:
        topics: keys of topics; an edit adds or takes away one, so that two edits never collide
            and each of them has to be found again.
        done: how often each act was carried out and refused.
        longest_s: seconds that the slowest act took, waiting for others included.
    """

    actors: list[int] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    made: int = 0
    decided: int = 0
    longest_s: float = 0.0
    person: audit.Actor = audit.SYSTEM

    @classmethod
    def at_work(cls, actors: int = 12) -> Editors:
        """A fresh map with a few entries."""
        make_terms()
        get_source(OWNER)
        found = cls(person=acting())
        for number in range(actors):
            name = f"Werkstatt {number}"
            slug = f"werkstatt-{number}-{Actor.objects.count()}"
            found.actors.append(make_actor(name, slug=slug).pk)
        methods = Term.objects.filter(vocabulary="method").order_by("key")
        found.topics = [term.key for term in methods[:12]]
        return found

    def act(self, rng: random.Random) -> None:
        """One step of one client."""
        acts = (
            (self.propose, 3), (self.edit, 8), (self.decide, 12), (self.undo, 3),
            (self.merge, 2), (self.unmerge, 2), (self.restore, 1),
        )  # fmt: skip
        chosen = rng.choices([one for one, _ in acts], [weight for _, weight in acts])[0]
        try:
            told = chosen(rng)
        except REFUSED:
            told = "refused"
        self.done[f"{chosen.__name__} {told}"] += 1

    def propose(self, rng: random.Random) -> str:
        """Somebody proposes an entry."""
        name = f"Neu {rng.randrange(10**9)}"
        self._submit("new", title=name, after=statements(name))
        return "done"

    def edit(self, rng: random.Random) -> str:
        """Somebody adds a topic, or takes one away, as seen now."""
        actor = target_of(self._actor(rng))
        before = today_of(actor, get_source(OWNER))
        term = Term.objects.get(vocabulary="method", key=rng.choice(self.topics))
        mine = to_data([Classification(term=term)])
        rest = [one for one in before if one.get("term") != mine[0]["term"]]
        after = rest if len(rest) < len(before) and rng.random() < 0.4 else [*rest, *mine]
        self._submit("edit", actor=actor, title=actor.name, before=before, after=after)
        return "done"

    def decide(self, rng: random.Random) -> str:
        """An editor decides on one of those that wait longest."""
        rows = list(Submission.objects.filter(state__in=Submission.OPEN)[:6])
        if not rows:
            return "idle"
        row = rng.choice(rows)
        outcome = rng.choices(("accept", "reject", "ask"), (7, 2, 1))[0]
        reason = decisions.reason_keys(outcome)[0]
        act = {"accept": decisions.accept, "reject": decisions.reject, "ask": decisions.ask}
        act[outcome](row, by=self.person, reason=reason, version=row.version)  # type: ignore[operator]
        self.decided += 1
        return outcome

    def undo(self, rng: random.Random) -> str:
        """An editor takes one of the last decisions back."""
        rows = list(Decision.objects.filter(undone_at=None).order_by("-pk")[:6])
        if not rows:
            return "idle"
        decisions.undo(rng.choice(rows), by=self.person)
        return "done"

    def merge(self, rng: random.Random) -> str:
        """An editor merges two entries."""
        one, two = self._actor(rng), self._actor(rng)
        if one == two:
            return "idle"
        low, high = sorted((one.pk, two.pk))
        with transaction.atomic():
            pair, _made = Pair.objects.get_or_create(
                first_id=low, second_id=high, defaults={"score": 0.9}
            )
        duplicates.merge_pair(pair=pair, survivor=one, by=self.person, reason="")
        return "done"

    def unmerge(self, rng: random.Random) -> str:
        """An editor brings both back."""
        rows = list(Merger.objects.filter(undone_at=None)[:4])
        if not rows:
            return "idle"
        duplicates.unmerge(merger=rng.choice(rows), by=self.person, reason="")
        return "done"

    def restore(self, rng: random.Random) -> str:
        """An editor brings an earlier state back."""
        actor = self._actor(rng)
        number = rng.choice([0, *(step.number for step in steps(actor)[:5])])
        done = restore_state(actor=actor, number=number, by=self.person, reason="")
        return "done" if done else "same"

    def _actor(self, rng: random.Random) -> Actor:
        return Actor.objects.get(pk=rng.choice(self.actors))

    def _submit(self, kind: str, **fields: Any) -> None:
        Submission.objects.create(kind=kind, state=State.WAITING, email="kim@example.org", **fields)
        self.made += 1


def problems(editors: Editors) -> list[str]:
    """Which laws are broken, in words; [] if all hold."""
    return [
        *_counts(editors),
        *_states(),
        *_orphans(),
        *_histories(),
        *_accepted_edits(),
    ]


def _counts(editors: Editors) -> list[str]:
    found = []
    if Submission.objects.count() != editors.made:
        found.append(f"{editors.made} submitted, {Submission.objects.count()} kept")
    if Decision.objects.count() != editors.decided:
        found.append(f"{editors.decided} decided, {Decision.objects.count()} kept")
    logged = LogEntry.objects.filter(
        act__in=("curation.submission.accept", "curation.submission.reject",
                 "curation.submission.ask")
    ).count()  # fmt: skip
    if logged != editors.decided:
        found.append(f"{editors.decided} decided, {logged} in the log")
    undone = LogEntry.objects.filter(act="curation.submission.undo").count()
    if Decision.objects.exclude(undone_at=None).count() != undone:
        found.append("undone decisions and log differ")
    merged = LogEntry.objects.filter(act="directory.actor.merge").count()
    if Merger.objects.count() != merged:
        found.append("mergers and log differ")
    return found


def _states() -> list[str]:
    """Each submission stands where its last decision put it."""
    wanted = {"accept": State.ACCEPTED, "reject": State.REJECTED, "ask": State.ASKED}
    found = []
    for row in Submission.objects.prefetch_related("decisions"):
        all_of_it = list(row.decisions.all())
        last = [one for one in all_of_it if one.undone_at is None][-1:]
        state = wanted[last[0].outcome] if last else State.WAITING
        if row.state != state:
            found.append(f"{row} is {row.state}, not {state}")
        changes = len(all_of_it) + sum(one.undone_at is not None for one in all_of_it)
        if row.version != changes:
            found.append(f"{row} has version {row.version} after {changes} changes")
    return found


def _orphans() -> list[str]:
    """Merged entries point to a living one; every open merger is one entry's present state."""
    merged = Actor.objects.filter(state=Actor.State.MERGED)
    found = [
        f"{actor.slug} leads nowhere"
        for actor in merged
        if target_of(actor).state == Actor.State.MERGED
    ]
    if merged.count() != Merger.objects.filter(undone_at=None).count():
        found.append("merged entries and open mergers differ")
    if Actor.objects.exclude(state=Actor.State.MERGED).exclude(merged_into=None).exists():
        found.append("an entry that is not merged points to another")
    found += [
        f"accepted without an entry: {row}"
        for row in Submission.objects.filter(state=State.ACCEPTED, actor=None)
    ]
    return found


def _histories() -> list[str]:
    """Going back from today meets every change exactly, for every entry."""
    found = [f"history of {one.slug} has a gap" for one in Actor.objects.all() if not is_whole(one)]
    for actor in Actor.objects.all():
        for key, said in all_statements(actor).items():
            topics = [one["term"] for one in said if one["is"] == "classification"]
            if len(topics) != len(set(topics)):
                found.append(f"{actor.slug} says a topic twice ({key})")
    return found


def _accepted_edits() -> list[str]:
    """No lost update: what an accepted edit added was written (or stood there already)."""
    found = []
    rows = Decision.objects.filter(outcome="accept", submission__kind="edit")
    for decision in rows.select_related("submission", "submission__actor"):
        row = decision.submission
        old = {one["term"] for one in row.before if "term" in one}
        new = {one["term"] for one in row.after if "term" in one}
        after = {one["term"] for one in decision.kept["after"] if "term" in one}
        before = {one["term"] for one in decision.kept["before"] if "term" in one}
        if after != (before | (new - old)) - (old - new):
            found.append(f"an accepted edit of {row.title} is lost")
        if after != before and not Change.objects.filter(source=decision.kept["source"]).exists():
            found.append(f"an accepted edit of {row.title} left no history")
    return found
