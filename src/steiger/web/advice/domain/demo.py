"""A year of invented advice: advisers called “Beispiel”, their talks, and free times to book."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from steiger.engines.advice import Shift, Span, free_slots
from steiger.regions import Region, load_region
from steiger.regions.advice import load_advice
from steiger.web.accounts.domain.audit import SYSTEM, Entry, record_many
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import RoleName, User
from steiger.web.advice.domain.booking import ROOM
from steiger.web.advice.domain.demo_words import ADVISERS, FIRMS, WISHES, Wish
from steiger.web.advice.domain.diaries import ZONE, quarters
from steiger.web.advice.domain.follow_up import AFTER_DAYS, ANSWERS_DE, RESULTS
from steiger.web.advice.models import (
    Adviser,
    Booking,
    Claim,
    FollowUp,
    Format,
    MeetingPlace,
    WorkingHours,
)
from steiger.web.cases.models import Case, CaseEntry, Contact, Firm
from steiger.web.directory.models import Term

CONSULTATIONS = 600
YEAR = timedelta(days=365)
AHEAD = timedelta(days=28)
HELD_SHARE, AHEAD_SHARE = 0.9, 0.06
SIZES = (("micro", 45), ("small", 35), ("medium", 16), ("large", 4))


def load(region: str, seed: int, until: date) -> dict[str, int]:
    """Load the advisers and their year up to a day; a second time changes nothing.

    Free times in the coming weeks remain, so that a newcomer can book at once.

    Args:
        region: key of the region.
        seed: another one makes another year.
        until: the day on which the year ends; usually today.
    """
    if Adviser.objects.filter(example=True).exists():
        return {"advisers": 0, "consultations": 0}
    with transaction.atomic():
        advisers = _advisers(load_region(region))
        year = _Year(load_region(region), random.Random(seed), until)  # noqa: S311 - no secret
        year.fill(advisers)
        year.save()
        entries = [Entry("advice.demo.load", "advice.adviser", str(a.pk), "") for a in advisers]
        record_many(by=SYSTEM, entries=entries)
    return {"advisers": len(advisers), "consultations": len(year.bookings)}


def _advisers(region: Region) -> list[Adviser]:
    topics = {t.key: t for t in Term.objects.filter(vocabulary__in=("method", "technology"))}
    largest = sorted(region.municipalities.values(), key=lambda m: (-(m.population or 0), m.ags))
    made = []
    for number, words in enumerate(ADVISERS):
        user = _user(words.email, words.name)
        adviser = Adviser.objects.create(
            user=user,
            name=words.name,
            about_de=words.about_de,
            about_en=words.about_en,
            languages=list(words.languages),
            formats=list(words.formats),
            # The reserved domain (RFC 2606): this room does not exist and says so by its name.
            video_url=f"https://video.example.org/{words.email.partition('@')[0]}",
            example=True,
        )
        adviser.topics.set([topics[key] for key in words.topics if key in topics])
        town = largest[number % len(largest)]
        MeetingPlace.objects.create(
            adviser=adviser, municipality=town.ags, address="Beispielhaus, Musterstraße 1"
        )
        WorkingHours.objects.bulk_create(
            WorkingHours(adviser=adviser, weekday=day, begins=time(begin), ends=time(end))
            for day in words.days
            for begin, end in ((9, 12), (13, 16))
        )
        made.append(adviser)
    return made


def _user(email: str, name: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = create_person(email=email, by=SYSTEM, verified=True)
        user.display_name = name
        user.save(update_fields=["display_name"])
    grant_role(user=user, role=RoleName.ADVISER, by=SYSTEM, reason="demo")
    return user


@dataclass(frozen=True, slots=True)
class _Slot:
    adviser: Adviser
    span: Span


class _Year:
    """Everything of the year, made in memory and written in bulk."""

    def __init__(self, region: Region, dice: random.Random, until: date) -> None:
        self.dice, self.until = dice, until
        self.now = datetime.combine(until, time(12), ZONE).astimezone(UTC)
        self.towns = sorted(region.municipalities.values(), key=lambda town: town.ags)
        self.weights = [town.population or 1 for town in self.towns]
        self.holidays = load_advice(region.key).days_off(until - YEAR, until + AHEAD)
        self.terms = {
            t.key: t for t in Term.objects.filter(vocabulary__in=("method", "technology"))
        }
        self.firms: list[Firm] = []
        self.contacts: list[Contact] = []
        self.cases: dict[uuid.UUID, Case] = {}
        self.bookings: list[Booking] = []
        self.links: list[Any] = []
        self.claims: list[Claim] = []
        self.questions: list[FollowUp] = []
        self.entries: list[CaseEntry] = []

    def fill(self, advisers: Sequence[Adviser]) -> None:
        """Choose times in the past and a few ahead, and let firms book them."""
        hours = {a.pk: list(a.hours.all()) for a in advisers}
        past: list[_Slot] = []
        ahead: list[_Slot] = []
        for adviser in advisers:
            shifts = [Shift(h.weekday, h.begins, h.ends) for h in hours[adviser.pk]]
            for first, last, found in (
                (self.now - YEAR, self.now, past),
                (self.now + timedelta(days=1), self.now + AHEAD, ahead),
            ):
                found += [
                    _Slot(adviser, span)
                    for span in free_slots(
                        shifts=shifts,
                        days_off=self.holidays,
                        taken=(),
                        first=first,
                        last=last,
                        length=timedelta(minutes=adviser.minutes),
                        pause=timedelta(minutes=adviser.pause),
                        zone=ZONE,
                    )
                ]
        coming = round(CONSULTATIONS * AHEAD_SHARE)
        chosen = self.dice.sample(past, CONSULTATIONS - coming) + self.dice.sample(ahead, coming)
        for slot in sorted(chosen, key=lambda one: (one.span.start, one.adviser.pk)):
            self._book(slot)

    def _book(self, slot: _Slot) -> None:
        knows = {term.key for term in slot.adviser.topics.all()}
        wish = self.dice.choice([w for w in WISHES if knows & set(w.topics)] or WISHES)
        firm, contact = self._firm(wish)
        asked = slot.span.start - timedelta(hours=self.dice.randint(30, 24 * 20))
        # Who talks weeks ahead asked lately, never tomorrow.
        asked = min(asked, self.now - timedelta(hours=self.dice.randint(1, 48)))
        state = Booking.State.CONFIRMED
        if slot.span.start < self.now:
            held = self.dice.random() < HELD_SHARE
            state = Booking.State.HELD if held else Booking.State.NO_SHOW
        booking = Booking(
            id=self._id(),
            adviser=slot.adviser,
            state=state,
            starts_at=slot.span.start,
            ends_at=slot.span.end,
            format=self.dice.choice(slot.adviser.formats),
            language=self.dice.choice(slot.adviser.languages),
            words=wish.words,
            firm=firm,
            firm_name=firm.name,
            contact=contact.name,
            email=contact.email,
            phone="0000 000000",
            size=firm.size,
            sector=firm.sector,
            municipality=firm.municipality,
            created_at=asked,
            held_until=asked + timedelta(minutes=30),
            confirmed_at=asked + timedelta(minutes=2),
            changed_at=asked,
            example=True,
        )
        if booking.format == Format.SITE:
            booking.place = next(iter(slot.adviser.places.all()), None)
        if state == Booking.State.HELD:
            booking.situation, booking.data, booking.idea = wish.situation, wish.data, wish.idea
            booking.risk, booking.next_steps = wish.risk, wish.next_steps
        self.bookings.append(booking)
        through = Booking.topics.through
        self.links += [
            through(booking=booking, term=self.terms[k]) for k in wish.topics if k in self.terms
        ]
        if booking.is_live:
            self.claims += [
                Claim(adviser=slot.adviser, quarter=q, booking=booking)
                for q in quarters(booking.starts_at, booking.ends_at)
            ]
        self._tell(booking, wish)

    def _firm(self, wish: Wish) -> tuple[Firm, Contact]:
        # One in five has been here before, if it is of the same trade.
        known = [n for n, firm in enumerate(self.firms) if firm.sector == wish.sector]
        if known and self.dice.random() < 0.2:
            number = self.dice.choice(known)
            return self.firms[number], self.contacts[number]
        town = self.dice.choices(self.towns, self.weights)[0]
        size = self.dice.choices([s for s, _ in SIZES], [w for _, w in SIZES])[0]
        number = len(self.firms) + 1
        firm = Firm(
            id=self._id(),
            name=f"{self.dice.choice(FIRMS[wish.sector])} Beispiel {number}",
            size=size,
            sector=wish.sector,
            municipality=town.ags,
            example=True,
        )
        contact = Contact(
            firm=firm, name="Kim Beispiel", email=f"firma-{number}@beispiel.example.org"
        )
        self.firms.append(firm)
        self.contacts.append(contact)
        return firm, contact

    def _tell(self, booking: Booking, wish: Wish) -> None:
        firm = booking.firm
        assert firm is not None and booking.confirmed_at is not None  # noqa: S101, PT018 - set above
        case = self.cases.get(firm.pk)
        if case is None:
            case = Case(id=self._id(), firm=firm, opened_at=booking.confirmed_at)
            case.adviser = booking.adviser.user
            self.cases[firm.pk] = case
        topics = ", ".join(self.terms[k].label_de for k in wish.topics if k in self.terms)
        title, source = f"Sprechstunde: {topics}", f"booking/{booking.pk}"
        kinds = [(CaseEntry.Kind.ENQUIRY, booking.confirmed_at)]
        if booking.state == Booking.State.HELD:
            kinds.append((CaseEntry.Kind.TALK, booking.starts_at))
            self._follow(booking, case)
        self.entries += [
            CaseEntry(case=case, kind=k, happened_at=at, title=title, room=ROOM, source=source)
            for k, at in kinds
        ]

    def _follow(self, booking: Booking, case: Case) -> None:
        for days in AFTER_DAYS:
            asked = booking.ends_at + timedelta(days=days)
            if asked > self.now:
                return
            question = FollowUp(booking=booking, days=days, asked_at=asked)
            self.questions.append(question)
            answered = asked + timedelta(days=self.dice.randint(0, 9))
            if self.dice.random() > 0.6 or answered > self.now:
                continue
            weights = (8, 30, 24, 30, 8) if days == AFTER_DAYS[0] else (28, 26, 14, 18, 14)
            kind = self.dice.choices(list(FollowUp.Answer), weights)[0]
            question.answer, question.answered_at = kind, answered
            self.entries.append(
                CaseEntry(
                    case=case,
                    kind=CaseEntry.Kind.OUTCOME,
                    happened_at=answered,
                    title=f"Nach {days} Tagen: {ANSWERS_DE[kind]}",
                    details={"answer": kind, "days": days},
                    result=RESULTS[kind],
                    room=ROOM,
                    source=f"follow-up/{booking.pk}/{days}",
                )
            )

    def _id(self) -> uuid.UUID:
        return uuid.UUID(int=self.dice.getrandbits(128), version=4)

    def save(self) -> None:
        """Write all in bulk, what others point to first."""
        Firm.objects.bulk_create(self.firms, batch_size=500)
        Contact.objects.bulk_create(self.contacts, batch_size=500)
        Case.objects.bulk_create(self.cases.values(), batch_size=500)
        Booking.objects.bulk_create(self.bookings, batch_size=500)
        Booking.topics.through.objects.bulk_create(self.links, batch_size=500)
        Claim.objects.bulk_create(self.claims, batch_size=500)
        FollowUp.objects.bulk_create(self.questions, batch_size=500)
        CaseEntry.objects.bulk_create(self.entries, batch_size=500)
