"""What staff do: create, edit, publish, move, call off; what they see."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.functional import Promise

from factories.communities import make_community
from factories.directory import make_actor, make_terms
from factories.events import come, make_event
from steiger.web.accounts.models import LogEntry
from steiger.web.background.models import OutgoingMail
from steiger.web.communities.models import Community
from steiger.web.directory.models import Term
from steiger.web.events.domain.telling import ask_opinions_due, remind_due, tell_change
from steiger.web.events.interfaces.planning_forms import EventForm
from steiger.web.events.models import (
    Attendance,
    Event,
    Feedback,
    Material,
    Question,
    Series,
    TicketKind,
)

pytestmark = pytest.mark.django_db
PLAN = "/veranstaltungen/planung/"


def values(**fields: object) -> dict[str, object]:
    given = {
        "title_de": "Ein Beispielvortrag",
        "kind": "talk",
        "format": "onsite",
        "language": "de",
        "starts_at": "2027-05-03T17:00",
        "ends_at": "2027-05-03T19:00",
        "town": "Hagen",
        "offer_hours": "24",
        "keep_days": "90",
    }
    return given | fields


def test_no_hint_of_the_form_is_left_in_english() -> None:
    """What a form takes over from its model is written for programmers, in English."""
    plain = {
        name
        for name, field in EventForm.base_fields.items()
        if field.help_text and not isinstance(field.help_text, Promise)
    }
    assert plain == set()


def test_from_draft_to_published(staff: Client, client: Client) -> None:
    answer = staff.post(f"{PLAN}neu/", values())
    event = Event.objects.get()
    assert answer.headers["Location"] == f"{PLAN}{event.pk}/"
    assert (event.state, event.slug) == ("draft", "ein-beispielvortrag-2027-05-03")
    assert (event.municipality, event.district) == ("05914000", "05914")
    staff.post(f"{PLAN}{event.pk}/stand/", {"act": "publish"})
    event.refresh_from_db()
    assert event.state == "draft"  # without a ticket nobody could register
    ticket = {"new-name_de": "Vor Ort", "new-quota": "20", "new-most_per_group": "3"}
    staff.post(f"{PLAN}{event.pk}/teil/karte/", ticket)
    staff.post(f"{PLAN}{event.pk}/stand/", {"act": "publish"})
    event.refresh_from_db()
    assert event.state == "published"
    assert client.get(event.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"ends_at": "2027-05-03T16:00"},
        {"starts_at": "übermorgen"},
        {"town": ""},
        {"town": "Nirgendwohausen"},
        {"closes_at": "2027-06-03T16:00"},
        {"from_map": "Gibt es nicht"},
        {"title_de": ""},
    ],
)
def test_mistakes_are_named_and_nothing_is_lost(staff: Client, fields: dict[str, str]) -> None:
    answer = staff.post(f"{PLAN}neu/", values(host="Beispiel-Haus") | fields)
    html = answer.content.decode()
    assert (answer.status_code, Event.objects.count()) == (400, 0)
    assert ("st-field__error" in html, "Beispiel-Haus" in html) == (True, True)


def test_online_needs_no_town(staff: Client) -> None:
    staff.post(f"{PLAN}neu/", values(format="online", town=""))
    assert Event.objects.get().district == ""


def test_a_series_is_made_named_anew_and_chosen(staff: Client, client: Client) -> None:
    titles = {"title_de": "KI für Bäckereien", "title_en": "AI for bakeries"}
    assert staff.post(f"{PLAN}reihen/", titles).headers["Location"] == f"{PLAN}reihen/"
    staff.post(f"{PLAN}reihen/", titles)
    series, other = Series.objects.order_by("pk")
    assert (series.slug, other.slug) == ("ki-fuer-baeckereien", "ki-fuer-baeckereien-2")
    assert "KI für Bäckereien" in staff.get(f"{PLAN}neu/").content.decode()
    staff.post(f"{PLAN}neu/", values(series=series.pk))
    event = Event.objects.get()
    assert event.series == series
    page = f"{PLAN}reihen/{series.pk}/"
    assert "<h1>Reihen</h1>" in staff.get(f"{PLAN}reihen/").content.decode()
    assert event.title in staff.get(page).content.decode()
    staff.post(page, titles | {"title_de": "KI in der Backstube"})
    series.refresh_from_db()
    assert (series.title_de, series.slug) == ("KI in der Backstube", "ki-fuer-baeckereien")
    acts = LogEntry.objects.filter(object_type="events.series").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == [
        *("events.series.create", "events.series.create", "events.series.change"),
    ]
    Event.objects.update(state="published")
    english = client.get(f"/en{event.get_absolute_url()}").content.decode()
    assert ("AI for bakeries" in english, "Backstube" in english) == (True, False)


def test_a_series_needs_a_german_title(staff: Client) -> None:
    answer = staff.post(f"{PLAN}reihen/", {"title_de": " ", "title_en": "Bakeries"})
    assert (answer.status_code, Series.objects.count()) == (400, 0)
    assert 'id="id_title_de_error"' in answer.content.decode()
    assert staff.get(f"{PLAN}reihen/1/").status_code == 404


def test_the_community_is_chosen_by_its_name(staff: Client, client: Client) -> None:
    make_community("verwaltung", name_de="Öffentliche Verwaltung", name_en="Administration")
    closed = make_community("alt", name_de="Alte Runde")
    Community.objects.filter(pk=closed.pk).update(state=Community.State.CLOSED)
    html = staff.get(f"{PLAN}neu/").content.decode()
    assert '<option value="verwaltung">Öffentliche Verwaltung</option>' in html
    assert "Alte Runde" not in html
    staff.post(f"{PLAN}neu/", values(community="verwaltung"))
    event = Event.objects.get()
    assert event.community == "verwaltung"
    answer = staff.post(f"{PLAN}neu/", values(community="nirgends"))
    assert (answer.status_code, Event.objects.count()) == (400, 1)
    # What was filed under a community stays there when it is closed.
    Event.objects.update(community="alt", state="published")
    kept = staff.get(f"{PLAN}{event.pk}/").content.decode()
    assert '<option value="alt" selected>Alte Runde</option>' in kept
    assert "Alte Runde" in client.get(event.get_absolute_url()).content.decode()


def test_topics_are_ticked(staff: Client) -> None:
    make_terms()
    topics = list(Term.objects.filter(vocabulary="technology").order_by("pk")[:2])
    html = staff.get(f"{PLAN}neu/").content.decode()
    assert len(re.findall(r'<input type="checkbox" name="topics"', html)) >= 2
    assert "Strg" not in html
    staff.post(f"{PLAN}neu/", values(topics=[topic.pk for topic in topics]))
    assert set(Event.objects.get().topics.all()) == set(topics)


def test_a_place_from_the_map_fills_the_address(staff: Client) -> None:
    make_terms()
    actor = make_actor("Beispielhaus am Ring", town="Hagen")
    staff.post(f"{PLAN}neu/", values(from_map="beispielhaus am ring", town=""))
    event = Event.objects.get()
    assert (event.venue_actor, event.venue, event.town) == (actor, actor.name, "Hagen")


def test_moving_tells_everybody(staff: Client, event: Event) -> None:
    come(event, 1)
    moved = values(
        title_de=event.title_de,
        starts_at="2027-06-01T10:00",
        ends_at="2027-06-01T12:00",
        town="Wuppertal",
    )
    staff.post(f"{PLAN}{event.pk}/", moved)
    event.refresh_from_db()
    assert event.sequence == 1
    assert tell_change(event.pk) == 1


def test_calling_off_needs_a_reason(staff: Client, event: Event) -> None:
    url = f"{PLAN}{event.pk}/stand/"
    staff.post(url, {"act": "call_off"})
    assert Event.objects.get().state == "published"
    staff.post(url, {"act": "call_off", "off-reason_de": "Die Referentin ist krank."})
    assert Event.objects.get().state == "cancelled"


def test_parts_are_added_and_removed(staff: Client, event: Event) -> None:
    base = f"{PLAN}{event.pk}/teil/"
    question = {
        "question-label_de": "Essen?",
        "question-kind": "choice",
        "question-choices_text": "Fleisch\nKein Fleisch\n",
        "question-purpose_de": "Für die Küche.",
        "question-keep_days": "3",
    }
    assert staff.post(f"{base}frage/", question | {"question-choices_text": "x"}).status_code == 400
    staff.post(f"{base}frage/", question)
    assert Question.objects.get().choices == ["Fleisch", "Kein Fleisch"]
    material = {"material-title_de": "Folien", "material-url": "https://example.org/f.pdf"}
    staff.post(f"{base}unterlage/", material)
    staff.post(f"{base}frage/", {"key": str(Question.objects.get().pk)})
    staff.post(f"{base}unterlage/", {"key": str(Material.objects.get().pk)})
    assert (Question.objects.count(), Material.objects.count()) == (0, 0)


def test_a_quota_below_what_is_given_is_refused_in_words(staff: Client, event: Event) -> None:
    come(event, 1, seats=3)
    ticket = event.tickets.get()
    data = {"key": str(ticket.pk), f"t{ticket.pk}-name_de": "Vor Ort"}
    data |= {f"t{ticket.pk}-quota": "2", f"t{ticket.pk}-most_per_group": "3"}
    answer = staff.post(f"{PLAN}{event.pk}/teil/karte/", data, follow=True)
    assert "3 Plätze sind schon vergeben" in answer.content.decode()
    staff.post(f"{PLAN}{event.pk}/teil/karte/", data | {"remove": "1"})
    assert TicketKind.objects.get().quota == 10


def test_used_drafts_stay(staff: Client, event: Event) -> None:
    staff.post(f"{PLAN}{event.pk}/stand/", {"act": "delete"})
    assert Event.objects.count() == 1
    draft = make_event(state="draft")
    staff.post(f"{PLAN}{draft.pk}/stand/", {"act": "delete"})
    assert Event.objects.count() == 1


def test_staff_cancels_at_somebodys_wish(staff: Client, event: Event) -> None:
    row = come(event, 1)
    url = f"{PLAN}{event.pk}/anmeldungen/"
    assert "gast1@example.org" in staff.get(url).content.decode()
    staff.post(f"{url}absagen/", {"registration": str(row.pk)})
    row.refresh_from_db()
    assert row.state == "left"


def test_figures_of_one_event(staff: Client, event: Event) -> None:
    row = come(event, 1)
    Attendance.objects.create(event=event, registration=row, person="p", came_at=timezone.now())
    Feedback.objects.create(event=event, rating=4, useful=True, text="Mehr davon")
    html = staff.get(f"{PLAN}{event.pk}/auswertung/").content.decode()
    assert ("Mehr davon" in html, "4,0" in html) == (True, True)
    for query in ("", "?show=draft", "?show=past", "?show=x"):
        assert staff.get(f"{PLAN}{query}").status_code == 200


def test_reminders_and_opinions_are_asked_once(event: Event) -> None:
    row = come(event, 1)
    type(row).objects.update(confirmed_at=timezone.now() - timedelta(days=1))
    early = event.starts_at - timedelta(days=3)
    assert (remind_due(early), remind_due(event.starts_at - timedelta(days=1))) == (0, 1)
    assert remind_due(event.starts_at - timedelta(hours=5)) == 0
    assert ask_opinions_due(event.ends_at + timedelta(hours=1)) == 0
    Attendance.objects.create(event=event, registration=row, came_at=event.starts_at)
    assert ask_opinions_due(event.ends_at + timedelta(hours=1)) == 1
    assert ask_opinions_due(event.ends_at + timedelta(hours=2)) == 0
    assert OutgoingMail.objects.count() == 4
