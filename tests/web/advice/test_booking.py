"""Asking, confirming, moving, cancelling: held for half an hour, never twice, told to the case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from factories.advice import (
    BERLIN,
    MONDAY_NINE,
    NOW,
    given,
    make_adviser,
    make_asked,
    make_booking,
    need,
)
from steiger.web.accounts.domain.audit import VISITOR
from steiger.web.accounts.models import LogEntry
from steiger.web.advice.domain import booking as acts
from steiger.web.advice.domain.booking import OverError, TakenError, TooManyError
from steiger.web.advice.models import Adviser, Booking, Claim
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.models import CaseEntry, Firm

pytestmark = pytest.mark.django_db
HALF_HOUR = timedelta(minutes=30)


def mails() -> list[tuple[str, list[str]]]:
    found = OutgoingMail.objects.order_by("created_at")
    return [(m.recipients["to"][0], [a["name"] for a in m.content["attachments"]]) for m in found]


def test_asking_keeps_the_time_and_sends_the_link(adviser: Adviser) -> None:
    booking = make_asked(email=" Baeckerei@Example.org ")
    assert (booking.state, booking.email) == ("asked", "baeckerei@example.org")
    assert booking.held_until == NOW + HALF_HOUR
    assert Claim.objects.count() == 3
    assert mails() == [("baeckerei@example.org", [])]
    assert {t.key for t in booking.topics.all()} == {"time_series", "agriculture"}


def test_asking_twice_is_asking_once(adviser: Adviser) -> None:
    assert make_asked().pk == make_asked().pk
    assert (Booking.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_a_kept_time_is_not_given_to_others(adviser: Adviser) -> None:
    make_asked()
    with pytest.raises(TakenError):
        make_asked(email="andere@example.org", now=NOW + HALF_HOUR - timedelta(seconds=1))


def test_after_half_an_hour_the_time_is_free_again(adviser: Adviser) -> None:
    first = make_asked()
    other = make_asked(email="andere@example.org", now=NOW + HALF_HOUR)
    first.refresh_from_db()
    assert (first.state, other.state) == ("expired", "asked")
    with pytest.raises(OverError):
        acts.confirm(booking_id=first.pk, now=NOW + HALF_HOUR)


def test_a_time_that_is_not_offered_is_refused(adviser: Adviser) -> None:
    for start in (MONDAY_NINE + timedelta(minutes=15), MONDAY_NINE - timedelta(days=7)):
        with pytest.raises(TakenError):
            make_asked(start)


def test_confirming_tells_the_case_and_both_calendars(adviser: Adviser) -> None:
    booking = make_booking()
    assert booking.state == "confirmed"
    entry = CaseEntry.objects.get()
    assert (entry.kind, entry.source) == ("enquiry", f"booking/{booking.pk}")
    firm = Firm.objects.get()
    assert (firm.name, firm.size, firm.sector) == ("Bäckerei Beispiel", "micro", "c")
    assert mails()[1:] == [
        ("baeckerei@example.org", ["sprechstunde.ics"]),
        ("vera@example.org", ["sprechstunde.ics"]),
    ]


def test_confirming_again_does_no_harm(adviser: Adviser) -> None:
    booking = make_booking()
    acts.confirm(booking_id=booking.pk, now=NOW + timedelta(days=1))
    assert (OutgoingMail.objects.count(), CaseEntry.objects.count()) == (3, 1)


def test_one_address_cannot_keep_everything(adviser: Adviser) -> None:
    for number in range(acts.MOST_OPEN):
        make_asked(MONDAY_NINE + timedelta(days=number))
    with pytest.raises(TooManyError):
        make_asked(MONDAY_NINE + timedelta(hours=1))


def test_everybody_together_is_limited(adviser: Adviser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "MOST_PER_HOUR", 1)
    make_asked()
    with pytest.raises(TooManyError):
        make_asked(MONDAY_NINE + timedelta(hours=1), email="b@example.org")


def test_moving_stays_with_the_adviser(adviser: Adviser) -> None:
    make_adviser("Murat Beispiel")
    booking = make_booking()
    later = (MONDAY_NINE + timedelta(days=1)).astimezone(UTC)
    moved = acts.move(booking_id=booking.pk, start=later, by=VISITOR, now=NOW)
    assert (moved.adviser_id, moved.starts_at, moved.sequence) == (booking.adviser_id, later, 1)
    assert moved.uid == booking.uid
    quarters = sorted(Claim.objects.values_list("quarter", flat=True))
    assert quarters == [int(later.timestamp()) // 900 + n for n in range(3)]


def test_moving_to_a_taken_time_changes_nothing(adviser: Adviser) -> None:
    booking = make_booking()
    other = make_booking(MONDAY_NINE + timedelta(hours=1), email="b@example.org")
    with pytest.raises(TakenError):
        acts.move(booking_id=booking.pk, start=other.starts_at, by=VISITOR, now=NOW)
    booking.refresh_from_db()
    assert (booking.starts_at, booking.sequence) == (MONDAY_NINE, 0)
    assert Claim.objects.count() == 6


def test_cancelling_gives_the_time_back(adviser: Adviser) -> None:
    booking = make_booking()
    acts.cancel(booking_id=booking.pk, by=VISITOR, side="firm", now=NOW)
    acts.cancel(booking_id=booking.pk, by=VISITOR, side="firm", now=NOW)
    assert (Claim.objects.count(), CaseEntry.objects.count()) == (0, 0)
    last = OutgoingMail.objects.order_by("created_at")[3]
    assert last.content["attachments"][0]["type"].startswith("text/calendar; method=CANCEL")
    assert OutgoingMail.objects.count() == 5
    assert make_booking(email="b@example.org").starts_at == booking.starts_at


def test_what_has_begun_is_not_moved_or_cancelled(adviser: Adviser) -> None:
    booking = make_booking()
    begun = MONDAY_NINE + timedelta(minutes=1)
    with pytest.raises(OverError):
        acts.cancel(booking_id=booking.pk, by=VISITOR, side="firm", now=begun)
    with pytest.raises(OverError):
        acts.move(booking_id=booking.pk, start=NOW, by=VISITOR, now=begun)


def test_overlapping_times_of_different_length_collide(adviser: Adviser) -> None:
    make_booking(MONDAY_NINE + timedelta(hours=1))
    Adviser.objects.update(minutes=90, pause=0)
    with pytest.raises(TakenError):
        make_asked(email="b@example.org")
    assert make_asked(MONDAY_NINE + timedelta(days=1), email="b@example.org").state == "asked"


def test_turns_are_fair(adviser: Adviser) -> None:
    make_adviser("Murat Beispiel")
    make_adviser("Hanna Beispiel", topics=["law"])
    start = datetime(2026, 12, 1, 9, 0, tzinfo=BERLIN)
    for number in range(20):
        when = start + timedelta(days=number // 6 if number < 18 else 6, hours=number // 2 % 3)
        acts.ask(
            need=need(),
            start=when.astimezone(UTC),
            area="",
            given=given(f"firma{number}@example.org"),
            language="de",
            now=NOW + timedelta(seconds=number),
        )
        loads = [a.bookings.count() for a in Adviser.objects.order_by("pk")]
        assert abs(loads[0] - loads[1]) <= 1
        assert loads[2] == 0


def test_the_log_names_nobody(adviser: Adviser) -> None:
    make_booking()
    own = LogEntry.objects.filter(act__startswith="advice.")
    told = " ".join(f"{e.object_label} {e.changes} {e.reason}" for e in own)
    assert [word for word in ("Bäckerei", "Bea", "baeckerei", "Brot") if word in told] == []
