"""What advice keeps about a firm is shown to it, and forgotten when it wants that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from factories.advice import MONDAY_NINE, NOW, make_asked, make_booking, make_user
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import User
from steiger.web.advice.domain import booking as acts
from steiger.web.advice.domain import consulting, firm_data, follow_up
from steiger.web.advice.domain.tokens import OWN, token_for
from steiger.web.advice.models import Adviser, Booking, Claim, FollowUp
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.domain.erasing import erase_firm
from steiger.web.cases.domain.queries import entries_by_kind
from steiger.web.cases.interfaces.entrance import KEY
from steiger.web.cases.interfaces.words import lines_of
from steiger.web.cases.models import Case, CaseEntry, Firm

pytestmark = pytest.mark.django_db
EMAIL = "baeckerei@example.org"
OWN_PAGES = "/sprechstunde/termin/"
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


# --- the firm's path and the case page ------------------------------------------------------------
def as_contact(firm: Firm, email: str) -> Client:
    """The browser of somebody who followed a link to this address."""
    browser = Client()
    session = browser.session
    contact = firm.contacts.get(email=email)
    session[KEY] = {"contact": contact.pk, "until": timezone.now().timestamp() + 600}
    session.save()
    return browser


@pytest.fixture
def ahead(adviser: Adviser, monkeypatch: pytest.MonkeyPatch) -> Booking:
    """A talk that lies ahead; a colleague is a contact of the firm, too."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    booking = make_booking()
    assert booking.firm is not None
    booking.firm.contacts.create(email="kollege@example.org")
    return booking


def test_path_shows_the_appointment_and_only_its_owner_the_way_to_move_it(ahead: Booking) -> None:
    firm = Firm.objects.get()
    path = reverse("cases:path", kwargs={"firm": firm.pk})
    User.objects.filter(pk=ahead.adviser.user_id).update(display_name="Vera Beispiel")
    mine = as_contact(firm, EMAIL).get(path).content.decode()
    assert "30. November 2026, 9:00 Uhr" in mine
    assert "Mit Vera Beispiel, Per Video" in " ".join(mine.split())
    assert OWN_PAGES in mine
    assert "Vera Beispiel berät Sie." in mine
    english = as_contact(firm, EMAIL).get(f"/en{path}").content.decode()
    assert "30 November 2026, 9:00" in english
    assert "o’clock" not in english
    theirs = as_contact(firm, "kollege@example.org").get(path).content.decode()
    assert "30. November 2026, 9:00 Uhr" in theirs
    assert OWN_PAGES not in theirs


def test_nobody_is_promised_a_call_that_nobody_makes(ahead: Booking) -> None:
    acts.cancel(booking_id=ahead.pk, by=audit.SYSTEM, side="firm", now=NOW)
    firm = Firm.objects.get()
    page = as_contact(firm, EMAIL).get(reverse("cases:path", kwargs={"firm": firm.pk}))
    assert "Zurzeit berät Sie niemand." in page.content.decode()
    assert reverse("advice:start") in page.content.decode()
    assert "meldet sich" not in page.content.decode()


def test_a_booking_gives_the_case_its_adviser_unless_it_has_one(ahead: Booking) -> None:
    case = Case.objects.get()
    assert case.adviser == ahead.adviser.user
    colleague = make_user("carla@example.org")
    Case.objects.update(adviser=colleague)
    make_booking(start=MONDAY_NINE + timedelta(hours=2))
    case.refresh_from_db()
    assert case.adviser == colleague


def test_case_page_shows_adviser_and_appointment(ahead: Booking) -> None:
    browser = Client()
    assert ahead.adviser.user is not None
    browser.force_login(
        ahead.adviser.user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = browser.get(reverse("cases:case", kwargs={"case": Case.objects.get().pk}))
    text = page.content.decode()
    assert "Anstehende Termine" in text
    assert "30. November 2026, 9:00 Uhr" in text
    assert OWN_PAGES not in text
    assert "Noch niemand" not in text


def test_mail_and_page_of_a_booking_lead_to_the_path(ahead: Booking) -> None:
    mail = OutgoingMail.objects.filter(recipients__to=[EMAIL]).latest("created_at")
    assert reverse("cases:home") in mail.content["text"]
    page = Client().get(reverse("advice:own", kwargs={"token": token_for(ahead.pk, OWN)}))
    assert "Zum Weg Ihres Betriebs" in page.content.decode()
