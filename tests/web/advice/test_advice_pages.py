"""Pages for firms and advisers: the walk, what is refused, who sees what."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from factories.advice import BREAD, make_adviser, make_user
from steiger.web.advice.domain import booking as acts
from steiger.web.advice.domain.tokens import FOLLOW, OWN, token_for
from steiger.web.advice.models import (
    Absence,
    Adviser,
    Booking,
    CalendarSource,
    FollowUp,
    MeetingPlace,
)
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.models import CaseEntry

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ASKED = {"words": BREAD, "format": "video", "place": "", "language": "de"}
WHO = {
    "firm_name": "Bäckerei Beispiel",
    "contact": "Bea Beispiel",
    "email": "baeckerei@example.org",
    "size": "micro",
    "sector": "c",
}


def slots_in(page: str) -> list[str]:
    return re.findall(r'name="slot" value="([^"]+)"', page)


def link_in(mail: OutgoingMail, word: str) -> str:
    found = re.search(
        rf"{re.escape(django_settings.BASE_URL)}(\S*/{word}/\S+)", mail.content["text"]
    )
    assert found is not None
    return found.group(1)


def booked(client: Client) -> Booking:
    slot = slots_in(client.post("/sprechstunde/", ASKED).content.decode())[0]
    client.post("/sprechstunde/buchen/", ASKED | WHO | {"slot": slot})
    mail = OutgoingMail.objects.order_by("created_at").last()
    assert mail is not None
    client.post(link_in(mail, "bestaetigen"))
    return Booking.objects.get()


def begun(booking: Booking, ago: timedelta = timedelta(hours=2)) -> Booking:
    """As if it had been some time ago."""
    booking.starts_at = timezone.now() - ago
    booking.ends_at = booking.starts_at + timedelta(minutes=45)
    booking.save()
    return booking


@pytest.fixture
def desk(adviser: Adviser) -> Client:
    """Vera's browser."""
    client = Client()
    client.force_login(adviser.user, backend=BACKEND)
    return client


# --- firms ----------------------------------------------------------------------------------------
def test_the_walk_of_a_firm(client: Client, adviser: Adviser) -> None:
    page = client.post("/sprechstunde/", ASKED).content.decode()
    assert "Zeitreihen und Vorhersage" in page
    assert "Vera Beispiel" in page
    slot = slots_in(page)[0]
    answered = client.post("/sprechstunde/buchen/", ASKED | WHO | {"slot": slot})
    assert (answered.status_code, answered["Location"]) == (302, "/sprechstunde/unterwegs/")
    mail = OutgoingMail.objects.get()
    confirm = link_in(mail, "bestaetigen")
    assert client.get(confirm).status_code == 200
    assert Booking.objects.get().state == "asked"
    shown = client.post(confirm, follow=True)
    assert Booking.objects.get().state == "confirmed"
    assert shown.redirect_chain[-1][0].startswith("/sprechstunde/termin/")
    assert shown["Referrer-Policy"] == "same-origin"


def test_words_never_stand_in_an_address(client: Client, adviser: Adviser) -> None:
    page = client.post("/sprechstunde/", ASKED).content.decode()
    assert [a for a in re.findall(r'(?:href|action)="([^"]*)"', page) if "Brot" in a] == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"words": ""}, "Schreiben Sie in einem Satz"),
        ({"words": "Hilfe"}, "Schreiben Sie etwas mehr"),
        ({"format": ""}, "Wählen Sie, wie Sie sprechen möchten"),
        ({"place": "4210"}, "fünf Ziffern"),
        ({"place": "Atlantis am Meer"}, "Diesen Ort kennen wir nicht"),
    ],
)
def test_a_mistake_is_named_and_nothing_lost(
    client: Client, adviser: Adviser, wrong: dict[str, str], said: str
) -> None:
    answered = client.post("/sprechstunde/", ASKED | wrong)
    page = answered.content.decode()
    assert answered.status_code == 400
    assert said in page
    assert (BREAD in page) == ("words" not in wrong)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"slot": ""}, "Wählen Sie eine Zeit"),
        ({"slot": "20200101T0900Z"}, "vergeben"),
        ({"slot": "morgen"}, "nicht mehr frei"),
        ({"email": "bea"}, "Eine E-Mail-Adresse sieht so aus"),
        ({"firm_name": ""}, "Namen Ihres Betriebs"),
        ({"format": "phone"}, "Geben Sie die Nummer an"),
    ],
)
def test_a_mistake_while_booking_loses_nothing(
    client: Client, adviser: Adviser, wrong: dict[str, str], said: str
) -> None:
    slot = slots_in(client.post("/sprechstunde/", ASKED).content.decode())[0]
    answered = client.post("/sprechstunde/buchen/", ASKED | WHO | {"slot": slot} | wrong)
    page = answered.content.decode()
    assert answered.status_code in {400, 409}
    assert said in page
    assert "Bea Beispiel" in page
    assert Booking.objects.count() == 0


def test_a_machine_books_nothing(client: Client, adviser: Adviser) -> None:
    slot = slots_in(client.post("/sprechstunde/", ASKED).content.decode())[0]
    client.post("/sprechstunde/buchen/", ASKED | WHO | {"slot": slot, "website": "x"})
    assert Booking.objects.count() == 0


def test_looking_later_keeps_what_was_typed(client: Client, adviser: Adviser) -> None:
    first = client.post("/sprechstunde/", ASKED | {"contact": "Bea Beispiel"})
    more = re.search(r'name="since" value="([^"]+)"', first.content.decode())
    assert more is not None
    page = client.post(
        "/sprechstunde/", ASKED | {"since": more[1], "contact": "Bea Beispiel"}
    ).content.decode()
    assert "Bea Beispiel" in page
    assert not set(slots_in(page)) & set(slots_in(first.content.decode()))


def test_language_nobody_speaks_says_so(client: Client, adviser: Adviser) -> None:
    page = client.post("/sprechstunde/", ASKED | {"language": "pl"}).content.decode()
    assert (slots_in(page), "Keine Zeit passt" in page) == ([], True)


def test_distance_is_a_reason_on_site(client: Client, adviser: Adviser) -> None:
    page = client.post("/sprechstunde/", ASKED | {"format": "site", "place": "Essen"})
    assert re.search(r"Dortmund \(etwa \d+ km von Ihnen\)", page.content.decode())


def test_own_page_moves_cancels_and_gives_files(client: Client, adviser: Adviser) -> None:
    booking = booked(client)
    own = f"/sprechstunde/termin/{token_for(booking.pk, OWN)}/"
    ics = client.get(f"{own}termin.ics")
    assert (ics["Content-Type"], b"BEGIN:VEVENT" in ics.content) == (
        "text/calendar; charset=utf-8",
        True,
    )
    slots = re.findall(r'<option value="(\w+Z)"', client.get(f"{own}verlegen/").content.decode())
    client.post(f"{own}verlegen/", {"slot": slots[5]})
    moved = Booking.objects.get()
    assert (moved.starts_at != booking.starts_at, moved.sequence) == (True, 1)
    assert client.get(f"{own}absagen/").status_code == 200
    assert Booking.objects.get().state == "confirmed"
    client.post(f"{own}absagen/")
    assert Booking.objects.get().state == "cancelled"
    assert "abgesagt" in client.get(own).content.decode()


def test_forged_and_foreign_links_lead_nowhere(client: Client, adviser: Adviser) -> None:
    booking = booked(client)
    wrong = token_for(booking.pk, FOLLOW)
    for path in ("termin", "bestaetigen", "ergebnis"):
        assert client.get(f"/sprechstunde/{path}/{wrong}x/").status_code == 404
    assert client.get(f"/sprechstunde/termin/{wrong}/").status_code == 404


def test_a_late_link_says_what_to_do(client: Client, adviser: Adviser) -> None:
    slot = slots_in(client.post("/sprechstunde/", ASKED).content.decode())[0]
    client.post("/sprechstunde/buchen/", ASKED | WHO | {"slot": slot})
    Booking.objects.update(held_until=timezone.now())
    link = link_in(OutgoingMail.objects.get(), "bestaetigen")
    assert (client.get(link).status_code, client.post(link).status_code) == (404, 404)


def test_what_came_of_it(client: Client, adviser: Adviser) -> None:
    booking = begun(booked(client), timedelta(days=31))
    question = FollowUp.objects.create(booking=booking, days=30)
    path = f"/sprechstunde/ergebnis/{token_for(question.pk, FOLLOW)}/"
    assert client.post(path, {"answer": ""}).status_code == 400
    client.post(path, {"answer": "used", "words": "Ein Drittel weniger übrig."})
    entry = CaseEntry.objects.get(kind="outcome")
    assert (entry.details["answer"], entry.details["days"]) == ("used", 30)


# --- advisers -------------------------------------------------------------------------------------
def test_the_adviser_does_her_day(client: Client, adviser: Adviser, desk: Client) -> None:
    booking = begun(booked(client))
    day = f"{timezone.localtime(booking.starts_at):%Y-%m-%d}"
    for view in ("", "&ansicht=woche"):
        assert (
            "Bäckerei Beispiel"
            in desk.get(f"/sprechstunde/kalender/?tag={day}{view}").content.decode()
        )
    path = f"/sprechstunde/kalender/termin/{booking.pk}/"
    desk.post(path, {"situation": "Nach Gefühl", "next_steps": "Kassendaten ansehen"})
    desk.post(f"{path}stand/", {"state": "held"})
    assert Booking.objects.get().state == "held"
    talk = CaseEntry.objects.get(kind="talk")
    assert talk.details["next_steps"] == "Kassendaten ansehen"
    own = client.get(f"/sprechstunde/termin/{token_for(booking.pk, OWN)}/").content.decode()
    assert "Kassendaten ansehen" in own
    desk.post(f"{path}stand/", {"state": "no_show"})
    assert sorted(CaseEntry.objects.values_list("kind", flat=True)) == ["enquiry"]


def test_what_is_ahead_cannot_be_marked(client: Client, adviser: Adviser, desk: Client) -> None:
    booking = booked(client)
    for state in ("held", "cancelled", "unsinn"):
        desk.post(f"/sprechstunde/kalender/termin/{booking.pk}/stand/", {"state": state})
    assert Booking.objects.get().state == "confirmed"


def test_advisers_see_their_own_bookings_only(client: Client, adviser: Adviser) -> None:
    booking = booked(client)
    other = Client()
    other.force_login(make_adviser("Murat Beispiel").user, backend=BACKEND)
    path = f"/sprechstunde/kalender/termin/{booking.pk}/"
    answers = [other.get(path).status_code]
    answers += [other.post(f"{path}{act}/").status_code for act in ("stand", "verlegen", "absagen")]
    assert answers == [404] * 4
    assert Booking.objects.get().state == "confirmed"


def test_the_adviser_moves_and_cancels(client: Client, adviser: Adviser, desk: Client) -> None:
    booking = booked(client)
    path = f"/sprechstunde/kalender/termin/{booking.pk}/"
    free = acts.other_times(booking, now=timezone.now())[3]
    desk.post(f"{path}verlegen/", {"slot": "unsinn"})
    desk.post(f"{path}verlegen/", {"slot": f"{free.astimezone(UTC):%Y%m%dT%H%MZ}"})
    assert Booking.objects.get().starts_at == free
    desk.post(f"{path}absagen/")
    assert (Booking.objects.get().state, Booking.objects.get().cancelled_by) == (
        "cancelled",
        "adviser",
    )


def test_a_new_adviser_sets_up_everything(client: Client, topics: None) -> None:
    client.force_login(make_user("neu@example.org"), backend=BACKEND)
    assert client.get("/sprechstunde/kalender/")["Location"] == "/sprechstunde/kalender/profil/"
    profile = "/sprechstunde/kalender/profil/"
    values: dict[str, Any] = {
        "name": "Neu Beispiel",
        "formats": ["video"],
        "languages": ["de"],
        "minutes": "45",
        "pause": "15",
        "notice_hours": "24",
        "horizon_days": "42",
        "active": "on",
    }
    assert client.post(profile, values).status_code == 400
    client.post(profile, values | {"video_url": "https://video.example.org/neu"})
    adviser = Adviser.objects.get()
    assert client.post(f"{profile}zeiten/", {"day_0": "9-8"}).status_code == 400
    client.post(f"{profile}zeiten/", {"day_0": "9:00–12:00, 13–16", "day_4": "8:30-10"})
    assert [str(h) for h in adviser.hours.all()] == [
        "0 09:00–12:00",
        "0 13:00–16:00",
        "4 08:30–10:00",
    ]
    first = timezone.localdate()
    days = {"first": f"{first}", "last": f"{first + timedelta(days=3)}"}
    assert client.post(f"{profile}frei/", days | {"last": "2001-01-01"}).status_code == 400
    client.post(f"{profile}frei/", days)
    client.post(f"{profile}frei/{Absence.objects.get().pk}/entfernen/")
    assert Absence.objects.count() == 0
    client.post(f"{profile}orte/", {"town": "Essen", "address": "Musterstraße 1"})
    place = MeetingPlace.objects.get()
    client.post(f"{profile}orte/{place.pk}/entfernen/")
    assert (place.municipality, MeetingPlace.objects.get().active) == ("05113000", False)
    for wrong in ("http://example.org/a.ics", "https://127.0.0.1/a.ics", "https://kalender/a.ics"):
        assert client.post(f"{profile}kalender/", {"url": wrong}).status_code == 400
    client.post(f"{profile}kalender/", {"url": "webcal://kalender.example.org/a.ics"})
    assert CalendarSource.objects.get().url == "https://kalender.example.org/a.ics"
    before = adviser.feed_key
    client.post(f"{profile}abo/")
    adviser.refresh_from_db()
    assert client.get(f"/sprechstunde/abo/{before}.ics").status_code == 404
    assert client.get(f"/sprechstunde/abo/{adviser.feed_key}.ics").status_code == 200
    page = client.get(profile).content.decode()
    assert adviser.feed_key in page


def test_the_feed_shows_bookings(client: Client, adviser: Adviser) -> None:
    booked(client)
    feed = client.get(f"/sprechstunde/abo/{adviser.feed_key}.ics").content.decode()
    assert ("SUMMARY:Sprechstunde: Bäckerei Beispiel" in feed, feed.count("BEGIN:VEVENT")) == (
        True,
        1,
    )


def test_other_days_never_break(desk: Client) -> None:
    for day in ("9999-12-31", "0001-01-01", "unsinn", f"{datetime.now(UTC):%Y-%m-%d}"):
        for view in ("", "woche"):
            path = f"/sprechstunde/kalender/?tag={day}&ansicht={view}"
            assert desk.get(path).status_code == 200


def test_an_empty_day_leads_to_the_next_consultation(client: Client, desk: Client) -> None:
    empty = desk.get("/sprechstunde/kalender/?tag=2030-01-01").content.decode()
    assert "/sprechstunde/kalender/profil/" in empty
    assert "Auch später ist nichts gebucht." in empty
    booking = booked(client)
    before = timezone.localtime(booking.starts_at).date() - timedelta(days=1)
    day = f"{timezone.localtime(booking.starts_at):%Y-%m-%d}"
    page = desk.get(f"/sprechstunde/kalender/?tag={before:%Y-%m-%d}").content.decode()
    assert f'href="?tag={day}">Nächste Sprechstunde: ' in page


def test_nobody_takes_anything_off_another_list(adviser: Adviser) -> None:
    colleague = make_adviser("Olga Beispiel", days=())
    day = timezone.localdate()
    absence = Absence.objects.create(adviser=adviser, first=day, last=day)
    browser = Client()
    browser.force_login(colleague.user, backend=BACKEND)
    browser.post(f"/sprechstunde/kalender/profil/frei/{absence.pk}/entfernen/")
    browser.post(f"/sprechstunde/kalender/profil/orte/{adviser.places.get().pk}/entfernen/")
    assert Absence.objects.filter(pk=absence.pk).exists()
    assert adviser.places.get().active
