"""The first page of a day: for each role what waits, each line leads to the thing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from factories.cases import make_case
from factories.communities import make_community, make_member, make_question
from factories.desk import browser_of, make_advising, make_person, make_talk
from factories.events import come, make_event
from factories.flood_room import make_network
from factories.publications import make_draft
from steiger.engines.reporting.periods import Period
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import User
from steiger.web.advice.models import Booking, FollowUp
from steiger.web.cases.domain.cases import set_confidential, take
from steiger.web.cases.domain.record import record
from steiger.web.cases.domain.todo import add_task
from steiger.web.cases.models import Case
from steiger.web.communities.domain.writing import ask
from steiger.web.communities.models import Question
from steiger.web.desk.domain.audience import Filters
from steiger.web.desk.domain.circulars import write
from steiger.web.desk.interfaces.today import today
from steiger.web.events.models import Feedback
from steiger.web.flood.models import Network
from steiger.web.reports.domain.templates import template
from steiger.web.reports.domain.writing import create_report, hand_in, publish

pytestmark = pytest.mark.django_db
URL = "/arbeitsplatz/"
NOON = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


def queues(user: User) -> dict[str, int]:
    """Which queues the person has, and how much waits in each."""
    return {part.key: part.total for part in today(user).queues}


def enquiry(number: int = 1, days: int = 2) -> Case:
    """A case that is nothing but an enquiry."""
    firm = make_case(f"anfrage{number}@example.org", name=f"Anfrage {number}").firm
    case = firm.cases.get()
    case.entries.all().delete()
    record(
        firm=firm,
        kind="enquiry",
        happened_at=timezone.now() - timedelta(days=days),
        title="Anfrage",
        room="advice",
        source=f"enquiry/{number}",
        by=audit.SYSTEM,
    )
    return case


def test_appointments_are_ones_own_and_administrators_see_all(
    adviser: User, colleague: User, head: User
) -> None:
    own, other = make_advising(adviser), make_advising(colleague)
    make_talk(own, NOON, firm_name="Eigener Betrieb")
    make_talk(other, NOON + timedelta(hours=1), firm_name="Fremder Betrieb")
    make_talk(own, NOON + timedelta(days=1), firm_name="Morgen")
    make_talk(own, NOON, firm_name="Abgesagt", state=Booking.State.CANCELLED)
    lines = [[line.title for line in today(who).talks.lines] for who in (adviser, colleague, head)]
    assert lines == [
        ["Eigener Betrieb"],
        ["Fremder Betrieb"],
        ["Eigener Betrieb", "Fremder Betrieb"],
    ]
    assert "Berta Beispiel" in today(head).talks.lines[0].note
    assert "Berta Beispiel" not in today(adviser).talks.lines[0].note


def test_talks_that_are_over_wait_to_be_marked(adviser: User, colleague: User) -> None:
    make_talk(make_advising(adviser), timezone.now() - timedelta(days=3))
    assert (today(adviser).over.total, today(colleague).over.total) == (1, 0)


def test_talks_of_today_say_how_they_are(adviser: User) -> None:
    own = make_advising(adviser)
    for minutes, state in ((-120, "confirmed"), (-60, "held"), (30, "confirmed"), (90, "asked")):
        make_talk(own, NOON + timedelta(minutes=minutes), state=state)
    found = today(adviser, now=NOON)
    assert [line.mark for line in found.talks.lines] == [
        "vorbei, nicht vermerkt", "gehalten", "", "noch nicht bestätigt",
    ]  # fmt: skip
    assert found.over.total == 0


def test_doors_of_the_day_and_of_the_week(adviser: User) -> None:
    make_event(title_de="Heute", starts_at=NOON, quota=5)
    make_event(title_de="Bald", starts_at=NOON + timedelta(days=3))
    make_event(title_de="Später", starts_at=NOON + timedelta(days=30))
    make_event(title_de="Entwurf", starts_at=NOON, state="draft")
    make_event(title_de="Fällt aus", starts_at=NOON + timedelta(days=2), state="cancelled")
    found = today(adviser)
    assert [line.title for line in found.doors.lines] == ["Heute"]
    assert "0 von 5 Plätzen vergeben" in found.doors.lines[0].note
    assert [(line.title, line.mark) for line in found.coming.lines] == [
        ("Fällt aus", "Abgesagt"),
        ("Bald", ""),
    ]


def test_tasks_are_ones_own_late_ones_first(adviser: User, colleague: User) -> None:
    case = make_case()
    for title, days, who in (("Morgen", 1, adviser), ("Gestern", -1, adviser), ("X", 0, colleague)):
        due = timezone.localdate() + timedelta(days=days)
        add_task(case=case, title=title, due_on=due, assignee=who, by=audit.SYSTEM)
    found = today(adviser).tasks
    assert [(line.title, line.mark) for line in found.lines] == [
        ("Gestern", "überfällig"),
        ("Morgen", ""),
    ]


def test_enquiries_without_an_appointment(adviser: User, colleague: User, head: User) -> None:
    free, own, booked = enquiry(1, days=9), enquiry(2), enquiry(3)
    take(case=own, adviser=adviser, by=audit.SYSTEM)
    make_talk(make_advising(adviser), firm=booked.firm)
    make_case("beraten@example.org")  # a talk was held
    assert queues(adviser)["anfragen"] == 2
    assert queues(colleague)["anfragen"] == 1
    assert queues(head)["anfragen"] == 2
    set_confidential(case=own, confidential=True, by=audit.SYSTEM)
    assert [line.title for line in today(colleague).queues[0].lines] == [free.firm.name]


def test_follow_ups_without_an_answer(adviser: User, colleague: User) -> None:
    talk = make_talk(make_advising(adviser), timezone.now() - timedelta(days=60), state="held")
    asked = timezone.now() - timedelta(days=15)
    question = FollowUp.objects.create(booking=talk, days=30, asked_at=asked)
    assert queues(adviser)["nachfragen"] == 1
    assert "nachfragen" not in queues(colleague)
    question.asked_at = timezone.now() - timedelta(days=13)
    question.save()
    assert "nachfragen" not in queues(adviser)  # the firm has two weeks
    question.asked_at, question.answered_at = asked, timezone.now()
    question.save()
    assert "nachfragen" not in queues(adviser)


def test_waiting_lists_beside_free_places(adviser: User) -> None:
    event = make_event(quota=3)
    come(event, 1, seats=2)
    come(event, 2, seats=2)  # one is free, two are wanted
    (part,) = [part for part in today(adviser).queues if part.key == "wartelisten"]
    assert part.lines[0].note == "1 frei, als Nächstes wartet aber eine größere Gruppe"
    full = make_event(quota=1)
    come(full, 3)
    come(full, 4)
    assert queues(adviser)["wartelisten"] == 1


def test_river_networks_in_trouble(adviser: User) -> None:
    network = make_network()
    assert "hochwasser" not in queues(adviser)
    Network.objects.update(without_files=True)
    (part,) = [part for part in today(adviser).queues if part.key == "hochwasser"]
    (line,) = part.lines
    assert (line.title, line.url) == (
        "Beispieltal",
        f"/hochwasser/betrieb/#netz-{network.key}",
    )
    assert "Dateien fehlen" in browser_of(adviser).get(URL).content.decode()


def test_questions_and_contributions_are_for_moderators(adviser: User, moderator: User) -> None:
    community = make_community()
    question = make_question(make_member(community))
    ask(member=make_member(community, "Robin"), title="Wartet")
    assert queues(moderator) == {"moderation": 1}
    old = timezone.now() - timedelta(days=3)
    Question.objects.filter(pk=question.pk).update(shown_at=old)
    assert queues(moderator) == {"moderation": 1, "fragen": 1}
    assert queues(adviser) == {}


def test_drafts_opinions_reports_and_circulars_by_role(
    adviser: User, moderator: User, officer: User, head: User
) -> None:
    event = make_event(state="draft")
    Feedback.objects.create(event=event, rating=4, text="Gern wieder.")
    Feedback.objects.create(event=event, rating=4, text="")
    old = timezone.localdate() - timedelta(days=15)
    Feedback.objects.create(event=event, rating=1, text="Lange her.", given_on=old)
    make_draft()
    chosen = template("halbjahr")
    assert chosen is not None
    create_report(template=chosen, period=Period.of("2026-H1"), by=audit.SYSTEM)
    words = {"subject_de": "Neues", "text_de": "Text"}
    write(values=words, filters=Filters(), author=officer, by=audit.SYSTEM)
    all_staff = {"rueckmeldungen": 1, "veranstaltungen": 1, "wissen": 1}
    more = all_staff | {"berichte": 1, "rundschreiben": 1}
    examiner = make_person("examiner")
    assert [queues(who) for who in (adviser, examiner, moderator, officer, head)] == [
        all_staff, all_staff, more, more, more,
    ]  # fmt: skip


def test_a_report_waits_until_its_last_edition_is_published(officer: User) -> None:
    chosen = template("halbjahr")
    assert chosen is not None
    report = create_report(template=chosen, period=Period.of("2026-H1"), by=audit.SYSTEM)
    assert queues(officer) == {"berichte": 1}
    for language, period in (("de", "1. Halbjahr 2026"), ("en", "first half of 2026")):
        with override(language):
            line = today(officer).queues[0].lines[0]
            assert (line.title, line.note) == (getattr(chosen, f"title_{language}"), period)
    for reason in ("", "Eine Zahl war falsch."):
        edition = hand_in(report=report, reason=reason, by=audit.SYSTEM)
        assert queues(officer) == {"berichte": 1}
        publish(edition=edition, by=audit.SYSTEM)
        assert queues(officer) == {}


def links(client: Client) -> list[str]:
    """Addresses of all lines."""
    found = client.get(URL).context["today"]
    parts = [found.talks, found.over, found.doors, found.coming, found.tasks, *found.queues]
    return [line.url for part in parts for line in (*part.lines, *part.folded)]


@pytest.mark.parametrize("role", ["adviser", "moderator", "funding_officer", "administrator"])
def test_every_line_leads_to_a_page_that_opens(adviser: User, officer: User, role: str) -> None:
    own = make_advising(adviser)
    make_talk(own, NOON)
    make_talk(own, timezone.now() - timedelta(days=3))
    asked = timezone.now() - timedelta(days=15)
    talk = make_talk(own, timezone.now() - timedelta(days=60), state="held")
    FollowUp.objects.create(booking=talk, days=30, asked_at=asked)
    make_event(starts_at=NOON)
    make_event(days=3)
    event = make_event(state="draft")
    Feedback.objects.create(event=event, rating=4, text="Gern wieder.")
    make_draft()
    enquiry()
    add_task(
        case=make_case(),
        title="Anrufen",
        due_on=timezone.localdate(),
        assignee=adviser,
        by=audit.SYSTEM,
    )
    ask(member=make_member(make_community()), title="Wartet")
    write(
        values={"subject_de": "A", "text_de": "B"},
        filters=Filters(),
        author=officer,
        by=audit.SYSTEM,
    )
    known = {"adviser": adviser, "funding_officer": officer}
    browser = browser_of(known.get(role) or make_person(role))
    found = links(browser)
    assert len(found) >= 4
    answers = {url: browser.get(url.partition("#")[0]).status_code for url in found}
    assert set(answers.values()) == {200}


def test_empty_states_say_what_to_do(adviser: User, officer: User) -> None:
    text = browser_of(adviser).get(URL).content.decode()
    assert "Tragen Sie Ihre Zeiten ein, dann können Betriebe buchen." in text
    assert "Heute findet keine Veranstaltung statt." in text
    assert "Nichts wartet" in text
    make_advising(adviser)
    assert "Woche ansehen" in browser_of(adviser).get(URL).content.decode()
    others = browser_of(officer).get(URL).content.decode()
    assert "gespraeche" not in others
    assert "aufgaben" not in others


def test_long_queues_fold(adviser: User) -> None:
    talks = make_advising(adviser)
    asked = timezone.now() - timedelta(days=15)
    for number in range(9):
        talk = make_talk(
            talks, timezone.now() - timedelta(days=60), state="held", firm_name=f"Betrieb {number}"
        )
        FollowUp.objects.create(booking=talk, days=30, asked_at=asked)
    (part,) = today(adviser).queues
    assert (len(part.lines), len(part.folded), part.rest, part.total) == (6, 3, 3, 9)
    text = browser_of(adviser).get(URL).content.decode()
    assert "3 weitere" in text
    assert "Betrieb 8" in text


def test_tabs_name_only_what_the_person_may_enter(adviser: User, officer: User) -> None:
    for who, number in ((adviser, 3), (officer, 4)):
        tabs = browser_of(who).get(URL).context["desk_tabs"]
        assert len(tabs) == number
        assert {browser_of(who).get(tab["url"]).status_code for tab in tabs} == {200}
        assert [tab["current"] for tab in tabs] == [True] + [False] * (number - 1)


def test_the_booking_leads_to_the_firms_case(adviser: User) -> None:
    case = make_case()
    talk = make_talk(make_advising(adviser), firm=case.firm)
    # Looked at on the day of the talk: in the last hour of a day the talk is tomorrow's.
    (line,) = today(adviser, talk.starts_at).talks.lines
    page = browser_of(adviser).get(line.url)
    assert f"/mein-weg/faelle/{case.pk}/" in page.content.decode()


def test_the_page_needs_few_queries(head: User, django_assert_max_num_queries: object) -> None:
    browser = browser_of(head)
    for number in range(12):
        enquiry(number)
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        browser.get(URL)
