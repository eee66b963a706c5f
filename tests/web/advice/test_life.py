"""Notes, follow-ups, erasing, other calendars, invitations, figures, the demonstration."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import icalendar
import pikepdf
import pytest
import vobject
from django.apps import apps
from django.db import models

from factories.advice import BERLIN, MONDAY_NINE, NOW, make_booking, make_topics, need
from steiger.adapters.icalendar.reader import CalendarError
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import close_account
from steiger.web.advice.domain import booking as acts
from steiger.web.advice.domain import busy, consulting, demo, follow_up, queries, retention
from steiger.web.advice.domain.appointments import invitation
from steiger.web.advice.domain.offering import offers
from steiger.web.advice.domain.sheet import sheet
from steiger.web.advice.models import Adviser, Booking, BusyTime, CalendarSource, Claim, FollowUp
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.domain.entries import add_note
from steiger.web.cases.models import CaseEntry, Contact, Firm
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary

pytestmark = pytest.mark.django_db
BY = audit.SYSTEM
AFTER = MONDAY_NINE + timedelta(hours=1)
WORDS = ("Bäckerei", "Bea Beispiel", "baeckerei@example.org", "Brot", "Kassendaten", "Weniger")


def held(**values: Any) -> Booking:
    booking = make_booking(**values)
    notes = {"situation": "Nach Gefühl", "next_steps": "Kassendaten ansehen"}
    consulting.write_notes(booking=booking, notes=notes, by=BY)
    return consulting.mark(booking=booking, state=Booking.State.HELD, by=BY, now=AFTER)


# --- follow-ups -----------------------------------------------------------------------------------
def test_asked_once_at_30_and_once_at_180_days(adviser: Adviser) -> None:
    held()
    before = OutgoingMail.objects.count()
    asked = [
        follow_up.ask_due(now=AFTER + timedelta(days=days)) for days in (29, 30, 31, 100, 180, 181)
    ]
    assert asked == [0, 1, 0, 0, 1, 0]
    assert OutgoingMail.objects.count() == before + 2


def test_nobody_is_asked_about_a_talk_that_was_not_held(adviser: Adviser) -> None:
    booking = make_booking()
    consulting.mark(booking=booking, state=Booking.State.NO_SHOW, by=BY, now=AFTER)
    assert follow_up.ask_due(now=AFTER + timedelta(days=30)) == 0


def test_answering_again_replaces_the_answer(adviser: Adviser) -> None:
    question = FollowUp.objects.create(booking=held(), days=30)
    for kind in (FollowUp.Answer.OPEN, FollowUp.Answer.USED):
        follow_up.answer(follow_up_id=question.pk, kind=kind, words="Weniger Reste", now=AFTER)
    entry = CaseEntry.objects.get(kind="outcome")
    assert (entry.title, entry.details["words"]) == ("Nach 30 Tagen: im Einsatz", "Weniger Reste")
    assert entry.result == "in_use"


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        ("used", "in_use"),
        ("trying", "trying"),
        ("planned", "planned"),
        ("open", "not_begun"),
        ("dropped", "decided_against"),
    ],
)
def test_an_answer_counts_as_what_it_says(adviser: Adviser, kind: str, result: str) -> None:
    question = FollowUp.objects.create(booking=held(), days=30)
    said = FollowUp.Answer(kind)
    follow_up.answer(follow_up_id=question.pk, kind=said, words="", now=AFTER)
    assert CaseEntry.objects.get(kind="outcome").result == result


def test_answers_of_an_older_version_count_as_what_they_say(adviser: Adviser) -> None:
    question = FollowUp.objects.create(booking=held(), days=180)
    follow_up.answer(follow_up_id=question.pk, kind=FollowUp.Answer.OPEN, words="", now=AFTER)
    CaseEntry.objects.update(result="", details={})
    upgrade = import_module("steiger.web.advice.migrations.0002_results_of_answers")
    upgrade.fill(apps, None)
    assert CaseEntry.objects.get(kind="outcome").result == "not_begun"


# --- erasing --------------------------------------------------------------------------------------
def everything_of_the_room() -> str:
    told = []
    for model in apps.get_app_config("advice").get_models():
        texts = [
            f.name
            for f in model._meta.concrete_fields
            if isinstance(f, models.CharField | models.TextField | models.JSONField)
        ]
        told += [str(row) for row in model._default_manager.values_list(*texts)]
    return " ".join(told)


def figures() -> list[Any]:
    day = MONDAY_NINE.date()
    by = [queries.count_held_by(day, day, d) for d in (*queries.DIMENSIONS, "topic")]
    return [*by, queries.waiting_time(day, day), queries.count_states(day, day)]


def test_past_its_time_no_name_is_left_and_the_figures_stay(adviser: Adviser) -> None:
    booking = held()
    Booking.objects.update(municipality="05913000")
    question = FollowUp.objects.create(booking=booking, days=30)
    follow_up.answer(
        follow_up_id=question.pk, kind=FollowUp.Answer.USED, words="Weniger", now=AFTER
    )
    before = figures()
    assert retention.prune(now=booking.ends_at + retention.KEEP_HELD) == 0
    assert "Bea Beispiel" in everything_of_the_room()
    assert retention.prune(now=booking.ends_at + retention.KEEP_HELD + timedelta(seconds=1)) == 1
    assert [word for word in WORDS if word in everything_of_the_room()] == []
    assert figures() == before
    assert Booking.objects.get().municipality == "05913"
    assert queries.find_booking(booking.pk) is None


@pytest.mark.parametrize("more", [False, True])
def test_past_its_time_the_firms_path_has_no_copy_and_a_firm_only_if_needed(
    adviser: Adviser, more: bool
) -> None:
    booking = held()
    question = FollowUp.objects.create(booking=booking, days=30)
    follow_up.answer(
        follow_up_id=question.pk, kind=FollowUp.Answer.USED, words="Weniger", now=AFTER
    )
    firm = booking.firm
    assert firm is not None
    assert "Kassendaten" in str(list(CaseEntry.objects.values()))
    if more:
        add_note(case=firm.cases.get(), text="Ruft an", author=adviser.user, by=BY)  # type: ignore[arg-type]
    retention.prune(now=booking.ends_at + retention.KEEP_HELD + timedelta(seconds=1))
    firm.refresh_from_db()
    assert (firm.name, firm.contacts.count()) == (("Bäckerei Beispiel", 1) if more else ("", 0))
    told = str(list(CaseEntry.objects.values()))
    assert [word for word in (*WORDS, "Weniger") if word in told] == []
    assert ("Ruft an" in told) is more
    kinds = CaseEntry.objects.exclude(kind="note").values_list("kind", flat=True)
    assert sorted(kinds) == ["enquiry", "outcome", "talk"]  # figures stay


def test_a_firm_without_people_is_erased_with_its_last_booking(adviser: Adviser) -> None:
    booking = held()
    Contact.objects.get().delete()
    retention.prune(now=booking.ends_at + retention.KEEP_HELD)
    assert Firm.objects.get().name == "Bäckerei Beispiel"
    retention.prune(now=booking.ends_at + retention.KEEP_HELD + timedelta(seconds=1))
    assert Firm.objects.get().name == ""


def test_a_cancelled_booking_leaves_no_open_case(adviser: Adviser) -> None:
    booking = make_booking()
    assert booking.firm is not None
    acts.cancel(booking_id=booking.pk, by=BY, side="firm", now=NOW)
    assert booking.firm.cases.count() == 0
    retention.prune(now=booking.ends_at + timedelta(days=91))
    assert Firm.objects.get().name == ""


def test_never_confirmed_is_erased_after_two_days(adviser: Adviser) -> None:
    from factories.advice import make_asked

    make_asked()
    assert retention.prune(now=NOW + timedelta(days=1)) == 0
    assert Claim.objects.count() == 0
    assert retention.prune(now=NOW + timedelta(days=2, seconds=1)) == 1
    assert Booking.objects.count() == 0


def test_cancelled_is_emptied_after_90_days(adviser: Adviser) -> None:
    booking = make_booking()
    acts.cancel(booking_id=booking.pk, by=BY, side="firm", now=NOW)
    assert retention.prune(now=booking.ends_at + timedelta(days=90)) == 0
    assert retention.prune(now=booking.ends_at + timedelta(days=90, seconds=1)) == 1
    assert Booking.objects.get().email == ""


def test_a_closed_account_leaves_no_name(adviser: Adviser) -> None:
    held()
    CalendarSource.objects.create(adviser=adviser, url="https://example.org/geheim.ics")
    assert adviser.user is not None
    close_account(user=adviser.user, by=BY)
    adviser.refresh_from_db()
    assert (adviser.name, adviser.video_url, adviser.active, adviser.user) == ("", "", False, None)
    assert CalendarSource.objects.count() == 0
    assert Booking.objects.count() == 1


# --- other calendars ------------------------------------------------------------------------------
BUSY = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
    b"SUMMARY:Zahnarzt\r\nDTSTART:20261130T080000Z\r\nDTEND:20261130T090000Z\r\n"
    b"END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def times() -> list[str]:
    found = offers(need(), now=NOW).offers
    return [f"{o.start.astimezone(BERLIN):%d. %H:%M}" for o in found][:3]


def test_busy_times_are_not_offered_and_only_times_are_kept(adviser: Adviser) -> None:
    source = CalendarSource.objects.create(adviser=adviser, url="https://example.org/a.ics")
    Adviser.objects.update(notice_hours=72)
    assert times()[0] == "30. 09:00"
    assert busy.read_calendar(calendar_id=source.pk, now=NOW, get=lambda _: BUSY) == ""
    assert times()[0] == "30. 10:00"
    assert "Zahnarzt" not in everything_of_the_room()


def test_what_was_read_last_stays_when_the_calendar_breaks(adviser: Adviser) -> None:
    source = CalendarSource.objects.create(adviser=adviser, url="https://example.org/a.ics")
    busy.read_calendar(calendar_id=source.pk, now=NOW, get=lambda _: BUSY)

    def broken(_: str) -> bytes:
        raise CalendarError("no_answer", "down")

    assert busy.read_calendar(calendar_id=source.pk, now=NOW, get=broken) == "no_answer"
    source.refresh_from_db()
    assert (source.trouble, BusyTime.objects.count()) == ("no_answer", 1)


# --- invitations ----------------------------------------------------------------------------------
def test_an_independent_library_reads_invitation_change_and_cancellation(adviser: Adviser) -> None:
    booking = make_booking()
    read = [vobject.readOne(invitation(booking, for_firm=True).decode())]
    moved = acts.move(booking_id=booking.pk, start=later(), by=BY, now=NOW)
    read.append(vobject.readOne(invitation(moved, for_firm=True).decode()))
    gone = acts.cancel(booking_id=booking.pk, by=BY, side="firm", now=NOW)
    read.append(vobject.readOne(invitation(gone, for_firm=True).decode()))
    assert [c.method.value for c in read] == ["REQUEST", "REQUEST", "CANCEL"]
    assert len({c.vevent.uid.value for c in read}) == 1
    assert [c.vevent.sequence.value for c in read] == ["0", "1", "2"]
    assert read[0].vevent.location.value == "https://video.example.org/vera"


def later() -> datetime:
    return (MONDAY_NINE + timedelta(days=2)).astimezone(UTC)


@pytest.mark.parametrize("change", [date(2026, 10, 26), date(2027, 3, 30)])
def test_nine_stays_nine_in_the_week_of_the_change(adviser: Adviser, change: date) -> None:
    start = datetime.combine(change, time(9), BERLIN)
    booking = make_booking(start, now=start - timedelta(days=5))
    event = icalendar.Calendar.from_ical(invitation(booking, for_firm=True)).walk("VEVENT")[0]
    assert event["dtstart"].dt.astimezone(UTC) == start.astimezone(UTC)
    assert event["dtstart"].to_ical() == f"{change:%Y%m%d}T090000".encode()


def test_the_sheet_is_accessible(adviser: Adviser, settings: Any, tmp_path: Path) -> None:
    web = Path(acts.__file__).resolve().parents[2]
    settings.FONT_SOURCES = sorted((web / "portal/static/build").glob("FiraSans-*.woff2"))
    settings.FONT_DIR = tmp_path
    if not settings.FONT_SOURCES:
        pytest.skip("needs the built browser files: make setup")
    made = tmp_path / "sheet.pdf"
    made.write_bytes(sheet(make_booking()))
    with pikepdf.open(made) as pdf:
        assert len(pdf.pages) == 1
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "de"
        assert str(pdf.docinfo["/Title"]).startswith("Ihre KI-Sprechstunde")


# --- figures and the demonstration ----------------------------------------------------------------
def test_figures_open_to_their_rows(adviser: Adviser) -> None:
    booking = held()
    day = MONDAY_NINE.date()
    assert list(queries.consultations_held(day, day)) == [booking]
    assert queries.count_held_by(day, day, "topic") == {"agriculture": 1, "time_series": 1}
    assert queries.count_held_by(day, day, "size") == {"micro": 1}
    assert queries.firms_advised(day, day) == 1
    assert queries.waiting_time(day, day).median_days == 3.8
    before = day - timedelta(days=1)
    assert queries.waiting_time(before, before).median_days is None
    with pytest.raises(ValueError, match="not counted by"):
        queries.count_held_by(day, day, "name")


def test_the_demonstration_is_the_same_each_time_and_leaves_free_times(db: None) -> None:
    make_topics()
    forget_vocabulary()
    until = date(2026, 11, 26)
    assert demo.load("nrw", 7, until) == {"advisers": 8, "consultations": 600}
    assert demo.load("nrw", 7, until) == {"advisers": 0, "consultations": 0}
    assert Booking.objects.exclude(adviser__name__endswith="Beispiel").count() == 0
    assert Firm.objects.filter(example=False).count() == 0
    first = list(Booking.objects.values_list("pk", "starts_at", "firm_name").order_by("pk"))[:50]
    assert len(offers(need(), now=NOW).offers) >= 3
    CaseEntry.objects.all().delete()
    Claim.objects.all().delete()
    Booking.objects.all().delete()
    Firm.objects.all().delete()
    Adviser.objects.all().delete()
    demo.load("nrw", 7, until)
    again = list(Booking.objects.values_list("pk", "starts_at", "firm_name").order_by("pk"))[:50]
    assert again == first
