"""Pages for visitors: calendar, event, the page of a registration."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from factories.directory import make_terms
from factories.events import ask, come, make_event, make_question, make_ticket
from steiger.web.directory.models import Term
from steiger.web.events.domain import registering
from steiger.web.events.domain.door import Reading, admit
from steiger.web.events.domain.tokens import token_for
from steiger.web.events.models import Answer, Attendance, Event, Feedback, Registration

pytestmark = pytest.mark.django_db
BASE = "/veranstaltungen/"


def titles(client: Client, query: str = "") -> list[str]:
    html = client.get(BASE + query).content.decode()
    return re.findall(r'st-ev__title"><a href="[^"]*">([^<]*)</a>', html)


def own(row: Registration) -> str:
    return f"{BASE}anmeldung/{token_for(row.pk)}/"


def form(event: Event, **fields: object) -> dict[str, object]:
    given = {
        "ticket": event.tickets.first().pk,  # type: ignore[union-attr]
        "seats": "1",
        "name": "Beispiel Person",
        "email": "gast@example.org",
    }
    return given | fields


# --- calendar -------------------------------------------------------------------------------------
def test_calendar_shows_what_is_to_come(client: Client) -> None:
    make_event(title_de="Später", days=5), make_event(title_de="Bald", days=2)
    make_event(title_de="Vorbei", days=-5), make_event(title_de="Entwurf", state="draft")
    assert titles(client) == ["Bald", "Später"]
    assert titles(client, "?when=past") == ["Vorbei"]


def test_facets_narrow_down_and_count(client: Client) -> None:
    make_terms()
    health = Term.objects.get(vocabulary="technology", key="health")
    make_event(title_de="A", kind="talk", community="legal", days=1).topics.add(health)
    make_event(title_de="B", kind="workshop", format="online", town="", district="", days=2)
    make_event(title_de="C", kind="workshop", format="hybrid", quota=0, days=3)
    assert titles(client, "?kind=workshop") == ["B", "C"]
    assert titles(client, "?topic=health") == ["A"]
    assert titles(client, "?format=online") == ["B", "C"]
    assert titles(client, "?community=legal&kind=talk") == ["A"]
    assert titles(client, "?district=05124") == ["A", "C"]
    assert titles(client, "?free=yes") == ["A", "B"]
    html = client.get(f"{BASE}?kind=workshop").content.decode()
    assert re.search(r'kind=talk[^>]*>.*?<span class="st-count">1</span>', html, re.DOTALL)


def test_words_narrow_the_calendar_down_in_every_view_and_feed(client: Client) -> None:
    make_terms()
    crafts = Term.objects.get(vocabulary="technology", key="health")
    make_event(title_de="Sichtprüfung mit der Kamera", days=0.01, kind="workshop")
    make_event(title_de="Angebote schreiben", days=0.02, kind="talk").topics.add(crafts)
    make_event(title_de="Sichtprüfung damals", days=-9)
    assert titles(client, "?q=sichtpruefung+kamera") == ["Sichtprüfung mit der Kamera"]
    assert titles(client, f"?q={crafts.label_de}") == ["Angebote schreiben"]
    assert titles(client, "?q=Sichtprüfung&kind=talk") == []
    assert titles(client, "?q=Sichtprüfung&when=past") == ["Sichtprüfung damals"]
    month = client.get(f"{BASE}?view=month&q=angebote").content.decode()
    assert ("Angebote schreiben" in month, "mit der Kamera" in month) == (True, False)
    feed = client.get(f"{BASE}kalender.ics?q=kamera").content.decode()
    assert ("mit der Kamera" in feed, "Angebote" in feed) == (True, False)
    html = client.get(f"{BASE}?q=kamera&free=yes").content.decode()
    assert "kalender.ics?q=kamera" in html
    assert '<input type="hidden" name="free" value="yes">' in html
    assert re.search(r'href="\?free=yes">„kamera“', html)


def test_typing_mistakes_in_the_calendar_are_forgiven(client: Client) -> None:
    make_event(title_de="Sichtprüfung mit der Kamera", days=1), make_event(title_de="B", days=2)
    assert titles(client, "?q=Sichtprufng") == ["Sichtprüfung mit der Kamera"]
    assert "fast so geschrieben" in client.get(f"{BASE}?q=Sichtprufng").content.decode()
    assert "fast so geschrieben" not in client.get(f"{BASE}?q=Sichtprüfung").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?q=%00%25_'((",
        "?view=nonsense&page=x&month=2026-13&topic=%3Cx%3E",
        "?page=999999",
        "?kind=none",
    ],
)
def test_nonsense_in_the_address_does_no_harm(client: Client, query: str) -> None:
    make_event()
    assert client.get(BASE + query).status_code == 200


def test_month_shows_events_on_their_days(client: Client) -> None:
    event = make_event(days=0.01)
    month = timezone.localtime(event.starts_at).strftime("%Y-%m")
    html = client.get(f"{BASE}?view=month&month={month}").content.decode()
    assert event.title in html
    assert client.get(f"{BASE}?view=month").status_code == 200
    other = client.get(f"{BASE}?view=month&month=2031-02").content.decode()
    assert event.title not in other
    assert "Februar 2031" in other


def test_map_has_a_spot_for_each_town(client: Client) -> None:
    make_event(), make_event(), make_event(format="online")
    html = client.get(f"{BASE}?view=map").content.decode()
    assert re.findall(r"<text [^>]*>(\d+)</text>", html) == ["2"]


def test_embedded_calendar_has_no_frame(client: Client) -> None:
    make_event(title_de="Bald")
    html = client.get(f"{BASE}einbetten/").content.decode()
    assert ("Bald" in html, "st-header" in html) == (True, False)


# --- one event ------------------------------------------------------------------------------------
def test_event_says_who_it_is_to_search_engines(client: Client, event: Event) -> None:
    html = client.get(event.get_absolute_url()).content.decode()
    found = re.search(r'application/ld\+json"[^>]*>(.*?)</script>', html, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert (data["@type"], data["name"], data["isAccessibleForFree"]) == (
        "Event",
        event.title_de,
        True,
    )
    assert data["location"][0]["address"]["addressLocality"] == "Wuppertal"


def test_drafts_are_not_found(client: Client) -> None:
    draft = make_event(state="draft")
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_the_link_to_take_part_is_not_public(client: Client) -> None:
    event = make_event(format="online", online_url="https://video.example.org/geheim")
    assert "geheim" not in client.get(event.get_absolute_url()).content.decode()
    assert "geheim" in client.get(own(come(event, 1))).content.decode()


def test_registering_by_the_form(client: Client, event: Event) -> None:
    question = make_question(event, required=True)
    url = event.get_absolute_url()
    without = client.post(url, form(event))
    assert (without.status_code, "Beispiel Person" in without.content.decode()) == (400, True)
    answer = client.post(url, form(event, **{f"q{question.pk}": "Preise"}))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{BASE}unterwegs/")
    assert Answer.objects.get().value == "Preise"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"email": "falsch"}, 400),
        ({"seats": "99"}, 400),
        ({"name": ""}, 400),
        ({"ticket": "0"}, 400),
        ({"firm_place": "Nirgendwo an der Knatter"}, 400),
        ({"firm_place": "Hagen"}, 302),
        ({"website": "x"}, 302),
    ],
)
def test_the_form_answers_clearly(
    client: Client, event: Event, fields: dict[str, str], status: int
) -> None:
    answer = client.post(event.get_absolute_url(), form(event, **fields))
    assert answer.status_code == status


def test_machines_are_thanked_and_forgotten(client: Client, event: Event) -> None:
    client.post(event.get_absolute_url(), form(event, website="x"))
    assert Registration.objects.count() == 0


def test_a_closed_event_says_so(client: Client) -> None:
    event = make_event()
    data = form(event)
    Event.objects.update(closes_at=timezone.now() - timedelta(hours=1))
    assert client.post(event.get_absolute_url(), data).status_code == 409


def test_group_limit_of_the_chosen_ticket(client: Client, event: Event) -> None:
    small = make_ticket(event, most_per_group=1)
    answer = client.post(event.get_absolute_url(), form(event, ticket=small.pk, seats="3"))
    assert answer.status_code == 400


# --- the own page ---------------------------------------------------------------------------------
def test_opening_the_link_confirms_nothing(client: Client, event: Event) -> None:
    row = ask(event, 1)
    assert client.get(own(row)).status_code == 200
    row.refresh_from_db()
    assert row.state == Registration.State.ASKED
    client.post(own(row), {"act": "confirm"})
    row.refresh_from_db()
    assert row.state == Registration.State.CONFIRMED


def test_own_page_is_secret(client: Client, event: Event) -> None:
    answer = client.get(own(come(event, 1)))
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.get(f"{BASE}anmeldung/gefaelscht/").status_code == 404


def test_own_page_leads_through_the_list(client: Client) -> None:
    event = make_event(quota=1)
    first, second = come(event, 1), come(event, 2)
    assert "Sie sind als Nächstes dran" in client.get(own(second)).content.decode()
    client.post(own(first), {"act": "leave"})
    client.post(own(second), {"act": "accept"})
    second.refresh_from_db()
    assert second.state == Registration.State.CONFIRMED
    html = client.get(own(second)).content.decode()
    assert f"{second.code[:5]}-{second.code[5:]}-1" in html


def test_own_page_changes_the_number(client: Client, event: Event) -> None:
    row = come(event, 1)
    client.post(own(row), {"act": "resize", "seats": "3"})
    row.refresh_from_db()
    assert row.seats == 3
    html = client.get(own(row)).content.decode()
    assert html.count("st-ticket__code") == 3


def over(event: Event) -> None:
    now = timezone.now()
    Event.objects.filter(pk=event.pk).update(
        starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1)
    )


def test_after_the_event_certificate_and_opinion(client: Client, event: Event) -> None:
    from steiger.web.accounts.domain.audit import SYSTEM

    row = come(event, 1)
    assert client.get(f"{own(row)}teilnahme.pdf").status_code == 404
    reading = Reading(id=row.pk, code=row.code, scanned_at=timezone.now())
    admit(event=event, readings=[reading], by=SYSTEM)
    over(event)
    pdf = client.get(f"{own(row)}teilnahme.pdf")
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
    assert client.post(f"{own(row)}meinung/", {}).status_code == 400
    given = {"rating": "5", "useful": "on", "text": "Gut"}
    assert client.post(f"{own(row)}meinung/", given).status_code == 302
    assert client.post(f"{own(row)}meinung/", given).status_code == 302
    opinion = Feedback.objects.get()
    assert (opinion.rating, opinion.useful, opinion.text) == (5, True, "Gut")


def test_who_was_not_there_has_no_certificate(client: Client, event: Event) -> None:
    row = come(event, 1)
    over(event)
    assert client.get(f"{own(row)}teilnahme.pdf").status_code == 404
    client.post(f"{own(row)}meinung/", {"rating": "1"})
    assert (Feedback.objects.count(), Attendance.objects.count()) == (0, 0)


def test_over_is_over(client: Client, event: Event) -> None:
    row = come(event, 1)
    over(event)
    client.post(own(row), {"act": "leave"})
    row.refresh_from_db()
    assert row.state == Registration.State.CONFIRMED
    with pytest.raises(registering.RegistrationError):
        registering.resize(registration_id=row.pk, seats_wanted=2)
