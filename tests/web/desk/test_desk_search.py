"""One box over everything, and for each role only what it may see."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from factories.cases import make_case
from factories.communities import make_community, make_member, make_question
from factories.desk import browser_of, make_advising, make_person, make_talk
from factories.directory import make_actor
from factories.events import come, make_event
from factories.publications import make_draft
from steiger.engines.reporting.periods import Period
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.finding import searchers_for
from steiger.web.accounts.models import User
from steiger.web.cases.domain.cases import hand_over, set_confidential, take
from steiger.web.cases.models import Case
from steiger.web.communities.domain.writing import ask
from steiger.web.events.models import Feedback
from steiger.web.reports.domain.templates import template
from steiger.web.reports.domain.writing import create_report

pytestmark = pytest.mark.django_db
URL = "/arbeitsplatz/suche/"
ROLES = ("adviser", "moderator", "examiner", "funding_officer", "administrator")


def titles(client: Client, text: str, kind: str = "") -> list[str]:
    """Titles of the answers."""
    page = client.get(URL, {"q": text, "art": kind})
    assert page.status_code == 200
    return [hit.title for group in page.context.get("groups", ()) for hit in group.hits]


def kinds(client: Client, text: str) -> set[str]:
    """Which kinds have an answer."""
    return {group.key for group in client.get(URL, {"q": text}).context["groups"]}


@pytest.fixture
def life(adviser: User) -> Case:
    """The same rare word in every room; the case and the talk are Berta's."""
    case = make_case(name="Zwölfender GmbH")
    take(case=case, adviser=adviser, by=audit.SYSTEM)
    make_talk(make_advising(adviser), firm_name="Zwölfender GmbH")
    event = make_event(title_de="Zwölfender im Gespräch")
    row = come(event, 1, name="Ute Zwölfender")
    make_event(title_de="Entwurf Zwölfender", state="draft")
    Feedback.objects.create(event=event, rating=5, text="Der Zwölfender war gut.")
    make_draft(title_de="Leitfaden Zwölfender")
    community = make_community(name_de="Zwölfender")
    make_question(make_member(community, "Zora Zwölfender"), "Wer kennt Zwölfender?")
    ask(member=make_member(community, "Kim"), title="Wartender Zwölfender?")
    make_actor("Zwölfender Institut")
    make_actor("Zwölfender Entwurf", state="draft")
    chosen = template("halbjahr")
    assert chosen is not None
    report = create_report(template=chosen, period=Period.of("2026-H1"), by=audit.SYSTEM)
    report.title_de = "Bericht Zwölfender"
    report.save()
    assert row.name == "Ute Zwölfender"
    return case


ALL_STAFF = {"veranstaltungen", "anmeldungen", "rueckmeldungen", "wissen", "gemeinschaften",
             "fragen", "landkarte"}  # fmt: skip
SEEN = {
    "adviser": ALL_STAFF,  # another one than Berta: her talk is not his
    "moderator": ALL_STAFF | {"mitglieder", "berichtsentwuerfe"},
    "examiner": ALL_STAFF,
    "funding_officer": ALL_STAFF | {"berichtsentwuerfe"},
    "administrator": ALL_STAFF
    | {"mitglieder", "berichtsentwuerfe", "faelle", "sprechstunden"},
}  # fmt: skip


def test_a_case_is_told_by_its_day_not_by_a_number(life: Case, adviser: User) -> None:
    page = browser_of(adviser).get(URL, {"q": "zwoelfender", "art": "faelle"}).content.decode()
    assert f"begonnen am {timezone.localtime(life.opened_at):%d.%m.%Y}" in page
    assert f"Fall {life.number}" not in page


@pytest.mark.parametrize("role", ROLES)
def test_confidential_case_appears_to_nobody_but_its_adviser_and_administrators(
    life: Case, adviser: User, role: str
) -> None:
    """For each role: which kinds answer, while the case is confidential."""
    set_confidential(case=life, confidential=True, by=audit.SYSTEM)
    other = browser_of(make_person(role, f"Andere {role}"))
    assert kinds(other, "zwoelfender") == SEEN[role]
    page = other.get(f"/mein-weg/faelle/{life.pk}/")
    assert page.status_code == (
        200 if role == "administrator" else 404 if role == "adviser" else 403
    )
    assert {"faelle", "sprechstunden"} <= kinds(browser_of(adviser), "ZWÖLFENDER")


def test_confidential_case_is_hidden_everywhere_from_a_colleague(
    life: Case, adviser: User, colleague: User
) -> None:
    number = str(life.pk)[:8]
    browser = browser_of(colleague)
    assert titles(browser, number) == ["Zwölfender GmbH"]
    set_confidential(case=life, confidential=True, by=audit.SYSTEM)
    assert titles(browser, number) == []
    assert b"lfender GmbH" not in browser.get("/mein-weg/faelle/?state=all").content
    assert b"lfender GmbH" not in browser.get("/arbeitsplatz/").content
    for path in ("notiz", "aufgabe", "uebernehmen", "vertraulich", "schliessen", "loeschen"):
        assert browser.post(f"/mein-weg/faelle/{life.pk}/{path}/").status_code == 404
    assert browser.get(f"/mein-weg/faelle/{life.pk}/daten/json/").status_code == 404
    other = make_case("anders@example.org", name="Anders GmbH")
    choose = f"/mein-weg/faelle/{other.pk}/zusammenfuehren/"
    assert b"lfender GmbH" not in browser.get(choose, {"q": "Zwölfender"}).content
    assert browser.get(f"{choose}{life.pk}/").status_code == 404
    # Whoever gets it by a hand-over sees it, and who gave it away does no longer.
    hand_over(case=life, taker=colleague, reason="Urlaub", by=audit.SYSTEM)
    assert titles(browser, "Zwölfender", "faelle") == ["Zwölfender GmbH"]
    assert titles(browser_of(adviser), "Zwölfender", "faelle") == []


def test_confidential_is_set_and_taken_back_on_the_page(life: Case, adviser: User) -> None:
    browser = browser_of(adviser)
    address = f"/mein-weg/faelle/{life.pk}/vertraulich/"
    browser.post(address, {"confidential": "yes"})
    life.refresh_from_db()
    assert life.confidential
    assert "vertraulich" in browser.get(f"/mein-weg/faelle/{life.pk}/").content.decode()
    browser.post(address, {"confidential": "no"})
    life.refresh_from_db()
    assert not life.confidential
    free = make_case("frei@example.org")
    browser.post(f"/mein-weg/faelle/{free.pk}/vertraulich/", {"confidential": "yes"})
    free.refresh_from_db()
    assert not free.confidential  # nobody could work on it


def test_bookings_are_found_by_their_adviser_only(
    adviser: User, colleague: User, head: User
) -> None:
    talk = make_talk(make_advising(adviser))
    hits = browser_of(adviser).get(URL, {"q": "gross aenne", "art": "sprechstunden"})
    address = hits.context["groups"][0].hits[0].url
    assert str(talk.pk) in address
    assert titles(browser_of(colleague), "gross") == []
    assert titles(browser_of(head), "gross") == ["Bäckerei Müllerß"]
    statuses = [browser_of(who).get(address).status_code for who in (adviser, colleague, head)]
    assert statuses == [200, 404, 200]


def test_members_and_waiting_questions_are_for_moderators(
    life: Case, adviser: User, moderator: User
) -> None:
    assert titles(browser_of(adviser), "wartender", "fragen") == []
    assert titles(browser_of(moderator), "wartender", "fragen") == ["Wartender Zwölfender?"]
    # A kind that a person may not ask stands for all, and answers nothing of its own.
    page = browser_of(adviser).get(URL, {"q": "zora", "art": "mitglieder"})
    assert (page.context["kind"], page.context["groups"]) == ("", [])


def test_drafts_of_the_map_are_for_moderators(life: Case, adviser: User, moderator: User) -> None:
    assert titles(browser_of(adviser), "zwölfender entwurf", "landkarte") == []
    assert titles(browser_of(moderator), "zwölfender entwurf", "landkarte") == [
        "Zwölfender Entwurf"
    ]


def test_every_hit_leads_to_a_page_that_opens(life: Case, head: User) -> None:
    browser = browser_of(head)
    page = browser.get(URL, {"q": "zwölfender"})
    groups = page.context["groups"]
    assert {group.key for group in groups} == SEEN["administrator"]
    drafts = {"Zwölfender Entwurf"}  # the map's own page says that it is not public (410)
    answers = {
        hit.url: browser.get(hit.url.partition("#")[0]).status_code
        for group in groups
        for hit in group.hits
        if hit.title not in drafts
    }
    assert set(answers.values()) == {200}
    for group in groups:
        for hit in group.hits:
            if "#" in hit.url:
                part = hit.url.partition("#")[2]
                assert f'id="{part}"' in browser.get(hit.url).content.decode()


def test_kinds_are_grouped_counted_and_filtered(adviser: User) -> None:
    for number in range(30):
        make_case(f"f{number}@example.org", name=f"Bäckerei Nr {number:02}")
    browser = browser_of(adviser)
    page = browser.get(URL, {"q": "baeckerei"})
    (group,) = page.context["groups"]
    assert (group.key, group.total, len(group.hits), group.rest) == ("faelle", 30, 5, 25)
    assert "Alle 30 zeigen" in page.content.decode()
    one = browser.get(f"{URL}{group.url}")
    assert len(one.context["groups"][0].hits) == 25
    two = browser.get(f"{URL}{group.url}&page=2")
    assert len(two.context["groups"][0].hits) == 5


@pytest.mark.parametrize(
    "asked", ["", "  ", "\x00", "%", "'; DROP TABLE x; --", "x" * 5000, "ä" * 90]
)
def test_strange_questions_are_answered_calmly(adviser: User, asked: str) -> None:
    make_case()
    assert browser_of(adviser).get(URL, {"q": asked, "page": "minus"}).status_code == 200


def test_erased_people_are_not_found(adviser: User) -> None:
    event = make_event()
    row = come(event, 1, name="Ute Vergangen")
    browser = browser_of(adviser)
    assert titles(browser, "vergangen") == ["Ute Vergangen"]
    row.name, row.email, row.erased_at = "", "", row.created_at
    row.save()
    assert titles(browser, "vergangen") == []


def test_every_room_with_something_to_find_has_registered(head: User) -> None:
    known = {searcher.key for searcher in searchers_for(head)}
    assert known >= SEEN["administrator"] | {"berichte"}


def test_words_of_the_page_are_german_and_english(adviser: User) -> None:
    browser = browser_of(adviser)
    german = browser.get(URL, {"q": "nichtda"}).content.decode()
    english = browser.get(f"/en{URL}", {"q": "nichtda"}).content.decode()
    assert re.search("Nichts, was Sie sehen dürfen, passt auf „nichtda“", german)
    assert re.search("Nothing that you may see fits “nichtda”", english)
