"""One firm in all rooms at once: it takes everything along, and everything forgets it."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import override

from factories.advice import make_adviser, make_topics, need
from factories.clock import Clock, moved
from factories.communities import make_community
from factories.directory import make_terms
from factories.events import make_event, make_question
from factories.flood_room import make_network
from factories.publications import make_publication
from factories.retention import figures
from factories.traces import Marks, in_tables, in_text
from factories.whole_hub import BEGIN
from steiger.web.accounts.domain import audit
from steiger.web.advice.domain import booking as advice
from steiger.web.advice.domain import consulting, follow_up
from steiger.web.advice.models import Booking, FollowUp
from steiger.web.cases.domain import rooms
from steiger.web.cases.domain.erasing import erase_firm
from steiger.web.cases.interfaces.exporting import as_html, as_json, everything
from steiger.web.cases.interfaces.kept_words import kept_words
from steiger.web.cases.models import Firm
from steiger.web.communities.domain import membership, writing
from steiger.web.communities.models import Member
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary
from steiger.web.events.domain import door, registering
from steiger.web.events.models import Registration
from steiger.web.flood.domain import subscriptions
from steiger.web.flood.models import Subscription
from steiger.web.publications.domain import orders
from steiger.web.publications.models import Order

pytestmark = pytest.mark.django_db
BY = audit.SYSTEM
EMAIL = "quarkkeulchenadressezz@example.org"


def events(marks: Marks) -> None:
    event = make_event()
    question = make_question(event)
    who = registering.Person(
        name=marks.name("events name"), email=EMAIL, firm_name=marks.word("firm"), firm_size="micro"
    )
    answers = {question: marks.word("events answer")}
    row = registering.register(ticket=event.tickets.get(), who=who, answers=answers)
    assert row is not None
    row = registering.confirm(registration_id=row.pk)
    reading = door.Reading(id=uuid.uuid4(), code=row.code, scanned_at=timezone.now())
    door.admit(event=event, readings=[reading], by=BY)


def consultation(clock: Clock, marks: Marks) -> None:
    given = advice.Given(
        email=EMAIL, firm_name=marks.word("firm"), contact=marks.name("advice name"), size="micro"
    )
    start = clock.at.replace(hour=8, minute=0, second=0, microsecond=0)
    wish = need(words=f"Brot bleibt übrig, sagt {marks.word('advice words')}.")
    asked = advice.ask(
        need=wish,
        start=start.replace(day=16),
        area="",
        given=given,
        language="de",
        now=timezone.now(),
    )
    booking = advice.confirm(booking_id=asked.pk)
    clock.move(days=20)
    notes = {name: marks.word(f"advice note {name}") for name in consulting.NOTES}
    consulting.write_notes(booking=booking, notes=notes, by=BY)
    consulting.mark(booking=booking, state=Booking.State.HELD, by=BY)
    question = FollowUp.objects.create(booking=booking, days=30)
    kind, words = FollowUp.Answer.USED, marks.word("advice outcome")
    follow_up.answer(follow_up_id=question.pk, kind=kind, words=words)


def community(marks: Marks) -> None:
    name, made = marks.name("communities name"), make_community()
    membership.join(community=made, email=EMAIL, name=name)
    member = membership.confirm(member_id=Member.objects.get().pk)
    question = writing.ask(member=member, title=marks.word("communities question"))
    writing.decide(thing=question, show=True, by=BY)
    answer = writing.answer(member=member, question=question, text=marks.word("communities answer"))
    writing.decide(thing=answer, show=True, by=BY)
    writing.put_note(member=member, kind="seeks", title=marks.word("communities note"))


def publications(marks: Marks) -> None:
    for title in ("Erster Leitfaden", "Zweiter Leitfaden"):
        publication = make_publication(title_de=title)
        orders.ask(publication=publication, email=EMAIL, firm=marks.word("firm"))
        if title.startswith("Erster"):
            orders.confirm(order_id=Order.objects.get(publication=publication).pk)


def flood() -> None:
    sensor = make_network().sensors.filter(kind="water_level").first()
    assert sensor is not None
    subscriptions.subscribe(sensor=sensor, level=1, email=EMAIL, language="de")
    subscriptions.confirm(subscription_id=Subscription.objects.get().pk)


def keys_of(value: Any) -> set[str]:
    """All keys of JSON values, nested ones, too."""
    if isinstance(value, dict):
        return set(value) | {key for part in value.values() for key in keys_of(part)}
    return {key for part in value for key in keys_of(part)} if isinstance(value, list) else set()


def assert_readable(firm: Firm, marks: Marks) -> None:
    """The page for reading holds the same as the data, in words, without a key of the program."""
    with override("de"):
        page = as_html(firm, reader=firm.contacts.get()).decode()
    kept = everything(firm, reader=firm.contacts.get())["other_rooms"]
    for room, things in kept.items():
        assert keys_of(things) - set(kept_words(room).labels) == set(), room
    assert sorted(marks.made - in_text(page)) == []
    assert "<h2>Sprechstunden</h2>" in page
    assert "<dt>Stand</dt><dd>gehalten</dd>" in page
    assert "Wir nutzen es jeden Tag" in page
    raw = ("firm_name", "confirmed", "held", "time_series", "&#x27;", "<h2>advice", "+00:00")
    assert [word for word in raw if word in page] == []


def test_every_room_has_registered() -> None:
    assert rooms.known() == ["advice", "communities", "events", "flood", "publications"]


def test_all_rooms_tell_and_forget(tmp_path: Path, settings: Any) -> None:
    cache.clear()
    settings.FONT_SOURCES, settings.MEDIA_ROOT = [], tmp_path
    marks = Marks()
    with moved(BEGIN) as clock:
        for prepare in (make_terms, make_topics, forget_vocabulary, make_adviser):
            prepare()
        for room in (events, publications, community):
            room(marks)
        flood()
        consultation(clock, marks)
        clock.move(days=340)
        firm = Firm.objects.get()
        mine = everything(firm, reader=firm.contacts.get())
        told = json.dumps(mine, default=str, ensure_ascii=False)
        assert sorted(marks.made - in_text(told)) == []
        assert sorted(mine["other_rooms"]) == rooms.known()
        assert all(mine["other_rooms"].values())
        assert_readable(firm, marks)
        before = figures()
        assert {key: len(before[key]) for key in ("enquiries", "consultations", "visits")} == {
            "enquiries": 1,
            "consultations": 1,
            "visits": 1,
        }
        erase_firm(firm=firm, by=audit.VISITOR)
        after = figures()
        # This one says how many are warned now, and whoever leaves is warned no more.
        assert (len(before.pop("flood_subscriptions")), after.pop("flood_subscriptions")) == (1, [])
        assert (in_tables(), after) == ({}, before)


def test_the_firms_file_leaves_out_what_a_colleague_did_for_herself(tmp_path: Path) -> None:
    """Whoever of the firm opens its link takes along the firm's things, and her own."""
    marks = Marks()
    make_terms()
    for room in (events, community):
        room(marks)
    flood()
    private = make_event(title_de="Abend der Selbsthilfe")
    who = registering.Person(name="Alma", email=EMAIL)
    row = registering.register(ticket=private.tickets.get(), who=who, answers={})
    assert row is not None
    registering.confirm(registration_id=row.pk)
    firm = Firm.objects.get()
    colleague = firm.contacts.create(email="kollegin@example.org")
    hers = as_json(firm, reader=firm.contacts.get(email=EMAIL)).decode()
    assert "Abend der Selbsthilfe" in hers
    for others in (as_json(firm, reader=colleague), as_json(firm, internal=True)):
        kept = json.loads(others)["other_rooms"]
        assert "Abend der Selbsthilfe" not in others.decode()
        assert (kept["communities"], kept["flood"]) == ([], [])
        assert len(kept["events"]) == 1  # the one for which she named the firm


def test_erasing_the_firm_leaves_a_colleague_what_she_did_for_herself() -> None:
    """She is warned of floods and stays a member, though another one had the firm erased."""
    marks = Marks()
    make_terms()
    for room in (events, community):
        room(marks)
    flood()
    firm = Firm.objects.get()
    colleague = firm.contacts.create(email="kollegin@example.org")
    alma = firm.contacts.get(email=EMAIL)
    erase_firm(firm=firm, by=audit.VISITOR, wished_by=colleague)
    assert Firm.objects.get().name == ""
    assert not Registration.objects.filter(email=EMAIL).exists()  # it named the firm
    assert Member.objects.filter(email=alma.email).count() == 1
    assert Subscription.objects.filter(email=alma.email).count() == 1
