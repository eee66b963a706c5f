"""A site on which every kind of page has something to show: a year of invented life, and a flood.

For each address, the arguments that lead to something that is there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from factories import audits
from factories.addresses import TABLE, Address
from factories.curation import make_submission
from factories.directory import make_actor
from factories.flood_room import make_draft, make_live_network, make_network, make_past
from factories.flood_room import run as run_cycles
from factories.freshness import make_representative
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import RoleName, User
from steiger.web.advice.domain import tokens as advice_tokens
from steiger.web.advice.models import Adviser, Booking, FollowUp
from steiger.web.audits.domain import applying, examining
from steiger.web.audits.models import Audit, Certificate
from steiger.web.background.tasks import prune_runs_task
from steiger.web.cases.domain.leaving import leave_link
from steiger.web.cases.domain.tokens import new_token
from steiger.web.cases.models import Case, FirmLink
from steiger.web.cases.models.people import PendingContact
from steiger.web.communities.domain import tokens as community_tokens
from steiger.web.communities.models import Community, Note, Question
from steiger.web.curation.domain import links as curation_links
from steiger.web.curation.domain import tokens as curation_tokens
from steiger.web.curation.models import (
    ContactPerson,
    Delivery,
    Draft,
    Invitation,
    MapSubscription,
    Pair,
    Reminder,
    Submission,
    Webhook,
)
from steiger.web.desk.models import Circular
from steiger.web.directory.domain.demo import load_demo
from steiger.web.directory.models import Actor
from steiger.web.events.domain.tokens import token_for as event_token
from steiger.web.events.models import Event, Registration, Series
from steiger.web.flood.domain import tokens as flood_tokens
from steiger.web.flood.models import Network, Sensor, Subscription, WarningEvent
from steiger.web.operations.domain.start import load_life
from steiger.web.publications.domain import tokens as publication_tokens
from steiger.web.publications.models import Order, Publication
from steiger.web.reports.models import Edition, Report

Arguments = dict[str, Any]


def make_site() -> User:
    """Fill the database; returns the administrator, who also advises."""
    load_demo(settings.REGION, fill=30)
    load_life()
    user = create_person(email="leitung@example.org", by=audit.SYSTEM, verified=True)
    for role in (RoleName.ADMINISTRATOR, RoleName.MODERATOR):
        grant_role(user=user, role=role, by=audit.SYSTEM, reason="Aufbau")
    coming = Booking.objects.filter(state=Booking.State.CONFIRMED).latest("starts_at")
    Adviser.objects.filter(pk=coming.adviser_id).update(user=user)
    prune_runs_task.enqueue()
    network = make_network()
    make_past(network)
    run_cycles(network, [0.7, 1.3])
    return user


def arguments_for(address: Address, person: User) -> Arguments:
    """What leads to something that is there."""
    room = address.name.partition(":")[0]
    found: Arguments = TABLE["arguments"] | {"number": 1}
    if room in ROOMS:
        found |= ROOMS[room](address.name)
    elif address.name == "accounts:person":
        found |= {"number": person.pk}
    elif room.startswith("portal"):
        found |= {"slug": "start" if address.name.endswith("preview") else "hilfe"}
    return found


def _audits(name: str) -> Arguments:
    """A draft of the reader's own, a certificate, and an application that waits for somebody."""
    person = User.objects.get(email="leitung@example.org")
    draft = Audit.objects.filter(applicant=person).first()
    if draft is None:
        examining.set_profile(by=person, organisation="Kompetenzzentrum Beispiel")
        draft = audits.rated(person)
        first = audits.examiner("erste@pruefhaus.example", "Prüfhaus Beispiel")
        second = audits.examiner("zweite@institut.example", "Institut Beispiel")
        firm = audits.person("antrag@giesserei.example")
        audits.certified(firm, first, second)
        applying.submit(audit=audits.rated(firm, title="Wartet"), by=firm)
    found = Audit.objects.get(title="Wartet") if name == "audits:take" else draft
    if name.startswith("audits:example"):
        found = Audit.objects.filter(example=True).earliest("created_at")
    certificate = Certificate.objects.latest("number")
    return {
        "audit": found.pk,
        "run": found.pk,
        "certificate": certificate.pk,
        "dimension": "TR",
        "number": 1,
    }


def _desk(name: str) -> Arguments:
    circular, _ = Circular.objects.get_or_create(subject_de="Neues", text_de="Neues vom Beispiel.")
    return {"pk": circular.pk, "kind": "faelle", "form": "csv"}


def _waiting(name: str) -> Arguments:
    """A change that waits, and two entries that look alike."""
    actors = list(Actor.objects.filter(state=Actor.State.PUBLISHED).order_by("pk")[:2])
    if name == "curation:pair":
        pair, _ = Pair.objects.get_or_create(
            first=actors[0], second=actors[1], defaults={"score": 0.9, "reasons": ["same_town"]}
        )
        return {"pk": pair.pk}
    found = Submission.objects.first() or make_submission(title="Beispiel KI GmbH")
    return {"submission": found.pk}


def _directory(name: str) -> Arguments:
    if name == "directory:region":
        return {"ags": "05911", "slug": "bochum"}
    return {"slug": "lamarr-institut", "key": "machine_learning"}


def _flood(name: str) -> Arguments:
    sensor = Sensor.objects.filter(target=True)[0]
    wish, _ = Subscription.objects.get_or_create(sensor=sensor, level=1, email="a@example.org")
    token = flood_tokens.token_for(wish.pk, name.replace(":", "."))
    event = WarningEvent.objects.latest("pk").pk
    found = {"pk": event, "form": "vorhersage", "token": token, "draft": make_draft().id}
    if "source" in name or name == "flood:try_feed":
        # Only a real network is read from sources.
        real = Network.objects.filter(simulated=False).first() or make_live_network()
        found |= {"network": real.key, "adapter": "kiwis", "source": "bund"}
        found |= {"sensor": real.sensors.filter(target=True)[0].key}
    return found


def _events(name: str) -> Arguments:
    event = Event.objects.filter(state=Event.State.PUBLISHED).earliest("starts_at")
    row = Registration.objects.filter(state="confirmed").exclude(name="").latest("event__starts_at")
    thing = Series.objects.earliest("pk") if name == "events:edit_series" else event
    return {"slug": event.slug, "pk": thing.pk, "token": event_token(row.pk)}


def _advice(name: str) -> Arguments:
    coming = Booking.objects.filter(state=Booking.State.CONFIRMED).latest("starts_at")
    asked, _ = Booking.objects.get_or_create(
        state=Booking.State.ASKED,
        adviser=coming.adviser,
        defaults={
            "starts_at": coming.starts_at + timedelta(days=1),
            "ends_at": coming.ends_at + timedelta(days=1),
            "held_until": coming.starts_at + timedelta(days=1),
            "format": coming.format,
            "firm_name": "Beispielbetrieb",
            "email": "a@example.org",
        },
    )
    token = advice_tokens.token_for(coming.pk, advice_tokens.OWN)
    if name == "advice:confirm":
        token = advice_tokens.token_for(asked.pk, advice_tokens.CONFIRM)
    if name == "advice:outcome":
        question = FollowUp.objects.filter(answered_at=None).latest("pk")
        token = advice_tokens.token_for(question.pk, advice_tokens.FOLLOW)
    return {"booking": coming.pk, "token": token, "key": coming.adviser.feed_key}


def _cases(name: str) -> Arguments:
    first, second = Case.objects.filter(firm__contacts__isnull=False).order_by("opened_at")[:2]
    token, digest = new_token()
    if name == "cases:confirm":
        PendingContact.objects.create(
            firm=first.firm, email=f"{digest[:9]}@example.org", token_hash=digest
        )
    if name == "cases:use_link":
        later = timezone.now() + timedelta(hours=1)
        FirmLink.objects.create(
            contact=first.firm.contacts.all()[0], token_hash=digest, expires_at=later
        )
    if name == "cases:unsubscribe":
        link = leave_link(first.firm.contacts.all()[0].pk, "de")
        token = link.rstrip("/").rpartition("/")[2]
    form = "json" if name == "cases:export" else "beispiel"
    return {
        "case": first.pk,
        "other": second.pk,
        "firm": first.firm_id,
        "kind": "talk",
        "token": token,
        "form": form,
        "pk": first.entries.exclude(kind="note")[0].pk,
    }


def _communities(name: str) -> Arguments:
    question, note = Question.objects.latest("pk"), Note.objects.latest("pk")
    about = note if name == "communities:note" else question
    community = Community.objects.get(pk=about.community_id)
    member = community.members.filter(confirmed_at__isnull=False)[0]
    token = community_tokens.token_for(member.pk, name.replace(":", "."))
    return {"slug": community.slug, "pk": about.pk, "token": token}


def _publications(name: str) -> Arguments:
    published = Publication.objects.filter(versions__documents__isnull=False).distinct()
    order, _ = Order.objects.get_or_create(publication=published[0], email="a@example.org")
    return {
        "slug": published.latest("pk").slug,
        "number": 1,
        "token": publication_tokens.token_for(order.pk),
    }


def _reports(name: str) -> Arguments:
    report, edition = Report.objects.latest("created_at"), Edition.objects.latest("pk")
    chapter = report.chapters.all()[0].pk
    return {
        "report": report.pk,
        "pk": chapter if name == "reports:chapter" else edition.pk,
        "form": "docx",
    }


def _api(name: str) -> Arguments:
    return {"slug": "lamarr-institut", "vocabulary": "role", "ags": "05911"}


def _curation(name: str) -> Arguments:
    """An entry that is to be confirmed, a subscription, a contact person."""
    if name in SUBMITTED:
        return _submitted(name)
    if name in {"curation:pair", "curation:item"}:
        return _waiting(name)
    actor = Actor.objects.get(slug="lamarr-institut")
    if name in {"curation:webhook", "curation:webhooks"}:
        return _webhook(actor)
    # The reader speaks for it, and is responsible for somebody else.
    speaker = actor.representations.filter(responsible=True).first()
    if speaker is None:
        speaker = make_representative(actor, email="leitung@example.org", responsible=True)
        make_representative(actor)
    token, digest = new_token()
    if name in {"curation:confirm", "curation:confirm_change"}:
        now = timezone.now()
        Reminder.objects.create(
            actor=actor,
            representation=speaker,
            since=now,
            number=1,
            token_hash=digest,
            expires_at=now + timedelta(days=1),
        )
    elif name == "curation:contact":
        person, _ = ContactPerson.objects.get_or_create(actor=actor, email="a@example.org")
        token = curation_tokens.token_for(person.pk, curation_tokens.CONTACT)
    elif name.startswith("curation:subscription_"):
        row, _ = MapSubscription.objects.get_or_create(email="a@example.org", query="")
        purpose = {"curation:subscription_leave": curation_tokens.LEAVE}
        token = curation_tokens.token_for(row.pk, purpose.get(name, curation_tokens.SUBSCRIBE))
    return {"token": token, "slug": actor.slug, "number": actor.pk}


def _webhook(actor: Actor) -> Arguments:
    """A webhook of the reader's own, with a message that arrived and one that failed."""
    reader = User.objects.get(email="leitung@example.org")
    mine = actor.representations.filter(user=reader).first()
    mine = mine or make_representative(actor, email=reader.email)
    row, made = Webhook.objects.get_or_create(
        representation=mine, address="https://www.example.org/webhook"
    )
    if made:
        sent = {"webhook": row, "tried_at": timezone.now()}
        Delivery.objects.create(**sent, event="test", state="arrived", tries=1, status=204)
        Delivery.objects.create(
            **sent, event="submission.accepted", state="failed", tries=12, problem="no_answer"
        )
    return {"slug": actor.slug, "webhook": row.pk}


#: Pages of what somebody handed in, and for what their links are signed.
SUBMITTED = {
    "curation:claim": "",
    "curation:confirm_submission": curation_links.CONFIRM,
    "curation:draft": curation_links.DRAFT,
    "curation:invitation": curation_links.INVITATION,
    "curation:correct": curation_links.STATUS,
    "curation:status": curation_links.STATUS,
    "curation:tend": curation_links.TEND,
}


PROPOSER = "a@vorgeschlagen.example"


def _accepted() -> Submission:
    actor = make_actor("Vorgeschlagene Stelle", website="https://vorgeschlagen.example/")
    return Submission.objects.create(
        kind=Submission.Kind.NEW,
        state=Submission.State.ACCEPTED,
        actor=actor,
        title=actor.name,
        email=PROPOSER,
    )


def _submitted(name: str) -> Arguments:
    actor = Actor.objects.filter(state=Actor.State.PUBLISHED)[0]
    if name == "curation:invitation":
        invited, _ = Invitation.objects.get_or_create(actor=actor, email="a@example.org")
        return {"token": curation_links.token_for(invited.pk, curation_links.INVITATION)}
    if name == "curation:draft":
        draft = Draft.objects.first() or Draft.objects.create(data={"name": ["Beispiel-Entwurf"]})
        return {"token": curation_links.token_for(draft.pk, curation_links.DRAFT)}
    if name == "curation:tend":
        row = Submission.objects.filter(email=PROPOSER).first() or _accepted()
        return {"token": curation_links.token_for(row.pk, curation_links.TEND)}
    if name == "curation:correct":
        row = make_submission()
        return {"token": curation_links.token_for(row.pk, curation_links.STATUS)}
    row, _ = Submission.objects.get_or_create(
        kind=Submission.Kind.NEW, title="Beispiel-Vorschlag", email="a@example.org"
    )
    return {"slug": actor.slug, "token": curation_links.token_for(row.pk, SUBMITTED[name])}


ROOMS: dict[str, Callable[[str], Arguments]] = {
    "api": _api,
    "audits": _audits,
    "curation": _curation,
    "desk": _desk,
    "directory": _directory,
    "flood": _flood,
    "events": _events,
    "advice": _advice,
    "cases": _cases,
    "communities": _communities,
    "publications": _publications,
    "reports": _reports,
}
