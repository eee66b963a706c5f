"""Proposing, claiming, editing: rules, limits, laws."""

from __future__ import annotations

import logging
import re
import uuid
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from factories.curation import accept, acting
from factories.directory import make_actor, make_terms, term
from factories.traces import logged
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import close_account, create_person
from steiger.web.accounts.interfaces.limits import network_of
from steiger.web.accounts.models import LogEntry, RoleName, User
from steiger.web.background.models import OutgoingMail
from steiger.web.curation.domain import (
    decisions,
    drafting,
    editing,
    erasing,
    links,
    proposing,
    representing,
)
from steiger.web.curation.domain.mailboxes import Match, match, match_actor
from steiger.web.curation.domain.proposing import Sender
from steiger.web.curation.interfaces import guarding
from steiger.web.curation.models import Draft, Invitation, Representation, Submission
from steiger.web.directory.models import Actor, Description, Link, Name, Role

pytestmark = pytest.mark.django_db
State = Submission.State


@pytest.fixture(autouse=True)
def _mails_kept(settings: Any) -> None:
    cache.clear()
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"


def name(text: str = "Neue KI GmbH") -> Name:
    return Name(kind=Name.Kind.OFFICIAL, text=text, language="de")


def proposal(email: str = "anna@neue-ki.de", **more: Any) -> Submission:
    row = proposing.propose(values=[name()], sender=Sender(email), **more)
    assert row is not None
    return row


def institute(
    website: str = "https://www.institut.example.org/", title: str = "Institut für Beispiele"
) -> Actor:
    actor = make_actor(title)
    Actor.objects.filter(pk=actor.pk).update(website=website)
    actor.refresh_from_db()
    return actor


def representative(actor: Actor, email: str = "rita@institut.example.org") -> User:
    row = representing.claim(actor=actor, sender=Sender(email))
    assert row is not None
    _row, user = representing.confirm_claim(number=row.id)
    assert user is not None
    return user


def subjects() -> list[str]:
    return [mail.content["subject"] for mail in OutgoingMail.objects.order_by("created_at")]


# --- proposing ----------------------------------------------------------------------------------
def test_a_proposal_waits_only_after_its_address_is_confirmed() -> None:
    row = proposal()
    assert row.state == State.UNCONFIRMED
    assert [m.recipients["to"] for m in OutgoingMail.objects.all()] == [["anna@neue-ki.de"]]
    text = OutgoingMail.objects.get().content["text"]
    assert text.endswith("kontakt@ki.example.org\nhttp://127.0.0.1:8000/\n")
    done, first = proposing.confirm(number=row.id)
    again, second = proposing.confirm(number=row.id)
    assert (done.state, first, again.state, second) == (State.WAITING, True, State.WAITING, False)
    assert OutgoingMail.objects.count() == 2  # one to confirm, one receipt
    assert LogEntry.objects.filter(act="curation.new.confirm").count() == 1


def test_the_same_form_sent_twice_is_one_proposal_with_one_mail() -> None:
    number = uuid.uuid4()
    assert proposal(number=number).id == proposal(number=number).id == number
    assert OutgoingMail.objects.count() == 1


def test_a_proposal_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a name"):
        proposing.propose(values=[], sender=Sender("a@b.de"))
    assert not OutgoingMail.objects.exists()


def test_a_mailbox_gets_three_mails_and_nobody_learns_of_it() -> None:
    found = [
        proposing.propose(values=[name(f"N{n}")], sender=Sender("opfer@gmx.de")) for n in range(5)
    ]
    assert [row is not None for row in found] == [True, True, True, False, False]
    assert OutgoingMail.objects.count() == 3


def test_a_domain_gets_ten_mails_a_provider_more() -> None:
    own = [
        proposing.propose(values=[name(f"N{n}")], sender=Sender(f"x{n}@eine-firma.de"))
        for n in range(12)
    ]
    public = [
        proposing.propose(values=[name(f"P{n}")], sender=Sender(f"x{n}@web.de")) for n in range(12)
    ]
    assert sum(row is not None for row in own) == proposing.MOST_OF_DOMAIN
    assert all(public)


def test_too_many_from_everybody_stop_mails_but_not_who_is_signed_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(proposing, "MOST_PER_HOUR", 2)
    proposal("a@eins.de")
    proposal("a@zwei.de")
    with pytest.raises(proposing.TooManyError):
        proposal("a@drei.de")
    user = create_person(email="a@drei.de", by=audit.SYSTEM, verified=True)
    row = proposing.propose(values=[name()], sender=Sender("a@drei.de", user=user))
    assert row is not None
    assert row.state == State.WAITING  # her address is proven: nothing more to confirm


def test_a_flood_leaves_room_for_who_types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposing, "MOST_HURRIED_PER_HOUR", 2)
    monkeypatch.setattr(proposing, "MOST_PER_HOUR", 4)
    for number in range(2):  # confirmed or not, they count
        row = proposing.propose(values=[name()], sender=Sender(f"a@v{number}.de", hurried=True))
        assert row is not None
        proposing.confirm(number=row.id)
    with pytest.raises(proposing.HurriedError):
        proposing.propose(values=[name()], sender=Sender("a@v2.de", hurried=True))
    proposal("a@v2.de")
    proposal("a@v3.de")
    with pytest.raises(proposing.TooManyError):
        proposal("a@v4.de")


def test_one_domain_does_not_fill_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposing, "MOST_WAITING", 2)
    for address in ("a@eins.de", "b@eins.de", "a@web.de", "a@web.de"):
        proposing.confirm(number=proposal(address).id)
    for address in ("c@eins.de", "a@web.de"):
        with pytest.raises(proposing.TooManyError):
            proposal(address)
    proposal("b@web.de")  # another mailbox at a provider for everybody


def test_taking_back_and_answering_follow_the_state() -> None:
    row = proposal()
    proposing.confirm(number=row.id)
    with pytest.raises(proposing.StateError):
        proposing.answer(number=row.id, words="ungefragt")
    row.refresh_from_db()
    decisions.ask(row, by=acting(), reason="unclear", version=row.version, words="Welcher Beleg?")
    assert proposing.answer(number=row.id, words="Der Beleg ist X.").state == State.WAITING
    asked = row.decisions.get()
    assert (asked.question, asked.answer) == ("Welcher Beleg?", "Der Beleg ist X.")
    row.refresh_from_db()
    assert (row.words, row.reason, row.reason_words) == ("", "", "")
    assert proposing.take_back(number=row.id).state == State.TAKEN_BACK
    assert proposing.take_back(number=row.id).state == State.TAKEN_BACK
    Submission.objects.filter(pk=row.id).update(state=State.ACCEPTED)
    with pytest.raises(proposing.StateError):
        proposing.take_back(number=row.id)


class OnceInTheQueue(TestCase):
    """A law: whatever is done in whatever order, a confirmed proposal is in the queue once."""

    @hypothesis_settings(max_examples=25)
    @given(st.lists(st.sampled_from(["send", "confirm", "confirm", "scan"]), max_size=8))
    def test_once(self, acts: list[str]) -> None:
        number, sent, confirmed = uuid.uuid4(), False, False
        before = OutgoingMail.objects.count()
        url = links.path_for(number, links.CONFIRM, "de")
        for act in acts:
            if act == "send":
                proposal(f"{number.hex}@web.de", number=number)
                sent = True
            elif act == "scan":
                cache.clear()  # who opens wrong links too often is held off
                known = 410 if confirmed else 200
                assert self.client.get(url).status_code == (known if sent else 404)
            elif sent:
                proposing.confirm(number=number)
                confirmed = True
        queue = Submission.objects.filter(id=number, state__in=Submission.OPEN).count()
        assert queue == int(confirmed)
        assert OutgoingMail.objects.count() - before == int(sent) + int(confirmed)


# --- links --------------------------------------------------------------------------------------
def test_a_link_is_for_one_purpose_and_cannot_be_changed() -> None:
    number = uuid.uuid4()
    token = links.token_for(number, links.CONFIRM)
    assert links.number_of(token, links.CONFIRM) == number
    for bad, purpose in ((token, links.STATUS), (token[:-2] + "xx", links.CONFIRM), ("", "x")):
        with pytest.raises(links.TokenError):
            links.number_of(bad, purpose)


def test_opening_the_link_changes_nothing_and_tells_no_other_page(client: Client) -> None:
    row = proposal()
    path = links.path_for(row.id, links.CONFIRM, "de")
    for _ in range(3):
        answer = client.get(path)
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "no-store" in answer.headers["Cache-Control"]
    row.refresh_from_db()
    assert row.state == State.UNCONFIRMED
    status = client.post(path)
    assert (status.status_code, Submission.objects.get(pk=row.id).state) == (302, State.WAITING)
    assert "Eingegangen am" in client.get(status.headers["Location"]).content.decode()
    for again in (client.get(path), client.post(path)):
        assert again.status_code == 410
        assert "/eintraege/stand/" not in again.content.decode()


def test_a_link_stands_in_no_log(client: Client) -> None:
    path = links.path_for(proposal().id, links.CONFIRM, "de")
    token = path.rstrip("/").rpartition("/")[2]
    with logged() as lines:
        assert Client(enforce_csrf_checks=True).post(path).status_code == 403  # without a cookie
        assert client.post(path).status_code == 302
        logging.getLogger("somebody.else").warning("Something is wrong at %s", path)
    text = "\n".join(lines)
    assert "status=403" in text
    assert "[link]" in text
    assert token not in text
    assert token.rpartition(":")[2] not in text


def test_guessing_is_held_off_and_a_right_link_still_works(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarding, "MOST_WRONG_LINKS", 3)
    right = links.path_for(proposal().id, links.CONFIRM, "de")
    wrong = right[:-3] + "xx/"
    assert [client.get(wrong).status_code for _ in range(5)] == [404] * 3 + [429] * 2
    assert client.get(right).status_code == 200


def test_the_rest_of_a_line_counts_as_one_network(rf: RequestFactory) -> None:
    def network(address: str) -> str:
        return network_of(rf.get("/", REMOTE_ADDR=address))

    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert network("2001:db8:1:3::1") != network("2001:db8:1:2::1")
    assert network("::ffff:192.0.2.7") == network("192.0.2.7") == "192.0.2.7"


def test_form_after_form_from_one_network_is_not_read(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarding, "MOST_FORMS", 2)
    page = "/eintraege/neu/"
    assert [client.post(page, {}).status_code for _ in range(3)] == [400, 400, 429]
    assert client.get(page).status_code == 200
    client.force_login(create_person(email="a@drei.de", by=audit.SYSTEM, verified=True))
    assert client.post(page, {}).status_code == 400  # who is signed in counts alone


def test_tokens_stand_in_no_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    row = proposal()
    path = links.path_for(row.id, links.CONFIRM, "de")
    client.get(path)
    client.post(path)
    token = path.rstrip("/").rpartition("/")[2]
    logged = " ".join(str(record.__dict__) for record in caplog.records)
    entries = " ".join(str(values) for values in LogEntry.objects.values_list())
    assert token not in logged
    assert token not in entries
    assert "anna@neue-ki.de" not in entries


# --- representing -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("email", "website", "expected"),
    [
        ("a@firma.de", "https://www.firma.de/", Match.SAME),
        ("A@Firma.DE", "firma.de", Match.SAME),
        ("a@firma.de", "https://firma.de/de/", Match.SAME),
        ("a@xn--mller-kva.de", "https://müller.de", Match.SAME),
        ("a@uni.de", "https://lab.uni.de", Match.ABOVE),
        ("a@stud.uni.de", "https://www.uni.de", Match.BELOW),
        ("a@uni.de", "https://www.uni.de/institut", Match.SHARED),
        ("a@t-online.de", "https://firma.t-online.de", Match.PUBLIC),
        ("a@gmail.com", "https://gmail.com", Match.PUBLIC),
        ("a@boesefirma.de", "https://firma.de", Match.NONE),
        ("a@firma.de.boese.com", "https://firma.de", Match.NONE),
        ("a@firma.de", "", Match.NONE),
        ("a@de", "https://firma.de", Match.NONE),
    ],
)
def test_which_addresses_speak_for_a_website(email: str, website: str, expected: Match) -> None:
    assert match(email, website) is expected


def test_a_host_of_several_entries_proves_none() -> None:
    actor = institute()
    assert match_actor("a@institut.example.org", actor) is Match.SAME
    institute("https://institut.example.org/labor", "Labor")
    assert match_actor("a@institut.example.org", actor) is Match.SHARED


def test_the_first_address_at_the_domain_speaks_at_once_and_is_responsible() -> None:
    actor = institute()
    user = representative(actor)
    found = Representation.objects.get()
    assert (found.user, found.ground, found.responsible) == (user, "domain", True)
    user.forget_roles()
    assert user.roles == {RoleName.REPRESENTATIVE}


def test_others_wait_until_the_responsible_person_admits_them() -> None:
    actor = institute()
    rita = representative(actor)
    row = representing.claim(actor=actor, sender=Sender("max@institut.example.org"))
    assert row is not None
    row, user = representing.confirm_claim(number=row.id)
    assert (row.state, user) == (State.WAITING, None)
    stranger = create_person(email="x@y.de", by=audit.SYSTEM)
    with pytest.raises(representing.RepresentationError, match="not_responsible"):
        representing.admit(submission=row, by=stranger)
    found = representing.admit(submission=row, by=rita)
    assert (found.responsible, representing.represents(found.user, actor)) == (False, True)


@pytest.mark.parametrize("who", ["editors", "responsible"])
def test_who_confirmed_the_address_gets_the_rights_not_who_was_signed_in(who: str) -> None:
    actor = institute()
    rita = representative(actor)
    stranger = create_person(email="fremd@example.org", by=audit.SYSTEM, verified=True)
    sender = Sender("chef@anderswo.example", user=stranger)
    row = representing.claim(actor=actor, sender=sender)
    assert row is not None
    row, _user = representing.confirm_claim(number=row.pk)
    if who == "editors":
        accept(row)
    else:
        representing.admit(submission=row, by=rita)
    assert not Representation.objects.filter(user=stranger).exists()
    assert Representation.objects.filter(user__email="chef@anderswo.example").exists()


def test_claims_of_older_versions_forget_who_was_only_signed_in() -> None:
    actor = institute()
    users = [create_person(email=f"{n}@example.org", by=audit.SYSTEM) for n in ("a", "b")]
    rows = [
        Submission.objects.create(
            kind="claim", state=State.WAITING, actor=actor, email="A@example.org", user=user
        )
        for user in users
    ]
    upgrade = import_module("steiger.web.curation.migrations.0052_unproven_accounts")
    upgrade.forget(apps, None)
    kept = [Submission.objects.get(pk=row.pk).user for row in rows]
    assert kept == [users[0], None]


def test_the_mail_after_a_claim_says_what_happened() -> None:
    actor = institute()
    sender = Sender("rita@institut.example.org", name="Rita Beispiel")
    row = representing.claim(actor=actor, sender=sender)
    assert row is not None
    _row, user = representing.confirm_claim(number=row.id)
    assert user is not None
    assert user.display_name == "Rita Beispiel"
    assert subjects()[1:] == [f"Sie sprechen jetzt für {actor.name}"]
    representing.confirm_claim(number=row.id)
    late = representing.claim(actor=actor, sender=Sender("max@institut.example.org"))
    assert late is not None
    representing.confirm_claim(number=late.id)
    receipt, question = subjects()[3:]
    assert receipt == f"Eingegangen: {actor.name}"
    assert "Sie sprechen jetzt" not in question


def test_invite_hand_over_and_leave() -> None:
    actor = institute()
    rita = representative(actor)
    row = representing.invite(actor=actor, email="Uwe@gmx.de", by=rita, language="de")
    uwe = representing.accept_invitation(number=row.id)
    with pytest.raises(Invitation.DoesNotExist):
        representing.accept_invitation(number=row.id)
    representing.hand_over(actor=actor, to=uwe, by=rita)
    with pytest.raises(representing.RepresentationError):
        representing.hand_over(actor=actor, to=uwe, by=rita)
    assert representing.leave(actor=actor, user=uwe.user)
    assert not representing.leave(actor=actor, user=uwe.user)
    assert representing.of_actor(actor).get().responsible
    uwe.user.forget_roles()
    assert uwe.user.roles == frozenset()


def test_a_closed_account_passes_the_responsibility_on() -> None:
    actor = institute()
    rita = representative(actor)
    row = representing.invite(actor=actor, email="uwe@gmx.de", by=rita, language="de")
    representing.accept_invitation(number=row.id)
    close_account(user=rita, by=audit.SYSTEM)
    assert representing.of_actor(actor).get(responsible=True).user.email == "uwe@gmx.de"


def test_a_claim_by_page_ends_on_my_entries(client: Client) -> None:
    actor = institute()
    path = f"/eintraege/vertreten/{actor.slug}/"
    stamp = re.search(r'name="stamp" value="([^"]+)"', client.get(path).content.decode())
    assert stamp is not None
    data = {"email": "rita@institut.example.org", "stamp": stamp.group(1)}
    early = client.post(path, data)
    assert (early.status_code, "sehr schnell" in early.content.decode()) == (400, True)
    trapped = client.post(path, data | {"fax": "1"})
    assert trapped.status_code == 400
    assert not Submission.objects.exists()


# --- editing ------------------------------------------------------------------------------------
def text(words: str) -> Description:
    return Description(language="de", text=words)


def test_harmless_statements_go_live_others_wait() -> None:
    make_terms()
    actor = institute()
    user = representative(actor)
    values = [
        text("Wir zeigen Beispiele."),
        Link(kind="events", url="https://institut.example.org/termine"),
        name("Institut für gute Beispiele"),
        Role(term=term("role", "consulting"), offer_de="Beratung"),
    ]
    result = editing.submit_edit(actor=actor, values=values, by=user, via="page")
    actor.refresh_from_db()
    assert result.live
    assert actor.name == "Institut für Beispiele"
    assert {v._meta.model_name for v in editing.stated(actor)} == {"description", "link"}
    assert result.submission is not None
    assert {one["is"] for one in result.submission.after} == {"description", "link", "name", "role"}
    assert {one["is"] for one in result.submission.before} == {"description", "link"}


def test_a_later_edit_replaces_the_waiting_one_of_the_same_person() -> None:
    actor = institute()
    user = representative(actor)
    first = editing.submit_edit(actor=actor, values=[name("A")], by=user, via="page").submission
    second = editing.submit_edit(actor=actor, values=[name("B")], by=user, via="api").submission
    assert first is not None
    first.refresh_from_db()
    assert (first.state, editing.pending_of(actor, user)) == (State.TAKEN_BACK, second)


def test_an_edit_of_a_stale_page_is_noticed_and_changes_nothing() -> None:
    actor = institute()
    user = representative(actor)
    seen = editing.mark_of(editing.stated(actor))
    editing.submit_edit(actor=actor, values=[text("eins")], by=user, via="page", seen=seen)
    with pytest.raises(editing.MeanwhileError) as caught:
        editing.submit_edit(actor=actor, values=[text("zwei")], by=user, via="page", seen=seen)
    assert caught.value.slots == {"description de": [["eins"], ["zwei"]]}
    editing.submit_edit(
        actor=actor, values=[text("zwei")], by=user, via="page", seen=caught.value.mark
    )
    assert [v.text for v in editing.stated(actor) if isinstance(v, Description)] == ["zwei"]


def test_nobody_else_edits() -> None:
    actor = institute()
    stranger = create_person(email="x@y.de", by=audit.SYSTEM)
    with pytest.raises(editing.EditError, match="not_entitled"):
        editing.submit_edit(actor=actor, values=[text("x")], by=stranger, via="page")
    assert editing.stated(actor) == []


# --- erasing ------------------------------------------------------------------------------------
def test_what_nobody_finished_is_erased_in_time() -> None:
    old = timezone.now() - timedelta(days=40)
    row, kept = proposal("a@eins.de"), proposal("b@zwei.de")
    Submission.objects.filter(pk=row.id).update(created_at=old)
    draft = drafting.keep_draft({"name": ["X"], "email": ["a@b.de"], "person_name": ["Anna"]})
    assert draft.data == {"name": ["X"]}
    Draft.objects.update(created_at=old)
    assert drafting.find_draft(draft.id) is None
    assert erasing.erase_unfinished() == {"submissions": 1, "drafts": 1, "invitations": 0}
    assert list(Submission.objects.all()) == [kept]
