"""What events keep about a firm is shown to it, and forgotten when it wants that."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from factories.events import ask, come, make_event, make_question, person
from steiger.web.accounts.domain.audit import SYSTEM, VISITOR
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.domain import rooms
from steiger.web.cases.domain.contacts import remove_contact
from steiger.web.cases.domain.erasing import erase_firm
from steiger.web.cases.domain.record import FirmGiven, firm_for
from steiger.web.cases.models import CaseEntry, Contact, Firm
from steiger.web.events.domain import firm_data, registering
from steiger.web.events.domain.door import Reading, admit
from steiger.web.events.domain.managing import change_event
from steiger.web.events.domain.queries import Period, figures
from steiger.web.events.domain.telling import tell_change
from steiger.web.events.models import Answer, Event, Registration

pytestmark = pytest.mark.django_db
FIRM = {"firm_name": "Bäckerei Beispiel", "firm_size": "micro"}
EMAIL = "gast1@example.org"
HOUR = timedelta(hours=1)


@pytest.fixture
def came(event: Event) -> Registration:
    """Somebody of a firm who answered a question and came; the talk is over."""
    question = make_question(event)
    row = registering.register(
        ticket=event.tickets.get(), who=person(1, **FIRM), answers={question: "Ohne Nüsse"}
    )
    assert row is not None
    row = registering.confirm(registration_id=row.pk)
    reading = Reading(id=uuid.uuid4(), code=row.code, scanned_at=timezone.now())
    admit(event=event, readings=[reading], by=SYSTEM)
    now = timezone.now()
    Event.objects.update(starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1))
    return row


def test_everything_about_the_firm_is_told(came: Registration) -> None:
    (told,) = firm_data.kept(Firm.objects.get().pk, [EMAIL])
    assert (told["email"], told["firm_name"]) == (EMAIL, "Bäckerei Beispiel")
    assert told["answers"] == [{"question": "Was möchten Sie wissen?", "answer": "Ohne Nüsse"}]
    assert len(told["came_at"]) == 1


def test_names_go_and_figures_stay(came: Registration) -> None:
    now = timezone.now()
    period = Period(now - timedelta(days=10), now + timedelta(days=10))
    before = figures(period)
    firm = Firm.objects.get()
    erase_firm(firm=firm, by=VISITOR)
    came.refresh_from_db()
    assert (came.name, came.email, came.firm_name, came.code) == ("", "", "", "")
    assert Answer.objects.count() == 0
    assert figures(period) == before
    assert firm_data.kept(firm.pk, [EMAIL]) == []


def test_seats_ahead_are_given_to_the_next_on_the_list(db: None) -> None:
    event = make_event(quota=2)
    mine, waiting = come(event, 1, 2, **FIRM), come(event, 2, 2)
    other = make_event()
    asked = ask(other, 1)
    assert firm_data.erase(Firm.objects.get().pk, [EMAIL]) == 2
    mine.refresh_from_db(), waiting.refresh_from_db()
    assert (mine.state, mine.email, waiting.state) == ("left", "", "offered")
    assert not Registration.objects.filter(pk=asked.pk).exists()
    assert other.tickets.get().taken == 0


def test_what_a_person_did_for_another_firm_stays(came: Registration) -> None:
    other = firm_for(email="zweite@example.org", given=FirmGiven(name="Zweite"), by=SYSTEM)
    other.contacts.create(email=EMAIL)
    alone = come(make_event(), 1)
    told = firm_data.kept(other.pk, ["zweite@example.org", EMAIL])
    assert [one["registration"] for one in told] == [str(alone.pk)]


# --- the firm's path ------------------------------------------------------------------------------
def test_what_lies_ahead_is_shown_with_its_state(event: Event) -> None:
    come(event, 1, **FIRM)
    full = make_event(quota=1, title_de="Volles Haus")
    come(full, 2), come(full, 1, **FIRM)
    firm = Firm.objects.get()
    found = {one.title: one.state for one in rooms.appointments(firm.pk, [EMAIL])}
    assert found == {event.title: "", full.title: "Auf der Warteliste"}
    Event.objects.update(starts_at=timezone.now() - HOUR, ends_at=timezone.now() - HOUR / 2)
    assert rooms.appointments(firm.pk, [EMAIL]) == []


def test_what_a_person_does_for_herself_is_no_appointment_of_the_firm(event: Event) -> None:
    come(event, 1, **FIRM), come(make_event(title_de="Privat"), 1)
    firm = Firm.objects.get()
    assert [one.title for one in rooms.appointments(firm.pk, [EMAIL])] == [event.title]


def test_mail_leads_to_the_path_of_those_who_named_their_firm(event: Event) -> None:
    come(event, 1, **FIRM), come(event, 2)
    told = {
        mail.recipients["to"][0]: reverse("cases:home") in mail.content["text"]
        for mail in OutgoingMail.objects.order_by("created_at")
    }
    assert told == {EMAIL: True, "gast2@example.org": False}


def test_a_moved_event_moves_on_the_path(event: Event) -> None:
    row = come(event, 1, **FIRM)
    moved = {
        "starts_at": event.starts_at + timedelta(days=1),
        "ends_at": event.ends_at + timedelta(days=1),
        "title_de": "Anderer Titel",
    }
    change_event(event=event, values=moved, by=SYSTEM)
    tell_change(event.pk)
    registering.resize(registration_id=row.pk, seats_wanted=2)
    entry = CaseEntry.objects.get(kind="event")
    assert (entry.happened_at, entry.title) == (moved["starts_at"], "Anderer Titel")
    assert entry.details["seats"] == 2


def test_a_moved_event_brings_no_erased_contact_back(event: Event) -> None:
    come(event, 1, **FIRM)
    remove_contact(contact=Contact.objects.get(), by=SYSTEM)
    change_event(event=event, values={"venue": "Anderswo"}, by=SYSTEM)
    tell_change(event.pk)
    assert (Contact.objects.count(), Firm.objects.count()) == (0, 1)
