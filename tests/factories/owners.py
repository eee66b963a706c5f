"""One object of every kind, whose it is, and five readers who ask for it."""

from __future__ import annotations

import html
import re
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from factories import audits
from factories.addresses import TABLE, Address
from factories.advice import make_adviser, make_booking, make_topics
from factories.cases import PDF, make_case
from factories.communities import make_community, make_member, make_note
from factories.communities import make_question as make_member_question
from factories.curation import acting, make_submission
from factories.directory import make_actor
from factories.events import come, make_event
from factories.flood_room import make_network
from factories.freshness import make_representative
from factories.publications import make_draft
from steiger.engines.reporting.periods import Period
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.access_keys import create_key
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import User
from steiger.web.advice.domain import tokens as advice_tokens
from steiger.web.advice.models import Absence, Adviser, Booking, FollowUp
from steiger.web.audits.domain import watching
from steiger.web.audits.models import Audit, TestRun
from steiger.web.cases.domain.contacts import ask_contact
from steiger.web.cases.domain.entries import Station, add_station
from steiger.web.cases.domain.leaving import leave_link
from steiger.web.cases.domain.todo import add_task
from steiger.web.cases.domain.tokens import new_token
from steiger.web.cases.models import Case, FirmLink, PendingContact
from steiger.web.communities.domain import tokens as community_tokens
from steiger.web.curation.domain import decisions
from steiger.web.curation.domain import links as curation_links
from steiger.web.curation.domain import tokens as curation_tokens
from steiger.web.curation.models import (
    ContactPerson,
    Draft,
    Invitation,
    MapSubscription,
    Pair,
    Reminder,
    Submission,
    Webhook,
)
from steiger.web.desk.models import Circular
from steiger.web.directory.domain.merging import merge_actors
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary
from steiger.web.directory.models import Actor
from steiger.web.events.domain import tokens as event_tokens
from steiger.web.events.domain.door import Reading, admit
from steiger.web.events.models import Event, Registration, Series
from steiger.web.flood.domain import subscriptions
from steiger.web.flood.domain import tokens as flood_tokens
from steiger.web.flood.models import Subscription
from steiger.web.publications.domain import tokens as order_tokens
from steiger.web.publications.models import Order
from steiger.web.reports.domain.templates import template
from steiger.web.reports.domain.writing import create_report, hand_in
from steiger.web.reports.models import Edition

READERS = ("own", "foreign", "assigned", "other", "visitor")
OWN, FOREIGN = "eigene@example.org", "fremde@example.org"
BY = audit.SYSTEM
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass
class World:
    """Objects of the own firm and its person.

    Attributes:
        parts: parts of addresses, for every page alike.
        of_page: parts for one page, where a number or a secret means something else there.
        browsers: reader → browser; the firms' people are signed in with their proven addresses.
    """

    parts: dict[str, Any] = field(default_factory=dict)
    of_page: dict[str, dict[str, Any]] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)

    def path(self, address: Address, *, holds_secret: bool) -> str:
        """The object's address; whoever does not hold a secret has to guess one."""
        room = address.name.partition(":")[0]
        values = TABLE["arguments"] | self.parts | self.of_page.get(room, {})
        values = values | self.of_page.get(address.name, {})
        query = values.pop("query", "")
        if not holds_secret:
            for name in ("token", "key"):
                if name in values:
                    values[name] = _guess(str(values[name]))
        return address.path(values) + query


def _guess(secret: str) -> str:
    """Nearly the secret: its last sign is another one, or its first if that is a key."""
    middle = len(secret) // 2
    return secret[:middle] + ("A" if secret[middle] != "A" else "B") + secret[middle + 1 :]


def _spot(edition: Edition) -> str:
    """One figure of a report that was handed in, as the address of its rows names it."""
    browser = Client()
    moderator = create_person(email="leitung@example.org", by=BY, verified=True)
    grant_role(user=moderator, role="moderator", by=BY, reason="test")
    browser.force_login(moderator, backend=BACKEND)
    page = browser.get(edition.get_absolute_url()).content.decode()
    links = re.findall(r'href="[^"]*/zeilen/\?([^"]+)"', page)
    return html.unescape(links[0])


def make_world() -> World:
    """Everything, once."""
    world = World()
    make_topics()
    forget_vocabulary()
    adviser = make_adviser()
    colleague = make_adviser("Olga Beispiel", days=())
    assert adviser.user is not None
    assert colleague.user is not None
    case = _case(world, adviser.user)
    _people(world, adviser.user, colleague.user)
    _advice(world, adviser)
    _events(world)
    _community(world)
    _submitted(world)
    _decided(world)
    _others(world)
    _audits(world)
    _curation(world)
    world.parts["case"], world.parts["firm"] = case.pk, case.firm_id
    return world


def _people(world: World, adviser: User, colleague: User) -> None:
    users = {"assigned": adviser, "other": colleague}
    for reader, email in (("own", OWN), ("foreign", FOREIGN)):
        users[reader] = create_person(email=email, by=BY, verified=True)
        grant_role(user=users[reader], role="representative", by=BY, reason="test")
    for reader in READERS:
        world.browsers[reader] = Client(raise_request_exception=False)
        if reader in users:
            world.browsers[reader].force_login(users[reader], backend=BACKEND)
    world.of_page["accounts:person"] = {"number": users["own"].pk}
    key, _secret = create_key(
        user=users["own"], name=OWN, scopes=["actor:read"], days=30, by=audit.Actor.of(users["own"])
    )
    world.of_page["accounts:revoke_key"] = {"number": key.pk}


def _case(world: World, adviser: User) -> Case:
    case, others = make_case(OWN), make_case(FOREIGN, name="Fremde Firma", contact="Fremd")
    Case.objects.filter(pk=case.pk).update(adviser=adviser)
    station = Station(
        kind="outcome",
        happened_at=timezone.now(),
        title="Ergebnis",
        file=ContentFile(PDF, name="beleg.pdf"),
    )
    entry = add_station(case=case, station=station, author=adviser, by=BY)
    today = timezone.localdate()
    task = add_task(case=case, title="Anrufen", due_on=today, assignee=adviser, by=BY)
    contact = case.firm.contacts.get()
    link, digest = new_token()
    expires = timezone.now() + timedelta(days=1)
    FirmLink.objects.create(contact=contact, token_hash=digest, expires_at=expires)
    ask_contact(case=case, name="Neu", email="neu@example.org", language="de", by=BY)
    pending, digest = new_token()
    PendingContact.objects.update(token_hash=digest)
    world.of_page |= {
        "cases": {"other": others.pk, "form": "json", "kind": "outcome", "pk": contact.pk},
        "cases:evidence": {"pk": entry.evidence.get().pk},
        "cases:own_evidence": {"pk": entry.evidence.get().pk},
        "cases:add_evidence": {"pk": entry.pk},
        "cases:remove": {"pk": entry.pk},
        "cases:remove_evidence": {"pk": entry.evidence.get().pk},
        "cases:show": {"pk": entry.pk},
        "cases:task_done": {"pk": task.pk},
        "cases:use_link": {"token": link},
        "cases:confirm": {"token": pending},
        "cases:unsubscribe": {"token": leave_link(contact.pk, "de").rstrip("/").rpartition("/")[2]},
    }
    return case


def _advice(world: World, adviser: Adviser) -> None:
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    monday = (now + timedelta(days=14 - now.weekday())).replace(hour=8)
    # The hour at which work begins moves with summer time; both hours lie within the morning.
    booking = make_booking(start=monday + timedelta(hours=1), email=OWN, now=now)
    question = FollowUp.objects.create(booking=booking, days=30)
    absence = Absence.objects.create(
        adviser=adviser, first=monday.date() - timedelta(days=3), last=monday.date()
    )
    world.parts["booking"] = booking.pk
    token = advice_tokens.token_for
    world.of_page |= {
        "advice": {"token": token(booking.pk, advice_tokens.OWN)},
        "advice:confirm": {"token": token(booking.pk, advice_tokens.CONFIRM)},
        "advice:outcome": {"token": token(question.pk, advice_tokens.FOLLOW)},
        "advice:absence_end": {"pk": absence.pk},
        "advice:place_end": {"pk": adviser.places.get().pk},
        "advice:feed": {"key": adviser.feed_key},
    }
    assert booking.state == Booking.State.CONFIRMED


def _events(world: World) -> None:
    over, draft = make_event(), make_event(state=Event.State.DRAFT)
    row = come(over, 1, name="Eigene Person", email=OWN)
    reading = Reading(id=uuid.uuid4(), code=row.code, scanned_at=timezone.now())
    admit(event=over, readings=[reading], by=BY)
    now = timezone.now()
    Event.objects.filter(pk=over.pk).update(
        starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1)
    )
    Series.objects.create(pk=over.pk, slug="reihe", title_de="Beispielreihe")
    secret = event_tokens.token_for(row.pk)
    world.of_page["events"] = {"pk": over.pk, "slug": draft.slug, "token": secret}
    assert Registration.objects.filter(email=OWN).exists()


def _community(world: World) -> None:
    community = make_community()
    member = make_member(community, "Eigene Person", email=OWN)
    make_member(community, "Fremde Person", email=FOREIGN)
    question, note = make_member_question(member), make_note(member)

    def token(purpose: str) -> dict[str, str]:
        return {"token": community_tokens.token_for(member.pk, purpose)}

    world.of_page |= {
        "communities": {
            "slug": community.slug,
            "kind": "question",
            "pk": question.pk,
            "member_id": member.pk,
        },
        "communities:note": {"pk": note.pk},
        "communities:confirm": token(community_tokens.CONFIRM),
        "communities:enter": token(community_tokens.ENTER),
        "communities:leave": token(community_tokens.LEAVE),
        "communities:quiet": token(community_tokens.QUIET),
    }


def _submitted(world: World) -> None:
    """A proposal of the own address, one that was accepted, and an invitation to it."""
    actor = Actor.objects.create(
        slug="eigene-stelle",
        name="Eigene Stelle",
        sort_name="eigene",
        website=f"https://{OWN.partition('@')[2]}/",
    )
    row = Submission.objects.create(kind=Submission.Kind.NEW, title="Eigener Vorschlag", email=OWN)
    taken = Submission.objects.create(
        kind=Submission.Kind.NEW, state=Submission.State.ACCEPTED, actor=actor, email=OWN
    )
    invited = Invitation.objects.create(actor=actor, email=OWN)

    def token(number: Any, purpose: str) -> dict[str, str]:
        return {"token": curation_links.token_for(number, purpose)}

    world.of_page |= {
        "curation:claim": {"slug": actor.slug},
        "curation:confirm_submission": token(row.pk, curation_links.CONFIRM),
        "curation:status": token(row.pk, curation_links.STATUS),
        "curation:correct": token(row.pk, curation_links.STATUS),
        "curation:tend": token(taken.pk, curation_links.TEND),
        "curation:invitation": token(invited.pk, curation_links.INVITATION),
        "curation:draft": token(Draft.objects.create().pk, curation_links.DRAFT),
    }


def _decided(world: World) -> None:
    """A proposal that was decided on, and two entries that look alike and were merged."""
    one, two = make_actor("Doppelt", roles={}), make_actor("Doppelt", slug="doppelt-2", roles={})
    row = make_submission("edit", actor=one, title="Vorschlag", email=FOREIGN)
    decision = decisions.ask(row, by=acting(), reason="unclear", version=0)
    merger = merge_actors(duplicate=two, into=one, by=acting(), reason="")
    low, high = sorted((one.pk, two.pk))
    pair = Pair.objects.create(first_id=low, second_id=high, score=0.9)
    world.of_page |= {
        "curation:item": {"submission": row.pk},
        "curation:decide": {"submission": row.pk},
        "curation:undo": {"pk": decision.pk},
        "curation:undo_together": {"batch": row.pk},
        "curation:pair": {"pk": pair.pk},
        "curation:decide_pair": {"pk": pair.pk},
        "curation:unmerge": {"pk": merger.pk},
    }


def _audits(world: World) -> None:
    """A draft of the own person, and somebody else's certificate, which is public."""
    draft = audits.rated(User.objects.get(email=OWN))
    first = audits.examiner("erste@pruefhaus.example", "Prüfhaus Beispiel")
    second = audits.examiner("zweite@institut.example", "Institut Beispiel")
    certificate = audits.certified(audits.person("antrag@giesserei.example"), first, second)
    example = audits.rated(audits.person("beispiel@giesserei.example"), title="Beispiel")
    Audit.objects.filter(pk=example.pk).update(example=True)
    run = TestRun.objects.create(audit=draft, by=draft.applicant)
    complaint = watching.complain(certificate=certificate, by=first, text="Beispiel")
    world.of_page |= {
        "audits": {
            "audit": draft.pk,
            "certificate": certificate.pk,
            "dimension": "TR",
            "number": 1,
        },
        "audits:answer": {"number": complaint.pk},
        "audits:test_stop": {"run": run.pk},
        "audits:example": {"audit": example.pk},
        "audits:example_chain": {"audit": example.pk},
        "audits:example_file": {"audit": example.pk},
        "audits:example_rating": {"audit": example.pk},
        "audits:example_report": {"audit": example.pk},
        "audits:example_report_oscal": {"audit": example.pk},
        "audits:example_report_pdf": {"audit": example.pk},
    }


def _curation(world: World) -> None:
    """An entry for which the own person speaks, and what she asked for."""
    actor = make_actor("Eigenes Institut", roles={})
    speaker = make_representative(actor, email=OWN)
    token, digest = new_token()
    now = timezone.now()
    Reminder.objects.create(
        actor=actor,
        representation=speaker,
        since=now,
        number=1,
        token_hash=digest,
        expires_at=now + timedelta(days=1),
    )
    person = ContactPerson.objects.create(actor=actor, name="Eigene Person", email=OWN)
    wish = MapSubscription.objects.create(email=OWN)
    webhook = Webhook.objects.create(representation=speaker, address="https://example.org/webhook")

    def signed(row: Any, purpose: str) -> dict[str, str]:
        return {"token": curation_tokens.token_for(row.pk, purpose)}

    world.of_page |= {
        "curation": {"slug": actor.slug, "number": actor.pk, "token": token},
        "curation:webhook": {"webhook": webhook.pk},
        "curation:contact": signed(person, curation_tokens.CONTACT),
        "curation:subscription_confirm": signed(wish, curation_tokens.SUBSCRIBE),
        "curation:subscription_leave": signed(wish, curation_tokens.LEAVE),
    }


def _others(world: World) -> None:
    """A report that is being written, a publication that is a draft, an order, a subscription."""
    draft = make_draft(title_de="Noch nicht erschienen")
    order = Order.objects.create(publication=draft, email=OWN, firm="Eigene Firma")
    circular = Circular.objects.create(subject_de="Neues", text_de="Neues vom Beispiel.")
    world.of_page |= {
        "desk": {"pk": circular.pk, "kind": "faelle", "form": "csv"},
        "publications": {"slug": draft.slug},
        "publications:confirm": {"token": order_tokens.token_for(order.pk)},
    }
    chosen = template("halbjahr")
    assert chosen is not None
    report = create_report(template=chosen, period=Period.of("2026-H1"), by=BY)
    chapter = report.chapters.all()[0]
    # Setting a PDF takes seconds, and here nobody reads it.
    with patch("steiger.web.reports.domain.writing.as_pdf", return_value=b"%PDF-1.7"):
        edition = hand_in(report=report, by=BY)
    world.of_page |= {
        "reports": {"report": report.pk, "pk": edition.pk, "form": "pdf"},
        "reports:chapter": {"pk": chapter.pk},
        "reports:edition_rows": {"query": f"?{_spot(edition)}"},
        "reports:arrange_chapter": {"pk": chapter.pk},
    }
    sensor = make_network().sensors.filter(kind="water_level").first()
    assert sensor is not None
    subscriptions.subscribe(sensor=sensor, level=1, email=OWN, language="de")
    wish = Subscription.objects.get(email=OWN)
    for page, purpose in (("confirm", flood_tokens.CONFIRM), ("leave", flood_tokens.LEAVE)):
        world.of_page[f"flood:{page}"] = {"token": flood_tokens.token_for(wish.pk, purpose)}
