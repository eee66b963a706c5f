"""Mails to those who agreed: nobody else, nobody twice, nobody who changed her mind."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories.cases import make_case
from factories.communities import make_community, make_member
from factories.desk import agree, browser_of, make_agreed, make_person, withdraw
from factories.directory import make_terms
from factories.events import come, make_event
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry, User
from steiger.web.background.domain.mail import deliver, queue_mail
from steiger.web.background.models import OutgoingMail
from steiger.web.cases.domain.contacts import remove_contact
from steiger.web.cases.domain.leaving import leave_link
from steiger.web.cases.models import ConsentEvent, Contact
from steiger.web.desk.domain import circulars as acts
from steiger.web.desk.domain.audience import Filters, audience
from steiger.web.desk.domain.circulars import CircularError, progress, serve
from steiger.web.desk.domain.retention import prune
from steiger.web.desk.models import Circular, Recipient
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary
from steiger.web.directory.models import Term

pytestmark = pytest.mark.django_db
BY = audit.SYSTEM
URL = "/arbeitsplatz/rundschreiben/"
WORDS = {"subject_de": "Neue Sprechstunden", "text_de": "Ab Januar auch abends."}
ENGLISH = {"subject_en": "New hours", "text_en": "From January in the evening, too."}


def write(author: User, filters: Filters | None = None, **words: str) -> Circular:
    return acts.write(values=WORDS | words, filters=filters or Filters(), author=author, by=BY)


def sent(author: User, **words: str) -> Circular:
    """A circular for which every mail was made."""
    circular = write(author, **words)
    acts.start(circular=circular, expected=len(audience(Filters())), by=BY)
    serve(circular.pk)
    circular.refresh_from_db()
    return circular


def deliver_all() -> list[str]:
    """Do the worker's work."""
    waiting = OutgoingMail.objects.filter(sent_at=None).order_by("created_at")
    return [deliver(one) for one in list(waiting.values_list("id", flat=True))]


def receivers() -> list[str]:
    return sorted(address for one in outbox.outbox for address in one.to)


# --- who is meant ---------------------------------------------------------------------------------
def test_only_people_whose_latest_word_is_a_yes() -> None:
    yes = make_agreed(1)
    make_case("nie@example.org", name="Nie gefragt")
    other = make_case("anderes@example.org", name="Anderes")
    agree(other.firm.contacts.get(), "partners", "story")
    no = make_agreed(2)
    withdraw(no)
    again = make_agreed(3)
    withdraw(again)
    agree(again)
    assert audience(Filters()) == [yes, again]


def test_invented_and_erased_firms_get_nothing() -> None:
    invented, erased = make_agreed(1), make_agreed(2)
    invented.firm.example = True
    invented.firm.save()
    erased.firm.erased_at = timezone.now()
    erased.firm.save()
    assert audience(Filters()) == []


def test_a_person_of_two_firms_is_one_person_and_her_no_counts() -> None:
    first = make_agreed(1, email="doppelt@example.org")
    second = Contact.objects.create(firm=make_agreed(2).firm, email="Doppelt@example.org")
    agree(second)
    assert [c.email.lower() for c in audience(Filters())].count("doppelt@example.org") == 1
    withdraw(first)
    assert "doppelt@example.org" not in [c.email.lower() for c in audience(Filters())]


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=12))
def test_law_of_the_latest_word(words: list[tuple[int, bool]]) -> None:
    ConsentEvent.objects.all().delete()
    people = [
        Contact.objects.get_or_create(
            email=f"p{n}@example.org", defaults={"firm": make_case(f"p{n}@example.org").firm}
        )[0]
        for n in range(4)
    ]
    latest: dict[int, bool] = {}
    for number, given_ in words:
        ConsentEvent.objects.create(
            contact=people[number], purpose="news", given=given_, told="self"
        )
        latest[number] = given_
    expected = {f"p{n}@example.org" for n, yes in latest.items() if yes}
    assert {contact.email for contact in audience(Filters())} == expected


def test_filters_narrow_by_each_part() -> None:
    make_terms()
    forget_vocabulary()
    lippe = make_agreed(1, municipality="05766000", sector="wz10")
    bonn = make_agreed(2, municipality="05314000", sector="wz62")
    community = make_community()
    make_member(community, email=bonn.email)
    topic = Term.objects.filter(vocabulary="method").first()
    assert topic is not None
    event = make_event(days=0.01)
    event.topics.set([topic])
    row = come(event, 1, email=lippe.email.upper())
    cases = {
        Filters(districts=("05766",)): [lippe],
        Filters(districts=("05766", "05314")): [lippe, bonn],
        Filters(sectors=("wz62",)): [bonn],
        Filters(communities=("recht",)): [bonn],
        Filters(topics=(topic.key,)): [lippe],
        Filters(topics=(topic.key,), communities=("recht",)): [],
        Filters(event=event.pk): [],
    }
    assert {filters: audience(filters) for filters in cases} == cases
    row.attendances.create(event=event, came_at=timezone.now())
    assert audience(Filters(event=event.pk)) == [lippe]
    assert Filters.of(Filters(event=3, districts=("05766",)).as_json()) == Filters(
        event=3, districts=("05766",)
    )


# --- sending --------------------------------------------------------------------------------------
def test_everybody_gets_one_mail_in_her_language_with_a_way_out(officer: User) -> None:
    people = [make_agreed(n) for n in range(3)]
    people[0].language = "en"
    people[0].save()
    circular = sent(officer, **ENGLISH)
    assert serve(circular.pk) == 0  # a second worker finds nothing
    assert deliver_all() == ["sent"] * 3
    assert receivers() == sorted(p.email for p in people)
    by_receiver = {one.to[0]: one for one in outbox.outbox}
    english, german = by_receiver[people[0].email], by_receiver[people[1].email]
    assert (english.subject, german.subject) == ("New hours", "Neue Sprechstunden")
    assert "because you agreed" in english.body
    assert "weil Sie in E-Mails" in german.body
    for one in (english, german):
        link = one.extra_headers["List-Unsubscribe"].strip("<>")
        assert link.startswith("http")
        assert link in one.body
        assert one.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    links = {one.extra_headers["List-Unsubscribe"] for one in outbox.outbox}
    assert len(links) == 3
    told = progress(circular)
    assert (circular.state, told.people, told.handed_over, told.left) == ("done", 3, 3, 0)


def test_more_people_than_a_batch(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "BATCH", 3)
    for number in range(8):
        make_agreed(number)
    sent(officer)
    deliver_all()
    assert len(receivers()) == len(set(receivers())) == 8


def test_a_crash_between_batches_writes_to_nobody_twice(
    officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "BATCH", 2)
    for number in range(5):
        make_agreed(number)
    circular = write(officer)
    acts.start(circular=circular, expected=5, by=BY)
    queue, calls = acts.mails.queue, []

    def failing(*args: Any) -> OutgoingMail:
        calls.append(1)
        if len(calls) == 4:
            raise OSError("power cut")
        return queue(*args)

    monkeypatch.setattr(acts.mails, "queue", failing)
    with pytest.raises(OSError, match="power cut"):
        serve(circular.pk)
    assert OutgoingMail.objects.count() == 2  # the second batch was undone as a whole
    serve(circular.pk)
    deliver_all()
    assert len(receivers()) == len(set(receivers())) == 5


def test_the_number_that_was_shown_is_the_number_that_is_sent(officer: User) -> None:
    make_agreed(1)
    circular = write(officer)
    make_agreed(2)
    with pytest.raises(CircularError, match="changed"):
        acts.start(circular=circular, expected=1, by=BY)
    assert not Recipient.objects.exists()
    acts.start(circular=circular, expected=2, by=BY)
    with pytest.raises(CircularError, match="begun"):
        acts.start(circular=circular, expected=2, by=BY)
    with pytest.raises(CircularError, match="begun"):
        acts.change(circular=circular, values=WORDS, filters=Filters(), by=BY)


def test_nobody_is_an_error(officer: User) -> None:
    with pytest.raises(CircularError, match="nobody"):
        acts.start(circular=write(officer), expected=0, by=BY)


def test_consent_withdrawn_on_the_way_is_respected(officer: User) -> None:
    """Before the mail is made, and after it is made but before it leaves."""
    early, late, gone, stays = (make_agreed(n) for n in range(4))
    circular = write(officer)
    acts.start(circular=circular, expected=4, by=BY)
    withdraw(early)
    serve(circular.pk)
    withdraw(late)
    remove_contact(contact=gone, by=BY)
    results = deliver_all()
    assert sorted(results) == ["held back", "sent"]
    assert receivers() == [stays.email]
    assert not OutgoingMail.objects.filter(sent_at=None).exists()
    circular.refresh_from_db()
    told = progress(circular)
    assert (told.people, told.handed_over, told.left, told.under_way) == (4, 1, 3, 0)


def test_a_stop_holds_back_what_is_under_way_and_goes_on_without_loss(officer: User) -> None:
    people = [make_agreed(n) for n in range(4)]
    circular = sent(officer)
    first = OutgoingMail.objects.order_by("created_at").first()
    assert first is not None
    assert deliver(first.id) == "sent"
    acts.stop(circular=circular, by=BY)
    assert deliver_all() == ["held back"] * 3
    assert len(receivers()) == 1
    told = progress(circular)
    assert (told.handed_over, told.waiting, told.under_way) == (1, 3, 0)
    assert serve(circular.pk) == 0  # stopped means stopped
    acts.resume(circular=circular, by=BY)
    serve(circular.pk)
    assert deliver_all() == ["sent"] * 3
    assert receivers() == sorted(p.email for p in people)
    circular.refresh_from_db()
    assert circular.state == "done"
    for act in (acts.stop, acts.resume):
        with pytest.raises(CircularError, match="over"):
            act(circular=circular, by=BY)


def test_a_stop_before_any_mail_is_made(officer: User) -> None:
    make_agreed(1)
    circular = write(officer)
    acts.start(circular=circular, expected=1, by=BY)
    acts.stop(circular=circular, by=BY)
    serve(circular.pk)
    assert not OutgoingMail.objects.exists()


def test_mails_of_other_rooms_have_no_guard(officer: User) -> None:
    mail = queue_mail(to=["wer@example.org"], subject="Termin", text="Text")
    assert deliver(mail.id) == "sent"


def test_an_unknown_guard_lets_nothing_leave(officer: User) -> None:
    mail = queue_mail(to=["wer@example.org"], subject="x", text="y", guard="nobody.knows")
    with pytest.raises(KeyError):
        deliver(mail.id)
    assert outbox.outbox == []


# --- the way out ----------------------------------------------------------------------------------
def link_of(contact: Contact) -> str:
    return "/" + leave_link(contact.pk, "de").split("/", 3)[3]


def test_one_click_ends_the_mails_without_account_and_token() -> None:
    contact = make_agreed(1)
    browser = Client(enforce_csrf_checks=True)
    asked = browser.get(link_of(contact))
    assert "E-Mails beenden?" in asked.content.decode()
    assert audience(Filters()) == [contact]  # scanners open every link; a GET changes nothing
    done = browser.post(link_of(contact), {"List-Unsubscribe": "One-Click"})
    assert (done.status_code, audience(Filters())) == (200, [])
    last = contact.consents.order_by("at", "pk").last()
    assert last is not None
    assert (last.given, last.told) == (False, "mail")
    assert browser.post(link_of(contact)).status_code == 200  # once more does no harm
    assert contact.consents.count() == 2
    assert done["Referrer-Policy"] == "strict-origin"
    assert "no-store" in done["Cache-Control"]


def test_the_way_out_leaves_other_consents_and_covers_every_firm() -> None:
    contact = make_agreed(1, email="doppelt@example.org")
    agree(contact, "news", "story")
    twin = Contact.objects.create(firm=make_agreed(2).firm, email="doppelt@example.org")
    agree(twin)
    Client().post(link_of(twin))
    latest = {e.purpose: e.given for e in contact.consents.order_by("at", "pk")}
    assert latest == {"news": False, "story": True}
    assert [c.email for c in audience(Filters())] == ["person2@firma.example.org"]


def test_forged_links_and_erased_people() -> None:
    contact = make_agreed(1)
    address = link_of(contact)
    broken = re.sub("abmelden/.", "abmelden/Z", address)
    for method in (Client().get, Client().post):
        assert method(broken).status_code == 404
    contact.delete()
    assert "Keine E-Mails mehr" in Client().post(address).content.decode()


# --- pages ----------------------------------------------------------------------------------------
def test_an_officer_writes_tries_out_and_sends(officer: User) -> None:
    contact = make_agreed(1)
    browser = browser_of(officer)
    page = browser.post(f"{URL}neu/", WORDS)
    circular = Circular.objects.get()
    assert page.headers["Location"] == f"{URL}{circular.pk}/"
    shown = browser.get(f"{URL}{circular.pk}/").content.decode()
    assert "An 1 Person senden" in shown
    browser.post(f"{URL}{circular.pk}/vorgang/", {"act": "try"})
    deliver_all()
    assert receivers() == [officer.email]
    link = outbox.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    browser.post("/" + link.split("/", 3)[3])
    assert audience(Filters()) == [contact]  # the trial's link ends nobody's mails
    browser.post(f"{URL}{circular.pk}/vorgang/", {"act": "send", "people": "1"})
    serve(circular.pk)
    deliver_all()
    assert receivers() == sorted([officer.email, contact.email])
    listed = browser.get(URL).content.decode()
    assert "Neue Sprechstunden" in listed
    assert "Funding_Officer" in listed
    entry = LogEntry.objects.get(act="desk.circular.send")
    assert (entry.user_number, entry.changes["people"]) == (officer.pk, 1)
    assert contact.email not in str(entry.__dict__)


def test_mistakes_are_said_and_nothing_is_kept(officer: User) -> None:
    browser = browser_of(officer)
    page = browser.post(f"{URL}neu/", {"subject_de": "Nur Betreff", "subject_en": "Only"})
    text = page.content.decode()
    assert page.status_code == 400
    assert "Schreiben Sie, was die Leute lesen sollen." in text
    assert "Betreff und Text gehören zusammen" in text
    assert not Circular.objects.exists()
    circular = write(officer)
    for act, people in (("send", "5"), ("send", "viele"), ("stop", ""), ("resume", ""), ("x", "")):
        answer = browser.post(f"{URL}{circular.pk}/vorgang/", {"act": act, "people": people})
        assert answer.status_code == 302
    circular.refresh_from_db()
    assert circular.state == "draft"


def test_a_draft_is_changed_and_thrown_away(officer: User) -> None:
    browser = browser_of(officer)
    circular = write(officer, Filters(districts=("05766",)))
    form = browser.get(f"{URL}{circular.pk}/?aendern").content.decode()
    assert 'value="05766"' in form
    assert "checked" in form
    browser.post(f"{URL}{circular.pk}/", WORDS | {"subject_de": "Anders"})
    circular.refresh_from_db()
    assert (circular.subject_de, circular.filters) == ("Anders", {})
    browser.post(f"{URL}{circular.pk}/vorgang/", {"act": "drop"})
    assert not Circular.objects.exists()


def test_a_line_break_in_a_subject_makes_no_header(officer: User) -> None:
    make_agreed(1)
    sent(officer, subject_de="Gut\nBcc: alle@example.org")
    deliver_all()
    assert outbox.outbox[0].subject == "Gut Bcc: alle@example.org"
    assert outbox.outbox[0].recipients() == ["person1@firma.example.org"]


@pytest.mark.parametrize("role", ["adviser", "examiner", "representative"])
def test_others_may_not_send(officer: User, role: str) -> None:
    circular = write(officer)
    browser = browser_of(make_person(role, "Andere"))
    for path in ("", "neu/", f"{circular.pk}/"):
        assert browser.get(f"{URL}{path}").status_code == 403
    assert browser.post(f"{URL}{circular.pk}/vorgang/", {"act": "send"}).status_code == 403


# --- retention ------------------------------------------------------------------------------------
def test_recipients_leave_in_time_and_the_counts_stay(officer: User) -> None:
    for number in range(3):
        make_agreed(number)
    circular = sent(officer)
    deliver_all()
    before = progress(circular)
    assert prune(timezone.now() + timedelta(days=29))["recipients"] == 0
    assert prune(timezone.now() + timedelta(days=31))["recipients"] == 3
    circular.refresh_from_db()
    assert progress(circular) == before
    assert not Recipient.objects.exists()


def test_old_drafts_leave(officer: User) -> None:
    write(officer)
    assert prune(timezone.now() + timedelta(days=364))["drafts"] == 0
    assert prune(timezone.now() + timedelta(days=366))["drafts"] == 1
