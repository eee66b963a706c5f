"""With the clock moved forward no name is left anywhere, and the figures are what they were."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from factories.events import ask, come, make_event, make_question, person
from steiger.web.accounts.domain.audit import SYSTEM
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.domain.contacts import set_consents
from steiger.web.cases.domain.entries import add_note
from steiger.web.cases.models import CaseEntry, Contact, Firm
from steiger.web.events.domain import registering
from steiger.web.events.domain.door import Reading, admit
from steiger.web.events.domain.erasing import erase_due
from steiger.web.events.domain.persons import companion, salt_of
from steiger.web.events.domain.persons import person as hashed
from steiger.web.events.domain.queries import Period, figures
from steiger.web.events.models import Answer, Event, Feedback, Registration, YearSalt

pytestmark = pytest.mark.django_db


def everything() -> str:
    """All that this room, the log and the mails hold, as text."""
    labels = ("events", "accounts", "background")
    models = [m for m in apps.get_models() if m._meta.app_label in labels]
    return "\n".join(str(list(model.objects.values_list())) for model in models)


def past_event() -> Event:
    event = make_event(quota=3)
    question = make_question(event)
    answers = {question: "Geheime Antwort"}
    for number in (1, 2):
        row = registering.register(
            ticket=event.tickets.get(),
            who=person(number, firm_name="Betrieb Beispiel" if number == 1 else ""),
            answers=answers,
        )
        assert row is not None
        row = registering.confirm(registration_id=row.pk)
        reading = Reading(id=uuid.uuid4(), code=row.code, scanned_at=timezone.now())
        admit(event=event, readings=[reading], by=SYSTEM)
    come(event, 3), come(event, 4)
    now = timezone.now()
    Event.objects.update(starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1))
    # The worker has sent them, so their content is gone.
    OutgoingMail.objects.update(recipients={}, content={}, sent_at=now)
    return event


def test_names_leave_and_figures_stay() -> None:
    past_event()
    now = timezone.now()
    period = Period(now - timedelta(days=10), now + timedelta(days=10))
    before = figures(period)
    assert "gast1@example.org" in everything()
    erase_due(now + timedelta(days=91))
    told = everything()
    for word in ("gast1@", "gast4@", "Beispiel Person", "Geheime Antwort"):
        assert word not in told, word
    # The firm's own case lives longer; that is the room of cases.
    assert Registration.objects.exclude(firm_name="").count() == 0
    assert figures(period) == before
    assert (before.events, before.registered, before.came, before.distinct) == (1, 3, 2, 2)


def test_answers_leave_before_names() -> None:
    event = past_event()
    erase_due(timezone.now() + timedelta(days=13))
    assert Answer.objects.count() == 2
    erase_due(timezone.now() + timedelta(days=15))
    assert Answer.objects.count() == 0
    assert event.registrations.exclude(name="").count() == 4


def test_who_left_is_erased_after_a_month(event: Event) -> None:
    registering.leave(registration_id=come(event, 1).pk)
    come(event, 2)
    erase_due(timezone.now() + timedelta(days=29))
    assert Registration.objects.filter(name="").count() == 0
    erase_due(timezone.now() + timedelta(days=31))
    assert Registration.objects.get(state="left").name == ""


def firm_of(number: int) -> Firm:
    return Firm.objects.get(contacts__email=f"gast{number}@example.org")


def test_a_firm_known_from_this_alone_is_erased_with_it() -> None:
    event = make_event(quota=5)
    for number in (1, 2, 3, 4):
        come(event, number, firm_name=f"Betrieb {number}")
    alone, advised, agreed, again = (firm_of(number) for number in (1, 2, 3, 4))
    add_note(case=advised.cases.get(), text="Ruft an", author=None, by=SYSTEM)  # type: ignore[arg-type]
    set_consents(contact=agreed.contacts.get(), purposes={"news"}, told="self", by=SYSTEM)
    come(make_event(days=60, title_de="Später"), 4)
    erase_due(event.ends_at + timedelta(days=89))
    assert Contact.objects.count() == 4
    erase_due(event.ends_at + timedelta(days=91))
    alone.refresh_from_db()
    assert (alone.name, alone.contacts.count(), alone.cases.get().state) == ("", 0, "closed")
    assert CaseEntry.objects.filter(case__firm=alone).count() == 1  # the figure stays
    names = {firm.name for firm in Firm.objects.filter(erased_at=None)}
    assert names == {advised.name, agreed.name, again.name}
    erase_due(event.ends_at + timedelta(days=200))
    assert set(Firm.objects.filter(erased_at=None)) == {advised, agreed}


def test_who_cancels_leaves_no_case_and_later_no_firm(event: Event) -> None:
    row = come(event, 1, firm_name="Betrieb 1")
    firm = firm_of(1)
    assert firm.cases.count() == 1
    registering.leave(registration_id=row.pk)
    assert firm.cases.count() == 0
    erase_due(timezone.now() + timedelta(days=29))
    assert firm.contacts.count() == 1
    erase_due(timezone.now() + timedelta(days=31))
    firm.refresh_from_db()
    assert (firm.name, firm.contacts.count()) == ("", 0)


def test_nothing_is_erased_before_its_time(event: Event) -> None:
    come(event, 1), ask(event, 2)
    assert erase_due(timezone.now() + timedelta(days=9)) == 0


def test_words_of_opinions_leave_after_a_year(event: Event) -> None:
    Feedback.objects.create(event=event, rating=4, text="Frau Beispiel war gut")
    erase_due(timezone.now() + timedelta(days=367))
    opinion = Feedback.objects.get()
    assert (opinion.rating, opinion.text) == (4, "")


def test_the_year_of_an_opinion_ends_at_midnight_where_the_region_is(event: Event) -> None:
    opinion = Feedback.objects.create(event=event, rating=4, text="Frau Beispiel war gut")
    last = timezone.make_aware(
        datetime.combine(opinion.given_on + timedelta(days=365), time(23, 30))
    )
    erase_due(last)
    assert Feedback.objects.get().text
    erase_due(last + timedelta(hours=1))
    assert Feedback.objects.get().text == ""


def test_without_the_salt_no_address_leads_to_a_hash() -> None:
    now = timezone.now()
    before = hashed("gast@example.org", now)
    assert before == hashed(" Gast@Example.org", now)
    assert companion(before, 1) == before
    assert companion(before, 2) != before
    YearSalt.objects.all().delete()
    assert hashed("gast@example.org", now) != before


def test_salts_are_destroyed_when_their_year_is_long_over() -> None:
    salt_of(2024), salt_of(2025), salt_of(2026)
    erase_due(timezone.now().replace(year=2027, month=1, day=2))
    assert list(YearSalt.objects.values_list("year", flat=True)) == [2026]
