"""Websites, health, subscriptions, contact persons, retention."""

from __future__ import annotations

import statistics
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from factories.clock import moved
from factories.curation import accept, acting, make_edit, statements
from factories.directory import make_actor
from factories.freshness import handed_over, make_representative, token_in
from steiger.adapters.websites import Finding
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry
from steiger.web.background.models import OutgoingMail
from steiger.web.curation.domain import (
    contacts,
    decisions,
    link_check,
    reminders,
    retention,
    subscriptions,
)
from steiger.web.curation.domain.freshness import confirm
from steiger.web.curation.domain.health import BANDS, health
from steiger.web.curation.domain.tokens import CONTACT, LEAVE, SUBSCRIBE, token_for
from steiger.web.curation.interfaces.changed import changed_in, normal
from steiger.web.curation.models import (
    Confirmation,
    ContactConsent,
    ContactPerson,
    Freshness,
    LinkCheck,
    MapSubscription,
    Reminder,
    Submission,
)
from steiger.web.directory.domain.index import rebuild
from steiger.web.directory.models import Actor

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOW = timezone.now


@pytest.fixture(autouse=True)
def _quiet(settings: Any, tmp_path: Any) -> None:
    cache.clear()
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    settings.SEARCH_INDEX_DIR = tmp_path / "index"


# --- websites -------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_three_failures_in_a_row_before_the_page_says_so() -> None:
    actor = make_actor(website="https://weg.example.org/")
    now, said = NOW(), []
    for found in ("gone", "reachable", "gone", "silent", "unclear", "gone"):
        link_check.note(actor.pk, actor.website, Finding(found), now)
        page = Client().get(actor.get_absolute_url()).content.decode()
        said.append("letzten drei" in page)
    assert said == [False, False, False, False, False, True]
    assert [row.failures for row in link_check.for_moderators()] == [3]


@pytest.mark.django_db
def test_each_website_in_its_time_and_each_server_once_a_run() -> None:
    urls = ("https://a.example.org/1", "https://a.example.org/2", "https://b.example.org/")
    for url in urls:
        make_actor(website=url)
    make_actor(website="https://erfunden.example.org/", is_example=True)
    make_actor(website="https://entwurf.example.org/", state="draft")
    asked: list[str] = []
    pauses: list[float] = []

    def ask(url: str) -> Finding:
        asked.append(url)
        return Finding("gone", 404) if "b." in url else Finding("reachable", 200)

    now = NOW()
    assert link_check.check_due(now, ask=ask, pause=pauses.append)["reachable"] == 1
    assert (len(asked), len(pauses)) == (2, 1)
    link_check.check_due(now + timedelta(hours=1), ask=ask, pause=pauses.append)
    assert sorted(asked) == sorted(urls)
    link_check.check_due(now + timedelta(days=3), ask=ask, pause=pauses.append)
    assert asked[3:] == ["https://b.example.org/"]  # what failed is looked at again soon
    Actor.objects.filter(website=urls[2]).update(website="")
    link_check.check_due(now + timedelta(days=40), ask=ask, pause=pauses.append)
    assert not LinkCheck.objects.filter(url=urls[2]).exists()


# --- health ---------------------------------------------------------------------------------------
class HealthLaws(TestCase):
    """Figures of the database against a recount in plain Python."""

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        ages=st.lists(st.lists(st.integers(0, 1200), max_size=3), max_size=7),
        hours=st.lists(st.integers(1, 5000), max_size=6),
    )
    def test_recount(self, ages: list[list[int]], hours: list[int]) -> None:
        now = NOW()
        for days in ages:
            actor = make_actor()
            for age in days:
                at = now - timedelta(days=age, minutes=1)
                Confirmation.objects.create(actor=actor, at=at, role="moderator", how="desk")
        example = make_actor(is_example=True)
        Confirmation.objects.create(actor=example, at=now, role="moderator", how="desk")
        for number in hours:
            Submission.objects.create(
                kind="new",
                state="accepted",
                title="x",
                confirmed_at=now - timedelta(hours=number + 1),
                decided_at=now - timedelta(hours=1),
            )
        Submission.objects.create(kind="new", state="waiting", title="x")
        found = health(now)
        last = [min(days) for days in ages if days]
        assert found.entries == len(ages)
        assert sum(found.bands) == len(ages)
        assert found.bands[-1] == len(ages) - len(last)
        assert found.confirmed == sum(found.bands[: BANDS.index(12) + 1])
        expected = statistics.median(last) if last else None
        minute = timedelta(minutes=1)
        assert found.median_age == (None if expected is None else timedelta(expected) + minute)
        took = [timedelta(hours=number) for number in hours]
        assert found.median_decision == (statistics.median(took) if took else None)
        assert (found.open, found.decided) == (1, len(hours))


@pytest.mark.django_db
def test_health_page_in_both_languages() -> None:
    confirm(actor=make_actor(), role="moderator", how="desk", by=audit.SYSTEM)
    make_actor()
    for path, words in (("/eintraege/zustand/", "50 %"), ("/en/eintraege/zustand/", "50%")):
        page = Client().get(path)
        assert page.status_code == 200
        assert words in page.content.decode().replace("\xa0", " ")


# --- subscriptions --------------------------------------------------------------------------------
def subscribed(query: str = "", **fields: Any) -> MapSubscription:
    at = NOW() - timedelta(days=8)
    values = {"confirmed_at": at, "told_until": at, **fields}
    return MapSubscription.objects.create(email="leser@example.org", query=query, **values)


@pytest.mark.django_db
def test_double_opt_in_and_leaving_by_one_click() -> None:
    path = reverse("curation:subscribe") + "?district=05124&view=map&page=3&unsinn=1"
    make_actor()
    assert "Wuppertal" in Client().get(path).content.decode()
    given = {"email": "Leser@example.org", "rhythm": "daily"}
    assert Client().post(path, given | {"website": "x"}).status_code == 302
    assert not MapSubscription.objects.exists()
    assert Client().post(path, given).status_code == 302
    row = MapSubscription.objects.get()
    assert (row.query, row.email, row.confirmed_at) == (
        "?district=05124",
        "leser@example.org",
        None,
    )
    mail = OutgoingMail.objects.get()
    token = token_for(row.pk, SUBSCRIBE)
    assert reverse("curation:subscription_confirm", args=["x"])[:-2] in mail.content["text"]
    link = reverse("curation:subscription_confirm", args=[token])
    Client().get(link)
    row.refresh_from_db()
    assert row.confirmed_at is None
    Client().post(link)
    row.refresh_from_db()
    assert row.confirmed_at is not None
    OutgoingMail.objects.all().delete()
    Client().post(path, given)
    assert not OutgoingMail.objects.exists()  # nothing is told about who subscribed already
    leave = reverse("curation:subscription_leave", args=[token_for(row.pk, LEAVE)])
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(leave, {"List-Unsubscribe": "One-Click"}).status_code == 302
    assert not MapSubscription.objects.exists()
    assert browser.post(leave).status_code == 302  # again does no harm
    wrong = reverse("curation:subscription_leave", args=[token])
    assert browser.post(wrong).status_code == 404


@pytest.mark.django_db
def test_digest_holds_what_is_new_and_changed_in_the_view_and_comes_once() -> None:
    now = NOW()
    old = {"created_at": now - timedelta(days=300)}
    make_actor("Unverändert", **old, changed_at=now - timedelta(days=300))
    make_actor("Geändert", **old, changed_at=now - timedelta(days=2))
    make_actor("Neu", created_at=now - timedelta(days=1), changed_at=now - timedelta(days=1))
    fresh = now - timedelta(days=1)
    make_actor("Anderswo", ags="05911000", created_at=fresh, changed_at=fresh)
    rebuild()
    subscribed("?district=05124")
    assert subscriptions.send_digests(changed_in) == 1
    mail = OutgoingMail.objects.get()
    text = mail.content["text"]
    assert ("Neu" in text, "Geändert" in text) == (True, True)
    assert ("Unverändert" in text, "Anderswo" in text) == (False, False)
    assert mail.content["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert subscriptions.send_digests(changed_in) == 0
    with moved(now + timedelta(days=8)):
        assert subscriptions.send_digests(changed_in) == 0  # nothing new, no mail


@pytest.mark.django_db
def test_digest_does_not_leave_after_the_end() -> None:
    row = subscribed()
    make_actor("Neu", created_at=NOW() - timedelta(days=1), changed_at=NOW() - timedelta(days=1))
    rebuild()
    subscriptions.send_digests(changed_in)
    subscriptions.leave(subscription_id=row.pk)
    assert handed_over() == 0
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_too_many_mails_to_one_address() -> None:
    for query in ("", "?district=05124", "?district=05911"):
        subscriptions.subscribe(email="a@example.org", query=query, rhythm="daily", language="de")
    with pytest.raises(subscriptions.TooManyError):
        subscriptions.subscribe(email="a@example.org", query="?q=x", rhythm="daily", language="de")


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["?sort=name&view=map&page=9", "?unsinn=1", "?near=&radius=5"])
def test_views_that_say_the_same_are_the_same(query: str) -> None:
    assert normal(query) == ""


# --- contact persons ------------------------------------------------------------------------------
GIVEN = {"name": "Erna Beispiel", "function": "Transfer", "phone": "+49 202 1234"}


def proposed(actor: Actor) -> ContactPerson:
    return contacts.propose(
        actor=actor, email="erna@example.org", language="de", by=audit.SYSTEM, **GIVEN
    )


@pytest.mark.django_db
def test_contact_person_decides_herself() -> None:
    actor = make_actor()
    row = proposed(actor)
    token = token_in(OutgoingMail.objects.get())
    assert token == token_for(row.pk, CONTACT) or token
    path = reverse("curation:contact", args=[token])
    browser = Client()

    def shown() -> str:
        return Client().get(actor.get_absolute_url()).content.decode()

    assert browser.get(path).status_code == 200
    assert GIVEN["name"] not in shown()
    browser.post(path, GIVEN | {"act": "show", "show_phone": "on"})
    assert GIVEN["name"] in shown()
    assert GIVEN["phone"] in shown()
    assert "erna@example.org" not in shown()
    consent = ContactConsent.objects.get()
    assert actor.name in consent.wording
    assert (consent.how, consent.shown, consent.show_email) == ("link", True, False)
    assert browser.post(path, GIVEN | {"act": "show", "name": ""}).status_code == 400
    browser.post(path, GIVEN | {"act": "hide"})
    assert GIVEN["name"] not in shown()
    browser.post(path, {"act": "erase"})
    assert not ContactPerson.objects.exists()
    assert not ContactConsent.objects.exists()
    assert browser.get(path).status_code == 404
    assert "Erna" not in repr(list(LogEntry.objects.values()))


@pytest.mark.django_db
def test_contact_persons_are_proposed_by_who_speaks_for_the_entry() -> None:
    row = make_representative()
    other = make_representative(make_actor("Andere"), email="andere@example.org")
    path = reverse("curation:contacts", args=[row.actor.slug])
    values = GIVEN | {"act": "add", "email": "erna@example.org"}
    browser = Client()
    browser.force_login(other.user, backend=BACKEND)
    assert browser.post(path, values).status_code == 404
    browser.force_login(row.user, backend=BACKEND)
    assert browser.post(path, values | {"email": "x"}).status_code == 400
    assert browser.post(path, values).status_code == 302
    assert browser.post(path, values).status_code == 400  # the same address twice
    found = ContactPerson.objects.get()
    browser.post(path, {"act": "remove", "contact": str(uuid4())})
    browser.post(path, {"act": "remove", "contact": "x"})
    assert ContactPerson.objects.exists()
    browser.post(path, {"act": "remove", "contact": str(found.pk)})
    assert not ContactPerson.objects.exists()


# --- retention ------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_retention_erases_in_time_and_says_how_much() -> None:
    now = NOW()
    speaker = make_representative()
    decided = Submission.objects.create(
        kind="new",
        state="accepted",
        title="Eintrag",
        email="p@example.org",
        person_name="Petra Beispiel",
        words="Worte",
        user=speaker.user,
        first_decider=speaker.user,
        decided_at=now,
    )
    waiting = Submission.objects.create(kind="new", state="waiting", title="x", email="w@x.org")
    reminders.run_cycle()
    confirm(actor=speaker.actor, role="moderator", how="desk", by=audit.SYSTEM)
    subscriptions.subscribe(email="a@example.org", query="", rhythm="daily", language="de")
    proposed(speaker.actor)
    assert not any(retention.prune(now).values())
    with moved(now + timedelta(days=190)):
        counts = retention.prune()
    erased = {name: number for name, number in counts.items() if number}
    assert erased == {"submissions": 1, "reminders": 1, "subscriptions": 1, "contacts": 1}
    decided.refresh_from_db()
    waiting.refresh_from_db()
    assert (decided.email, decided.person_name, decided.words, decided.user) == ("", "", "", None)
    assert (decided.state, waiting.email) == ("accepted", "w@x.org")
    assert not Reminder.objects.exists()
    noted = LogEntry.objects.get(act="curation.retention.run")
    assert noted.changes == counts
    assert "Beispiel" not in repr(list(LogEntry.objects.values("changes", "reason")))
    with moved(now + timedelta(days=191)):
        assert not any(retention.prune().values())


@pytest.mark.django_db
def test_reminders_of_the_running_time_stay() -> None:
    make_representative()
    reminders.run_cycle()
    with moved(NOW() + timedelta(days=60)):
        retention.prune()
    assert Reminder.objects.count() == 1


# --- changes that the editors accept ------------------------------------------------------------
@pytest.mark.django_db
def test_accepted_change_of_a_representative_confirms_and_undoing_takes_that_back() -> None:
    speaker = make_representative()
    actor = speaker.actor
    Freshness.objects.create(actor=actor, state="asked", since=speaker.began_at)
    row = make_edit(actor, statements("Werkstatt für KI"), user=speaker.user)
    decision = accept(row, reason="correct")
    found = Confirmation.objects.get()
    assert (found.role, found.how) == ("representative", "edit")
    standing = Freshness.objects.get()
    assert (standing.state, standing.since) == ("fresh", found.at)
    assert Actor.objects.get().verified_on == timezone.localdate(found.at)
    decisions.undo(decision, by=acting())
    standing.refresh_from_db()
    assert (standing.state, standing.since) == ("asked", speaker.began_at)
    assert (Confirmation.objects.count(), Actor.objects.get().verified_on) == (0, None)


@pytest.mark.django_db
def test_accepted_change_of_somebody_else_confirms_nothing() -> None:
    speaker = make_representative()
    accept(make_edit(speaker.actor, statements("Werkstatt für KI")), reason="correct")
    assert not Confirmation.objects.exists()
