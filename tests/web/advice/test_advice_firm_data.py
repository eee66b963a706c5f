"""What advice keeps about a firm is shown to it, and forgotten when it wants that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from factories.advice import MONDAY_NINE, NOW, make_asked, make_booking
from steiger.web.accounts.domain import audit
from steiger.web.advice.domain import consulting, firm_data, follow_up
from steiger.web.advice.models import Adviser, Booking, Claim, FollowUp
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.domain.erasing import erase_firm
from steiger.web.cases.domain.queries import entries_by_kind
from steiger.web.cases.interfaces.words import lines_of
from steiger.web.cases.models import CaseEntry, Firm

pytestmark = pytest.mark.django_db
EMAIL = "baeckerei@example.org"
SPAN = (NOW - timedelta(days=400), NOW + timedelta(days=400))


@pytest.fixture
def held(adviser: Adviser, monkeypatch: pytest.MonkeyPatch) -> Booking:
    """A talk with notes, and what came of it; the clock stands just after it."""
    booking = make_booking()
    after = MONDAY_NINE + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: after)
    notes = {"situation": "Nach Gefühl", "next_steps": "Kassendaten ansehen"}
    consulting.write_notes(booking=booking, notes=notes, by=audit.SYSTEM)
    booking = consulting.mark(booking=booking, state=Booking.State.HELD, by=audit.SYSTEM, now=after)
    question = FollowUp.objects.create(booking=booking, days=30)
    follow_up.answer(follow_up_id=question.pk, kind=FollowUp.Answer.USED, words="Es läuft")
    return booking


def test_everything_about_the_firm_is_told(held: Booking) -> None:
    (told,) = firm_data.kept(Firm.objects.get().pk, [EMAIL.upper()])
    assert (told["email"], told["contact"], told["next_steps"]) == (
        EMAIL,
        "Bea Beispiel",
        "Kassendaten ansehen",
    )
    assert (told["answers"][0]["answer"], told["answers"][0]["words"]) == ("used", "Es läuft")
    assert told["adviser"] == "Vera Beispiel"


def test_words_go_and_figures_stay(held: Booking) -> None:
    before = entries_by_kind(*SPAN)
    firm = Firm.objects.get()
    erase_firm(firm=firm, by=audit.VISITOR)
    held.refresh_from_db()
    assert [getattr(held, name) for name in firm_data.EMPTIED] == [""] * len(firm_data.EMPTIED)
    assert (held.state, held.erased_at is not None) == ("held", True)
    assert FollowUp.objects.get().words == ""
    assert entries_by_kind(*SPAN) == before == {**before, "talk": 1, "outcome": 1}
    assert firm_data.kept(firm.pk, [EMAIL]) == []


def test_a_time_ahead_is_free_again_and_the_adviser_learns_no_name(
    adviser: Adviser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    make_booking()
    asked = make_asked(MONDAY_NINE + timedelta(days=1))
    OutgoingMail.objects.all().delete()
    firm = Firm.objects.get()
    assert firm_data.erase(firm.pk, [EMAIL]) == 2
    assert Claim.objects.count() == 0
    assert not Booking.objects.filter(pk=asked.pk).exists()
    assert Booking.objects.get().state == Booking.State.CANCELLED
    mail = OutgoingMail.objects.get()
    assert mail.recipients["to"] == ["vera@example.org"]
    assert "Betrieb" in mail.content["text"]
    assert "Bäckerei" not in f"{mail.content}"
    make_booking(email="andere@example.org")  # the time can be booked again


def test_what_a_person_did_for_another_firm_stays(held: Booking) -> None:
    other = Firm.objects.create(name="Andere Firma")
    assert firm_data.kept(other.pk, [EMAIL]) == []
    assert firm_data.erase(other.pk, [EMAIL]) == 0


def test_a_merged_firm_is_the_same_firm(held: Booking) -> None:
    kept = Firm.objects.create(name="Die andere")
    Firm.objects.exclude(pk=kept.pk).update(merged_into=kept)
    assert len(firm_data.kept(kept.pk, [])) == 1


def test_the_path_shows_notes_in_words(held: Booking) -> None:
    talk = CaseEntry.objects.get(kind="talk")
    assert [(line.label, line.text) for line in lines_of(talk)] == [
        ("Lage", "Nach Gefühl"),
        ("Vereinbarte nächste Schritte", "Kassendaten ansehen"),
    ]
