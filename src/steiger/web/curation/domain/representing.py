"""Who speaks for an actor: claim, admit, invite, hand over, leave. One function per act."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role, revoke_role
from steiger.web.accounts.models import RoleGrant, RoleName, User
from steiger.web.curation.domain import mails, proposing
from steiger.web.curation.domain.links import INVITATION, link_for
from steiger.web.curation.domain.mailboxes import Match, match_actor
from steiger.web.curation.domain.proposing import Sender
from steiger.web.curation.models import Invitation, Representation, Submission
from steiger.web.directory.models import Actor

Ground, State = Representation.Ground, Representation.State
#: Open invitations of one actor.
MOST_INVITATIONS = 20


class RepresentationError(ValueError):
    """The act breaks a rule.

    ``code``: not_responsible, not_active, many (open invitations), there (speaks already), own
    (nobody removes herself), gone, closed.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# --- reading ------------------------------------------------------------------------------------
def represents(user: User | None, actor: Actor) -> bool:
    """Whether a person speaks for an actor now."""
    return user is not None and of_actor(actor).filter(user=user).exists()


def of_actor(actor: Actor) -> QuerySet[Representation]:
    """Those who speak for an actor, the responsible one first."""
    rows = Representation.objects.filter(actor=actor, state=State.ACTIVE)
    return rows.select_related("user", "actor").order_by("-responsible", "began_at", "pk")


def of_person(user: User) -> QuerySet[Representation]:
    """What a person speaks for."""
    rows = Representation.objects.filter(user=user, state=State.ACTIVE)
    return rows.select_related("actor").order_by("actor__sort_name")


def asking(actor: Actor) -> QuerySet[Submission]:
    """Confirmed claims that wait: people who want to speak for the actor, too."""
    return Submission.objects.filter(
        actor=actor, kind=Submission.Kind.CLAIM, state__in=Submission.OPEN
    )


# --- claiming -----------------------------------------------------------------------------------
@transaction.atomic
def claim(*, actor: Actor, sender: Sender, number: uuid.UUID | None = None) -> Submission | None:
    """Note that a person says to speak for an actor; the address is confirmed by mail first.

    Returns and raises as :func:`proposing.propose`.

    Raises:
        RepresentationError: the entry is not on the map.
    """
    if actor.state != Actor.State.PUBLISHED:
        raise RepresentationError("gone")
    row = Submission(
        id=number or uuid.uuid4(), kind=Submission.Kind.CLAIM, actor=actor, title=actor.name
    )
    kept = proposing.admit(row, sender)
    if kept is row and sender.is_proven:
        kept, _first = confirm_claim(number=row.id)
    return kept


@transaction.atomic
def confirm_claim(*, number: uuid.UUID) -> tuple[Submission, User | None]:
    """The address is the person's. At the actor's own domain she speaks for it from now on.

    Only for the first person, and only if the domain is exactly the website's; then the account is
    returned, made if there was none. All other claims wait: for the person responsible, who sees
    them on her page, and for the editors.

    Raises:
        Submission.DoesNotExist: erased meanwhile.
    """
    row, first = proposing.confirm(number=number, told=False)
    if row.actor is None or not first:
        return row, None
    actor = Actor.objects.select_for_update().get(pk=row.actor.pk)
    found = match_actor(row.email, actor)
    row.details = {**row.details, "domain": str(found)}
    if found is not Match.SAME or of_actor(actor).exists():
        row.save(update_fields=["details"])
        proposing.receipt(row)
        _tell_responsible(actor, row)
        return row, None
    user = _account(row.email, row.person_name)
    begin(actor=actor, user=user, ground=Ground.DOMAIN, by=audit.Actor.of(user, _ROLE))
    row.user, row.state, row.decided_at = user, Submission.State.ACCEPTED, timezone.now()
    row.version += 1
    row.save(update_fields=["details", "user", "state", "decided_at", "version"])
    _welcome(row, actor)
    return row, user


def _tell_responsible(actor: Actor, row: Submission) -> None:
    for one in of_actor(actor).filter(responsible=True):
        _tell(one, "asked", who=row.email)


@transaction.atomic
def admit(*, submission: Submission, by: User) -> Representation:
    """The person responsible lets somebody in who has asked to speak for the actor, too.

    Raises:
        RepresentationError: ``by`` is not responsible, or the claim is decided.
    """
    row = proposing.locked(submission.id)
    if row.kind != Submission.Kind.CLAIM or row.state not in Submission.OPEN or row.actor is None:
        raise RepresentationError("closed")
    _responsible(row.actor, by)
    user = row.user or _account(row.email, row.person_name)
    acting = audit.Actor.of(by, _ROLE)
    found = begin(actor=row.actor, user=user, ground=Ground.INVITED, by=acting)
    row.user, row.state, row.decided_at = user, Submission.State.ACCEPTED, timezone.now()
    row.version += 1
    row.save(update_fields=["user", "state", "decided_at", "version"])
    audit.record(by=acting, act="curation.claim.admit", on=row)
    _welcome(row, row.actor)
    return found


# --- inviting, handing over, leaving ------------------------------------------------------------
@transaction.atomic
def invite(*, actor: Actor, email: str, by: User, language: str) -> Invitation:
    """Ask a colleague to speak for the actor, too; the same address again sends the mail again.

    Raises:
        RepresentationError: ``by`` does not speak for it, the invited one does already, or too
            many invitations are open.
    """
    if not represents(by, actor):
        raise RepresentationError("not_active")
    email = email.strip().lower()
    if of_actor(actor).filter(user__email__iexact=email).exists():
        raise RepresentationError("there")
    if Invitation.objects.filter(actor=actor).exclude(email=email).count() >= MOST_INVITATIONS:
        raise RepresentationError("many")
    row, _made = Invitation.objects.update_or_create(
        actor=actor,
        email=email,
        defaults={"invited_by": by, "language": language, "created_at": timezone.now()},
    )
    audit.record(by=audit.Actor.of(by, _ROLE), act="curation.invitation.send", on=row)
    mails.queue(
        to=row.email,
        language=language,
        name="invitation",
        context={"actor": actor, "url": link_for(row.id, INVITATION, language)},
    )
    return row


@transaction.atomic
def withdraw_invitation(*, number: uuid.UUID, by: User) -> bool:
    """Whoever speaks for the actor takes an invitation back; whether there was one.

    Raises:
        RepresentationError: ``by`` does not speak for the actor.
    """
    row = Invitation.objects.select_for_update(of=("self",)).filter(id=number).first()
    if row is None:
        return False
    if not represents(by, row.actor):
        raise RepresentationError("not_active")
    audit.record(by=audit.Actor.of(by, _ROLE), act="curation.invitation.withdraw", on=row)
    row.delete()
    return True


@transaction.atomic
def accept_invitation(*, number: uuid.UUID) -> Representation:
    """Take up an invitation; it is erased with it, so its link works once.

    Raises:
        Invitation.DoesNotExist: taken up, withdrawn or expired.
        RepresentationError: the entry is not on the map any more.
    """
    row = Invitation.objects.select_for_update().get(id=number)
    if row.actor.state != Actor.State.PUBLISHED:
        raise RepresentationError("gone")
    user = _account(row.email)
    acting = audit.Actor.of(user, _ROLE)
    found = begin(
        actor=row.actor, user=user, ground=Ground.INVITED, by=acting, language=row.language
    )
    row.delete()
    return found


@transaction.atomic
def hand_over(*, actor: Actor, to: Representation, by: User) -> None:
    """Make another representative the responsible one.

    Raises:
        RepresentationError: ``by`` is not responsible, or ``to`` does not speak for the actor.
    """
    mine = _responsible(actor, by)
    other = of_actor(actor).select_for_update(of=("self",)).filter(pk=to.pk).first()
    if other is None:
        raise RepresentationError("not_active")
    _make_responsible(other, instead_of=mine, by=audit.Actor.of(by, _ROLE))
    _tell(other, "handed")


@transaction.atomic
def remove(*, actor: Actor, other: Representation, by: User) -> bool:
    """The person responsible ends what somebody else speaks; whether she did speak.

    Raises:
        RepresentationError: ``by`` is not responsible, or means herself (who leaves instead).
    """
    mine = _responsible(actor, by)
    if mine.pk == other.pk:
        raise RepresentationError("own")
    found = of_actor(actor).filter(pk=other.pk).first()
    if found is None:
        return False
    _tell(found, "removed")
    return leave(actor=actor, user=found.user, by=audit.Actor.of(by, _ROLE))


@transaction.atomic
def leave(*, actor: Actor, user: User, by: audit.Actor | None = None) -> bool:
    """Stop speaking for an actor; whether the person did. Twice does no harm.

    If she was responsible, whoever has represented it longest is so from now on.
    """
    mine = Representation.objects.select_for_update().filter(actor=actor, user=user).first()
    if mine is None:
        return False
    acting = by or audit.Actor.of(user, _ROLE)
    audit.record_many(
        by=acting,
        entries=[
            audit.Entry("curation.representation.end", "directory.actor", str(actor.pk), actor.name)
        ],
    )
    was_responsible = mine.responsible
    mine.delete()
    after_end(actor=actor, user=user, by=acting)
    if by is None and not was_responsible:
        for head in of_actor(actor).filter(responsible=True):
            _tell(head, "left", who=user.display_name or user.email)
    return True


# --- shared with the editors' decisions ---------------------------------------------------------
def begin(
    *, actor: Actor, user: User, ground: str, by: audit.Actor, language: str = "de"
) -> Representation:
    """A person speaks for an actor from now on, within the caller's transaction.

    The first one is responsible. The role goes with the row (``signals``), whoever writes it.
    """
    found, _made = Representation.objects.select_for_update().get_or_create(
        actor=actor, user=user, defaults={"language": language}
    )
    if found.state != State.ACTIVE:
        found.state, found.ground, found.began_at = State.ACTIVE, ground, timezone.now()
        found.responsible = not Representation.objects.filter(
            actor=actor, responsible=True
        ).exists()
        found.save()
        entry = audit.Entry(
            "curation.representation.begin",
            "directory.actor",
            str(actor.pk),
            actor.name,
            {"ground": [None, str(ground)]},
        )
        audit.record_many(by=by, entries=[entry])
    return found


def after_end(*, actor: Actor, user: User, by: audit.Actor) -> None:
    """What follows when a representation has ended: somebody is responsible, the role fits."""
    rest = of_actor(actor)
    heir = rest.first()
    if heir is not None and not rest.filter(responsible=True).exists():
        _make_responsible(heir, instead_of=None, by=by)
        _tell(heir, "heir")
    if User.objects.filter(pk=user.pk).exists():
        keep_role(user=user, by=by)


def keep_role(*, user: User, by: audit.Actor) -> None:
    """Whoever speaks for an actor holds the role of representative, and nobody else through it."""
    active = Representation.objects.filter(user=user, state=State.ACTIVE).exists()
    if active:
        grant_role(user=user, role=_ROLE, by=by, reason="Speaks for an entry of the map")
    elif RoleGrant.objects.filter(user=user, role=_ROLE).exists():
        revoke_role(user=user, role=_ROLE, by=by, reason="Speaks for no entry any more")


# --- helpers ------------------------------------------------------------------------------------
_ROLE = str(RoleName.REPRESENTATIVE)


def _tell(one: Representation, name: str, **context: str) -> None:
    """Write to somebody who speaks for an actor, with the page of its people."""
    with override(one.language):
        path = reverse("curation:people", kwargs={"slug": one.actor.slug})
    mails.queue(
        to=one.user.email,
        language=one.language,
        name=name,
        context={"actor": one.actor, "people_url": settings.BASE_URL + path, **context},
    )


def _welcome(row: Submission, actor: Actor) -> None:
    mails.queue(to=row.email, language=row.language, name="welcome", context={"actor": actor})


def _account(email: str, name: str = "") -> User:
    """The account with this address, made if there is none; ``name``: as the person gave it."""
    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        found = create_person(email=email, by=audit.SYSTEM, verified=True)
        if name:
            found.display_name = name
            found.save(update_fields=["display_name"])
    return found


def _responsible(actor: Actor, user: User) -> Representation:
    mine = of_actor(actor).select_for_update(of=("self",)).filter(user=user, responsible=True)
    found = mine.first()
    if found is None:
        raise RepresentationError("not_responsible")
    return found


def _make_responsible(
    other: Representation, *, instead_of: Representation | None, by: audit.Actor
) -> None:
    if instead_of is not None:
        Representation.objects.filter(pk=instead_of.pk).update(responsible=False)
    Representation.objects.filter(pk=other.pk).update(responsible=True)
    entry = audit.Entry(
        "curation.representation.hand_over",
        "directory.actor",
        str(other.actor_id),
        other.actor.name,
    )
    audit.record_many(by=by, entries=[entry])
