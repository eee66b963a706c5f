"""Decisions: what they do, who has to agree, what cannot be done, and undoing them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from factories.curation import (
    accept,
    acting,
    make_edit,
    make_editor,
    make_submission,
    own_statements,
    statements,
)
from factories.directory import make_actor
from steiger.regions import load_curation_rules
from steiger.web.accounts.models import LogEntry, User
from steiger.web.background.domain.mail import deliver
from steiger.web.background.models import OutgoingMail
from steiger.web.curation.domain import decisions, effects
from steiger.web.curation.domain.decisions import DecisionError
from steiger.web.curation.models import Admission, Representation, Submission
from steiger.web.directory.domain.reconcile import ChangedError, seal
from steiger.web.directory.domain.sources import ROR, get_source
from steiger.web.directory.models import Actor, Change

pytestmark = pytest.mark.django_db
State = Submission.State


def test_new_entry_stands_on_the_map_with_its_reason_for_admission() -> None:
    row = make_submission()
    accept(row)
    actor = row.actor
    assert actor is not None
    assert (actor.slug, actor.state, actor.town) == ("beispiel-ki-gmbh", "published", "Wuppertal")
    assert (row.state, row.reason, row.version) == (State.ACCEPTED, "admitted", 1)
    assert set(Admission.objects.values_list("rule", "text")) == {
        ("seat", "Amtsgericht Wuppertal, HRB 1"),
        ("relation_to_ai", "Bildprüfung für Gießereien"),
    }
    acts = set(LogEntry.objects.values_list("act", "reason"))
    assert {("directory.actor.create", "admitted"), ("curation.submission.accept", "admitted")} <= (
        acts
    )


def test_mail_speaks_the_persons_language_and_names_the_reason() -> None:
    row = make_submission(language="en")
    decisions.reject(row, by=acting(), reason="outside", version=0, words="Sorry, see § 2.")
    mail = OutgoingMail.objects.get()
    assert mail.recipients["to"] == ["kim@example.org"]
    assert mail.content["subject"] == "Not accepted: Beispiel KI GmbH"
    for words in ("No seat and no site in the region", "Sorry, see § 2."):
        assert words in mail.content["text"]
    assert not Actor.objects.exists()


def test_what_the_editor_writes_never_reaches_the_log() -> None:
    row = make_submission()
    decisions.ask(row, by=acting(), reason="unclear", version=0, words="Liebe Kim Beispiel")
    assert row.state == State.ASKED
    assert not LogEntry.objects.filter(reason__contains="Kim").exists()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"version": 3}, "version"),
        ({"reason": "outside"}, "reason"),
        ({"reason": "invented"}, "reason"),
    ],
)
def test_refused_decisions_leave_nothing_behind(fields: dict[str, Any], code: str) -> None:
    row = make_submission()
    with pytest.raises(DecisionError) as caught:
        accept(row, **fields)
    assert caught.value.code == code
    row.refresh_from_db()
    assert (row.state, Actor.objects.count(), OutgoingMail.objects.count()) == (State.WAITING, 0, 0)


def test_second_decision_on_the_same_thing_comes_too_late() -> None:
    row = make_submission()
    stale = Submission.objects.get(pk=row.pk)
    accept(row)
    with pytest.raises(DecisionError, match="decided"):
        decisions.reject(stale, by=acting(), reason="outside", version=0)


@pytest.mark.parametrize(
    ("after", "code"),
    [([], "no_name"), ([{"is": "name", "kind": "official", "nonsense": 1}], "unreadable")],
)
def test_unusable_proposal_is_refused_whole(after: list[dict[str, Any]], code: str) -> None:
    row = make_submission(after=after)
    with pytest.raises(effects.EffectError) as caught:
        accept(row)
    assert caught.value.code == code
    assert Submission.objects.get().state == State.WAITING


# --- edits ----------------------------------------------------------------------------------------
def test_edit_keeps_what_was_changed_meanwhile() -> None:
    actor = make_actor("Werkstatt")
    row = make_edit(actor, statements("Werkstatt KI", website=""))
    rest = [one for one in statements(website="https://neu.example/") if one["is"] == "link"]
    accept(make_edit(actor, rest), reason="correct")
    accept(row, reason="correct")
    said = {one["is"]: one for one in own_statements(actor)}
    assert said["name"]["text"] == "Werkstatt KI"
    assert said["link"]["url"] == "https://neu.example/"


def test_edit_of_a_value_that_changed_meanwhile_has_to_be_looked_at() -> None:
    actor = make_actor("Werkstatt")
    one, two = make_edit(actor, statements("Eins")), make_edit(actor, statements("Zwei"))
    accept(one, reason="correct")
    with pytest.raises(ChangedError) as caught:
        accept(two, reason="correct")
    assert [c.slot for c in caught.value.conflicts] == ["name official de"]
    with pytest.raises(ChangedError):
        accept(two, reason="correct", seen="0" * 16)
    mark = seal(own_statements(actor))
    accept(two, reason="correct", seen=mark, keep=["name official de"])
    actor.refresh_from_db()
    assert actor.name == "Eins"


def test_import_difference_changes_only_the_source() -> None:
    actor = make_actor("Institut", website="")
    row = make_submission(
        "import", actor=actor, source=get_source(ROR), after=statements("Institute"), email=""
    )
    accept(row, reason="correct")
    assert set(Change.objects.values_list("source__key", flat=True)) == {"ror"}
    assert not own_statements(actor)
    assert not OutgoingMail.objects.exists()


# --- claims ---------------------------------------------------------------------------------------
def test_claim_makes_the_first_representative_responsible() -> None:
    actor, user = make_actor("Werkstatt"), User.objects.create_user("kim@werkstatt.example")
    row = make_submission("claim", actor=actor, user=user)
    decision = accept(row, reason="speaks_for_it")
    found = Representation.objects.get()
    assert (found.state, found.responsible, found.ground) == ("active", True, "moderator")
    decisions.undo(decision, by=acting())
    assert not Representation.objects.exists()


def test_rejected_claim_ends_the_waiting_representation_and_undo_brings_it_back() -> None:
    actor, user = make_actor("Werkstatt"), User.objects.create_user("kim@werkstatt.example")
    Representation.objects.create(actor=actor, user=user)
    row = make_submission("claim", actor=actor, user=user)
    decision = decisions.reject(row, by=acting(), reason="not_entitled", version=0)
    assert not Representation.objects.exists()
    decisions.undo(decision, by=acting())
    assert Representation.objects.get().state == Representation.State.REQUESTED


# --- four eyes ------------------------------------------------------------------------------------
@pytest.fixture
def _four_eyes(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = replace(load_curation_rules("nrw"), four_eyes=("new",))
    monkeypatch.setattr(decisions, "load_curation_rules", lambda _region: rules)


@pytest.mark.usefixtures("_four_eyes")
def test_four_eyes_need_two_different_editors_with_the_same_outcome() -> None:
    one, two = acting(), acting(make_editor("zweite@example.org"))
    row = make_submission()
    accept(row, by=one)
    assert (row.state, row.first_decider_id, Actor.objects.count()) == (
        State.SECOND,
        one.user_number,
        0,
    )
    with pytest.raises(DecisionError, match="same_eyes"):
        accept(row, by=one)
    decisions.reject(row, by=two, reason="outside", version=row.version)
    assert (row.state, row.first_decider_id) == (State.SECOND, two.user_number)
    assert not OutgoingMail.objects.exists()
    decisions.reject(row, by=one, reason="outside", version=row.version)
    assert row.state == State.REJECTED
    assert OutgoingMail.objects.count() == 1


# --- undoing --------------------------------------------------------------------------------------
def test_undone_admission_takes_the_entry_off_the_map_and_can_be_repeated() -> None:
    row = make_submission()
    decision = accept(row)
    decisions.undo(decision, by=acting())
    actor = Actor.objects.get()
    assert (actor.state, row.state, Admission.objects.count()) == ("withdrawn", State.WAITING, 0)
    accept(row)
    actor.refresh_from_db()
    assert (actor.state, Actor.objects.count(), Admission.objects.count()) == ("published", 1, 2)


def test_undone_edit_leaves_what_was_edited_later() -> None:
    actor = make_actor("Werkstatt")
    accept(make_edit(actor, statements("Eins", website="")), reason="correct")
    decision = accept(
        make_edit(actor, statements("Zwei", website="https://zwei.example/")), reason="correct"
    )
    later = make_edit(actor, statements("Drei", website="https://zwei.example/"))
    accept(later, reason="correct")
    assert decisions.undo(decision, by=acting()) == ["name official de"]
    said = {one["is"]: one for one in own_statements(actor)}
    assert said["name"]["text"] == "Drei"
    assert "link" not in said


def test_mail_of_a_decision_undone_in_time_never_leaves(mailoutbox: list[Any]) -> None:
    decision = decisions.reject(make_submission(), by=acting(), reason="outside", version=0)
    assert decision.mail_id
    decisions.undo(decision, by=acting())
    assert deliver(decision.mail_id) == "held back"
    assert not mailoutbox


def test_whoever_was_told_is_told_of_the_undoing_too() -> None:
    decision = decisions.reject(make_submission(), by=acting(), reason="outside", version=0)
    assert decision.mail_id
    assert deliver(decision.mail_id) == "sent"
    decisions.undo(decision, by=acting())
    assert OutgoingMail.objects.get(sent_at=None).content["subject"].startswith("Wir sehen")


def test_only_the_latest_decision_can_be_undone_and_only_once() -> None:
    row = make_submission()
    first = decisions.ask(row, by=acting(), reason="unclear", version=0)
    second = accept(row)
    with pytest.raises(DecisionError, match="later"):
        decisions.undo(first, by=acting())
    decisions.undo(second, by=acting())
    with pytest.raises(DecisionError, match="undone"):
        decisions.undo(second, by=acting())
    decisions.undo(first, by=acting())
    assert Submission.objects.get().state == State.WAITING
