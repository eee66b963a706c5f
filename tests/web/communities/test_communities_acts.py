"""Joining, leaving, writing, moderating, closing, mails, retention, figures."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories.communities import (
    make_community,
    make_member,
    make_note,
    make_question,
    topic_terms,
)
from factories.directory import make_actor
from factories.events import make_event
from factories.publications import make_publication
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry
from steiger.web.background.models import OutgoingMail
from steiger.web.communities.domain import meetings
from steiger.web.communities.domain.demo import load_demo
from steiger.web.communities.domain.digests import EVERY, send_digests
from steiger.web.communities.domain.matching import matches
from steiger.web.communities.domain.membership import (
    MOST_OPEN,
    ClosedError,
    TooManyError,
    ask_link,
    confirm,
    join,
    leave,
    no_more_digests,
    set_moderator,
)
from steiger.web.communities.domain.queries import (
    answers_between,
    joined_between,
    live_notes,
    members_at,
    open_at,
    questions_between,
    shown_questions,
)
from steiger.web.communities.domain.retention import prune
from steiger.web.communities.domain.running import close, reopen
from steiger.web.communities.domain.tokens import (
    CONFIRM,
    ENTER,
    LEAVE,
    QUIET,
    TokenError,
    member_of,
    token_for,
)
from steiger.web.communities.domain.writing import (
    MOST_PER_DAY,
    TooMuchError,
    answer,
    ask,
    decide,
    put_note,
    take_back,
)
from steiger.web.communities.models import Answer, Community, Member, Movement, Note, Question
from steiger.web.events.models import Event

pytestmark = pytest.mark.django_db
ADDRESS = "kim@example.org"


def joined(community: Community, email: str = ADDRESS, **fields: Any) -> Member:
    join(community=community, email=email, name="Kim Beispiel", **fields)
    return confirm(member_id=Member.objects.get(email=email.lower().strip()).id)


# --- membership -----------------------------------------------------------------------------------
def test_joining_takes_a_confirmation(community: Community) -> None:
    join(community=community, email=" Kim@Example.org ", name="Kim Beispiel")
    member = Member.objects.get()
    assert (member.email, member.confirmed_at) == (ADDRESS, None)
    assert members_at(timezone.localdate()) == 0
    confirm(member_id=member.id)
    confirm(member_id=member.id)
    assert members_at(timezone.localdate()) == 1
    subjects = [m.content["subject"] for m in OutgoingMail.objects.order_by("pk")]
    assert sorted(subjects) == ["Bitte bestätigen: Recht", "Willkommen: Recht"]


def test_joining_twice_looks_the_same_and_sends_a_link(community: Community) -> None:
    joined(community)
    Member.objects.update(asked_at=timezone.now() - timedelta(hours=1))
    OutgoingMail.objects.all().delete()
    join(community=community, email=ADDRESS, name="Jemand anderes")
    assert Member.objects.get().name == "Kim Beispiel"
    assert "/eintreten/" in OutgoingMail.objects.get().content["text"]


def test_link_goes_to_members_only(community: Community) -> None:
    ask_link(community=community, email="fremd@example.org")
    assert not OutgoingMail.objects.exists()
    make_member(community, asked_at=timezone.now() - timedelta(hours=1))
    ask_link(community=community, email=ADDRESS)
    ask_link(community=community, email=ADDRESS)
    assert OutgoingMail.objects.count() == 1


def test_one_address_holds_few_open_wishes() -> None:
    for number in range(MOST_OPEN + 2):
        join(community=make_community(f"g{number}"), email=ADDRESS, name="Kim Beispiel")
    assert Member.objects.count() == MOST_OPEN


def test_everybody_together_is_limited(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steiger.web.communities.domain.membership.MOST_PER_HOUR", 1)
    join(community=community, email=ADDRESS, name="Kim Beispiel")
    with pytest.raises(TooManyError):
        join(community=community, email="b@example.org", name="B Beispiel")


@pytest.mark.parametrize("erase_texts", [False, True])
def test_leaving_erases_the_person(community: Community, *, erase_texts: bool) -> None:
    member = joined(community)
    other = make_member(community, "Toni Beispiel")
    asked = make_question(member)
    answer(member=member, question=make_question(other), text="Ja.")
    make_note(member)
    assert leave(member_id=member.id, erase_texts=erase_texts)
    assert not leave(member_id=member.id)
    assert not Note.objects.exists()
    # What was shown stays counted, as an empty row; an answer that nobody saw goes.
    asked.refresh_from_db()
    assert (asked.title == "") is erase_texts
    assert Answer.objects.exists() is not erase_texts
    assert all(q.member is None for q in Question.objects.filter(pk=asked.pk))
    assert members_at(timezone.localdate()) == 0


def test_no_trace_of_the_address_in_the_log(community: Community) -> None:
    leave(member_id=joined(community).id)
    written = " ".join(f"{e.object_label} {e.changes}" for e in LogEntry.objects.all())
    assert ADDRESS not in written
    assert "Kim" not in written


@pytest.mark.parametrize("purpose", [CONFIRM, ENTER, LEAVE, QUIET])
def test_token_serves_one_purpose(community: Community, purpose: str) -> None:
    member = make_member(community)
    token = token_for(member.id, purpose)
    assert member_of(token, purpose) == member.id
    for other in {CONFIRM, ENTER, LEAVE, QUIET} - {purpose}:
        with pytest.raises(TokenError):
            member_of(token, other)


# --- writing --------------------------------------------------------------------------------------
def test_what_members_write_waits_for_a_moderator(community: Community) -> None:
    member = make_member(community)
    question = ask(member=member, title="Was ist erlaubt?")
    assert list(shown_questions(community)) == []
    decide(thing=question, show=True, by=audit.SYSTEM)
    assert list(shown_questions(community)) == [question]
    decide(thing=question, show=False, by=audit.SYSTEM)
    assert list(shown_questions(community)) == []


def test_moderators_need_nobody(community: Community) -> None:
    member = set_moderator(member=make_member(community), moderator=True, by=audit.SYSTEM)
    assert ask(member=member, title="Was ist erlaubt?").state == "shown"


def test_members_of_another_community_do_not_write_here(community: Community) -> None:
    stranger = make_member(make_community("anders"))
    question = make_question(make_member(community))
    with pytest.raises(ClosedError):
        answer(member=stranger, question=question, text="Hallo")


def test_a_flood_is_stopped(community: Community) -> None:
    member = make_member(community)
    for number in range(MOST_PER_DAY):
        ask(member=member, title=f"Frage {number}")
    with pytest.raises(TooMuchError):
        ask(member=member, title="Noch eine")


def test_only_the_author_takes_back(community: Community) -> None:
    member, other = make_member(community), make_member(community, "Toni Beispiel")
    question = make_question(member)
    with pytest.raises(ValueError, match="wrote"):
        take_back(member=other, thing=question)
    take_back(member=member, thing=question)
    assert not shown_questions(community).exists()
    assert Question.objects.get().title == ""
    unseen = ask(member=member, title="Noch nicht gezeigt")
    take_back(member=member, thing=unseen)
    assert not Question.objects.filter(pk=unseen.pk).exists()


def test_note_ends_after_ninety_days_at_most(community: Community) -> None:
    far = timezone.localdate() + timedelta(days=900)
    note = put_note(member=make_member(community), kind="seeks", title="Hilfe", until=far)
    assert note.until == timezone.localdate() + timedelta(days=90)
    decide(thing=note, show=True, by=audit.SYSTEM)
    Note.objects.update(until=timezone.localdate() - timedelta(days=1))
    assert not live_notes(community).exists()


# --- archive --------------------------------------------------------------------------------------
def test_archive_is_readable_and_nobody_writes(community: Community) -> None:
    member = make_member(community)
    question = make_question(member)
    OutgoingMail.objects.all().delete()
    closed = close(community=community, by=audit.SYSTEM, closing_de="Es geht woanders weiter.")
    assert OutgoingMail.objects.get().recipients["to"] == [ADDRESS]
    assert list(shown_questions(closed)) == [question]
    acts: list[Any] = [
        lambda: ask(member=member, title="Noch da?"),
        lambda: answer(member=member, question=question, text="Nein."),
        lambda: put_note(member=member, kind="seeks", title="X"),
        lambda: join(community=closed, email="neu@example.org", name="Neu Beispiel"),
    ]
    for act in acts:
        with pytest.raises(ClosedError):
            act()
    assert reopen(community=closed, by=audit.SYSTEM).is_open
    assert ask(member=member, title="Wieder da?").pk


def test_confirming_after_the_closing_is_refused(community: Community) -> None:
    member = make_member(community, confirmed=False)
    close(community=community, by=audit.SYSTEM, closing_de="Ende.")
    with pytest.raises(ClosedError):
        confirm(member_id=member.id)


# --- weekly mail ----------------------------------------------------------------------------------
def test_digest_tells_only_what_is_new_and_once_a_week(community: Community) -> None:
    week_ago = timezone.now() - EVERY - timedelta(minutes=1)
    reader = make_member(community, "Leser Beispiel", digest=True, told_until=week_ago)
    make_member(community, "Ohne Beispiel")
    assert send_digests() == 0
    writer = make_member(community, "Toni Beispiel")
    old = make_question(writer, "Eine alte Frage?")
    Question.objects.filter(pk=old.pk).update(shown_at=week_ago - timedelta(days=1))
    make_question(writer, "Eine neue Frage?")
    make_publication(title_de="Neues Material", community=community.slug)
    OutgoingMail.objects.all().delete()
    assert send_digests() == 1
    assert send_digests() == 0
    mail = OutgoingMail.objects.get()
    assert mail.recipients["to"] == [reader.email]
    assert "Eine neue Frage?" in mail.content["text"]
    assert "Neues Material" in mail.content["text"]
    assert "Eine alte Frage?" not in mail.content["text"]
    assert "/still/" in mail.content["headers"]["List-Unsubscribe"]
    assert send_digests(timezone.now() + EVERY) == 0


def test_digest_ends_by_one_click(community: Community) -> None:
    member = make_member(community, digest=True)
    assert no_more_digests(member_id=member.id)
    assert no_more_digests(member_id=member.id)
    member.refresh_from_db()
    assert (member.digest, member.confirmed_at is None) == (False, False)


# --- matching -------------------------------------------------------------------------------------
def test_members_come_first_with_reasons(community: Community) -> None:
    terms = topic_terms("law", "speech")
    inside = make_actor("Innen GmbH", roles={"consulting": "Rat"}, topics=("law",))
    outside = make_actor("Außen GmbH", roles={"consulting": "Rat"}, topics=("law",))
    make_actor("Fremd GmbH", roles={"provider": "Software"}, topics=("law",))
    make_actor("Anders GmbH", roles={"consulting": "Rat"}, topics=("speech",))
    make_member(community, "Ina Beispiel", actor=inside)
    seeker = make_member(community, "Sam Beispiel")
    law = next(t for t in terms if t.key == "law")
    note = make_note(seeker, topics=[law], roles=["consulting"])
    found = matches(note)
    assert [(m.actor, m.members, m.roles, m.topics) for m in found] == [
        (inside, ("Ina Beispiel",), ("consulting",), (law.pk,)),
        (outside, (), ("consulting",), (law.pk,)),
    ]
    assert matches(note) == found


def test_offers_of_members_fit_by_topic(community: Community) -> None:
    (law,) = topic_terms("law")
    offer = make_note(make_member(community, "Ina Beispiel"), "offers", topics=[law])
    note = make_note(make_member(community, "Sam Beispiel"), topics=[law])
    assert [m.offer for m in matches(note)] == [offer]


def test_without_anything_in_common_nobody_is_proposed(community: Community) -> None:
    make_member(community, "Ina Beispiel", actor=make_actor("Innen GmbH"))
    assert matches(make_note(make_member(community, "Sam Beispiel"))) == []


# --- meetings -------------------------------------------------------------------------------------
def test_meetings_are_events_of_the_community_that_take_place(db: None) -> None:
    make_event(title_de="Später", days=4, community="recht")
    make_event(title_de="Abend", days=3, community="recht")
    make_event(title_de="Andere", days=3, community="andere")
    make_event(title_de="Entwurf", days=3, community="recht", state=Event.State.DRAFT)
    make_event(title_de="Abgesagt", days=3, community="recht", state=Event.State.CANCELLED)
    assert [m.title for m in meetings.upcoming("recht")] == ["Abend", "Später"]
    assert meetings.upcoming("recht", 1)[0].url.startswith("/veranstaltungen/")


def test_meetings_held_are_those_of_the_days(db: None) -> None:
    at = timezone.now() - timedelta(days=3)
    make_event(title_de="A", starts_at=at, community="recht")
    make_event(title_de="B", starts_at=at, community="andere")
    make_event(title_de="C", starts_at=timezone.now() + timedelta(days=1), community="recht")
    day = timezone.localdate(at)
    assert [m.title for m in meetings.held("recht", day, day + timedelta(9))] == ["A"]
    assert meetings.held("recht", day + timedelta(1), day + timedelta(2)) == []


# --- retention ------------------------------------------------------------------------------------
def test_everything_is_erased_in_time(community: Community) -> None:
    now = timezone.now()
    make_member(community, "Nie Beispiel", confirmed=False, created_at=now - timedelta(days=3))
    member = joined(community)
    hidden = decide(thing=ask(member=member, title="Werbung"), show=False, by=audit.SYSTEM)
    make_note(member)
    assert prune() == 1
    assert prune(now + timedelta(days=31)) == 1
    assert not Question.objects.filter(pk=hidden.pk).exists()
    assert prune(now + timedelta(days=121)) == 1
    assert not Note.objects.exists()
    make_question(member)
    close(community=community, by=audit.SYSTEM, closing_de="Ende.")
    day = timezone.localdate()
    assert members_at(day) == 1
    assert prune(now + timedelta(days=32)) == 1
    assert not Member.objects.exists()
    assert Question.objects.get().member is None
    assert sum(m.joined for m in joined_between(day, day)) == 1
    assert prune(now + timedelta(days=5 * 365 + 2)) == 1
    assert Question.objects.get().title == ""


def test_days_of_a_note_end_at_midnight_where_the_region_is(community: Community) -> None:
    note = make_note(joined(community))
    assert note.until is not None
    last = timezone.make_aware(datetime.combine(note.until + timedelta(days=30), time(23, 30)))
    assert prune(last) == 0
    assert prune(last + timedelta(hours=1)) == 1


# --- figures --------------------------------------------------------------------------------------
def test_figures_of_a_period(community: Community) -> None:
    member = joined(community)
    answer(member=member, question=make_question(member), text="Ja.")
    decide(thing=Answer.objects.get(), show=True, by=audit.SYSTEM)
    today = timezone.localdate()
    later = today + timedelta(days=1)
    assert (questions_between(today, today).count(), answers_between(today, today).count()) == (
        1,
        1,
    )
    assert questions_between(later, later).count() == 0
    assert open_at(today).count() == 1
    close(community=community, by=audit.SYSTEM, closing_de="Ende.")
    assert open_at(today).count() == 0


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["join", "confirm", "leave", "prune"]), max_size=12))
def test_counted_members_are_the_members(community: Community, steps: list[str]) -> None:
    """Whatever happens in whatever order, the figure equals the rows."""
    Member.objects.all().delete()
    Movement.objects.all().delete()
    for number, step in enumerate(steps):
        waiting = Member.objects.filter(confirmed_at=None).first()
        member = Member.objects.exclude(confirmed_at=None).first()
        if step == "join":
            join(community=community, email=f"m{number}@example.org", name="M Beispiel")
        elif step == "confirm" and waiting:
            confirm(member_id=waiting.id)
        elif step == "leave" and member:
            leave(member_id=member.id)
        elif step == "prune":
            prune()
        confirmed = Member.objects.exclude(confirmed_at=None).count()
        assert members_at(timezone.localdate()) == confirmed


# --- demonstration --------------------------------------------------------------------------------
@pytest.fixture
def demo() -> dict[str, int]:
    topic_terms()
    return load_demo(date(2026, 11, 26))


def test_demo_is_visibly_invented_and_loads_once(demo: dict[str, int]) -> None:
    assert (demo["communities"], demo["members"]) == (4, 215)
    assert all(m.name.endswith(" Beispiel") for m in Member.objects.all())
    assert all(m.email.endswith("@example.org") for m in Member.objects.all())
    assert members_at(date(2026, 11, 26)) == 215
    assert not OutgoingMail.objects.exists()
    assert load_demo(date(2026, 11, 26))["communities"] == 0


def test_demo_community_gets_no_mails(demo: dict[str, int]) -> None:
    at = datetime(2027, 3, 1, tzinfo=timezone.get_default_timezone())
    assert send_digests(at) == 0
    assert django_settings.BASE_URL
