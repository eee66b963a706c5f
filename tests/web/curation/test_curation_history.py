"""Laws of history: going back, restoring, merging and un-merging, offers of imports."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.curation import accept, acting, make_edit, make_submission, statements
from factories.directory import make_actor, make_source, relate
from steiger.web.accounts.models import User
from steiger.web.curation.domain import decisions, duplicates, queue
from steiger.web.curation.domain.duplicates import PairError, keep_pairs, merge_pair, unmerge
from steiger.web.curation.models import Admission, Pair, Representation, Submission
from steiger.web.directory.domain import history
from steiger.web.directory.domain.actors import ActorError, hide_value
from steiger.web.directory.domain.deltas import as_text
from steiger.web.directory.domain.history import is_whole, restore_state, state_after, steps
from steiger.web.directory.domain.merging import all_statements, merge_actors
from steiger.web.directory.domain.reconcile import content_of, reconcile
from steiger.web.directory.models import Actor, FormerAddress, ImportedRecord, Merger, Relation

MODELS = (Representation, Submission, Admission, ImportedRecord, FormerAddress)


def link(kind: str, url: str) -> dict[str, Any]:
    return {"is": "link", "kind": kind, "url": url, "label": "", "hidden": False}


def topic(key: str) -> dict[str, Any]:
    return {"is": "classification", "term": f"method/{key}", "hidden": False}


_LINKS = st.dictionaries(st.sampled_from("abc"), st.sampled_from("123"))
_TOPICS = st.sets(st.sampled_from("xyz"))
_STATES = st.builds(
    lambda links, topics: [link(k, v) for k, v in links.items()] + [topic(t) for t in topics],
    _LINKS,
    _TOPICS,
)


def same(one: Any, other: Any) -> bool:
    return sorted(map(as_text, one)) == sorted(map(as_text, other))


@given(_STATES, _STATES, _STATES)
def test_reconciling_loses_nothing(before: Any, after: Any, today: Any) -> None:
    assert same(reconcile(before=before, after=after, today=before).result, after)
    assert same(reconcile(before=before, after=before, today=today).result, today)
    found = reconcile(before=before, after=after, today=today)
    shown = {content_of(s) for s in found.result}
    shown |= {content_of(s) for c in found.conflicts for s in (*c.today, *c.after)}
    old = {content_of(s) for s in before}
    assert {content_of(s) for s in (*after, *today)} - old <= shown
    assert (
        not {content_of(s) for s in found.result} - old - {content_of(s) for s in (*after, *today)}
    )


def everything(*actors: Actor) -> list[Any]:
    """All that is known of these actors, to compare it before and after."""
    numbers = [actor.pk for actor in actors]
    found: list[Any] = [all_statements(actor) for actor in actors]
    found += [
        sorted(model._default_manager.filter(actor__in=numbers).values_list("pk", "actor"))
        for model in MODELS
    ]
    found.append(sorted(Relation.objects.values_list("pk", "actor", "other")))
    columns = ("pk", "state", "merged_into", "name", "town", "website", "role_keys", "slug")
    found.append(list(Actor.objects.order_by("pk").values_list(*columns)))
    found.append(sorted(Representation.objects.values_list("pk", "state", "responsible")))
    return found


def two_alike() -> tuple[Actor, Actor]:
    """Two actors with something of every kind."""
    ror = make_source("ror", 40, kind="register")
    one = make_actor("Werkstatt", short="WS", website="https://werkstatt.example/")
    two = make_actor("Werkstatt GmbH", source=ror, topics=("computer_vision",), town="Solingen")
    third = make_actor("Dritte")
    relate(two, "partner", third)
    relate(third, "part_of", two)
    relate(one, "partner", two)
    ImportedRecord.objects.create(source=ror, record_id="r2", actor=two, digest="d")
    FormerAddress.objects.create(slug="alte-werkstatt", actor=two)
    for number, actor in enumerate((one, two)):
        user = User.objects.create_user(f"person{number}@werkstatt.example")
        Representation.objects.create(actor=actor, user=user, state="active", responsible=True)
    both = User.objects.create_user("beide@werkstatt.example")
    Representation.objects.create(actor=one, user=both)
    Representation.objects.create(actor=two, user=both, state="active")
    accept(
        make_edit(two, statements("Werkstatt & Co", website="https://eigen.example/")),
        reason="correct",
    )
    make_submission("edit", actor=two)
    return one, two


@pytest.mark.django_db
def test_unmerging_right_after_merging_changes_nothing() -> None:
    one, two = two_alike()
    before = everything(one, two)
    pair = pair_of(one, two)
    merger = merge_pair(
        pair=pair, survivor=one, by=acting(), reason="admitted", chosen=["name official de"]
    )
    one.refresh_from_db()
    assert one.name == "Werkstatt & Co"
    assert Representation.objects.filter(actor=one, responsible=True).count() == 1
    assert everything(one, two) != before
    assert unmerge(merger=merger, by=acting(), reason="not_true") == []
    assert everything(one, two) == before
    assert is_whole(one)
    assert is_whole(two)
    pair.refresh_from_db()
    assert pair.state == Pair.State.OPEN


@pytest.mark.django_db
def test_what_was_edited_after_a_merger_stays_with_the_survivor() -> None:
    one, two = two_alike()
    before_two = all_statements(two)
    merger = merge_actors(duplicate=two, into=one, by=acting(), reason="")
    accept(make_edit(one, statements("Neu", website="https://eigen.example/")), reason="correct")
    stays = unmerge(merger=merger, by=acting(), reason="")
    assert stays == ["name official de"]
    one.refresh_from_db()
    assert one.name == "Neu"
    assert all_statements(two) == before_two


@pytest.mark.django_db
def test_mergers_are_undone_in_their_order_and_only_once() -> None:
    one, two, three = (make_actor(name) for name in ("Eins", "Zwei", "Drei"))
    first = merge_actors(duplicate=two, into=one, by=acting(), reason="")
    second = merge_actors(duplicate=one, into=three, by=acting(), reason="")
    with pytest.raises(ActorError, match="merged on"):
        unmerge(merger=first, by=acting(), reason="")
    with pytest.raises(ActorError, match="merged already"):
        merge_actors(duplicate=one, into=three, by=acting(), reason="")
    unmerge(merger=second, by=acting(), reason="")
    unmerge(merger=first, by=acting(), reason="")
    with pytest.raises(ActorError, match="undone already"):
        unmerge(merger=first, by=acting(), reason="")
    assert set(Actor.objects.values_list("state", flat=True)) == {"published"}


@pytest.mark.django_db
def test_every_earlier_state_can_be_seen_and_brought_back() -> None:
    actor = make_actor("Werkstatt")
    states = [(0, all_statements(actor))]
    for name in ("Eins", "Zwei", "Drei"):
        accept(make_edit(actor, statements(name)), reason="correct")
        states.append((steps(actor)[0].number, all_statements(actor)))
    for number, state in states:
        assert history.states_equal(state_after(actor, number), state)
    assert restore_state(actor=actor, number=states[1][0], by=acting(), reason="not_true")
    assert history.states_equal(all_statements(actor), states[1][1])
    assert not restore_state(actor=actor, number=states[1][0], by=acting(), reason="")
    assert restore_state(actor=actor, number=0, by=acting(), reason="")
    assert history.states_equal(all_statements(actor), states[0][1])
    assert is_whole(actor)
    with pytest.raises(ActorError):
        state_after(actor, 10**9)


@pytest.mark.django_db
def test_public_history_tells_nothing_that_was_hidden() -> None:
    actor = make_actor("Werkstatt")
    accept(make_edit(actor, statements(description="Ruf Frau Meier an.")), reason="correct")
    hide_value(value=actor.descriptions.get(), hidden=True, by=acting(), reason="Name einer Person")
    for step in steps(actor):
        told = history.public_difference(actor, *history.step_states(step.changes))
        assert "Meier" not in str(told)
    accept(make_edit(actor, statements(description="")), reason="correct")
    gone = history.public_difference(actor, *history.step_states(steps(actor)[0].changes))
    assert "Meier" not in str(gone)
    assert is_whole(actor)


# --- duplicates -----------------------------------------------------------------------------------
def pair_of(one: Actor, two: Actor) -> Pair:
    keep_pairs([(two.pk, one.pk, 0.9, ("same_name",))])
    return Pair.objects.get(first=min(one.pk, two.pk), second=max(one.pk, two.pk))


@pytest.mark.django_db
def test_not_the_same_is_asked_once() -> None:
    one, two, three = (make_actor(f"Werkstatt {n}") for n in range(3))
    found = [(one.pk, two.pk, 0.9, ("same_name",)), (two.pk, three.pk, 0.8, ("same_name",))]
    assert keep_pairs(found) == {"new": 2, "again": 0, "gone": 0}
    assert [len(c.actors) for c in duplicates.clusters()] == [3]
    pair = Pair.objects.get(first=one)
    duplicates.not_the_same(pair=pair, by=acting())
    with pytest.raises(PairError, match="decided"):
        merge_pair(pair=pair, survivor=one, by=acting(), reason="")
    assert keep_pairs(found) == {"new": 0, "again": 1, "gone": 0}
    assert keep_pairs([]) == {"new": 0, "again": 0, "gone": 1}
    pair.refresh_from_db()
    assert pair.state == Pair.State.DIFFERENT
    assert duplicates.clusters() == []


@pytest.mark.django_db
def test_search_finds_the_same_name_in_the_same_town() -> None:
    one, two = make_actor("Werkstatt"), make_actor("Werkstatt", slug="werkstatt-2")
    make_actor("Werkstatt", slug="werkstatt-3", town="Bonn", website="https://bonn.example")
    assert duplicates.search() == {"new": 1, "again": 0, "gone": 0}
    pair = Pair.objects.get()
    assert (pair.first, pair.second) == (one, two)
    assert {"same_name", "same_town"} <= set(pair.reasons)


# --- many at once ---------------------------------------------------------------------------------
@pytest.mark.django_db
def test_one_act_on_many_can_be_undone_as_one() -> None:
    rows = [make_submission(title=f"Nr. {n}", after=statements(f"Nr. {n}")) for n in range(3)]
    broken = make_submission(title="ohne Namen", after=[])
    given_rows = [(row, 0) for row in [*rows, broken]]
    together = queue.decide_all(given_rows, by=acting(), outcome="accept", reason="admitted")
    assert [row.title for row in together.done] == ["Nr. 0", "Nr. 1", "Nr. 2"]
    assert [row.title for row, _error in together.failed] == ["ohne Namen"]
    assert queue.load().waiting == 1
    undone = queue.undo_all(together.batch, by=acting())
    assert len(undone.done) == 3
    assert set(Submission.objects.values_list("state", flat=True)) == {"waiting"}
    assert set(Actor.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert Merger.objects.count() == 0
    assert decisions.reason_keys("reject")
