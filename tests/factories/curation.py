"""Submissions for tests."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from factories.directory import make_terms
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import RoleGrant, RoleName, User
from steiger.web.curation.domain import decisions
from steiger.web.curation.models import Decision, Evidence, Submission
from steiger.web.directory.domain.reconcile import today_of
from steiger.web.directory.domain.sources import OWNER, get_source
from steiger.web.directory.domain.statements import to_data
from steiger.web.directory.models import (
    Actor,
    Classification,
    Description,
    Link,
    Name,
    Place,
    Role,
    Sourced,
    Term,
)


def make_editor(email: str = "redaktion@example.org") -> User:
    """A moderator."""
    user = User.objects.filter(email=email).first() or User.objects.create_user(email)
    RoleGrant.objects.get_or_create(user=user, role=RoleName.MODERATOR)
    return user


def acting(user: User | None = None) -> audit.Actor:
    """The editor as the log names her."""
    return audit.Actor.of(user or make_editor(), RoleName.MODERATOR)


def statements(
    name: str = "Beispiel KI GmbH",
    *,
    town: str = "Wuppertal",
    website: str = "https://ki-beispiel.example/",
    description: str = "",
    offer: str = "Prüft Bilder von Bauteilen.",
    topics: tuple[str, ...] = (),
) -> list[dict[str, Any]]:
    """What somebody states about an actor."""
    make_terms()
    values: list[Sourced] = [Name(kind="official", text=name, language="de")]
    if town:
        values.append(
            Place(
                town=town, municipality="05124000", latitude=51.2562, longitude=7.1508, country="DE"
            )
        )
    if website:
        values.append(Link(kind="website", url=website))
    if description:
        values.append(Description(language="de", text=description))
    if offer:
        term = Term.objects.get(vocabulary="role", key="provider")
        values.append(Role(term=term, offer_de=offer))
    for key in topics:
        found = Term.objects.get(vocabulary__in=("method", "technology"), key=key)
        values.append(Classification(term=found))
    return to_data(values)


def make_submission(kind: str = "new", *, evidence: bool = True, **fields: Any) -> Submission:
    """A submission that waits for a decision."""
    now = timezone.now()
    row = Submission.objects.create(
        **{
            "kind": kind,
            "state": Submission.State.WAITING,
            "title": "Beispiel KI GmbH",
            "after": statements() if kind == "new" else [],
            "email": "kim@example.org",
            "person_name": "Kim Beispiel",
            "confirmed_at": now,
            "created_at": now,
            **fields,
        }
    )
    if evidence and kind == "new":
        Evidence.objects.create(
            submission=row, rule="seat", kind="register", text="Amtsgericht Wuppertal, HRB 1"
        )
        Evidence.objects.create(
            submission=row,
            rule="relation_to_ai",
            kind="product",
            text="Bildprüfung für Gießereien",
            url="https://ki-beispiel.example/produkt",
        )
    return row


def own_statements(actor: Actor) -> list[dict[str, Any]]:
    """What the actor says about itself today."""
    return today_of(actor, get_source(OWNER))


def make_edit(actor: Actor, after: list[dict[str, Any]], **fields: Any) -> Submission:
    """A change of what the actor says about itself."""
    return make_submission(
        "edit", actor=actor, title=actor.name, before=own_statements(actor), after=after, **fields
    )


def accept(row: Submission, **fields: Any) -> Decision:
    """Accept it as an editor."""
    given = {"by": acting(), "reason": "admitted", "version": row.version, **fields}
    return decisions.accept(row, **given)
