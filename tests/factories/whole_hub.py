"""A year of a hub's life with marked people in every room, told by the rooms' own acts."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker as TaskLoop

from factories.advice import make_adviser, make_topics, need
from factories.cases import make_adviser as make_colleague
from factories.clock import Clock
from factories.communities import VALUES as COMMUNITY
from factories.curation import acting, statements
from factories.directory import make_actor, make_terms
from factories.events import make_event, make_question
from factories.flood_room import make_network
from factories.freshness import make_representative, token_in
from factories.publications import make_publication
from factories.traces import Marks
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import close_account, create_person
from steiger.web.accounts.models import User
from steiger.web.advice.domain import booking as advice
from steiger.web.advice.domain import consulting, follow_up
from steiger.web.advice.models import Booking, FollowUp
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.domain import cases, contacts, entries, links, merging, todo
from steiger.web.cases.domain.record import FirmGiven, firm_for
from steiger.web.cases.domain.record import record as tell_case
from steiger.web.cases.models import Case, CaseEntry, PendingContact
from steiger.web.communities.domain import membership, running, writing
from steiger.web.communities.models import Community, Member
from steiger.web.curation.domain import contacts as contact_persons
from steiger.web.curation.domain import (
    decisions,
    drafting,
    proposing,
    reminders,
    representing,
    webhooks,
)
from steiger.web.curation.domain import subscriptions as map_mails
from steiger.web.curation.models import MapSubscription, Reminder, Submission
from steiger.web.directory.domain.statements import from_data
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary
from steiger.web.directory.models import Actor
from steiger.web.events.domain import after, door, managing, registering
from steiger.web.events.models import Event, Registration
from steiger.web.flood.domain import subscriptions
from steiger.web.flood.models import Subscription
from steiger.web.operations.domain.worker import housekeep
from steiger.web.publications.domain import orders
from steiger.web.publications.domain.downloads import count_download
from steiger.web.publications.models import Order

BY = audit.SYSTEM
#: A Monday noon; what happens in this year is what is counted.
BEGIN = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
YEAR = "2026"
#: What is still kept in the end, because its time is not over: a member, and a flood warning.
STAYS = ("stays member email", "stays member name", "stays flood email")


def work() -> None:
    """Do what is ready, as the worker does; a mail that cannot be delivered stays for later."""
    TaskLoop(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="year",
    ).run()


def a_day_passes(clock: Clock, days: float) -> None:
    """Some days later the worker does its daily work, then what that queued."""
    clock.move(days=days)
    housekeep()
    work()


class Year:
    """The life of one hub: ``live`` fills the year, ``end`` ends what can be ended."""

    def __init__(self, clock: Clock, marks: Marks, look: Callable[[], None]) -> None:
        self.clock, self.marks = clock, marks
        self.look = look  # called before the first things are erased, so that they were seen
        self.staff, self.colleague = make_colleague(), make_colleague("Carla Beispiel")

    def live(self) -> None:
        """Everything that happens in the year."""
        make_terms()
        make_topics()
        forget_vocabulary()
        self.adviser = make_adviser(self.marks.name("adviser name"))
        self.events()
        self.advice()
        self.communities()
        self.publications()
        self.flood()
        self.accounts()
        self.cases()
        self.curation()
        self.proposers()

    # --- events -----------------------------------------------------------------------------------
    def events(self) -> None:
        """A talk with all states of a registration, and one that is called off."""
        talk, tour = make_event(quota=4), make_event(days=20)
        self.talk, question = talk, make_question(talk, keep_days=14)
        firm = {
            "firm_name": self.marks.word("events firm"),
            "firm_size": "micro",
            "firm_sector": "c",
            "firm_municipality": "05124000",
        }
        first = self._register(talk, "first", answer=question, **firm)
        group = self._register(talk, "group", seats=2)
        leaver = self._register(talk, "leaver")
        offered, waits = self._register(talk, "offered"), self._register(talk, "waits")
        self._register(talk, "unconfirmed", confirm=False)
        assert (offered.state, waits.state) == ("waiting", "waiting")
        registering.leave(registration_id=leaver.pk)
        self._register(tour, "called off")
        managing.call_off(event=tour, reason_de="Krankheit", by=BY)
        self.came = (first, group)

    def _register(
        self,
        event: Event,
        key: str,
        *,
        seats: int = 1,
        answer: Any = None,
        confirm: bool = True,
        **firm: Any,
    ) -> Registration:
        who = registering.Person(
            name=self.marks.name(f"events {key} name"),
            email=self.marks.email(f"events {key} email"),
            **firm,
        )
        answers = {answer: self.marks.word(f"events {key} answer")} if answer else {}
        row = registering.register(
            ticket=event.tickets.get(), who=who, seats_wanted=seats, answers=answers
        )
        assert row is not None
        return registering.confirm(registration_id=row.pk) if confirm else row

    def after_the_talk(self) -> None:
        """Ten days later people come; one says what she thinks."""
        for row in self.came:
            row.refresh_from_db()
            codes = [door.seat_code(row.code, seat) for seat in range(1, row.seats + 1)]
            readings = [
                door.Reading(id=uuid.uuid4(), code=code, scanned_at=timezone.now())
                for code in codes
            ]
            door.admit(event=self.talk, readings=readings, by=BY)
        self.clock.move(hours=4)
        row = Registration.objects.select_related("event").get(pk=self.came[0].pk)
        words = self.marks.word("events opinion")
        assert after.give_opinion(row=row, rating=5, useful=True, text=words)

    # --- advice -----------------------------------------------------------------------------------
    def advice(self) -> None:
        """A consultation held with what came of it, and every other end that there is."""
        monday = (BEGIN + timedelta(days=14)).replace(hour=8)
        self.held = self._book("held", monday)
        self.missed = self._book("missed", monday + timedelta(hours=1))
        cancelled = self._book("cancelled", monday + timedelta(days=1))
        advice.cancel(booking_id=cancelled.pk, by=BY, side="firm")
        self._book("unconfirmed", monday + timedelta(days=2), confirm=False)

    def _book(self, key: str, start: datetime, *, confirm: bool = True) -> Booking:
        given = advice.Given(
            email=self.marks.email(f"advice {key} email"),
            firm_name=self.marks.word(f"advice {key} firm"),
            contact=self.marks.name(f"advice {key} name"),
            phone=self.marks.word(f"advice {key} phone")[:40],
            size="micro",
            sector="c",
        )
        wish = need(words=f"Brot bleibt übrig, sagt {self.marks.word(f'advice {key} words')}.")
        asked = advice.ask(
            need=wish, start=start, area="", given=given, language="de", now=timezone.now()
        )
        return advice.confirm(booking_id=asked.pk) if confirm else asked

    def after_the_talks(self) -> None:
        """The adviser writes notes; the firm says what came of it."""
        notes = {name: self.marks.word(f"advice note {name}") for name in consulting.NOTES}
        consulting.write_notes(booking=self.held, notes=notes, by=BY)
        consulting.mark(booking=self.held, state=Booking.State.HELD, by=BY)
        consulting.mark(booking=self.missed, state=Booking.State.NO_SHOW, by=BY)

    def what_came_of_it(self) -> None:
        """A month later."""
        follow_up.ask_due()
        question = FollowUp.objects.get(booking=self.held)
        words = self.marks.word("advice outcome")
        follow_up.answer(follow_up_id=question.pk, kind=FollowUp.Answer.USED, words=words)

    # --- communities ------------------------------------------------------------------------------
    def communities(self) -> None:
        """One that will be closed, one that goes on; members who write, leave, stay."""
        self.closing = running.create(by=BY, slug="schliesst", values=COMMUNITY)
        going_on = running.create(by=BY, slug="bleibt", values=COMMUNITY | {"name_de": "Bleibt"})
        writer = self._join(self.closing, "communities writer", organisation=True)
        other = self._join(self.closing, "communities other")
        leaver = self._join(self.closing, "communities leaver")
        self._join(self.closing, "communities unconfirmed", confirm=False)
        self._join(going_on, "stays member")
        gone = self._join(going_on, "communities gone")
        for member, key in ((writer, "writer"), (leaver, "leaver"), (gone, "gone")):
            self._write(member, other if member.community == self.closing else None, key)
        hidden = writing.ask(member=writer, title=self.marks.word("communities hidden"))
        writing.decide(thing=hidden, show=True, by=BY)
        writing.decide(thing=hidden, show=False, by=BY)
        self.look()
        membership.leave(member_id=leaver.pk)
        membership.leave(member_id=gone.pk, erase_texts=True)

    def _join(
        self, community: Community, key: str, *, confirm: bool = True, organisation: bool = False
    ) -> Member:
        email = self.marks.email(f"{key} email")
        membership.join(
            community=community,
            email=email,
            name=self.marks.name(f"{key} name"),
            organisation=self.marks.word(f"{key} organisation") if organisation else "",
            digest=True,
        )
        member = Member.objects.get(community=community, email=email)
        return membership.confirm(member_id=member.pk) if confirm else member

    def _write(self, member: Member, other: Member | None, key: str) -> None:
        title, text = (self.marks.word(f"communities {key} question {p}") for p in ("a", "b"))
        question = writing.ask(member=member, title=title, text=text)
        writing.decide(thing=question, show=True, by=BY)
        words = self.marks.word(f"communities {key} answer")
        answer = writing.answer(member=other or member, question=question, text=words)
        writing.decide(thing=answer, show=True, by=BY)
        title = self.marks.word(f"communities {key} note")
        note = writing.put_note(member=member, kind="seeks", title=title)
        writing.decide(thing=note, show=True, by=BY)

    # --- publications and floods ------------------------------------------------------------------
    def publications(self) -> None:
        """One wish confirmed, one not."""
        publication = make_publication()
        count_download(document=publication.versions.get().documents.get())
        make_actor("Beispielinstitut")
        for key in ("confirmed", "unconfirmed"):
            email = self.marks.email(f"publications {key} email")
            firm = self.marks.word(f"publications {key} firm")
            orders.ask(publication=publication, email=email, firm=firm, size="micro")
            if key == "confirmed":
                orders.confirm(order_id=Order.objects.get(email=email).pk)

    def flood(self) -> None:
        """One wish confirmed, one not, one ended."""
        sensor = make_network().sensors.filter(kind="water_level").first()
        assert sensor is not None
        for key in ("flood unconfirmed", "flood left", "stays flood"):
            email = self.marks.email(f"{key} email")
            subscriptions.subscribe(sensor=sensor, level=1, email=email, language="de")
            wish = Subscription.objects.get(email=email)
            if key != "flood unconfirmed":
                subscriptions.confirm(subscription_id=wish.pk)
            if key == "flood left":
                subscriptions.leave(subscription_id=wish.pk)

    # --- accounts ---------------------------------------------------------------------------------
    def accounts(self) -> None:
        """Somebody with an account, failed sign-ins, a sign-up that nobody ended; searches."""
        browser = Client(raise_request_exception=False)
        email = self.marks.email("accounts person email")
        self.person = create_person(email=email, by=BY, verified=True)
        self.person.display_name = self.marks.name("accounts person name")
        self.person.save()
        wrong = {"login": self.marks.email("accounts wrong email"), "password": "falsch"}
        browser.post(reverse("account_login"), wrong)
        browser.post(reverse("account_request_login_code"), {"email": email})
        unproven = {"email": self.marks.email("accounts unproven email")}
        Client().post(reverse("account_signup"), unproven)
        assert User.objects.filter(email=unproven["email"]).exists()
        browser.get("/landkarte/", {"q": self.marks.word("search words", kept=False)})
        browser.get(f"/{self.marks.word('wrong address', kept=False)}/")
        browser.post(f"/{self.marks.word('wrong post', kept=False)}/")

    # --- cases ------------------------------------------------------------------------------------
    def cases(self) -> None:
        """A case with something in every table, one merged into it, one that falls asleep."""
        case, other = self._case("kept"), self._case("merged")
        sleeping = self._case("sleeping")
        assert sleeping.state == Case.State.OPEN
        for one in (case, other):
            cases.take(case=one, adviser=self.staff, by=BY)
        self._work_on(case)
        choices = dict.fromkeys(merging.differing(case, other), merging.KEPT)
        merging.merge(kept=case, other=other, choices=choices, author=self.staff, by=BY)
        cases.hand_over(
            case=case, taker=self.colleague, reason=self.marks.word("cases reason"), by=BY
        )
        self.case = case

    def _case(self, key: str) -> Case:
        given = FirmGiven(
            name=self.marks.word(f"cases {key} firm"),
            size="micro",
            municipality="05913000",
            contact=self.marks.name(f"cases {key} name"),
        )
        email = self.marks.email(f"cases {key} email")
        entry = tell_case(
            firm=firm_for(email=email, given=given, by=BY),
            kind=CaseEntry.Kind.TALK,
            happened_at=timezone.now(),
            title=self.marks.word(f"cases {key} title"),
            room="phone",
            source=f"call/{key}",
            by=BY,
        )
        links.send_link(email=email, language="de")
        return entry.case

    def _work_on(self, case: Case) -> None:
        note = self.marks.word("cases note")
        entries.add_note(case=case, text=note, author=self.staff, by=BY)
        pdf = b"%PDF-1.7 " + self.marks.word("cases file").encode()
        station = entries.Station(
            kind=CaseEntry.Kind.OUTCOME,
            happened_at=timezone.now(),
            title=self.marks.word("cases outcome"),
            text=self.marks.word("cases outcome text"),
            result="in_use",
            url=f"https://{self.marks.word('cases url').lower()}.example.org/",
            file=ContentFile(pdf, name=f"{self.marks.word('cases file name')}.pdf"),
        )
        entries.add_station(case=case, station=station, author=self.staff, by=BY)
        for kind in entries.BY_HAND:
            told = self.marks.word(f"cases station {kind}")
            station = entries.Station(kind=kind, happened_at=timezone.now(), title=told)
            entries.add_station(case=case, station=station, author=self.staff, by=BY)
        title = self.marks.word("cases task")
        today = timezone.localdate()
        todo.add_task(case=case, title=title, due_on=today, assignee=self.staff, by=BY)
        contacts.ask_contact(
            case=case,
            name=self.marks.name("cases pending name"),
            email=self.marks.email("cases pending email"),
            language="de",
            by=BY,
        )
        assert PendingContact.objects.exists()

    # --- curation ---------------------------------------------------------------------------------
    def curation(self) -> None:
        """Who submitted, who speaks for an entry and was asked, subscriptions, contact persons."""
        actor = make_actor("Beispielnetz", website="")
        speaker = make_representative(actor, email=self.marks.email("curation speaker email"))
        self.speaker = speaker.user
        self.speaker.display_name = self.marks.name("curation speaker name")
        self.speaker.save()
        Submission.objects.create(
            kind=Submission.Kind.EDIT,
            state=Submission.State.REJECTED,
            actor=actor,
            title=actor.name,
            email=self.marks.email("curation submission email"),
            person_name=self.marks.name("curation submission name"),
            words=self.marks.word("curation submission words"),
            user=self.speaker,
            decided_at=timezone.now(),
        )
        for key in ("unconfirmed", "ended"):
            query = f"?q={self.marks.word(f'curation subscription {key} query')}"
            email = self.marks.email(f"curation subscription {key} email")
            map_mails.subscribe(email=email, query=query, rhythm="daily", language="de")
        ended = MapSubscription.objects.get(email=email)
        map_mails.confirm(subscription_id=ended.pk)
        silent, erased = self._contact(actor, "silent"), self._contact(actor, "erased")
        wording = "Einverstanden."
        contact_persons.decide(
            contact_id=erased, shown=True, show_email=True, show_phone=True, wording=wording
        )
        address = f"https://{self.marks.word('curation webhook address').lower()}.example/"
        hook, _secret = webhooks.add(representation=speaker, address=address)
        webhooks.try_out(webhook=hook)
        reminders.run_cycle()
        mail = OutgoingMail.objects.get(pk=Reminder.objects.get().mail)
        self.look()
        reminders.use_link(token_in(mail))
        map_mails.leave(subscription_id=ended.pk)
        contact_persons.erase(contact_id=erased, by=BY)
        assert silent != erased

    def proposers(self) -> None:
        """Whoever proposes, claims, is invited, drafts: with every end that there is."""
        self._propose("unconfirmed")
        ends = {"accepted": "admitted", "rejected": "outside", "asked": "unclear"}
        for end, reason in ends.items():
            row, _first = proposing.confirm(number=self._propose(end).pk)
            act = {"accepted": decisions.accept, "rejected": decisions.reject}
            decide = act.get(end, decisions.ask)
            decide(row, by=acting(self.staff), reason=reason, version=row.version)
        words = self.marks.word("curation answer words")
        row = proposing.answer(number=row.pk, words=words)
        proposing.take_back(number=row.pk)
        actor = make_actor("Beispielverein", website="")
        claim = representing.claim(actor=actor, sender=self._sender("claim"))
        assert claim is not None
        claim, _user = representing.confirm_claim(number=claim.pk)
        decisions.reject(claim, by=acting(self.staff), reason="not_entitled", version=claim.version)
        email = self.marks.email("curation invited email")
        speaker = make_representative(actor, email=self.marks.email("curation inviter email"))
        representing.invite(actor=actor, email=email, by=speaker.user, language="de")
        self.inviter = speaker.user
        drafting.keep_draft({"name": [self.marks.word("curation draft name")]})

    def _sender(self, key: str) -> proposing.Sender:
        return proposing.Sender(
            self.marks.email(f"curation {key} proposer email"),
            self.marks.name(f"curation {key} proposer name"),
            words=self.marks.word(f"curation {key} proposer words"),
        )

    def _propose(self, key: str) -> Submission:
        # What an unconfirmed proposal is called may be a name, too; the others are on the map.
        is_kept = key != "unconfirmed"
        title = f"Werk {key}" if is_kept else self.marks.name("curation unconfirmed title")
        row = proposing.propose(
            values=from_data(statements(title)),
            sender=self._sender(key),
            details={"kind": Actor.Kind.ORGANISATION},
        )
        assert row is not None
        return row

    def _contact(self, actor: Actor, key: str) -> uuid.UUID:
        row = contact_persons.propose(
            actor=actor,
            name=self.marks.name(f"curation contact {key} name"),
            function=self.marks.word(f"curation contact {key} function"),
            email=self.marks.email(f"curation contact {key} email"),
            phone=self.marks.word(f"curation {key} phone"),
            language="de",
            by=BY,
        )
        return row.pk

    # --- the end ----------------------------------------------------------------------------------
    def end(self) -> None:
        """After the year people leave, a community is closed, a case is closed."""
        cases.close(case=self.case, why=Case.Closing.REACHED, by=BY)
        running.close(community=self.closing, by=BY, closing_de="Das Ziel ist erreicht.")
        close_account(user=self.person, by=BY)
        close_account(user=self.speaker, by=BY)
        close_account(user=self.inviter, by=BY)
        with transaction.atomic():
            user = self.adviser.user
            assert user is not None
            close_account(user=user, by=BY)
