"""Proposing an entry without an account: send, confirm, answer, take back. One function per act."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override

from steiger.web.accounts.domain.audit import VISITOR, Actor, Entry, record, record_many
from steiger.web.accounts.models import User
from steiger.web.curation.domain import mails
from steiger.web.curation.domain.links import CONFIRM, STATUS, link_for
from steiger.web.curation.domain.mailboxes import PUBLIC, domain_of
from steiger.web.curation.domain.main_values import main_values
from steiger.web.curation.models import Decision, Evidence, Submission
from steiger.web.directory.domain.statements import to_data
from steiger.web.directory.models import Sourced

Kind, State = Submission.Kind, Submission.State

#: Unconfirmed submissions of one mailbox and of one domain that is no public provider. They bound
#: how many mails strangers can be sent.
MOST_OF_MAILBOX, MOST_OF_DOMAIN = 3, 10
#: Submissions of everybody within an hour, confirmed or not, save by who is signed in; and how many
#: of them may come from forms that were filled in quicker than people type.
MOST_PER_HOUR, MOST_HURRIED_PER_HOUR = 120, 60
#: Submissions that wait for the editors, from one domain, or one mailbox at a public provider.
MOST_WAITING = 30
#: Open submissions of a person who has proven her address by signing in.
MOST_OF_PERSON = 20
#: What one submission may hold in all, as signs of text.
MOST_WORDS = 4_000


class TooManyError(Exception):
    """So many submissions are unconfirmed that no more mails leave for now."""


class HurriedError(TooManyError):
    """So much is sent that only forms are taken for which somebody took the time to type."""


class StateError(ValueError):
    """In this state the act makes no sense (somebody was quicker, or it was decided)."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence for one rule of admission."""

    rule: str
    kind: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who submits. ``user`` is set if she is signed in; with that account's address it is proven.

    ``hurried``: the form came back quicker than people type.
    """

    email: str
    name: str = ""
    language: str = "de"
    words: str = ""
    user: User | None = None
    hurried: bool = False

    @property
    def address(self) -> str:
        """The address in small letters."""
        return self.email.strip().lower()

    @property
    def is_proven(self) -> bool:
        """Whether she has signed in with this very address."""
        return self.user is not None and self.user.email.lower() == self.address

    @property
    def acting(self) -> Actor:
        """Who stands in the log."""
        return Actor.of(self.user) if self.user else VISITOR


@transaction.atomic
def propose(
    *,
    values: Sequence[Sourced],
    sender: Sender,
    proofs: Sequence[Proof] = (),
    details: Mapping[str, Any] | None = None,
    number: uuid.UUID | None = None,
) -> Submission | None:
    """Note a proposal and send the mail by which its address is confirmed.

    Whoever is signed in with the address has proven it: the proposal waits for the editors at once.

    Args:
        number: of the form; the same form sent twice makes one proposal.

    Returns:
        The submission, or None if this mailbox or domain has enough unconfirmed ones. From outside
        both look the same, so that nobody learns what a mailbox has asked for.

    Raises:
        TooManyError: too many within the hour, from everybody, or too many from this domain wait.
        HurriedError: many within the hour, and this one came quicker than people type.
        ValueError: there is no name.
    """
    row = Submission(
        id=number or uuid.uuid4(),
        kind=Kind.NEW,
        title=name_of(values),
        after=to_data(values),
        details=dict(details or {}),
    )
    if (kept := admit(row, sender)) is row:
        _bring_forward(row, proofs)
        if sender.is_proven:
            kept, _first = confirm(number=row.id, by=sender.acting)
    return kept


def name_of(values: Sequence[Sourced]) -> str:
    """The name among what is stated.

    Raises:
        ValueError: there is none.
    """
    title = next((v.text for v in values if v._meta.model_name == "name"), "")  # type: ignore[attr-defined]
    if not title:
        raise ValueError("An entry needs a name.")
    return str(title)


def _bring_forward(row: Submission, proofs: Sequence[Proof]) -> None:
    Evidence.objects.bulk_create(
        Evidence(submission=row, rule=p.rule, kind=p.kind, text=p.text, url=p.url) for p in proofs
    )


def admit(row: Submission, sender: Sender) -> Submission | None:
    """Write a submission within the caller's transaction, unless limits forbid it.

    A person who is signed in with the address has proven it; others get a mail first.
    """
    if same := Submission.objects.filter(id=row.id).first():
        return same
    row.email, row.person_name = sender.address, sender.name.strip()
    row.language, row.words = sender.language, sender.words.strip()[:MOST_WORDS]
    # Rights follow the address that is confirmed, never who was signed in when it was typed.
    row.user = sender.user if sender.is_proven else None
    if sender.is_proven:
        mine = Submission.objects.filter(user=sender.user, state__in=Submission.OPEN)
        if mine.count() >= MOST_OF_PERSON:
            raise TooManyError
        row.save(force_insert=True)
        record(by=sender.acting, act=f"curation.{row.kind}.propose", on=row)
        return row
    if not _room_for(sender):
        return None
    row.save(force_insert=True)
    # What nobody has confirmed is erased after days, but the log is not: so it has no name there.
    entry = Entry(f"curation.{row.kind}.propose", "curation.submission", str(row.pk))
    record_many(by=sender.acting, entries=[entry])
    url = link_for(row.id, CONFIRM, row.language)
    mails.queue(
        to=row.email,
        language=row.language,
        name="confirm",
        context={"title": row.title, "kind": row.kind, "confirm_url": url},
    )
    return row


def _room_for(sender: Sender) -> bool:
    """Whether this mailbox and its domain may wait for one more confirmation.

    Raises:
        TooManyError: nobody may for now.
    """
    _hold_off(sender)
    waiting = Submission.objects.filter(state=State.UNCONFIRMED)
    if waiting.filter(email=sender.address).count() >= MOST_OF_MAILBOX:
        return False
    if domain_of(sender.address) in PUBLIC:
        return True
    return waiting.filter(email__endswith=_at_domain(sender)).count() < MOST_OF_DOMAIN


def _hold_off(sender: Sender) -> None:
    """Refuse what would flood strangers with mails, or the editors with proposals.

    Raises:
        TooManyError: see :func:`propose`.
    """
    since = timezone.now() - timedelta(hours=1)
    recent = Submission.objects.filter(created_at__gte=since, user=None).exclude(email="").count()
    if recent >= MOST_PER_HOUR:
        raise TooManyError
    if sender.hurried and recent >= MOST_HURRIED_PER_HOUR:
        raise HurriedError
    is_public = domain_of(sender.address) in PUBLIC
    end = sender.address if is_public else _at_domain(sender)
    waiting = Submission.objects.filter(state__in=Submission.OPEN, user=None, email__endswith=end)
    if waiting.count() >= MOST_WAITING:
        raise TooManyError


def _at_domain(sender: Sender) -> str:
    return f"@{sender.address.rpartition('@')[2]}"


@transaction.atomic
def confirm(
    *, number: uuid.UUID, by: Actor = VISITOR, told: bool = True
) -> tuple[Submission, bool]:
    """The address is the person's: the submission waits for the editors from now on.

    Returns the submission, and whether this very call confirmed it. Twice does no harm. ``told``:
    a mail says that it waits; whoever decides it at once says something else.

    Raises:
        Submission.DoesNotExist: erased meanwhile.
    """
    row = locked(number)
    if row.state != State.UNCONFIRMED:
        return row, False
    row.state, row.confirmed_at = State.WAITING, timezone.now()
    row.version += 1
    row.save(update_fields=["state", "confirmed_at", "version"])
    record(by=by, act=f"curation.{row.kind}.confirm", on=row)
    if told:
        receipt(row)
    return row, True


def receipt(row: Submission) -> None:
    """Queue the mail that says what happens next, with the page on which to follow it."""
    url = link_for(row.id, STATUS, row.language)
    with override(row.language):
        main = main_values(row.after) if row.kind == Kind.NEW else None
    mails.queue(
        to=row.email,
        language=row.language,
        name="receipt",
        context={"title": row.title, "kind": row.kind, "status_url": url, "main": main},
    )


def may_correct(row: Submission) -> bool:
    """Whether a proposal may still be corrected: nobody has decided on it, not even once."""
    return (
        row.kind == Kind.NEW and row.actor_id is None and row.state in (State.WAITING, State.ASKED)
    )


@transaction.atomic
def correct(
    *,
    number: uuid.UUID,
    values: Sequence[Sourced],
    proofs: Sequence[Proof],
    details: Mapping[str, Any],
    person_name: str = "",
    words: str = "",
    by: Actor = VISITOR,
) -> Submission:
    """Put other values in the place of those that were proposed; address and state stay.

    An editor who looks at the old ones has to look again, because the version has grown.

    Raises:
        Submission.DoesNotExist: erased meanwhile.
        StateError: somebody has decided on it.
    """
    row = locked(number)
    if not may_correct(row):
        raise StateError("decided")
    row.title, row.after = name_of(values), to_data(values)
    row.details = {**row.details, **details}
    row.person_name, row.words = person_name.strip(), words.strip()[:MOST_WORDS]
    row.version += 1
    row.save(update_fields=["title", "after", "details", "person_name", "words", "version"])
    row.evidence.all().delete()
    _bring_forward(row, proofs)
    record(by=by, act=f"curation.{row.kind}.correct", on=row)
    return row


@transaction.atomic
def take_back(*, number: uuid.UUID, by: Actor = VISITOR) -> Submission:
    """The person does not want it any more. Twice does no harm.

    Raises:
        Submission.DoesNotExist: erased meanwhile.
        StateError: it was decided already.
    """
    row = locked(number)
    if row.state == State.TAKEN_BACK:
        return row
    if row.state not in (State.UNCONFIRMED, *Submission.OPEN):
        raise StateError("decided")
    row.state, row.decided_at = State.TAKEN_BACK, timezone.now()
    row.version += 1
    row.save(update_fields=["state", "decided_at", "version"])
    record(by=by, act=f"curation.{row.kind}.take_back", on=row)
    return row


@transaction.atomic
def answer(
    *, number: uuid.UUID, words: str, proof: Proof | None = None, by: Actor = VISITOR
) -> Submission:
    """Answer a question of the editors; the submission waits for them again.

    The answer is kept beside its question, which no longer stands as the last word on it.

    Raises:
        Submission.DoesNotExist: erased meanwhile.
        StateError: nobody has asked (any more).
        ValueError: there is no answer.
    """
    row = locked(number)
    question = row.decisions.filter(outcome=Decision.Outcome.ASK, undone_at=None).last()
    if row.state != State.ASKED or question is None:
        raise StateError("not asked")
    if not words.strip():
        raise ValueError("An answer has words.")
    question.answer, question.answered_at = words.strip()[:MOST_WORDS], timezone.now()
    question.save(update_fields=["answer", "answered_at"])
    row.state, row.reason, row.reason_words = State.WAITING, "", ""
    row.version += 1
    row.save(update_fields=["state", "reason", "reason_words", "version"])
    if proof is not None:
        Evidence.objects.create(
            submission=row, rule=proof.rule, kind=proof.kind, text=proof.text, url=proof.url
        )
    record(by=by, act=f"curation.{row.kind}.answer", on=row)
    return row


def forget_exchange(rows: QuerySet[Submission]) -> None:
    """Erase what editors and persons wrote to each other about these submissions."""
    Decision.objects.filter(submission__in=rows).update(question="", answer="")
    # What the editors wrote last also stands here; a question that got no answer, too.
    rows.update(reason_words="")


def locked(number: uuid.UUID) -> Submission:
    """The submission, held until the end of the transaction."""
    return Submission.objects.select_for_update(of=("self",)).get(id=number)
