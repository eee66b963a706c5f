"""Asking, confirming, waiting, changing, leaving."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from factories.events import ask, come, make_event, make_ticket, person
from steiger.web.accounts.domain.audit import SYSTEM
from steiger.web.accounts.models import LogEntry
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.models import CaseEntry, Contact
from steiger.web.events.domain import managing, registering
from steiger.web.events.domain.expiring import expire_due
from steiger.web.events.domain.registering import RegistrationError
from steiger.web.events.models import Event, Registration

pytestmark = pytest.mark.django_db
State = Registration.State


def states(event: Event) -> dict[str, str]:
    return {r.email.split("@")[0]: r.state for r in event.registrations.all()}


def subjects(number: int) -> list[str]:
    address = [f"gast{number}@example.org"]
    mails = OutgoingMail.objects.order_by("created_at")
    return [m.content["subject"] for m in mails if m.recipients["to"] == address]


def numbers(event: Event) -> tuple[int, int]:
    ticket = event.tickets.get()
    return ticket.taken, ticket.waiting


# --- asking and confirming ------------------------------------------------------------------------
def test_asking_holds_the_seat_and_sends_one_mail(event: Event) -> None:
    row = ask(event, 1, seats=2)
    assert (row.state, row.seats, row.code) == (State.ASKED, 2, "")
    assert numbers(event) == (2, 0)
    assert len(subjects(1)) == 1


def test_confirming_gives_code_person_and_appointment(event: Event) -> None:
    row = come(event, 1)
    assert (row.state, len(row.code), len(row.person)) == (State.CONFIRMED, 10, 40)
    mail = OutgoingMail.objects.order_by("created_at").last()
    assert mail is not None
    assert [a["type"] for a in mail.content["attachments"]] == [
        "text/calendar; method=REQUEST; charset=utf-8"
    ]


def test_confirming_twice_changes_nothing(event: Event) -> None:
    row = come(event, 1)
    again = registering.confirm(registration_id=row.pk)
    assert (again.code, len(subjects(1))) == (row.code, 2)


def test_known_address_is_not_told_on_the_page(event: Event) -> None:
    come(event, 1)
    assert registering.register(ticket=event.tickets.get(), who=person(1)) is None
    assert (numbers(event), len(subjects(1))) == ((1, 0), 2)
    Registration.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    registering.register(ticket=event.tickets.get(), who=person(1))
    assert len(subjects(1)) == 3


def test_one_address_cannot_hold_many_seats(event: Event) -> None:
    for _ in range(registering.MOST_OPEN):
        ask(make_event(), 1)
    assert registering.register(ticket=event.tickets.get(), who=person(1)) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"state": Event.State.DRAFT},
        {"state": Event.State.CANCELLED},
        {"days": -1},
        {"opens_at": timezone.now() + timedelta(hours=1)},
        {"closes_at": timezone.now() - timedelta(hours=1)},
    ],
)
def test_closed_events_take_nobody(fields: dict[str, object]) -> None:
    with pytest.raises(RegistrationError, match="closed"):
        ask(make_event(**fields), 1)


def test_groups_have_a_largest_size(event: Event) -> None:
    with pytest.raises(RegistrationError, match="group"):
        ask(event, 1, seats=6)


# --- the waiting list -----------------------------------------------------------------------------
def test_who_comes_late_waits_in_order() -> None:
    event = make_event(quota=1)
    for number in (1, 2, 3):
        come(event, number)
    assert states(event) == {"gast1": "confirmed", "gast2": "waiting", "gast3": "waiting"}
    assert list(
        event.registrations.filter(state="waiting").order_by("number").values_list("email", flat=1)
    ) == ["gast2@example.org", "gast3@example.org"]
    assert numbers(event) == (1, 2)


def test_a_free_place_is_offered_to_the_first(event: Event) -> None:
    event = make_event(quota=1)
    first, second, _third = (come(event, n) for n in (1, 2, 3))
    registering.leave(registration_id=first.pk)
    assert states(event) == {"gast1": "left", "gast2": "offered", "gast3": "waiting"}
    registering.accept(registration_id=second.pk)
    assert states(event)["gast2"] == "confirmed"
    assert numbers(event) == (1, 1)


def test_a_group_waits_for_all_its_seats_and_nobody_overtakes() -> None:
    event = make_event(quota=3)
    one, two, three = (come(event, n) for n in (1, 2, 3))
    group, single = come(event, 4, seats=2), come(event, 5)
    registering.leave(registration_id=one.pk)
    assert (states(event)["gast4"], states(event)["gast5"]) == ("waiting", "waiting")
    assert ask(event, 6).state == State.ASKED_LATE
    registering.leave(registration_id=two.pk)
    assert (states(event)["gast4"], states(event)["gast5"]) == ("offered", "waiting")
    registering.accept(registration_id=group.pk, seats_wanted=1)
    assert states(event)["gast5"] == "offered"
    assert (three.state, single.state) == ("confirmed", "waiting")


def test_an_offer_expires_and_goes_on() -> None:
    event = make_event(quota=1)
    first = come(event, 1)
    come(event, 2), come(event, 3)
    registering.leave(registration_id=first.pk)
    expire_due(timezone.now() + timedelta(hours=25))
    assert states(event) == {"gast1": "left", "gast2": "lapsed", "gast3": "offered"}
    assert len(subjects(2)) == 4  # confirm, list, offer, expired


def test_an_offer_taken_too_late_is_void() -> None:
    event = make_event(quota=1)
    first, second = come(event, 1), come(event, 2)
    registering.leave(registration_id=first.pk)
    Registration.objects.filter(pk=second.pk).update(until=timezone.now() - timedelta(seconds=1))
    assert registering.accept(registration_id=second.pk).state == State.LAPSED
    assert numbers(event) == (0, 0)


def test_a_hold_ends_and_the_late_confirmation_waits() -> None:
    event = make_event(quota=1)
    slow = ask(event, 1)
    expire_due(timezone.now() + timedelta(hours=2))
    come(event, 2)
    assert registering.confirm(registration_id=slow.pk).state == State.WAITING


def test_unconfirmed_is_erased_after_a_day(event: Event) -> None:
    ask(event, 1)
    expire_due(timezone.now() + timedelta(hours=25))
    assert (event.registrations.count(), numbers(event)) == (0, (0, 0))


def test_more_places_go_to_the_list_first() -> None:
    event = make_event(quota=1)
    for number in (1, 2, 3):
        come(event, number)
    managing.save_ticket(event=event, ticket=event.tickets.get(), values={"quota": 2}, by=SYSTEM)
    assert states(event) == {"gast1": "confirmed", "gast2": "offered", "gast3": "waiting"}


def test_fewer_places_than_given_are_refused() -> None:
    event = make_event(quota=3)
    come(event, 1, seats=2)
    with pytest.raises(managing.ManagingError) as refused:
        managing.save_ticket(
            event=event, ticket=event.tickets.get(), values={"quota": 1}, by=SYSTEM
        )
    assert (refused.value.reason, refused.value.number) == ("taken", 2)
    assert event.tickets.get().quota == 3


def test_two_kinds_have_lists_of_their_own() -> None:
    event = make_event(quota=None)
    hall, stream = make_ticket(event, quota=1), make_ticket(event, quota=5, online=True)
    for number, ticket in ((1, hall), (2, hall), (3, stream)):
        row = registering.register(ticket=ticket, who=person(number))
        assert row is not None
        registering.confirm(registration_id=row.pk)
    assert states(event) == {"gast1": "confirmed", "gast2": "waiting", "gast3": "confirmed"}


# --- changing and leaving -------------------------------------------------------------------------
def test_fewer_people_free_seats_for_the_list() -> None:
    event = make_event(quota=2)
    pair = come(event, 1, seats=2)
    come(event, 2)
    registering.resize(registration_id=pair.pk, seats_wanted=1)
    assert states(event) == {"gast1": "confirmed", "gast2": "offered"}


def test_more_people_need_free_seats() -> None:
    event = make_event(quota=4)
    row = come(event, 1)
    assert registering.resize(registration_id=row.pk, seats_wanted=3).seats == 3
    with pytest.raises(RegistrationError, match="full"):
        registering.resize(registration_id=row.pk, seats_wanted=5)
    come(event, 2)
    with pytest.raises(RegistrationError, match="full"):
        registering.resize(registration_id=row.pk, seats_wanted=4)
    with pytest.raises(RegistrationError, match="group"):
        registering.resize(registration_id=row.pk, seats_wanted=6)
    assert numbers(event) == (4, 0)


def test_on_the_list_a_group_cannot_grow() -> None:
    event = make_event(quota=1)
    come(event, 1)
    waiting = come(event, 2)
    with pytest.raises(RegistrationError, match="full"):
        registering.resize(registration_id=waiting.pk, seats_wanted=2)


def test_leaving_sends_a_cancellation_with_a_higher_sequence(event: Event) -> None:
    row = come(event, 1)
    assert registering.leave(registration_id=row.pk)
    assert not registering.leave(registration_id=row.pk)
    mail = OutgoingMail.objects.order_by("created_at").last()
    assert mail is not None
    assert mail.content["attachments"][0]["type"] == ("text/calendar; method=CANCEL; charset=utf-8")
    row.refresh_from_db()
    assert (row.state, row.sequence) == (State.LEFT, 1)


def test_one_may_come_again_after_leaving(event: Event) -> None:
    registering.leave(registration_id=come(event, 1).pk)
    assert come(event, 1).state == State.CONFIRMED


# --- the firm's case ------------------------------------------------------------------------------
def test_the_case_is_told_only_after_confirming(event: Event) -> None:
    row = ask(event, 1, firm_name="Bäckerei Beispiel", firm_size="micro")
    assert CaseEntry.objects.count() == 0
    registering.confirm(registration_id=row.pk)
    entry = CaseEntry.objects.get()
    assert (entry.kind, entry.room, entry.source) == ("event", "events", f"registration/{row.pk}")
    assert Contact.objects.get().email == "gast1@example.org"
    registering.leave(registration_id=row.pk)
    assert CaseEntry.objects.count() == 0


def test_without_firm_data_no_case_begins(event: Event) -> None:
    come(event, 1)
    assert CaseEntry.objects.count() == 0


def test_the_log_knows_no_names(event: Event) -> None:
    come(event, 1)
    told = " ".join(f"{e.object_label} {e.changes}" for e in LogEntry.objects.all())
    assert "gast1" not in told
    assert "Beispiel Person" not in told
